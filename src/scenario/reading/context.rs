//! What every reader of entries needs: the notebook, the sections of names, the calendar, and shapes already expanded.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

use jiff::tz::TimeZone;

use super::calendar::{self, Calendar, Window};
use super::diagnostics::Diagnostics;
use super::fields::Fields;
use super::quantity::Quantity;
use super::sections::Sections;
use crate::problem::{Problem, codes};
use crate::remedy::{Instead, Remedy};
use crate::series::Series;
use crate::units::{Ratio, Span, Time};
use crate::workload::Step;

/// Bins by series, column and gap rule.
pub type Bins = BTreeMap<(usize, usize, bool), Arc<[u64]>>;

/// What readers share.
pub struct Context<'r, 't> {
    /// Problems and defaults.
    pub diagnostics: &'r Diagnostics<'t>,
    /// Names.
    pub sections: &'r Sections<'t>,
    /// Start and horizon.
    pub calendar: &'r Calendar,
    /// The cluster of each host; known once clusters are read.
    pub cluster_of: RefCell<Vec<Option<usize>>>,
    /// Zone of each site.
    pub zones: Vec<TimeZone>,
    /// Steps by profile or window and zone: thousands of disks share them.
    pub shapes: RefCell<BTreeMap<String, Arc<[Step]>>>,
    /// Decoded series by row; `None` where a problem was noted.
    pub series: RefCell<BTreeMap<usize, Option<Rc<Series>>>>,
    /// Filled columns by series, column and gap rule.
    pub bins: RefCell<Bins>,
}

impl<'r, 't> Context<'r, 't> {
    /// A context with nothing expanded yet.
    pub fn new(
        diagnostics: &'r Diagnostics<'t>,
        sections: &'r Sections<'t>,
        calendar: &'r Calendar,
    ) -> Context<'r, 't> {
        let (shapes, series, bins) = (RefCell::default(), RefCell::default(), RefCell::default());
        let cluster_of = RefCell::new(vec![None; sections.hosts.rows.len()]);
        let mut context =
            Context { diagnostics, sections, calendar, cluster_of, zones: Vec::new(), shapes, series, bins };
        context.zones = sections.sites.rows.iter().map(|row| context.site_zone(row)).collect();
        context
    }

    /// A site's zone, silently the start's where it cannot be read: the site's own reader reports that.
    fn site_zone(&self, row: &super::sections::Row<'t>) -> TimeZone {
        let fields: &[_] = if let super::node::Node::Fields(fields) = row.node { fields } else { &[] };
        let written = fields.iter().find(|(key, _)| key == "zone").map(|(_, node)| node);
        match written {
            Some(super::node::Node::Text(name)) => calendar::zone(name).ok(),
            _ => None,
        }
        .unwrap_or_else(|| self.calendar.zone.clone())
    }

    /// The zone of a site, or of the start.
    pub fn zone_of(&self, site: Option<usize>) -> TimeZone {
        site.and_then(|site| self.zones.get(site)).unwrap_or(&self.calendar.zone).clone()
    }

    /// The field `zone`, if it is given and readable.
    pub fn zone(&self, fields: &Fields<'_, 't>) -> Option<(String, TimeZone)> {
        let written = fields.text("zone")?;
        match calendar::zone(written.text) {
            Ok(zone) => Some((written.text.to_owned(), zone)),
            Err(error) => {
                self.time_problem(fields, "zone", error);
                None
            }
        }
    }

    /// The instant in a field, if it is given and readable.
    pub fn instant(&self, fields: &Fields<'_, 't>, key: &'static str) -> Option<Time> {
        let written = fields.text(key)?;
        self.calendar.instant(written.text).map_err(|error| self.time_problem(fields, key, error)).ok()
    }

    /// The fields `days`, `from` and `to`.
    pub fn window(&self, fields: &Fields<'_, 't>) -> Option<Window> {
        let (from, to) = (fields.need_text("from"), fields.need_text("to"));
        let days = self.days(fields);
        let (from, to) = (from?.text, to?.text);
        let window = Window::new(days.iter().copied(), from, to);
        if window.is_err() {
            let any = "00:00";
            let days = Window::new(days.iter().copied(), any, any);
            let parts =
                [("days", days), ("from", Window::new([], from, any)), ("to", Window::new([], any, to))];
            for (key, part) in parts {
                part.map_or_else(|error| self.time_problem(fields, key, error), |_| ());
            }
        }
        window.ok()
    }

    /// A window in one text, `"18:30 to 06:00"`, on the days of the field `days`.
    pub fn window_text(&self, fields: &Fields<'_, 't>, key: &'static str) -> Option<Window> {
        let (days, written) = (self.days(fields), fields.text(key)?);
        let (from, to) = written.text.split_once(" to ").unwrap_or((written.text, ""));
        let window = Window::new(days.iter().copied(), from, to).map_err(|mut error| {
            if to.is_empty() {
                error.remedy = Some("write it like \"22:00 to 02:00\"".into());
            }
            self.time_problem(fields, key, error);
        });
        window.ok()
    }

