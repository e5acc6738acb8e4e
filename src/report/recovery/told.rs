//! Why an application is back when it is and lost what it did, in words.

use anstyle::Style;

use super::chart::clock;
use super::shorter::lines;
use super::why::{Beside, InOutage, VmLost, Why};
use super::{bound, lost};
use crate::document::Mark;
use crate::judge::Reason;
use crate::measure::results::{LostRow, Results, VmEnd};
use crate::outcome::bound::BoundBy;
use crate::report::instant::{Calendar, dated, said};
use crate::report::path::Stretch;
use crate::report::rows::Rows;
use crate::report::terminal::{Screen, style};
use crate::report::words::{self, bytes, duration, percent};
use crate::words::Sentence;

/// VMs, work beside a path and causes that are told; the rest are counted.
const SHOWN: usize = 6;
/// Columns of the label.
const LABEL: usize = 22;
/// Shares below this are not told: they explain nothing.
const TOLD: f64 = 0.0005;

/// In words; `next` is the hint at the end, without `next:`; none if empty.
pub fn write(results: &Results, why: &Why, screen: Screen, next: &str) -> String {
    let calendar = Calendar::of(results);
    let zone = calendar.as_ref().map_or(String::new(), |it| format!(" ({})", it.zone()));
    let mut page = Page { rows: Rows::new(screen, LABEL), calendar: calendar.as_ref() };
    let mark = Mark::new(why.status, why.margin_share);
    let place =
        why.outage.as_ref().map_or(String::new(), |it| format!(" in {}, {}{zone}", it.name, dated(&it.at)));
    page.head(&format!("{} {}{place}", why.application, mark.text()), style(mark.tone).bold());
    if let Some(outage) = &why.outage {
        page.reasons(outage);
        page.recovery(outage);
        page.point(outage, why);
    } else {
        page.rows.words("", 0, "No outage takes it down.", Style::new());
    }
    page.age(why);
    if why.bound.is_none() {
        page.gap();
        let hint = "Which VMs it has this result does not tell, of an older drsim: run the scenario again for what each lost and what ran beside.";
        page.rows.words("", 0, hint, Style::new().dimmed());
    }
    if !next.is_empty() {
        page.gap();
        page.rows.words("next: ", 6, next, Style::new());
    }
    page.rows.text
}

struct Page<'a> {
    rows: Rows,
    calendar: Option<&'a Calendar>,
}

