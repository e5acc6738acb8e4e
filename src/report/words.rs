//! How reports say things: durations, sizes, shares, verdicts. One place, so that every format says the same.
//! Imports documents, results and units.

use crate::closed::Closed;
use crate::document::{Mark, Tone};
pub use crate::inert::plain;
use crate::measure::results::{
    ApplicationRow, FleetHealth, JobRow, JobState, OutageApplicationRow, RouteRow, SiteRow, Status,
};
use crate::units::{Bytes, Rate, Span};
use crate::words::status as said;

/// What stands where a value does not exist.
pub const NONE: &str = "–";

/// A margin below this share of the objective is amber.
pub const THIN_MARGIN: f64 = 0.10;

/// `4m 20s` for 260 seconds; negative values keep their sign.
pub fn duration(seconds: f64) -> String {
    let span = Span(whole(seconds.abs() * 1e6));
    // Fractions matter below ten seconds; above they are noise to a reader (the exact value is in the title and the JSON).
    let span = if seconds.abs() >= 10.0 { Span::seconds(whole(seconds.abs())) } else { span };
    if seconds < 0.0 { format!("−{span}") } else { span.to_string() }
}

/// The same, or a dash.
pub fn duration_or_none(seconds: Option<f64>) -> String {
    seconds.map_or_else(|| NONE.into(), duration)
}

/// `1.50 GB`.
pub fn bytes(count: u64) -> String {
    Bytes(count).to_string()
}

/// `200 Mbps`, from bits per second.
pub fn rate(bps: u64) -> String {
    Rate(bps / 8).to_string()
}

/// `hq → dr: 190 Mbps over wan, the only way`.
pub fn route(row: &RouteRow) -> String {
    let way = format!("{} → {}: {} over {}", row.from, row.to, rate(row.rate_bps), row.links.join(", "));
    if !row.has_second_way {
        return format!("{way}, the only way");
    }
    let fits = format!("{way}; {} fit over all ways", rate(row.fits_bps));
    match row.single_points.join(", ") {
        none if none.is_empty() => format!("{fits}; no single point of failure"),
        points => format!("{fits}; all pass through {points}"),
    }
}

/// `hq: 40 virtual processors on 64 logical ones (0.62 : 1); 60 (0.94 : 1) with all its replicas started`.
#[allow(clippy::cast_precision_loss, reason = "a ratio to read")]
pub fn processors(row: &SiteRow) -> String {
    let ratio = |vcpus: u64| match row.cores {
        0 => String::new(),
        cores => format!(" ({:.2} : 1)", vcpus as f64 / cores as f64),
    };
    let now = format!(
        "{}: {} virtual processors on {} logical ones{}",
        row.name,
        thousands(row.vcpus),
        thousands(row.cores),
        ratio(row.vcpus)
    );
    match row.replica_vcpus {
        0 => now,
        more => {
            let all = row.vcpus + more;
            format!("{now}; {}{} with all its replicas started", thousands(all), ratio(all))
        }
    }
}

/// `12 %`; below ten percent with a decimal, and never rounded to nothing or to the whole.
pub fn percent(share: f64) -> String {
    let value = share * 100.0;
    match value {
        0.0 => "0 %".into(),
        v if v > 0.0 && v < 0.1 => "< 0.1 %".into(),
        v if v.abs() < 9.95 => format!("{v:.1} %"),
        v if (99.5..100.0).contains(&v) => "> 99 %".into(),
        v => format!("{v:.0} %"),
    }
}

/// `4 %`, rounded down so that no margin looks larger than it is.
fn whole_percent(share: f64) -> String {
    match share * 100.0 {
        value if value > 0.0 && value < 1.0 => "< 1 %".into(),
        value => format!("{:.0} %", value.max(0.0).floor()),
    }
}

/// `1 VM`, `2 VMs`.
pub fn count(number: u64, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{} {noun}s", thousands(number)) }
}

/// `12,345`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The nearest whole number of a value that is not negative.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates; values are not negative"
)]
pub fn whole(value: f64) -> u64 {
    value.round() as u64
}

