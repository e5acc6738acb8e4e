//! A chart of recoveries in columns of a terminal: a row for each application, which is its critical path by phase, under a clock.

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr;

use super::timeline::{Recoveries, Recovery, Timeline};
use crate::closed::Closed;
use crate::document::Mark;
use crate::facts::Phase;
use crate::measure::results::Results;
use crate::report::instant::{Calendar, dated};
use crate::report::rows::Rows;
use crate::report::terminal::{Screen, cut, style};
use crate::report::words::{self, duration};

/// Outages told; the rest are counted.
const OUTAGES: usize = 5;
/// Applications told of each.
const APPLICATIONS: usize = 20;
/// Columns of the longest name.
const NAME: usize = 18;
/// Below this many columns what stands behind a row stands below it.
const NARROW: usize = 60;
/// Objectives later than this many times the longest recovery leave no room to see it.
const FAR: f64 = 2.0;
/// Columns between two times of the clock.
const APART: f64 = 10.0;
/// Letters, in the order of the legend; a phase has that of its kind.
const LETTERS: [char; 8] = ['d', 'p', 'o', 'f', 'a', 'b', 's', 'w'];

fn letter(phase: Phase) -> char {
    match phase {
        Phase::Detection => 'd',
        Phase::Decision | Phase::WaitingForPeople | Phase::Asked => 'p',
        Phase::Orchestration | Phase::ShutdownAttempt | Phase::Shutdown | Phase::EarlierGroups => 'o',
        Phase::Synchronization | Phase::Failover => 'f',
        Phase::Actions | Phase::ManualWork => 'a',
        Phase::Testing | Phase::Boot => 'b',
        Phase::Network | Phase::Dependencies | Phase::Readiness | Phase::Validation => 's',
        Phase::Repair | Phase::WaitingForRoom | Phase::SecondFault => 'w',
    }
}

fn colour(letter: char) -> AnsiColor {
    match letter {
        'p' => AnsiColor::Yellow,
        'o' => AnsiColor::Cyan,
        'f' => AnsiColor::Blue,
        'a' => AnsiColor::BrightRed,
        'b' => AnsiColor::Green,
        's' => AnsiColor::Magenta,
        'w' => AnsiColor::Red,
        _ => AnsiColor::White,
    }
}

/// The chart; `next` is the hint at the end, without `next:`; none if empty.
pub fn write(results: &Results, timeline: &Timeline, screen: Screen, next: &str) -> String {
    let calendar = Calendar::of(results);
    let mut rows = Rows::new(screen, NAME);
    if timeline.outages.is_empty() {
        rows.words("", 0, "The scenario has no outage, so nothing has to recover.", Style::new());
    }
    for recoveries in timeline.outages.iter().take(OUTAGES) {
        outage(&mut rows, recoveries, calendar.as_ref(), screen);
        rows.text.push('\n');
    }
    let more = timeline.outages.len().saturating_sub(OUTAGES);
    if more > 0 {
        let more = words::count(more as u64, "more outage");
        rows.words("", 0, &format!("and {more}: --outage NAME shows one"), Style::new().dimmed());
    }
    legend(&mut rows, timeline);
    if !next.is_empty() {
        rows.words("next: ", 6, next, Style::new());
    }
    rows.text
}

/// Where columns lie in time.
struct Scale {
    /// Columns before the first and of the rows.
    left: usize,
    width: usize,
    /// Seconds of all of them.
    seconds: f64,
}

impl Scale {
    /// The column of an instant; the last one for all that is later.
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "within the screen"
    )]
    fn column(&self, seconds: f64) -> usize {
        let at = (seconds / self.seconds * self.width as f64).round().max(0.0) as usize;
        at.min(self.width)
    }
}