impl Page<'_> {
    fn gap(&mut self) {
        if !self.rows.text.is_empty() {
            self.rows.text.push('\n');
        }
    }

    fn head(&mut self, words: &str, style: Style) {
        self.gap();
        self.rows.words("", 0, words, style);
    }

    fn row(&mut self, label: &str, words: &str) {
        self.rows.row(&format!("  {label}"), words, Style::new());
    }

    fn more(&mut self, all: usize, what: &str) {
        if all > SHOWN {
            self.row("", &format!("and {}", words::count((all - SHOWN) as u64, what)));
        }
    }

    fn recovery(&mut self, outage: &InOutage) {
        let of = outage.rto_s.map_or(String::new(), |rto| format!(" (RTO {})", duration(rto)));
        let Some(rta) = outage.rta_s else { return self.not_serving(outage, &of) };
        self.head(
            &format!("Why it is back after {}{of}: its critical path", duration(rta)),
            Style::new().bold(),
        );
        let first = self.calendar.and_then(|it| it.since_start(&outage.at)).unwrap_or(0.0);
        for stretch in &outage.path {
            let Stretch { phase, on, to_s, share, .. } = stretch;
            let (took, share) = (duration(stretch.seconds()), percent(*share));
            let until = clock(self.calendar, first + to_s, first);
            self.row(phase.words(), &format!("{took}, {share}, until {until}: {on}"));
        }
        let longest = outage.path.iter().max_by(|a, b| a.seconds().total_cmp(&b.seconds()));
        if let Some(longest) = longest {
            let words = format!("{}, {} of {}", longest.phase, duration(longest.seconds()), duration(rta));
            self.row("longest", &words);
        }
        if let Some(beside) = outage.beside.as_ref().filter(|beside| !beside.is_empty()) {
            let head = "What ran beside, by its float: how much later it could have ended, at most";
            self.head(head, Style::new().bold());
            for Beside { vms, phase, to_s, float_s } in beside.iter().take(SHOWN) {
                let until = clock(self.calendar, first + to_s, first);
                let float = if *float_s < 1.0 { "none".to_owned() } else { duration(*float_s) };
                self.row(&float, &format!("{phase} until {until}: {}", vms.join(", ")));
            }
            self.more(beside.len(), "more time");
        }
        self.shorter(outage);
    }

    /// What shortening a step does.
    fn shorter(&mut self, outage: &InOutage) {
        let Some(all) = &outage.shorter else { return };
        self.head("What shortening a step does, each simulated by itself", Style::new().bold());
        for (label, words) in lines(all, outage.rta_s, &outage.path) {
            self.row(label, &words);
        }
    }

    /// Why it does not meet its objectives; VMs that do not serve are told by themselves where they are known.
    fn reasons(&mut self, outage: &InOutage) {
        let is_of_vm = |reason: &Sentence<Reason>| matches!(reason.code(), Some(Reason::Ended(..)));
        let all = outage.reasons.iter().filter(|reason| outage.vms.is_none() || !is_of_vm(reason));
        for reason in all.take(SHOWN) {
            self.rows.words("  ", 2, reason, Style::new());
        }
    }

    /// VMs of an application that is not back.
    fn not_serving(&mut self, outage: &InOutage, of: &str) {
        let all = outage.vms.iter().flatten().filter(|vm| vm.state != VmEnd::InService);
        let all: Vec<&VmLost> = all.collect();
        if all.is_empty() {
            return;
        }
        self.head(&format!("Why it is not back{of}: what does not serve"), Style::new().bold());
        for vm in all.iter().take(SHOWN) {
            let reason = vm.reason.as_ref().map_or(String::new(), |reason| format!(": {reason}"));
            self.row(&vm.name, &format!("{}{reason}", vm.state));
        }
        self.more(all.len(), "more VM");
    }

    fn point(&mut self, outage: &InOutage, why: &Why) {
        let Some(rpa) = outage.rpa_s else { return };
        let of = why.rpo_s.map_or(String::new(), |rpo| format!(" (RPO {})", duration(rpo)));
        self.head(
            &format!("Why {} are lost{of}: the points that were used", duration(rpa)),
            Style::new().bold(),
        );
        let moved: Vec<&VmLost> = outage.vms.iter().flatten().filter(|vm| vm.rpa_s.is_some()).collect();
        for vm in moved.iter().take(SHOWN) {
            let (age, lost) = (duration(vm.rpa_s.unwrap_or(0.0)), bytes(vm.lost_bytes));
            let at = vm.point_at.as_ref().map_or(String::new(), |at| format!(", of {}", said(at)));
            let is_split = |row: &&LostRow| row.in_log_bytes < vm.lost_bytes || row.received_bytes > 0;
            let parts = vm.lost.as_ref().filter(is_split);
            let parts = parts.map_or_else(String::new, |row| format!(": {}", lost::parts(row)));
            self.row(&vm.name, &format!("{age} old{at}; {lost} lost{parts}"));
        }
        self.more(moved.len(), "more VM");
        let parts = outage.lost().filter(|_| !moved.is_empty());
        let parts = parts.map_or_else(String::new, |row| format!(": {}", lost::parts(&row)));
        self.row("all of it", &format!("{} lost{parts}", bytes(outage.lost_bytes)));
    }

    fn age(&mut self, why: &Why) {
        let Some(age) = &why.age else { return };
        let of = why.rpo_s.map_or(String::new(), |rpo| format!(" (RPO {})", duration(rpo)));
        self.head(&format!("How old its newest point gets while nothing fails{of}"), Style::new().bold());
        let (worst, at) = (duration(age.max_s), said(&age.max_at));
        self.row("worst", &format!("{worst} at {at}, bound by {}", age.max_cause));
        self.row("p50, p99", &format!("{}, {}", duration(age.p50_s), duration(age.p99_s)));
        for (number, (label, words)) in bound::lines(&why.around).into_iter().enumerate() {
            let label = if number == 0 { format!("when, {label}") } else { format!("      {label}") };
            self.row(&label, &words);
        }
        let bound = why.bound.iter().flatten().filter(|cause| cause.share >= TOLD).take(SHOWN);
        for (number, cause) in bound.enumerate() {
            let what = match cause.by.code() {
                Some(BoundBy::Interval) => "the copy frequency: nothing was slower".to_owned(),
                Some(_) | None => cause.by.to_string(),
            };
            self.row(
                if number == 0 { "bound by" } else { "" },
                &format!("{what}, {} of the time", percent(cause.share)),
            );
        }
    }
}
