//! The summary a terminal shows: verdict first, then who, then why. No line is wider than asked. Imports results, words, verdict.

use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{Cell, CellAlignment, ContentArrangement, Row, Table};
use unicode_width::UnicodeWidthStr;

use crate::document::{Mark, Tone};
use crate::measure::results::{ApplicationRow, JobState, OutageApplicationRow, OutageRow, Outcome, Results};

use super::cells::spoken;
use super::instant::Calendar;
use super::run::{estate, rows};
use super::words::{self, NONE, duration, duration_or_none};
use super::{assumed, beside, verdict};

/// Outages, causes and warnings shown; the rest are counted.
const SHOWN: usize = 5;
/// Below this a table of eight columns is a list instead.
const TABLE: usize = 76;
/// Assumptions shown; all stand in the report.
const ASSUMED: usize = 3;

/// Where the text goes.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// Columns.
    pub width: usize,
    /// With colours and weights as ANSI sequences.
    pub colour: bool,
}

/// The summary of a run; `next` is the hint at the end, without `next:`; none if empty.
pub fn summary(results: &Results, hours: &[String], screen: Screen, next: &str) -> String {
    let mut page = Page { screen, text: String::new() };
    let tone = verdict::tone(results);
    page.prose("", &format!("{} {}", tone.symbol(), verdict::sentence(results)), style(tone).bold());
    page.gap();
    page.applications(results);
    page.outages(results);
    for (number, line) in hours.iter().enumerate() {
        page.prose(if number == 0 { "each hour " } else { "          " }, line, Style::new());
    }
    page.bound(results);
    if let Some(calendar) = Calendar::of(results) {
        page.prose("run       ", &calendar.span(0.0, results.scenario.horizon_s), Style::new());
    }
    page.routes(results);
    page.assumed(results);
    page.protection(results);
    page.gap();
    page.prose("audit     ", &audit(results), Style::new().dimmed());
    for warning in results.warnings.iter().take(SHOWN) {
        page.prose("warning   ", warning, AnsiColor::Yellow.on_default());
    }
    page.more(results.warnings.len(), "warning");
    if !next.is_empty() {
        page.prose("next:     ", next, Style::new());
    }
    page.text
}

/// Variants side by side: a row for each variant and application, with the difference to the first variant.
pub fn variants(variants: &[(String, Results)], screen: Screen) -> String {
    let mut page = Page { screen, text: String::new() };
    let Some((_, first)) = variants.first() else { return page.text };
    if screen.width < TABLE {
        first.applications.iter().for_each(|base| page.variants_of(base, variants));
        page.differences(variants);
        return page.text;
    }
    let mut table = page.table(&["application", "variant", "RPA", "±", "RTA", "±", "status"], &[2, 3, 4, 5]);
    for base in &first.applications {
        for (label, results) in variants {
            let Some(row) = results.applications.iter().find(|row| row.name == base.name) else { continue };
            let mark = words::application_mark(row);
            let same = std::ptr::eq(row, base);
            let change = |now: Option<f64>, before: Option<f64>| {
                if same { String::new() } else { difference(now, before) }
            };
            let cells = [
                if same { words::plain(&row.name) } else { String::new() },
                words::plain(label),
                duration_or_none(row.rpa_s),
                change(row.rpa_s, base.rpa_s),
                duration_or_none(row.rta_from_outage_s),
                change(row.rta_from_outage_s, base.rta_from_outage_s),
            ];
            table.add_row(page.row(&cells, &mark));
        }
    }
    page.add(&table);
    page.differences(variants);
    page.text
}

/// `+4m`, `−12m`, `=`; a dash where one of both does not exist.
fn difference(now: Option<f64>, before: Option<f64>) -> String {
    match (now, before) {
        (Some(now), Some(before)) if now > before => format!("+{}", duration(now - before)),
        (Some(now), Some(before)) if now < before => duration(now - before),
        (Some(_), Some(_)) => "=".into(),
        (None, _) | (_, None) => NONE.into(),
    }
}

fn audit(results: &Results) -> String {
    let (checked, bytes) = (words::count(results.audit.checked_vms, "VM run"), &results.audit.written_bytes);
    let written = bytes.parse().map_or_else(|_| bytes.clone(), words::bytes);
    let digest = results.digest.get(..12).unwrap_or(&results.digest);
    format!(
        "{}: every byte accounted for in {checked}, {written} written; digest {digest}",
        results.audit.status
    )
}

pub(super) fn style(tone: Tone) -> Style {
    match tone {
        Tone::Good => AnsiColor::Green.on_default(),
        Tone::Quiet => Style::new().dimmed(),
        Tone::Thin => AnsiColor::Yellow.on_default(),
        Tone::Bad => AnsiColor::Red.on_default(),
        Tone::Lost => AnsiColor::Red.on_default().bold(),
    }
}

