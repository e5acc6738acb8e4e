//! Recoveries by application: one bar of each, end to end what it waited for, with its VMs under it. Imports results and the calendar.

use std::collections::BTreeMap;

use crate::facts::Phase;
use crate::measure::results::{OutageApplicationRow, OutageRow, Outcome, Results, StepRow};
use crate::report::instant::Calendar;
use crate::report::plot::axes::time_ticks;
use crate::report::verdict;
use crate::report::words::{self, duration, plain};

use super::Cell;
use super::data::since_start;
use super::groups::Group;

/// Outages that are shown.
const OUTAGES: usize = 8;
/// Applications of each; those that fared best are counted.
const APPLICATIONS: usize = 30;
/// VMs of each application; those off the critical path are left out first.
const VMS: usize = 40;
/// An objective beyond so many times the longest recovery is not drawn.
const FAR: f64 = 1.6;

/// The recoveries in an outage.
pub(super) struct Recovery {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) badge: Cell,
    /// Where along, in percent; what clocks show; how long after the first fault.
    pub(super) ticks: Vec<(String, String, String)>,
    pub(super) groups: Vec<Group>,
    pub(super) rows: Vec<Line>,
    pub(super) note: String,
}

/// An application, or a VM of it.
pub(super) struct Line {
    pub(super) name: String,
    pub(super) about: String,
    pub(super) bars: Vec<Bar>,
    /// What they say together, where each says nothing.
    pub(super) title: String,
    /// Where the objective stands, in percent.
    pub(super) objective: Option<String>,
    pub(super) back: String,
    pub(super) spare: String,
    pub(super) class: &'static str,
    pub(super) vms: Vec<Line>,
}

/// Something that takes time.
pub(super) struct Bar {
    pub(super) left: String,
    pub(super) width: String,
    pub(super) class: String,
    pub(super) title: String,
}

/// Of the worst outages that take an application down.
pub(super) fn recoveries(results: &Results) -> Vec<Recovery> {
    let members: BTreeMap<&str, &[String]> =
        results.applications.iter().map(|row| (row.name.as_str(), row.grounds.members.as_slice())).collect();
    let calendar = Calendar::of(results);
    let outages = verdict::worst_outages(results).into_iter();
    let of = |outage| recovery((results, calendar.as_ref(), &members), outage);
    outages.filter_map(of).take(OUTAGES).collect()
}

type About<'a> = (&'a Results, Option<&'a Calendar>, &'a BTreeMap<&'a str, &'a [String]>);

fn recovery((results, calendar, members): About<'_>, outage: &OutageRow) -> Option<Recovery> {
    let mut hit: Vec<&OutageApplicationRow> =
        outage.applications.iter().filter(|row| row.outcome != Outcome::NotHit).collect();
    let took = |row: &OutageApplicationRow| row.rta_from_outage_s.or(row.down_s).unwrap_or(0.0);
    let longest = hit.iter().map(|row| took(row)).fold(0.0, f64::max);
    if longest <= 0.0 {
        return None;
    }
    let hidden = hit.len().saturating_sub(APPLICATIONS);
    if hidden > 0 {
        hit.sort_by(|a, b| b.status.cmp(&a.status).then(took(b).total_cmp(&took(a))));
        hit.truncate(APPLICATIONS);
    }
    // In the order in which they come back.
    hit.sort_by(|a, b| took(a).total_cmp(&took(b)));
    let near = |row: &&OutageApplicationRow| row.rto_objective_s.filter(|rto| *rto <= longest * FAR);
    let end = hit.iter().filter_map(near).fold(longest, f64::max) * 1.02;
    let from = since_start(results, &outage.at);
    let scale = Scale { end, from, calendar };
    let mut steps: BTreeMap<&str, Vec<&StepRow>> = BTreeMap::new();
    for step in &outage.steps {
        if let Some(vm) = &step.vm {
            steps.entry(vm).or_default().push(step);
        }
    }
    let none: &[String] = &[];
    let rows: Vec<Line> = hit
        .iter()
        .map(|row| scale.application(row, (members.get(row.name.as_str()).unwrap_or(&none), &steps)))
        .collect();
    let used = |group: &Group| {
        let phases = hit.iter().flat_map(|row| &row.phases).map(|phase| phase.phase);
        phases.chain(steps.values().flatten().map(|step| step.phase)).any(|phase| Group::of(phase) == *group)
    };
    let leading = verdict::leading(outage);
    Some(Recovery {
        name: plain(&outage.name),
        about: plain(&outage.about),
        badge: leading.map_or_else(Cell::default, |row| Cell::mark(&words::outage_mark(row))),
        ticks: scale.ticks(),
        groups: Group::ALL.into_iter().filter(used).collect(),
        rows,
        note: if hidden > 0 {
            format!(
                "{} that fared better are in the tables below.",
                words::count(hidden as u64, "application")
            )
        } else {
            String::new()
        },
    })
}