fn outage(rows: &mut Rows, recoveries: &Recoveries, calendar: Option<&Calendar>, screen: Screen) {
    let shown = &recoveries.applications[..recoveries.applications.len().min(APPLICATIONS)];
    let name = shown.iter().map(|row| row.application.width()).max().unwrap_or(0).clamp(4, NAME) + 2;
    let behind = shown.iter().map(|row| result(row).0.width() + 1).max().unwrap_or(0);
    let behind = if screen.width < NARROW { 0 } else { behind };
    let longest = shown.iter().map(end).fold(0.0, f64::max);
    let objectives = shown.iter().filter_map(objective).filter(|at| *at <= FAR * longest || longest <= 0.0);
    let last = objectives.fold(longest, f64::max).max(recoveries.declared_s.unwrap_or(0.0)).max(60.0);
    let width = screen.width.saturating_sub(name + behind + 1).max(8);
    let scale = Scale { left: name, width, seconds: last * 1.02 };

    let zone = calendar.map_or(String::new(), |it| format!(" ({})", it.zone()));
    let title = format!("{}, {}{zone}", recoveries.outage, dated(&recoveries.at));
    rows.words("", 0, &title, Style::new().bold());
    if shown.is_empty() {
        rows.words("  ", 2, "no application goes down", Style::new());
        return;
    }
    axis(rows, recoveries, calendar, &scale);
    for recovery in shown {
        row(rows, recovery, &scale, screen);
    }
    if let Some(declared) = recoveries.declared_s {
        let column = scale.column(declared);
        let words = format!("declared {}", clock(calendar, recoveries.at_s + declared, recoveries.at_s));
        let mark = if column + words.width() + 2 > scale.width {
            format!("{words} ^")
        } else {
            format!("^ {words}")
        };
        let before = if mark.ends_with('^') { (column + 1).saturating_sub(mark.width()) } else { column };
        line(rows, &format!("{}{mark}", " ".repeat(scale.left + before)));
    }
    let more = recoveries.applications.len() - shown.len();
    let parts = [(more as u64, "more application"), (recoveries.not_hit, "application")];
    let [more, not_hit] = parts.map(|(count, noun)| (count > 0).then(|| words::count(count, noun)));
    let parts =
        [more.map(|it| format!("and {it} that did better")), not_hit.map(|it| format!("{it} not hit"))];
    let told: Vec<String> = parts.into_iter().flatten().collect();
    if !told.is_empty() {
        rows.words("", 0, &told.join("; "), Style::new().dimmed());
    }
}

fn line(rows: &mut Rows, text: &str) {
    rows.text.push_str(text.trim_end());
    rows.text.push('\n');
}

/// When it is back; where it is not, when it goes down.
fn end(recovery: &Recovery) -> f64 {
    recovery.path.last().map_or(recovery.from_s, |last| last.to_s)
}

fn objective(recovery: &Recovery) -> Option<f64> {
    recovery.rto_s.map(|rto| recovery.from_s + rto)
}

/// The clock above the rows: round times, and marks under them.
fn axis(rows: &mut Rows, recoveries: &Recoveries, calendar: Option<&Calendar>, scale: &Scale) {
    let most = u32::try_from(scale.width).map_or(1.0, f64::from) / APART;
    let at = recoveries.at_s;
    let ticks = calendar.map_or_else(Vec::new, |it| it.ticks(at, at + scale.seconds, most));
    let (mut names, mut marks) = (String::new(), String::new());
    for (tick, name) in ticks {
        let column = scale.column(tick - at);
        let is_free = names.is_empty() || names.width() < column;
        if is_free && column + name.width() <= scale.width {
            names.push_str(&" ".repeat(column - names.width()));
            names.push_str(&name);
            marks.push_str(&" ".repeat(column - marks.width()));
            marks.push('╷');
        }
    }
    for text in [names, marks].iter().filter(|text| !text.is_empty()) {
        line(rows, &format!("{}{text}", " ".repeat(scale.left)));
    }
}