/// Text that grows line by line, each within the width.
struct Page {
    screen: Screen,
    text: String,
}

impl Page {
    fn gap(&mut self) {
        if !self.text.is_empty() && !self.text.ends_with("\n\n") {
            self.text.push('\n');
        }
    }

    /// Words broken into lines, under a label that stands once before them.
    fn prose(&mut self, label: &str, words: &str, style: Style) {
        // A label that takes half a narrow screen stands on its own.
        let label = if label.width() * 4 > self.screen.width {
            label.split_whitespace().next().unwrap_or_default().to_string() + " "
        } else {
            label.to_string()
        };
        let indent = if label.width() * 4 > self.screen.width { 2 } else { label.width() };
        let lines = wrap(&words::plain(words), self.screen.width, (label.width(), indent));
        for (number, line) in lines.iter().enumerate() {
            let before = if number == 0 { label.clone() } else { " ".repeat(indent) };
            let before = if line.is_empty() { before.trim_end().to_string() } else { before };
            let line = if self.screen.colour { format!("{style}{line}{style:#}") } else { line.clone() };
            self.text.push_str(&format!("{before}{line}\n"));
        }
    }

    fn more(&mut self, total: usize, noun: &str) {
        if total > SHOWN {
            self.prose(
                "          ",
                &format!(
                    "and {} in the report",
                    words::count((total - SHOWN) as u64, &format!("more {noun}"))
                ),
                Style::new().dimmed(),
            );
        }
    }

    fn table(&self, header: &[&str], numbers: &[usize]) -> Table {
        let mut table = Table::new();
        table.load_style(NOTHING).force_no_tty().set_content_arrangement(ContentArrangement::Dynamic);
        // comfy-table pads its last column too; that blank is trimmed, so it may stand outside.
        table.set_width(u16::try_from(self.screen.width + 1).unwrap_or(u16::MAX));
        if self.screen.colour {
            table.enforce_styling();
        }
        let dim = |word: &&str| {
            if self.screen.colour {
                Cell::new(word).add_attribute(comfy_table::Attribute::Dim)
            } else {
                Cell::new(word)
            }
        };
        table.set_header(header.iter().map(dim).collect::<Vec<_>>());
        for column in 0..header.len() {
            let column_of = table.column_mut(column).expect("the header made the columns");
            column_of.set_padding((0, 2));
            if numbers.contains(&column) {
                column_of.set_cell_alignment(CellAlignment::Right);
            }
        }
        table
    }

    /// Cells, then the mark in its colour.
    fn row(&self, cells: &[String], mark: &Mark) -> Row {
        let last = Cell::new(mark.text());
        let last = if self.screen.colour { last.fg(colour(mark.tone)) } else { last };
        cells.iter().map(Cell::new).chain([last]).collect::<Vec<_>>().into()
    }

    fn add(&mut self, table: &Table) {
        for line in table.lines() {
            self.text.push_str(&trimmed(&line));
            self.text.push('\n');
        }
    }

    fn applications(&mut self, results: &Results) {
        if results.applications.is_empty() {
            return;
        }
        if self.screen.width < TABLE {
            results.applications.iter().for_each(|row| self.application(row, results));
            return;
        }
        let mut table = self.table(
            &["tier", "application", "RPO", "held", "RPA", "RTO", "RTA", "declared", "status"],
            &[0, 2, 3, 4, 5, 6, 7],
        );
        let rows = rows(results, &results.applications);
        let keys = "tier name rpo_objective_s held_share rpa_or_age_s rto_objective_s rta_from_outage_s rta_from_declaration_s";
        let shown = estate::APPLICATIONS.view(keys, &rows);
        for (row, cells) in rows.iter().zip(&shown.rows) {
            let cells = shown.columns.iter().zip(cells);
            let cells: Vec<String> =
                cells.map(|(column, value)| spoken(value, column.unit, &|_| String::new())).collect();
            table.add_row(self.row(&cells, &words::application_mark(row)));
        }
        self.add(&table);
    }

    /// An application as three short lines, for narrow screens.
    fn application(&mut self, row: &ApplicationRow, results: &Results) {
        let mark = words::application_mark(row);
        let tier = row.tier.map_or(String::new(), |tier| format!(" (tier {tier})"));
        self.prose(
            &format!("{} ", mark.tone.symbol()),
            &format!("{}{tier}: {}", row.name, mark.word),
            style(mark.tone),
        );
        let rpa = duration_or_none(row.rpa_s.or_else(|| baseline_age(row, results)));
        self.prose("  ", &format!("RPA {rpa} of {}", duration_or_none(row.rpo_objective_s)), Style::new());
        let (rta, rto) = (duration_or_none(row.rta_from_outage_s), duration_or_none(row.rto_objective_s));
        let declared = duration_or_none(row.rta_from_declaration_s);
        self.prose("  ", &format!("RTA {rta} of {rto}, declared {declared}"), Style::new());
    }