/// A place or a length along, to a hundredth of a percent.
fn percent(value: f64) -> String {
    format!("{}", (value.clamp(0.0, 100.0) * 100.0).round() / 100.0)
}

/// From seconds after the first fault to places along.
#[derive(Clone, Copy)]
struct Scale<'a> {
    end: f64,
    /// The first fault, in seconds after the start of the run.
    from: f64,
    calendar: Option<&'a Calendar>,
}

impl Scale<'_> {
    fn along(self, seconds: f64) -> String {
        percent(seconds / self.end * 100.0)
    }

    fn clock(self, seconds: f64) -> String {
        self.calendar.map_or_else(|| duration(seconds), |it| it.clock(self.from + seconds, self.from))
    }

    fn ticks(self) -> Vec<(String, String, String)> {
        let tick = |at: f64| {
            (
                self.along(at),
                self.clock(at),
                if at == 0.0 { "+0".into() } else { format!("+{}", duration(at)) },
            )
        };
        time_ticks(0.0, self.end, 6.0).into_iter().filter(|at| *at < self.end * 0.97).map(tick).collect()
    }

    fn bar(self, (from, to): (f64, f64), phase: Phase, (on, class): (&str, &str)) -> Bar {
        let lasts = duration(to - from);
        Bar {
            left: self.along(from),
            width: percent((to.min(self.end) - from) / self.end * 100.0),
            class: format!("{}{class}", Group::of(phase).class()),
            title: plain(&format!("{}{on} {lasts} from {}", phase.words(), self.clock(from))),
        }
    }

    fn application(
        self,
        row: &OutageApplicationRow,
        (members, steps): (&[String], &BTreeMap<&str, Vec<&StepRow>>),
    ) -> Line {
        let mut at = 0.0;
        let bars = row.phases.iter().filter(|phase| phase.seconds > 0.0).map(|phase| {
            let from = at;
            at += phase.seconds;
            self.bar((from, at), phase.phase, (&format!(", {}", phase.on), ""))
        });
        let bars: Vec<Bar> = bars.collect();
        let (back, spare, class) = match (row.rta_from_outage_s, row.rto_objective_s) {
            (Some(rta), Some(rto)) if rta > rto => {
                (self.clock(rta), format!("{} too late", duration(rta - rto)), "bad")
            }
            (Some(rta), Some(rto)) => (self.clock(rta), format!("{} to spare", duration(rto - rta)), ""),
            (Some(rta), None) => (self.clock(rta), format!("after {}", duration(rta)), ""),
            (None, _) => (
                "not back".into(),
                row.down_s.map_or_else(String::new, |down| format!("down for {}", duration(down))),
                "bad",
            ),
        };
        let mut vms: Vec<(&str, &Vec<&StepRow>)> =
            members.iter().filter_map(|vm| Some((vm.as_str(), steps.get(vm.as_str())?))).collect();
        let is_critical = |steps: &[&StepRow]| steps.iter().any(|step| step.critical);
        let hidden = vms.len().saturating_sub(VMS);
        if hidden > 0 {
            vms.sort_by_key(|(_, steps)| !is_critical(steps));
            vms.truncate(VMS);
        }
        let mut lines: Vec<Line> = vms.into_iter().map(|(name, steps)| self.vm(name, steps)).collect();
        if hidden > 0 {
            lines.push(Line {
                name: format!("{hidden} more"),
                about: String::new(),
                bars: Vec::new(),
                title: String::new(),
                objective: None,
                back: String::new(),
                spare: String::new(),
                class: "",
                vms: Vec::new(),
            });
        }
        Line {
            name: plain(&row.name),
            about: words::count(members.len() as u64, "VM"),
            bars,
            title: String::new(),
            objective: row.rto_objective_s.filter(|rto| *rto <= self.end).map(|rto| self.along(rto)),
            back,
            spare,
            class,
            vms: lines,
        }
    }

    fn vm(self, name: &str, steps: &[&StepRow]) -> Line {
        let seen = steps.iter().filter(|step| step.from_s < self.end);
        let bar = |step: &&&StepRow| {
            let class = if step.critical { " critical" } else { " pale" };
            Bar {
                title: String::new(),
                ..self.bar((step.from_s.max(0.0), step.to_s), step.phase, ("", class))
            }
        };
        let said: Vec<String> = seen
            .clone()
            .map(|step| format!("{} {}", step.phase.words(), duration(step.to_s - step.from_s)))
            .collect();
        let is_critical = steps.iter().any(|step| step.critical);
        let last = seen.clone().map(|step| step.to_s).fold(0.0, f64::max);
        Line {
            name: plain(name),
            about: if is_critical { "critical".into() } else { String::new() },
            bars: seen.map(|step| bar(&step)).collect(),
            title: plain(&said.join(", ")),
            objective: None,
            back: self.clock(last),
            spare: String::new(),
            class: "",
            vms: Vec::new(),
        }
    }
}