    /// When the entries of a list, each with `days`, `from` and `to`, are open: sorted, disjoint; `None` where it is not given.
    pub fn open_times(
        &self,
        fields: &Fields<'_, 't>,
        key: &'static str,
        kind: &'static str,
        zone: &TimeZone,
        past: Span,
    ) -> Option<Vec<(Time, Time)>> {
        let entries = fields.entries(key, kind);
        if !fields.has(key) {
            return None;
        }
        let end = Span(self.calendar.horizon.0.saturating_add(past.0));
        let mut open: Vec<(Time, Time)> = Vec::new();
        for entry in entries {
            let window = self.window(&entry);
            open.extend(window.iter().flat_map(|window| self.calendar.openings_until(window, zone, end)));
            entry.finish();
        }
        Some(union(open))
    }

    /// The field `days`; every day where it is left out.
    pub fn days<'f>(&self, fields: &Fields<'f, 't>) -> Vec<&'f str> {
        let days: Vec<&str> = fields.texts("days").iter().map(|written| written.text).collect();
        if fields.has("days") { days } else { vec!["daily"] }
    }

    /// Notes a refused time.
    pub fn time_problem(&self, fields: &Fields<'_, 't>, key: &'static str, error: calendar::TimeError) {
        let what = format!("`{key}` of {fields}: {}", error.reason);
        let mut problem = Problem::new(error.code, self.diagnostics.place(fields.at(key)), what);
        if let Some(text) = fields.get(key).and_then(|node| node.as_text()) {
            problem = problem.wrong(text);
        }
        if let Some(remedy) = error.remedy {
            problem = problem.remedy(remedy);
        }
        self.diagnostics.push(problem);
    }

    /// Steps that many share, made once for each `key`.
    pub fn shape(&self, key: String, make: impl FnOnce() -> Vec<Step>) -> Arc<[Step]> {
        self.shapes.borrow_mut().entry(key).or_insert_with(|| make().into()).clone()
    }
}

/// Overlapping and touching intervals made one.
fn union(mut intervals: Vec<(Time, Time)>) -> Vec<(Time, Time)> {
    intervals.sort();
    let mut merged: Vec<(Time, Time)> = Vec::new();
    for (from, to) in intervals {
        match merged.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => merged.push((from, to)),
        }
    }
    merged
}

/// Notes a value outside `low ..= high`, both in the smallest unit.
pub fn in_range<T: Quantity>(fields: &Fields, key: &str, value: T, low: u64, high: u64, words: &str) {
    if fields.has(key) && !(low..=high).contains(&value.raw()) {
        let problem = Problem::new(
            &codes::RANGE,
            fields.diagnostics.place(fields.at(key)),
            format!("`{key}` of {fields} must be {words}"),
        );
        fields.diagnostics.push(problem.remedy(format!("give a value that is {words}")));
    }
}

/// Notes a zero where only more makes sense.
pub fn positive<T: Quantity>(fields: &Fields, key: &'static str, value: Option<T>) {
    // An unreadable value has been noted already; its stand-in is zero and must not be reported twice.
    let readable = |text: &str| T::read(text).is_ok_and(|value| value.raw() == 0);
    if value.is_some_and(|value| value.raw() == 0) {
        let zero = match fields.get(key) {
            Some(super::node::Node::Text(text)) => readable(text),
            Some(super::node::Node::Integer(value)) => *value == 0,
            _ => false,
        };
        if zero {
            let what = format!("`{key}` of {fields} must be more than zero");
            let problem = Problem::new(&codes::RANGE, fields.diagnostics.place(fields.at(key)), what);
            fields.diagnostics.push(problem.remedy("give more than zero"));
        }
    }
}

/// A factor below one, which would make data grow: most likely a share was meant.
pub fn factor(fields: &Fields, key: &'static str, value: Ratio) {
    if value.0 == 0 || value >= Ratio::ONE {
        return;
    }
    let (share, whole) = (u64::from(value.0), u64::from(Ratio::ONE.0));
    let said = fields.get(key).and_then(|node| node.as_text()).map_or("it", |text| text);
    let meant = [(share, "is left to send"), (whole - share, "is saved")];
    let meant = meant.map(|(left, way)| {
        let factor = format!("{}.{:06}", whole / left, whole % left * whole / left);
        let factor = factor.trim_end_matches('0').trim_end_matches('.');
        Instead::new(factor, format!("if {said} {way}"))
    });
    let what = format!("`{key}` of {fields} is a factor, and below 1 data would grow");
    let problem = Problem::new(&codes::RANGE, fields.diagnostics.place(fields.at(key)), what);
    fields.diagnostics.push(problem.remedy(Remedy::Write(meant.into())).wrong(said));
}