    /// An application's variants as short lines, for narrow screens.
    /// What differs, of what stands in no table too.
    fn differences(&mut self, variants: &[(String, Results)]) {
        self.gap();
        let all: Vec<(&str, &Results)> =
            variants.iter().map(|(label, results)| (label.as_str(), results)).collect();
        for says in beside::differences(&all) {
            self.prose("", &says, Style::new());
        }
    }

    fn variants_of(&mut self, base: &ApplicationRow, variants: &[(String, Results)]) {
        self.prose("", &base.name, Style::new().bold());
        for (label, results) in variants {
            let Some(row) = results.applications.iter().find(|row| row.name == base.name) else { continue };
            let mark = words::application_mark(row);
            let figure = |now: Option<f64>, before: Option<f64>| match std::ptr::eq(row, base) {
                true => duration_or_none(now),
                false => format!("{} ({})", duration_or_none(now), difference(now, before)),
            };
            let (rpa, rta) =
                (figure(row.rpa_s, base.rpa_s), figure(row.rta_from_outage_s, base.rta_from_outage_s));
            let text = format!("{label}: {}, RPA {rpa}, RTA {rta}", mark.word);
            self.prose(&format!("  {} ", mark.tone.symbol()), &text, style(mark.tone));
        }
    }

    fn outages(&mut self, results: &Results) {
        self.gap();
        for outage in verdict::worst_outages(results).into_iter().take(SHOWN) {
            self.prose("outage    ", &outage_line(outage), Style::new());
        }
        self.more(results.outages.len(), "outage");
    }

    /// Health, and what operators did if they did anything.
    fn protection(&mut self, results: &Results) {
        if results.vms.iter().all(|vm| vm.health.is_none()) {
            return;
        }
        let most = results.fleet_health.reasons.first();
        let why = most.map_or(String::new(), |row| format!("; mostly {}", row.reason));
        let line = format!("{} at the end{why}", words::health(&results.fleet_health));
        self.prose("health    ", &line, Style::new());
        let jobs = &results.operations.jobs;
        for job in jobs.iter().filter(|job| job.outcome == JobState::Failed).take(SHOWN) {
            let on = job.on.as_ref().map_or(String::new(), |on| format!(" of {on}"));
            let reason = job.reason.as_deref().unwrap_or("no reason is known");
            let line = format!("{}{on} at {}: {reason}", job.job, job.from);
            self.prose("failed    ", &line, AnsiColor::Red.on_default());
        }
        self.more(jobs.iter().filter(|job| job.outcome == JobState::Failed).count(), "failed job");
        for job in jobs.iter().filter(|job| job.drill_rto_s.is_some()).take(SHOWN) {
            let on = job.on.as_deref().unwrap_or(NONE);
            let line = format!("{on}: all test VMs ran after {}", duration_or_none(job.drill_rto_s));
            self.prose("drill     ", &line, Style::new());
        }
        if let Some(last) = &results.operations.last_protected {
            let line = format!("last VM protected again after {}: {}", duration(last.after_s), last.vm);
            self.prose("exposed   ", &line, Style::new());
        }
    }

    /// The assumptions that matter most, or that none was tried.
    fn assumed(&mut self, results: &Results) {
        if let Some(line) = assumed::stand_ins(&results.stand_ins) {
            self.prose("stand-ins ", &line, Style::new());
        }
        let defaults = results.assumptions.len() - results.stand_ins.len();
        if results.tried.is_none() && defaults > 0 {
            let values = words::count(defaults as u64, "value");
            self.prose("assumed   ", &format!("{values}; --assumptions tells which matter"), Style::new());
        }
        let all = assumed::that_matter(results);
        for (number, line) in all.iter().take(ASSUMED).enumerate() {
            self.prose(if number == 0 { "assumed   " } else { "          " }, line, Style::new());
        }
    }

    /// How sites reach each other, and what all ways have in common.
    fn routes(&mut self, results: &Results) {
        for (number, row) in results.routes.iter().take(SHOWN).enumerate() {
            self.prose(
                if number == 0 { "route     " } else { "          " },
                &words::route(row),
                Style::new(),
            );
        }
        self.more(results.routes.len(), "route");
    }

    fn bound(&mut self, results: &Results) {
        let protected = results.vms.iter().filter(|vm| !vm.bound.is_empty()).count() as u64;
        for (number, cause) in verdict::binding(results).iter().take(3).enumerate() {
            self.prose(
                if number == 0 { "bound by  " } else { "          " },
                &cause.line(protected),
                Style::new(),
            );
        }
    }
}

