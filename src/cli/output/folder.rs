//! Report folders: whole, or without the list that says they are.
//!
//! The last file of a report is the list of the others, such as `report.sha256`. It is removed before the first of them changes and
//! written after the last. While it is away `.drsim-report.list` names the files of the report before and of this one, so that the next
//! run clears what a killed one left; a signal that can be heard comes before or after. Of a report before nothing stays; what somebody else put there, or changed, stays and is told.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path};

use super::NotWritten;
use super::stage::Stage;
use crate::cli::files::shown;
use crate::cli::refusal::Refusal;
use crate::cli::{interrupt, printer};
use crate::inert::plain;
use crate::report::sums::{self, Sums};
use crate::report::words::count;

/// Most bytes of a list that are read.
const LIST_MAX: u64 = 64 << 20;

/// Foreign files that are named.
const NAMED: usize = 3;

/// Files of reports that stand in no folder of theirs.
const PAGES: [&str; 16] = [
    "record.html",
    "variants.html",
    "variants.json",
    "variants.xlsx",
    "report.html",
    "result.json",
    "result.xlsx",
    "plan.html",
    "plan.json",
    "plan.xlsx",
    "compare.html",
    "compare.json",
    "compare.xlsx",
    "sweep.html",
    "sweep.json",
    "sweep.xlsx",
];

/// How the name of a list ends.
const ENDING: &str = ".sha256";

/// Writes the files of a report into `folder`, by relative name with `/`; the last is the list of the others.
///
/// # Errors
/// The first file that could not be written.
pub fn write_folder(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), Refusal> {
    let Some((list, files)) = files.split_last() else { return Ok(()) };
    let kept = Folder { folder, list }.write(files)?;
    tell(folder, &kept);
    Ok(())
}

struct Folder<'a> {
    folder: &'a Path,
    /// Name and content of the list.
    list: &'a (String, Vec<u8>),
}

