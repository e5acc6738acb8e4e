//! Markdown for one comment under a change that every run writes anew, and for a build's summary. Imports the gate's answer.
//!
//! The first line is a hidden marker: by it a pipeline finds the comment of the run before. Worst comes first, and the text never exceeds what
//! GitHub takes; what is left out is counted.

use super::marked::{code, text};
use super::worst::worst;
use super::{NO_OUTAGE, changed, fingerprint_of, numbers, position, subject_when, verdict_word};
use crate::gate::report::{ChangeRow, GateOutcome, GateReport, Line, Verdict};
use crate::report::assumed;
use crate::report::words::count;

/// Most bytes: GitHub takes 65,536 characters of a comment, and a character has at least one byte.
pub const BYTES_MAX: usize = 65_536;
/// Most lines that are named with what made them worse.
const EFFECTS_MAX: usize = 4;
/// What a row of a table is.
const LINE: &str = "line";

/// A heading, its rows, and what a row is called where some are left out.
struct Section {
    head: String,
    rows: Vec<String>,
    end: &'static str,
    noun: &'static str,
}

/// The text, with a trailing newline.
pub fn write(report: &GateReport) -> String {
    fit(&[
        top(report),
        worse(report),
        why(report),
        list("To hold on to", &report.ratchet, "improvement"),
        waivers(report),
        list("Warnings", &report.warnings, "warning"),
        holding(report),
        foot(report),
    ])
}

/// The hidden first line: the same for every run of one scenario, another one for each scenario.
pub fn marker(scenario: &str) -> String {
    let slug: String = scenario
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(40)
        .collect();
    format!(
        "<!-- drsim-gate {} {} -->",
        slug.split('-').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("-"),
        &fingerprint_of(&[scenario])[..8]
    )
}

/// All heads and ends, and as many rows as there is room for, from the top. Tables may be long: they get what the lists leave, which is
/// half of all at least, so that a cause is never crowded out by what it broke.
fn fit(sections: &[Section]) -> String {
    let shown: Vec<&Section> = sections.iter().filter(|section| !section.head.is_empty()).collect();
    let fixed = |section: &&Section| section.head.len() + section.end.len() + 80;
    let left = BYTES_MAX - shown.iter().map(fixed).sum::<usize>();
    let is_table = |section: &Section| section.noun == LINE;
    let (lists, rest) = rows(shown.iter().filter(|section| !is_table(section)), left / 2);
    let (tables, _) = rows(shown.iter().filter(|section| is_table(section)), left - left / 2 + rest);
    let (mut lists, mut tables) = (lists.into_iter(), tables.into_iter());
    let mut text = String::new();
    for section in shown {
        let rows = if is_table(section) { tables.next() } else { lists.next() };
        text += &section.head;
        text += &rows.unwrap_or_default();
        text += section.end;
    }
    text
}

/// The rows of each section that fit into `left` bytes, with a word on the others; and how many bytes are left.
fn rows<'s>(sections: impl Iterator<Item = &'s &'s Section>, mut left: usize) -> (Vec<String>, usize) {
    let mut all = Vec::new();
    for section in sections {
        let mut text = String::new();
        let mut taken = 0;
        for row in &section.rows {
            if row.len() > left {
                break;
            }
            left -= row.len();
            text += row;
            taken += 1;
        }
        let missing = section.rows.len() - taken;
        if missing > 0 {
            left = 0;
            text += &format!("\n… and {} more\n", count(missing as u64, section.noun));
        }
        all.push(text);
    }
    (all, left)
}

fn top(report: &GateReport) -> Section {
    let of =
        |wanted: fn(Verdict) -> bool| report.lines.iter().filter(|line| wanted(line.verdict)).count() as u64;
    let (failing, open) = (of(Verdict::fails), of(|verdict| verdict == Verdict::NotEvaluable));
    let all = count(report.lines.len() as u64, "promise");
    let verdict = match report.outcome {
        GateOutcome::Holds | GateOutcome::Breached if failing > 0 && report.informational_until.is_some() => {
            format!("⚠️ {failing} of {all} broken, told only")
        }
        GateOutcome::Holds => format!("✅ {all} kept"),
        GateOutcome::Breached => format!("❌ {failing} of {all} broken"),
        GateOutcome::Inconclusive => format!("❔ {open} of {all} could not be judged, {failing} broken"),
    };
    let against = match &report.baseline {
        Some(baseline) => format!("Compared with {}.", text(&baseline.from)),
        None => "Not compared with a baseline.".into(),
    };
    let informs = report.informational_until.as_ref().map_or_else(String::new, |day| {
        format!(" Until {} what breaks is told and does not fail the build.", text(day))
    });
    let rests = assumed::stand_ins(&report.stand_ins)
        .map_or_else(String::new, |line| format!(" Stand-ins, {}.", text(&line)));
    let first = worst(report).map_or_else(String::new, |told| format!("**{told}**\n\n"));
    let head = format!(
        "{}\n### {}: {verdict}\n\n{first}{against}{informs}{rests}\n",
        marker(&report.scenario),
        text(&report.scenario)
    );
    Section { head, rows: Vec::new(), end: "", noun: "" }
}

/// What somebody has to look at, and what is excused.
fn worse(report: &GateReport) -> Section {
    let lines = report.lines.iter().filter(|line| !holds(line));
    table("", lines, "")
}

