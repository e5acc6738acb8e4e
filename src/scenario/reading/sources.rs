//! The texts of a scenario: the main file, what it includes, and its series, fetched through a loader.
//!
//! The library opens no file itself; whoever calls it says how a path becomes bytes.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::node::Node;
use super::paths::{folder, is_below, is_json, is_scenario_path, join};
use super::top::resembles_scenario;
use crate::problem::{Place, Problem, Problems, codes};

/// Most bytes of scenario text, all files together.
pub const TEXT_BYTES_MAX: usize = 64 << 20;
/// Most bytes of series files, all together: as many as the bins that a series may have can take.
pub const SERIES_BYTES_MAX: usize = 384 << 20;
/// Most files of scenario text.
pub const FILES_MAX: usize = 2000;
/// Most files of which each includes the next.
pub const INCLUDES_DEPTH_MAX: usize = 64;

/// How a path becomes bytes.
pub trait Loader {
    /// The bytes of the file at `path`.
    ///
    /// # Errors
    /// More than `limit` bytes (and then without reading them), or why it cannot be read.
    fn load(&self, path: &str, limit: usize) -> Result<Vec<u8>, LoadError>;

    /// The bytes of a file that the scenario with the main file `main` names: one of the main file's folder, or of those below it.
    ///
    /// # Errors
    /// As [`Loader::load`], or it lies elsewhere.
    fn load_named(&self, main: &str, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        if is_below(&folder(main), path) { self.load(path, limit) } else { Err(LoadError::Outside) }
    }
}

/// Why a file was not loaded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LoadError {
    /// It has this many bytes, more than the limit.
    TooLarge(u64),
    /// In the system's words.
    Unreadable(String),
    /// It lies outside of the folder of the main file, and no option allows it.
    Outside,
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            LoadError::TooLarge(size) => write!(f, "its {} MB are too many", size / 1_000_000),
            LoadError::Unreadable(reason) => f.write_str(reason),
            LoadError::Outside => f.write_str(
                "it lies outside of the folder of the main file; move it there, or allow it: --allow-include PATH",
            ),
        }
    }
}

/// Files in memory, for tests and tools.
impl Loader for BTreeMap<String, Vec<u8>> {
    fn load(&self, path: &str, limit: usize) -> Result<Vec<u8>, LoadError> {
        match self.get(path) {
            None => Err(LoadError::Unreadable("no such file".into())),
            Some(bytes) if bytes.len() > limit => Err(LoadError::TooLarge(bytes.len() as u64)),
            Some(bytes) => Ok(bytes.clone()),
        }
    }
}

/// One text.
#[derive(Clone, Debug)]
pub struct SourceText {
    /// Path as given to the loader.
    pub path: Arc<str>,
    /// Its text, without byte-order mark.
    pub text: Arc<str>,
}

/// All texts of a scenario, the main file first, and its series files.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The texts.
    pub files: Vec<SourceText>,
    /// Bytes of each series file by its path, or why there are none.
    pub series: BTreeMap<String, Result<Arc<[u8]>, LoadError>>,
    /// Whether it is only compared with: its gates and waivers are not read, which may be of another version.
    pub is_baseline: bool,
    /// Values in place of defaults, by field: what would be if these were assumed.
    pub assumed: BTreeMap<&'static str, String>,
    /// Paths of values that were set from outside: nobody assumes them any more.
    pub told: Vec<String>,
}

impl Sources {
    /// Loads `path`, and all that it includes or names as a series.
    ///
    /// # Errors
    /// Missing files, include circles, too much text, no UTF-8, no RON.
    pub fn load(loader: &dyn Loader, path: &str) -> Result<Sources, Problems> {
        let mut loading = Loading {
            loader,
            main: path,
            sources: Sources::default(),
            problems: Problems::default(),
            size: 0,
            series: 0,
        };
        loading.file(path, &mut Vec::new(), None);
        if loading.problems.is_empty() { Ok(loading.sources) } else { Err(loading.problems) }
    }