impl Folder<'_> {
    /// The files of a report that is being written.
    fn journal(&self) -> String {
        format!(".drsim-{}.list", self.list.0.trim_end_matches(ENDING))
    }

    /// Returns what stays although it is not of this report.
    fn write(&self, files: &[(String, Vec<u8>)]) -> Result<Vec<String>, NotWritten> {
        let (list, journal) = (self.folder.join(&self.list.0), self.folder.join(self.journal()));
        let new = sums::read(&String::from_utf8_lossy(&self.list.1));
        let mut before = read(&list);
        join(&mut before, read(&journal));
        self.refuse_foreign(&before, &new)?;

        let mut all = before.clone();
        join(&mut all, new.clone());
        let [mut first, mut stage, mut last] = [Stage::default(), Stage::default(), Stage::default()];
        self.add(&mut first, &self.journal(), sums::write(&all).as_bytes())?;
        for (name, bytes) in files {
            self.add(&mut stage, name, bytes)?;
        }
        self.add(&mut last, &self.list.0, &self.list.1)?;
        [&first, &stage, &last].into_iter().try_for_each(Stage::write_direct)?;
        let mut changed = interrupt::undisturbed(|| {
            first.settle()?;
            removed(&list)?;
            stage.settle()?;
            let changed = self.clear(&before, &new)?;
            last.settle()?;
            removed(&journal)?;
            Ok(changed)
        })?;
        changed.extend(self.foreign(&new));
        changed.sort();
        changed.dedup();
        Ok(changed)
    }

    fn add(&self, stage: &mut Stage, name: &str, bytes: &[u8]) -> Result<(), NotWritten> {
        let path = self.folder.join(name);
        stage.add(&path, bytes).map_err(|error| NotWritten::new(&path, &error))
    }

    /// A file that stands where one of the report is to go, and is of no report: somebody may need it.
    fn refuse_foreign(&self, before: &Sums, new: &Sums) -> Result<(), NotWritten> {
        let is_foreign = |(name, hashes): &(&String, &BTreeSet<String>)| {
            let path = self.folder.join(name);
            !before.contains_key(*name)
                && path.is_file()
                && !hash_of(&path).is_ok_and(|hash| hashes.contains(&hash))
        };
        match new.iter().find(is_foreign) {
            None => Ok(()),
            Some((name, _)) => Err(NotWritten {
                path: self.folder.join(name),
                reason: format!(
                    "there is such a file, and no {} says that it is of a report\n  name another folder, or delete it",
                    self.list.0
                ),
            }),
        }
    }

    /// Removes what is of the report before alone, and returns what of it somebody has changed.
    fn clear(&self, before: &Sums, new: &Sums) -> Result<Vec<String>, NotWritten> {
        let mut changed = Vec::new();
        let mut folders = BTreeSet::new();
        for (name, hashes) in before.iter().filter(|(name, _)| !new.contains_key(*name)) {
            let path = self.folder.join(name);
            if !is_of_report(name) || !self.is_inside(name) || !path.is_file() {
                continue;
            }
            if hash_of(&path).is_ok_and(|hash| hashes.contains(&hash)) {
                fs::remove_file(&path).map_err(|error| NotWritten::new(&path, &error))?;
                folders.extend(Path::new(name).parent().filter(|parent| !parent.as_os_str().is_empty()));
            } else {
                changed.push(name.clone());
            }
        }
        // Only where nothing is left in them.
        for inner in
            folders.iter().rev().flat_map(|inner| inner.ancestors()).filter(|it| !it.as_os_str().is_empty())
        {
            let _ = fs::remove_dir(self.folder.join(inner));
        }
        Ok(changed)
    }

    /// Whether a name leads to a file in the folder, over no link.
    fn is_inside(&self, name: &str) -> bool {
        let mut at = self.folder.to_owned();
        let mut is_inside = !name.is_empty();
        for part in Path::new(name).components() {
            is_inside &= matches!(part, Component::Normal(_));
            at.push(part);
            is_inside &= fs::symlink_metadata(&at).is_ok_and(|found| !found.is_symlink());
        }
        is_inside
    }

    /// What stands beside the files of the report, and is of no other: names, in order.
    fn foreign(&self, new: &Sums) -> Vec<String> {
        let mut folders: BTreeSet<&Path> = new.keys().filter_map(|name| Path::new(name).parent()).collect();
        folders.insert(Path::new(""));
        let mut known: BTreeSet<String> = new.keys().cloned().collect();
        let mut found = Vec::new();
        for inner in folders {
            let entries = fs::read_dir(self.folder.join(inner)).into_iter().flatten().flatten();
            for entry in entries.filter(|entry| entry.file_type().is_ok_and(|kind| !kind.is_dir())) {
                let name = inner.join(entry.file_name()).to_string_lossy().replace('\\', "/");
                if name.ends_with(ENDING) {
                    known.extend(read(&entry.path()).into_keys());
                } else if !entry.file_name().to_string_lossy().starts_with('.') {
                    found.push(name);
                }
            }
        }
        found.retain(|name| !known.contains(name));
        found.sort();
        found
    }
}

/// Whether a report may have a file of that name: a list may be a stranger's, and name what drsim never wrote.
fn is_of_report(name: &str) -> bool {
    let inner = match name.split_once('/') {
        Some((first, rest)) if first.starts_with("variant-") => rest,
        Some(_) | None => name,
    };
    match inner.split_once('/') {
        Some(("csv", file)) => file.ends_with(".csv"),
        Some(("plots", file)) => [".svg", ".png"].iter().any(|ending| file.ends_with(ending)),
        Some(_) => false,
        None => PAGES.contains(&inner),
    }
}

/// Says what stays.
fn tell(folder: &Path, kept: &[String]) {
    if kept.is_empty() {
        return;
    }
    let more = if kept.len() > NAMED { ", …" } else { "" };
    let names = kept.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    printer::note(&format!(
        "note: {} holds {} not of this report, kept: {}{more}",
        shown(folder),
        count(kept.len() as u64, "file"),
        plain(&names)
    ));
}

/// The list in a file; nothing where there is none, or something else.
fn read(path: &Path) -> Sums {
    let mut text = String::new();
    match File::open(path).and_then(|file| file.take(LIST_MAX).read_to_string(&mut text)) {
        Ok(_) => sums::read(&text),
        Err(_) => Sums::new(),
    }
}

fn hash_of(path: &Path) -> io::Result<String> {
    sums::hash_of(File::open(path)?)
}

fn join(all: &mut Sums, more: Sums) {
    for (name, hashes) in more {
        all.entry(name).or_default().extend(hashes);
    }
}

fn removed(path: &Path) -> Result<(), NotWritten> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(NotWritten::new(path, &error)),
        Ok(()) | Err(_) => Ok(()),
    }
}
