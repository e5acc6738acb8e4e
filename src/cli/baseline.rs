//! `drsim baseline update`: the ratchet. What got better is held on to: as a stored result, or as tighter bounds in the scenario's text.
//!
//! Nothing gets looser unless that is asked for, and a file is changed as a whole or not at all.

use std::path::Path;

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::files::Disk;
use super::gate::baseline::{Against, Kept, find};
use super::gate::{nothing_to_fail, simulate, today};
use super::limits::{FEWER, TimeLimit, Work, within};
use super::machine::Threads;
use super::output::{STDOUT, document, leave_as_is, write_file};
use super::printer::{hint, print, tell};
use super::reading::{Revisions, meant};
use super::refusal::Refusal;
use crate::gate::evaluate::{Compared, Question, evaluate, is_vacuous};
use crate::gate::hold::{BoundChange, moved, steps};
use crate::gate::report::{GateReport, Line, Verdict};
use crate::inert::plain;
use crate::measure::results::Results;
use crate::report::json;
use crate::report::words::count;
use crate::scenario::{Loader, STDIN, Scenario, Sources, TEXT_BYTES_MAX};

const EXAMPLES: &str = "\
Examples:
  drsim baseline update dr/two-site.ron --out baseline.json                  simulate, and keep the result as baseline
  drsim baseline update dr/two-site.ron --baseline git:origin/main           tighten the bounds of gates that improved
  drsim baseline update dr/two-site.ron --baseline git:origin/main --dry-run show them and write nothing
";

/// Arguments of `drsim baseline`.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Hold on to what got better
    Update(Update),
}

/// Arguments of `drsim baseline update`.
#[derive(Args)]
#[command(before_help = EXAMPLES)]
struct Update {
    /// The scenario's main file
    file: String,
    /// Tighten bounds of gates that improved since: git:REVISION, a folder, a scenario or a stored result
    #[arg(long, value_name = "WHAT", required_unless_present = "out", conflicts_with = "out")]
    baseline: Option<String>,
    /// Write the result to this file instead, for `--baseline FILE`: one that ends in .json, or json=FILE
    #[arg(long, value_name = "[json=]FILE")]
    out: Option<String>,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Also write what got worse, and loosen bounds that are breached
    #[arg(long)]
    allow_worse: bool,
    #[command(flatten)]
    work: Work,
    #[command(flatten)]
    time: TimeLimit,
    #[command(flatten)]
    threads: Threads,
    #[command(flatten)]
    revisions: Revisions,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> Result<Exit, Refusal> {
    let Command::Update(update) = &arguments.command;
    updated(update)?;
    Ok(Exit::Ok)
}

fn updated(update: &Update) -> Result<(), Refusal> {
    if update.file == STDIN && update.out.is_none() {
        return Err(Refusal::wrong(
            "bounds are written into the scenario, and `-` is no file",
            "name the file, or a result with --out",
        ));
    }
    let sources = update.revisions.reading.sources(&update.file)?;
    let (scenario, _) = meant(&sources)?;
    if is_vacuous(&scenario) {
        return Err(nothing_to_fail(&update.file));
    }
    match (&update.out, &update.baseline) {
        (Some(out), _) => stored(update, &scenario, out),
        (None, Some(spec)) => bounds(update, &sources, &scenario, spec),
        (None, None) => Err(Refusal::wrong(
            "nothing to update",
            "name a file with --out, or what to compare with: --baseline git:origin/main",
        )),
    }
}

/// What comes of simulating these, where that is not too much and is done in time.
fn in_time<T: Send + 'static>(
    update: &Update,
    scenarios: &[&Scenario],
    simulated: impl FnOnce(&[Scenario]) -> Result<T, Refusal> + Send + 'static,
) -> Result<T, Refusal> {
    let (work, all) = (update.work, scenarios.iter().copied().cloned().collect::<Vec<_>>());
    within(update.time.limit()?, FEWER, move || {
        work.admit_judged(&all)?;
        simulated(&all)
    })
}

/// Writes a new result in the place of the stored one.
fn stored(update: &Update, scenario: &Scenario, out: &str) -> Result<(), Refusal> {
    let threads = update.threads.count();
    let (_, out) = document(out, &[("json", Some(".json"))])?;
    let name = out.display().to_string();
    if name == STDOUT {
        let what = "a baseline is compared with the one before, and `-` is no file";
        return Err(Refusal::wrong(what, "name a file that ends in .json"));
    }
    let old = if out.exists() { old(update, &name)? } else { None };
    let results = in_time(update, &[scenario], move |all| simulate::one(&all[0], threads))?;
    let all = old.map_or_else(Vec::new, |old| moved(scenario, &results, &old));
    let worse: Vec<&str> = all.iter().filter(|one| one.is_worse).map(|one| one.sentence.as_str()).collect();
    let mut text = String::new();
    for one in &all {
        text += &format!("{}  {}\n", if one.is_worse { "worse " } else { "better" }, plain(&one.sentence));
    }
    print(&text)?;
    if !worse.is_empty() && !update.allow_worse {
        let what =
            format!("{} worse than in {name}, which stays as it is", count(worse.len() as u64, "value"));
        return Err(Refusal::No(what, "mend it, or accept it: --allow-worse".into()));
    }
    let words = ["drsim baseline update".to_owned(), update.file.clone()];
    let command = words.into_iter().chain(update.revisions.reading.words()).collect::<Vec<_>>().join(" ");
    let document = json::Document {
        command: &command,
        runs: &[json::Run { variant: &json::Variant::default(), results: &results, drawn: None }],
    };
    let bytes = json::write(&document).into_bytes();
    let same = Disk.load(&name, TEXT_BYTES_MAX).is_ok_and(|present| present == bytes);
    finish(update, &name, same, || write_file(&out, &bytes))?;
    print(&hint(format!("next: drsim gate {} --baseline {}\n", plain(&update.file), plain(&name))))
}

