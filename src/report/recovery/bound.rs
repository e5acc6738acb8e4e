//! What bound the age of an application's oldest point when, in words.

use crate::measure::results::BoundSpan;
use crate::report::instant::{local, said, since};
use crate::report::words::{count, duration};

/// Causes that are told.
const CAUSES: usize = 4;
/// Times of each.
const TIMES: usize = 4;

/// A line for each cause, that of the highest age first: how old it got, the cause, and when it was so.
pub fn lines(spans: &[BoundSpan]) -> Vec<(String, String)> {
    let mut causes: Vec<(&BoundSpan, Vec<&BoundSpan>)> = Vec::new();
    for span in spans {
        match causes.iter_mut().find(|(first, _)| first.by == span.by) {
            Some((_, all)) => all.push(span),
            None => causes.push((span, vec![span])),
        }
    }
    let oldest = |all: &[&BoundSpan]| all.iter().map(|span| span.oldest_s).fold(0.0, f64::max);
    causes.sort_by(|a, b| oldest(&b.1).total_cmp(&oldest(&a.1)));
    let line = |(first, all): &(&BoundSpan, Vec<&BoundSpan>)| {
        let mut told: Vec<String> = all.iter().take(TIMES).map(|span| time(span)).collect();
        if all.len() > TIMES {
            told.push(count((all.len() - TIMES) as u64, "more time"));
        }
        (format!("up to {}", duration(oldest(all))), format!("{}: {}", first.by, told.join("; ")))
    };
    causes.iter().take(CAUSES).map(line).collect()
}

/// `Mon 2 Mar 08:00 to 18:00`.
fn time(span: &BoundSpan) -> String {
    let is_one_day =
        local(&span.from).zip(local(&span.to)).is_some_and(|(from, to)| from.date() == to.date());
    let to = if is_one_day { since(&span.to) } else { said(&span.to) };
    format!("{} to {to}", said(&span.from))
}