    /// The place of a slice of one of the texts.
    pub fn place(&self, slice: &str) -> Option<Place> {
        let address = slice.as_ptr() as usize;
        self.files.iter().find_map(|source| {
            let start = address.checked_sub(source.text.as_ptr() as usize)?;
            let end = start + slice.len();
            (end <= source.text.len()).then(|| Place { file: source.path.clone(), span: start..end })
        })
    }

    /// Problems that can show the lines of these texts.
    pub fn problems(&self) -> Problems {
        let mut problems = Problems::default();
        for source in &self.files {
            problems.add_text(source.path.clone(), source.text.clone());
        }
        problems
    }
}

impl SourceText {
    /// The text as a tree.
    ///
    /// # Errors
    /// Where it stops being RON (or JSON, for a path that ends in `.json`, and for a text on standard input that begins as JSON does).
    pub fn tree(&self) -> Result<Node<'_>, Problem> {
        if is_json(&self.path, &self.text) {
            return serde_json::from_str(&self.text).map_err(|error| {
                let before: usize =
                    self.text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
                self.syntax(before + error.column().saturating_sub(1), &error.to_string())
            });
        }
        options().from_str(&self.text).map_err(|error| {
            let at = offset(&self.text, error.span.end.line, error.span.end.col);
            if error.code == ron::Error::ExceededRecursionLimit {
                let place = self.at(at).filter(|_| resembles_scenario(&self.text));
                let what = format!("brackets of `{}` are nested too deeply", self.path);
                return Problem::new(&codes::TOO_DEEP, place, what);
            }
            self.syntax(at, &error.code.to_string())
        })
    }

    /// The reason may quote, and the place shows a line.
    fn syntax(&self, at: usize, reason: &str) -> Problem {
        if !resembles_scenario(&self.text) {
            let before = self.text.get(..at).unwrap_or(&self.text);
            let line = 1 + before.matches('\n').count();
            let what = format!(
                "`{}` is no scenario: it cannot be read from line {line} on, and its text is not shown",
                self.path
            );
            return Problem::new(&codes::SYNTAX, None, what).remedy(codes::NO_SCENARIO.remedy);
        }
        Problem::new(&codes::SYNTAX, self.at(at), format!("cannot read the file: {reason}"))
    }

    fn at(&self, at: usize) -> Option<Place> {
        let mut start = at.min(self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        let end = start + self.text[start..].chars().next().map_or(0, char::len_utf8);
        Some(Place { file: self.path.clone(), span: start..end })
    }
}

/// How all RON is read here.
pub fn options() -> ron::Options {
    ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME)
}

/// The byte at a line and column, both from 1, columns in characters.
pub fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let skipped: usize = text[start..].chars().take(column.saturating_sub(1)).map(char::len_utf8).sum();
    start + skipped
}

struct Loading<'l> {
    loader: &'l dyn Loader,
    main: &'l str,
    sources: Sources,
    problems: Problems,
    /// Bytes of text, and of series.
    size: usize,
    series: usize,
}