/// The stored result; none where it cannot be compared and may be given up.
fn old(update: &Update, name: &str) -> Result<Option<Results>, Refusal> {
    match find(&update.file, name, &update.revisions) {
        Ok(Against::Stored(kept)) => Ok(Some(kept.results)),
        Ok(Against::Scenario(..)) => Err(Refusal::wrong(
            format!("--out {name}: this file is a scenario, not a result"),
            "name another file",
        )),
        Err(why) if !update.allow_worse => {
            let what = "nobody knows whether it would get worse than the stored result, which cannot be read";
            Err(Refusal::All(vec![why, Refusal::wrong(what, "replace it all the same: --allow-worse")]))
        }
        Err(_) => Ok(None),
    }
}

/// Writes tighter bounds into the scenario's text.
fn bounds(update: &Update, sources: &Sources, scenario: &Scenario, spec: &str) -> Result<(), Refusal> {
    let threads = update.threads.count();
    let (results, before) = match find(&update.file, spec, &update.revisions)? {
        Against::Stored(kept) => {
            (in_time(update, &[scenario], move |all| simulate::one(&all[0], threads))?, *kept)
        }
        Against::Scenario(from, other) => {
            let both = [scenario, &other.0];
            let (now, results) = in_time(update, &both, move |all| simulate::two(&all[0], &all[1], threads))?;
            (now, Kept { from, results, scenario: Some(*other) })
        }
    };
    let answer = |scenario: &Scenario| answer(update, scenario, &results, &before);
    let report = answer(scenario);
    let failing: Vec<&Line> = report.lines.iter().filter(|line| line.verdict == Verdict::Breached).collect();
    if !failing.is_empty() && !update.allow_worse {
        for line in &failing {
            tell(&format!("breached  {}", plain(&format!("{}: {}", line.gate, line.why))));
        }
        let what = format!("{} breached, so no bound was changed", count(failing.len() as u64, "value"));
        return Err(Refusal::No(what, "mend it, or loosen what is breached: --allow-worse".into()));
    }
    let steps = steps(&scenario.promises.gates, &report, update.allow_worse);
    let changed = changed(sources, &steps)?;
    let (checked, _) =
        Scenario::from_sources(&changed).map_err(|problems| Refusal::Internal(problems.render(false)))?;
    let now = answer(&checked);
    let broken = now.lines.iter().filter(|line| line.verdict == Verdict::Breached).count();
    if broken > failing.len() {
        return Err(Refusal::Internal("a bound that was written would be breached".into()));
    }
    print(&steps.iter().map(step_line).collect::<String>())?;
    let texts = || sources.files.iter().zip(&changed.files).filter(|(old, new)| old.text != new.text);
    if texts().next().is_none() {
        if !update.dry_run {
            sources.files.iter().for_each(|file| leave_as_is(Path::new(&*file.path)));
        }
        return print(&format!("{}: no gate improved by more than its tolerance\n", plain(&update.file)));
    }
    for (_, new) in texts() {
        finish(update, &new.path, false, || write_text(&new.path, &new.text))?;
    }
    print(&hint(format!("next: drsim gate {}\n", plain(&update.file))))
}

fn answer(update: &Update, scenario: &Scenario, results: &Results, before: &Kept) -> GateReport {
    evaluate(&Question {
        file: &update.file,
        scenario,
        results,
        baseline: Some(Compared {
            from: &before.from,
            results: &before.results,
            scenario: before.scenario.as_ref().map(|(scenario, _)| scenario),
        }),
        as_of: today(),
        informational_until: None,
        require_baseline: false,
    })
}

/// The sources with all bounds written, from the last to the first, so that none moves another's place.
fn changed(sources: &Sources, steps: &[BoundChange]) -> Result<Sources, Refusal> {
    let mut changed = sources.clone();
    let mut placed: Vec<_> = steps.iter().filter_map(|step| Some((step.gate.spot.as_ref()?, step))).collect();
    placed.sort_by(|a, b| b.0.cmp(a.0));
    for (spot, step) in placed {
        changed.set_at("gates", spot, step.field, &step.value)?;
    }
    Ok(changed)
}

/// `dr/main.ron:61  gate `web`: at_most "10m" → "5m"`.
fn step_line(step: &BoundChange) -> String {
    let at =
        step.gate.spot.as_ref().map_or_else(String::new, |spot| format!("{}:{}  ", spot.file, spot.line));
    let before = step.before.as_deref().unwrap_or("(none)");
    plain(&format!("{at}gate `{}`: {} {before} → {}", step.gate.name, step.field, step.value)) + "\n"
}

/// The text with the byte-order mark that its file has.
fn write_text(path: &str, text: &str) -> Result<(), Refusal> {
    let mark = Disk.load(path, TEXT_BYTES_MAX).is_ok_and(|bytes| bytes.starts_with(b"\xEF\xBB\xBF"));
    let mark: &[u8] = if mark { b"\xEF\xBB\xBF" } else { b"" };
    write_file(Path::new(path), &[mark, text.as_bytes()].concat())
}

/// Writes, or says why not.
fn finish(
    update: &Update,
    path: &str,
    same: bool,
    write: impl FnOnce() -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let name = plain(path);
    if same {
        if !update.dry_run {
            leave_as_is(Path::new(path));
        }
        return print(&format!("{name}: up to date\n"));
    }
    if update.dry_run {
        return print(&format!("{name}: not written (--dry-run)\n"));
    }
    write()?;
    print(&format!("{name}: written\n"))
}