fn row(rows: &mut Rows, recovery: &Recovery, scale: &Scale, screen: Screen) {
    let mut cells: Vec<char> = vec![' '; scale.width + 1];
    let mut begin = scale.column(recovery.from_s);
    for stretch in &recovery.path {
        let to = scale.column(stretch.to_s);
        cells[begin.min(to)..to].fill(letter(stretch.phase));
        begin = to;
    }
    if recovery.path.is_empty() {
        cells[begin..].fill('·');
    }
    if let Some(at) = objective(recovery).filter(|at| *at <= scale.seconds) {
        cells[scale.column(at)] = '|';
    }
    let name = words::plain(&recovery.application);
    let fits = cut(&name, scale.left - 2);
    let name = if fits < name.len() { format!("{}…", &name[..cut(&name, scale.left - 3)]) } else { name };
    let (result, mark) = result(recovery);
    let pad = " ".repeat(scale.left - name.width());
    let bar = painted(&cells, screen);
    let told = if screen.colour { format!("{0}{result}{0:#}", style(mark.tone)) } else { result };
    match screen.width < NARROW {
        true => {
            line(rows, &format!("{name}{pad}{bar}"));
            line(rows, &format!("  {told}"));
        }
        false => line(rows, &format!("{name}{pad}{bar} {told}")),
    }
}

/// A time of day, with the day where it is another one than that of `since`.
pub(super) fn clock(calendar: Option<&Calendar>, seconds: f64, since: f64) -> String {
    calendar.map_or_else(|| duration(seconds), |calendar| calendar.clock(seconds, since))
}

/// How long it took, against its objective, and what that is called.
fn result(recovery: &Recovery) -> (String, Mark) {
    let mark = Mark::new(recovery.status, recovery.margin_share);
    let took = match (recovery.rta_s, recovery.down_s) {
        (Some(rta), _) => duration(rta),
        (None, Some(down)) => format!("> {}", duration(down)),
        (None, None) => words::NONE.to_owned(),
    };
    let of = recovery.rto_s.map_or(String::new(), |rto| format!(" of {}", duration(rto)));
    (format!("{took}{of} {}", mark.text()), mark)
}

/// Cells in the colours of their letters.
fn painted(cells: &[char], screen: Screen) -> String {
    if !screen.colour {
        return cells.iter().collect();
    }
    let runs = cells.chunk_by(|a, b| a == b);
    let paint = |run: &[char]| {
        let text: String = run.iter().collect();
        match LETTERS.contains(&run[0]) {
            true => format!("{0}{text}{0:#}", colour(run[0]).on_default().bold()),
            false => text,
        }
    };
    runs.map(paint).collect()
}

/// What letters and marks mean, of those that occur.
fn legend(rows: &mut Rows, timeline: &Timeline) {
    let all =
        || timeline.outages.iter().take(OUTAGES).flat_map(|it| it.applications.iter().take(APPLICATIONS));
    let occurs = |phase: &Phase| all().any(|row| row.path.iter().any(|stretch| stretch.phase == *phase));
    let entry = |letter: char| {
        let phases = Phase::ALL.iter().filter(|phase| self::letter(**phase) == letter && occurs(phase));
        let phases: Vec<&str> = phases.map(|phase| phase.words()).collect();
        (!phases.is_empty()).then(|| format!("{letter} {}", phases.join(", ")))
    };
    let mut entries: Vec<String> = LETTERS.into_iter().filter_map(entry).collect();
    if entries.is_empty() && all().next().is_none() {
        return;
    }
    let marks = [
        (all().any(|row| row.rto_s.is_some()), "| RTO"),
        (all().any(|row| row.path.is_empty()), "· not back"),
    ];
    entries.extend(marks.into_iter().filter(|(occurs, _)| *occurs).map(|(_, mark)| mark.to_owned()));
    rows.words(
        "",
        0,
        "A row is the critical path of its application: what kept it from being back.",
        Style::new().dimmed(),
    );
    rows.words("", 0, &entries.join("; "), Style::new().dimmed());
}