impl Mark {
    /// The mark of `status`, given the smallest margin to an objective where one is known.
    pub fn new(status: Status, margin: Option<f64>) -> Mark {
        let tone = match status {
            Status::Met if margin.is_some_and(|margin| margin < THIN_MARGIN) => Tone::Thin,
            Status::Met => Tone::Good,
            Status::NoObjective | Status::NotHit => Tone::Quiet,
            Status::Undecided => Tone::Thin,
            Status::Exposed | Status::Missed => Tone::Bad,
            Status::NotRecovered => Tone::Lost,
        };
        let word = match margin.filter(|_| tone == Tone::Thin && status == Status::Met) {
            Some(margin) => format!("{}, margin {}", said(status), whole_percent(margin)),
            None => said(status).to_owned(),
        };
        Mark { word, tone }
    }
}

/// (objective − actual) ÷ objective, where both exist.
pub fn margin(objective: Option<f64>, actual: Option<f64>) -> Option<f64> {
    let objective = objective.filter(|o| *o > 0.0)?;
    Some((objective - actual?) / objective)
}

/// The verdict on an application in one outage.
pub fn outage_mark(row: &OutageApplicationRow) -> Mark {
    Mark::new(row.status, row.margin_share)
}

/// The verdict on an application over the whole run.
pub fn application_mark(row: &ApplicationRow) -> Mark {
    Mark::new(row.status, row.margin_share)
}

/// Words of a closed list, one after the other.
pub fn list<T: Closed>(all: &[T]) -> String {
    let words: Vec<&str> = all.iter().map(|it| it.words()).collect();
    words.join("; ")
}

/// How a job ended.
pub fn job_mark(row: &JobRow) -> Mark {
    let tone = match row.outcome {
        JobState::Succeeded => Tone::Good,
        JobState::Failed => Tone::Bad,
        JobState::Cancelled | JobState::InProgress => Tone::Quiet,
    };
    Mark { word: row.outcome.to_string(), tone }
}

/// `12 VMs Normal, 2 Warning, 1 Critical`; what there is none of is left out.
pub fn health(fleet: &FleetHealth) -> String {
    let all = [
        (fleet.normal, "Normal"),
        (fleet.warning, "Warning"),
        (fleet.critical, "Critical"),
        (fleet.not_applicable, "without a relationship"),
    ];
    let mut parts = all.iter().filter(|(vms, _)| *vms > 0);
    let first = parts.next().map(|(vms, word)| format!("{} {word}", count(*vms, "VM")));
    let rest = parts.map(|(vms, word)| format!("{} {word}", thousands(*vms)));
    let all: Vec<String> = first.into_iter().chain(rest).collect();
    if all.is_empty() { "no VM is replicated".into() } else { all.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_short_and_signed() {
        assert_eq!(duration(260.0), "4m 20s");
        assert_eq!(duration(4320.0), "1h 12m");
        assert_eq!(duration(-2280.0), "−38m");
        assert_eq!(duration(0.25), "250ms");
        assert_eq!(duration(59.4), "59s");
        assert_eq!(duration_or_none(None), "–");
    }

    #[test]
    fn shares_never_lie_by_rounding() {
        assert_eq!(percent(0.0), "0 %");
        assert_eq!(percent(0.0004), "< 0.1 %");
        assert_eq!(percent(0.043), "4.3 %");
        assert_eq!(percent(0.42), "42 %");
        assert_eq!(percent(0.9999), "> 99 %");
        assert_eq!(percent(1.0), "100 %");
    }

    #[test]
    fn a_thin_margin_is_amber() {
        assert_eq!(Mark::new(Status::Met, Some(0.045)).text(), "! met, margin 4 %");
        assert_eq!(Mark::new(Status::Met, Some(0.4)).text(), "✓ met");
        assert_eq!(Mark::new(Status::Met, None).tone, Tone::Good);
    }

    #[test]
    fn counts_and_names_read_well() {
        assert_eq!(count(1, "VM"), "1 VM");
        assert_eq!(count(12_345, "VM"), "12,345 VMs");
        assert_eq!(plain("a\u{1b}[31m\nb"), "a\u{fffd}[31m\u{fffd}b");
    }
}
