//! What shortening a step of a recovery does, in words.

use crate::closed::Closed;
use crate::plan::shorter::{Shorter, Then};
use crate::report::path::Stretch;
use crate::report::words::duration;

/// Times that differ by less are the same, s.
const SAME: f64 = 1.0;

/// Phases with what shortening them does, the most first; in one those that do nothing.
pub fn lines(all: &[Shorter], rta_s: Option<f64>, path: &[Stretch]) -> Vec<(&'static str, String)> {
    let is_idle = |it: &&Shorter| it.then.as_ref().is_some_and(|then| saved(then, rta_s).abs() < SAME);
    let line = |it: &Shorter| (it.phase.words(), line(it, rta_s, path));
    let mut lines: Vec<_> = all.iter().filter(|it| !is_idle(it)).map(line).collect();
    let idle = all.iter().filter(is_idle);
    let idle: Vec<String> =
        idle.map(|it| format!("{}, {}", it.phase, it.what.as_deref().unwrap_or_default())).collect();
    if !idle.is_empty() {
        lines.push(("no earlier", format!("something else binds: {}", idle.join("; "))));
    }
    lines
}

/// `48m: have 3 operators (team ops): back after 2h 1m, 36m earlier`.
fn line(it: &Shorter, rta_s: Option<f64>, path: &[Stretch]) -> String {
    let takes = duration(it.takes_s);
    let what = it.what.as_ref().map_or_else(String::new, |what| format!(" {what}:"));
    let comes = match (&it.then, it.given) {
        (Some(then), _) => comes(then, rta_s, path),
        (None, given) => given.map_or("", Closed::words).to_owned(),
    };
    format!("{takes}:{what} {comes}")
}

fn saved(then: &Then, rta_s: Option<f64>) -> f64 {
    rta_s.zip(then.rta_s).map_or(f64::INFINITY, |(rta, now)| rta - now)
}

fn comes(then: &Then, rta_s: Option<f64>, path: &[Stretch]) -> String {
    let Some(now) = then.rta_s else { return "not back then".into() };
    let by = match saved(then, rta_s) {
        saved if saved > 0.0 => format!("{} earlier", duration(saved)),
        saved => format!("{} later", duration(-saved)),
    };
    let more = then.more.as_ref().map_or_else(String::new, |more| {
        format!(", though {} takes {} more", more.phase, duration(more.seconds))
    });
    let was = path.iter().max_by(|a, b| a.seconds().total_cmp(&b.seconds()));
    let longest = then
        .longest
        .as_ref()
        .filter(|now| was.is_none_or(|was| (was.phase, &was.on) != (now.phase, &now.on)));
    let longest = longest.map_or_else(String::new, |it| {
        format!("; longest then: {}, {} ({})", it.phase, duration(it.seconds), it.on)
    });
    format!("back after {}, {by}{more}{longest}", duration(now))
}