/// What holds, behind a fold.
fn holding(report: &GateReport) -> Section {
    let lines: Vec<&Line> = report.lines.iter().filter(|line| holds(line)).collect();
    let fold = format!("\n<details><summary>What holds: {}</summary>\n", lines.len());
    table(&fold, lines.into_iter(), "\n</details>\n")
}

fn holds(line: &Line) -> bool {
    matches!(line.verdict, Verdict::Holds | Verdict::Improved)
}

fn table<'r>(before: &str, lines: impl Iterator<Item = &'r Line>, end: &'static str) -> Section {
    let rows: Vec<String> = lines.map(row).collect();
    let head = if rows.is_empty() {
        String::new()
    } else {
        format!(
            "{before}\n| | what | outage | value | bound | baseline | promise |\n|---|---|---|---:|---:|---:|---|\n"
        )
    };
    Section { head, rows, end, noun: LINE }
}

fn row(line: &Line) -> String {
    let or = |value: Option<&str>| value.map_or_else(String::new, text);
    let tolerance = line.tolerance_text.as_deref().map_or_else(String::new, |of| format!(" ({})", text(of)));
    let place = line.place.as_ref().map_or_else(String::new, |place| format!(" {}", code(&position(place))));
    let unanswered = Some(line.why.as_str()).filter(|_| line.verdict == Verdict::NotEvaluable);
    let because =
        line.waiver.as_deref().or(unanswered).map_or_else(String::new, |why| format!(": {}", text(why)));
    format!(
        "| {} {}{because} | {} of {} | {} | {} | {} | {}{tolerance} | {}{place} |\n",
        symbol(line.verdict),
        verdict_word(line.verdict),
        text(&line.title),
        code(&line.subject),
        line.outage.as_deref().map_or_else(|| NO_OUTAGE.to_owned(), code),
        text(&line.value_text),
        or(line.bound_text.as_deref()),
        or(line.baseline_text.as_deref()),
        text(&line.gate),
    )
}

fn symbol(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Breached | Verdict::Regressed | Verdict::UnexpectedlyHolds => "❌",
        Verdict::NotEvaluable => "❔",
        Verdict::Waived | Verdict::ExpectedBreach => "⚠️",
        Verdict::Improved => "⬆️",
        Verdict::Holds => "✅",
    }
}

fn why(report: &GateReport) -> Section {
    let rows: Vec<String> = report
        .causes
        .iter()
        .map(|cause| {
            let told = format!("{}\n", text(&cause.sentence));
            let place = |change: &ChangeRow| {
                change
                    .place
                    .as_ref()
                    .map_or_else(String::new, |place| format!("{}: ", code(&position(place))))
            };
            let effects = cause.lines.iter().filter_map(|at| report.lines.get(*at));
            let shown = effects.clone().take(EFFECTS_MAX).map(|line| {
                format!(
                    "  - {} {}: {}\n",
                    symbol(line.verdict),
                    text(&subject_when(line)),
                    text(&numbers(line))
                )
            });
            let more = cause.lines.len().saturating_sub(EFFECTS_MAX);
            let more = (more > 0).then(|| format!("  - … and {} more\n", count(more as u64, LINE)));
            let effects: String = shown.chain(more).collect();
            // The sentence of a single change is that change.
            if let [change] = &cause.changes[..] {
                return format!("- {}{told}{effects}", place(change));
            }
            let changes = cause.changes.iter().map(|change| {
                let what = changed(&change.path, change.before.as_deref(), change.after.as_deref());
                format!("  - {}{}\n", place(change), text(&what))
            });
            format!("- {told}{}{effects}", changes.collect::<String>())
        })
        .collect();
    let head = if rows.is_empty() { "" } else { "\n**What made it worse**\n\n" };
    Section { head: head.into(), rows, end: "", noun: "cause" }
}

fn waivers(report: &GateReport) -> Section {
    let rows = report.waivers.iter().map(|waiver| {
        let state = match (waiver.expired, waiver.covers) {
            (true, _) => "expired, and covers nothing".to_owned(),
            (false, 0) => "covers nothing: remove it".to_owned(),
            (false, covers) => format!("covers {}", count(covers, "line")),
        };
        format!(
            "- {} until {} ({}): {}; {state}\n",
            code(&waiver.gate),
            text(&waiver.expires),
            text(&waiver.owner),
            text(&waiver.reason)
        )
    });
    let rows: Vec<String> = rows.collect();
    let head = if rows.is_empty() { "" } else { "\n**Waivers**\n\n" };
    Section { head: head.into(), rows, end: "", noun: "waiver" }
}

fn list(title: &str, items: &[String], noun: &'static str) -> Section {
    let head = if items.is_empty() { String::new() } else { format!("\n**{title}**\n\n") };
    Section { head, rows: items.iter().map(|item| format!("- {}\n", text(item))).collect(), end: "", noun }
}

fn foot(report: &GateReport) -> Section {
    let head = format!(
        "\n<sub>drsim {} · {} · scenario {} · waivers judged on {} · Simulated estimate. Not evidence of a recovery test.</sub>\n",
        text(&report.engine_version),
        code(&report.file),
        text(report.scenario_hash.get(..12).unwrap_or(&report.scenario_hash)),
        text(&report.as_of),
    );
    Section { head, rows: Vec::new(), end: "", noun: "" }
}