/// Without outages the age to judge is the worst of the baseline.
fn baseline_age(row: &ApplicationRow, results: &Results) -> Option<f64> {
    row.age.as_ref().filter(|_| results.outages.is_empty()).map(|age| age.max_s)
}

/// Without the blanks at its end, also where colour is taken back after them.
fn trimmed(line: &str) -> String {
    let line = line.trim_end();
    match line.rfind('\u{1b}').map(|at| line.split_at(at)) {
        Some((text, code)) if code.find('m') == Some(code.len() - 1) => trimmed(text) + code,
        Some(_) | None => line.to_owned(),
    }
}

fn colour(tone: Tone) -> comfy_table::Color {
    match tone {
        Tone::Good => comfy_table::Color::DarkGreen,
        Tone::Quiet => comfy_table::Color::Grey,
        Tone::Thin => comfy_table::Color::DarkYellow,
        Tone::Bad | Tone::Lost => comfy_table::Color::DarkRed,
    }
}

/// `hq lost: erp ✖ not recovered (worst of 4): erp-db did not start; payroll ✗ missed, RTA 4h 38m: decision 1h, boot 20m`.
fn outage_line(outage: &OutageRow) -> String {
    let Some(row) = verdict::leading(outage) else {
        let exposed = outage.applications.iter().filter(|row| row.exposure.is_some());
        let oldest = exposed.max_by(|a, b| oldest(a).total_cmp(&oldest(b)));
        let told =
            oldest.and_then(|row| row.reasons.first().map(|reason| format!("; {} {reason}", row.name)));
        return format!("{}: no application goes down{}", outage.name, told.unwrap_or_default());
    };
    let hit = outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit).count();
    let of = if hit > 1 { format!(" (worst of {hit})") } else { String::new() };
    let told = format!("{}: {} {}{of}", outage.name, row.name, words::outage_mark(row).text());
    if !row.phases.is_empty() {
        return format!("{told}, {}", path(row));
    }
    let reason = row.reasons.first().map_or(String::new(), |reason| format!(": {reason}"));
    let other = verdict::slowest_recovery(outage);
    let other =
        other.map(|other| format!("; {} {}, {}", other.name, words::outage_mark(other).text(), path(other)));
    format!("{told}{reason}{}", other.unwrap_or_default())
}

/// How old the copies of an application get that runs on.
fn oldest(row: &OutageApplicationRow) -> f64 {
    row.exposure.as_ref().map_or(0.0, |exposure| exposure.oldest_s)
}

/// The recovery time and the longest phases of the critical path.
fn path(row: &OutageApplicationRow) -> String {
    let phases = verdict::slowest(&row.phases, 3);
    let parts: Vec<_> =
        phases.iter().map(|phase| format!("{} {}", phase.phase, duration(phase.seconds))).collect();
    format!("RTA {}: {}", duration_or_none(row.rta_from_outage_s), parts.join(", "))
}

/// Lines of words within `width`, the first after `indents.0` columns, the others after `indents.1`; a longer word is cut.
pub(crate) fn wrap(text: &str, width: usize, indents: (usize, usize)) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        let mut rest = word.to_string();
        while !rest.is_empty() {
            let indent = if lines.len() == 1 { indents.0 } else { indents.1 };
            let room = width.saturating_sub(indent).max(4);
            let line = lines.last_mut().expect("there is always a line");
            let gap = usize::from(!line.is_empty());
            if line.width() + gap + rest.width() <= room {
                line.push_str(&" ".repeat(gap));
                line.push_str(&rest);
                break;
            }
            if gap == 0 {
                let cut = cut(&rest, room);
                line.push_str(&rest[..cut]);
                rest.drain(..cut);
            }
            lines.push(String::new());
        }
    }
    lines
}

/// Where to cut so that the front is at most `room` columns wide, at least one character.
pub(super) fn cut(text: &str, room: usize) -> usize {
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let fits = |end: &usize| text[..*end].width() <= room;
    let first = text.chars().next().map_or(0, char::len_utf8);
    ends.take_while(fits).last().unwrap_or(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_wrap_and_long_ones_are_cut() {
        assert_eq!(wrap("a bb ccc", 4, (0, 0)), ["a bb", "ccc"]);
        assert_eq!(wrap("abcdefghij", 4, (0, 0)), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("日本語テキスト", 6, (0, 0)), ["日本語", "テキス", "ト"]);
    }

    #[test]
    fn differences_have_a_sign() {
        assert_eq!(difference(Some(300.0), Some(60.0)), "+4m");
        assert_eq!(difference(Some(60.0), Some(300.0)), "−4m");
        assert_eq!(difference(Some(60.0), Some(60.0)), "=");
        assert_eq!(difference(None, Some(60.0)), "–");
    }
}