impl Loading<'_> {
    fn file(&mut self, path: &str, stack: &mut Vec<String>, named_at: Option<Place>) {
        if stack.iter().any(|open| open == path) {
            let circle = stack.join(" includes ");
            let what = format!("files include each other: {circle} includes {path}");
            return self.problems.push(Problem::new(&codes::INCLUDE_CYCLE, named_at, what));
        }
        if self.sources.files.iter().any(|source| &*source.path == path) {
            return;
        }
        if stack.len() >= INCLUDES_DEPTH_MAX || self.sources.files.len() >= FILES_MAX {
            let what = match stack.len() >= INCLUDES_DEPTH_MAX {
                true => format!(
                    "`{path}` is the end of more than {INCLUDES_DEPTH_MAX} files of which each includes the next"
                ),
                false => format!("with `{path}` there are more than {FILES_MAX} files"),
            };
            return self.problems.push(Problem::new(&codes::TOO_MANY_FILES, named_at, what));
        }
        let Some(source) = self.text(path, named_at) else { return };
        self.problems.add_text(source.path.clone(), source.text.clone());
        self.sources.files.push(source.clone());
        // A file that says neither word names no other file.
        if !source.text.contains("include") && !source.text.contains("series") {
            return;
        }
        let tree = match source.tree() {
            Ok(tree) => tree,
            Err(problem) => return self.problems.push(problem),
        };
        stack.push(path.to_owned());
        for (included, place) in named(&source, &tree) {
            match included {
                Named::Include(name) if is_scenario_path(name) => self.file(&join(path, name), stack, place),
                Named::Include(name) => {
                    let what = format!("`{name}` is no path of a scenario's file");
                    self.problems.push(Problem::new(&codes::NO_PATH, place, what));
                }
                Named::Series(name) => self.series(&join(path, name)),
            }
        }
        stack.pop();
    }

    fn series(&mut self, path: &str) {
        if self.sources.series.contains_key(path) {
            return;
        }
        let limit = SERIES_BYTES_MAX - self.series;
        let loaded = self.loader.load_named(self.main, path, limit).map(Arc::<[u8]>::from);
        self.series += loaded.as_ref().map_or(0, |bytes| bytes.len());
        self.sources.series.insert(path.to_owned(), loaded);
    }

    fn text(&mut self, path: &str, named_at: Option<Place>) -> Option<SourceText> {
        let limit = TEXT_BYTES_MAX - self.size;
        let loaded = match named_at {
            None if self.sources.files.is_empty() => self.loader.load(path, limit),
            None | Some(_) => self.loader.load_named(self.main, path, limit),
        };
        let bytes = match loaded {
            Ok(bytes) => bytes,
            Err(LoadError::Outside) => {
                let what = format!("`{path}` lies outside of the folder of `{}`", self.main);
                self.problems.push(Problem::new(&codes::OUTSIDE, named_at, what));
                return None;
            }
            Err(LoadError::TooLarge(size)) => {
                let what = format!("`{path}` has {} MB; all files together may have 67 MB", size / 1_000_000);
                self.problems.push(Problem::new(&codes::TOO_LARGE, named_at, what));
                return None;
            }
            Err(LoadError::Unreadable(reason)) => {
                let what = format!("cannot read `{path}`: {reason}");
                self.problems.push(Problem::new(&codes::UNREADABLE, named_at, what));
                return None;
            }
        };
        self.size += bytes.len();
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").map(<[u8]>::to_vec).unwrap_or(bytes);
        match String::from_utf8(bytes) {
            Ok(text) => Some(SourceText { path: path.into(), text: text.into() }),
            Err(error) => {
                let at = error.utf8_error().valid_up_to();
                let line = 1 + error.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count();
                let what = format!("`{path}` is not UTF-8 text: line {line}, byte offset {at}");
                self.problems.push(Problem::new(&codes::NOT_UTF8, named_at, what));
                None
            }
        }
    }
}

enum Named<'n> {
    Include(&'n str),
    Series(&'n str),
}

/// The files that `tree` names, with the places of the names. Wrong types are reported by the reader later.
fn named<'n>(source: &SourceText, tree: &'n Node) -> Vec<(Named<'n>, Option<Place>)> {
    let Node::Fields(fields) = tree else { return Vec::new() };
    let sources = Sources { files: vec![source.clone()], ..Sources::default() };
    let place = |node: &Node| node.slice().and_then(|slice| sources.place(slice));
    let mut all = Vec::new();
    for (key, node) in fields {
        // A text alone is a list of one.
        for item in node.as_list().unwrap_or(std::slice::from_ref(node)) {
            if key == "include" {
                all.extend(item.as_text().map(|path| (Named::Include(path), place(item))));
            } else if key == "series" {
                let file = item.field("file").map(|(_, file)| file);
                all.extend(file.and_then(Node::as_text).map(|path| (Named::Series(path), None)));
            }
        }
    }
    all
}
