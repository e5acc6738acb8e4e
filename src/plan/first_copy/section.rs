//! How long the first copies take, as a section of the plan.

use super::answer::{Answer, CopyEnd};
use super::copies::sizes;
use super::media::{Media, Way, all_at_once, on_media};
use super::room::feeding_link;
use super::tables;
use super::{Batch, first_copy, order, windows};
use crate::document::Section;
use crate::ids::Id;
use crate::plan::ask::{Ask, Progress, Stopped};
use crate::scenario::Scenario;
use crate::units::{Bytes, Rate, Span};
use crate::workload::Vm;

/// The section; empty if nothing is replicated over a link.
///
/// # Errors
/// `progress` said stop.
pub fn section(scenario: &Scenario, ask: &Ask, progress: Progress<'_>) -> Result<Section, Stopped> {
    let windows = match &ask.windows[..] {
        [] => windows(scenario),
        asked => asked.iter().map(|(from, to)| (from.0, to.0)).collect(),
    };
    let (Some(link), Some((from, _))) = (feeding_link(scenario), windows.first().copied()) else {
        return Ok(Section::default());
    };
    let found = first_copy(scenario, &windows, progress)?;
    let what = "comparing with all first copies at once, and on media";
    if !progress(what, 900) {
        return Err(Stopped { what: what.into() });
    }
    let all = order(scenario).into_iter().map(|vm| sizes(scenario, vm));
    let sizes = all.fold((0, 0), |sum, (used, wire)| (sum.0 + used, sum.1 + wire));
    let written = Media::of(scenario);
    let media = Media {
        export: ask.media_rate.unwrap_or(written.export),
        courier: ask.courier.unwrap_or(written.courier),
        import: ask.media_rate.unwrap_or(written.import),
    };
    let answer = Answer {
        scenario,
        link,
        found,
        from,
        sizes,
        media,
        at_once: all_at_once(scenario, from),
        on_media: on_media(scenario, &media, from),
    };
    Ok(Section {
        key: "first_copy",
        title: "First copies".into(),
        says: answer.sentences(),
        tables: vec![
            tables::batches(&answer),
            tables::methods(&answer),
            tables::shares(&answer),
            tables::vms(&answer),
        ],
        curves: vec![tables::gantt(&answer)],
        ..Section::default()
    })
}

impl Answer<'_> {
    fn sentences(&self) -> Vec<String> {
        let (used, wire) = self.sizes;
        let (batches, count) = (&self.found.batches, order(self.scenario).len());
        let name = |vm: &Id<Vm>| self.scenario.vms[*vm].name.clone();
        let nights = match batches.len() {
            1 => "1 batch".to_owned(),
            count => format!("{count} batches"),
        };
        let left = match self.found.left_over.len() {
            0 => String::new(),
            left => format!(", and {left} of the VMs not at all"),
        };
        let mut says = vec![match self.batches_take() {
            Some(takes) => format!(
                "The first copies of {count} VMs, {} in use and {} on the wire, take {nights}; all are protected {takes} after the first begins.{}",
                Bytes(used),
                Bytes(wire),
                self.past(takes)
            ),
            None => format!(
                "The first copies of {count} VMs, {} in use and {} on the wire, never end: {nights} could begin{left}.",
                Bytes(used),
                Bytes(wire)
            ),
        }];
        says.extend(self.compared());
        for vm in batches.iter().flat_map(|batch| &batch.vms) {
            match self.verdict(*vm) {
                CopyEnd::Protected | CopyEnd::NotBegun => {}
                CopyEnd::Never(own, left) => says.push(format!(
                    "{} is never protected: its changes take {} and {} is left for them.",
                    name(vm),
                    spoken_rate(own),
                    spoken_rate(left)
                )),
                CopyEnd::Resync => says.push(format!(
                    "{} needs a resynchronisation before its first copy is done: its log outgrows its disks or its volume.",
                    name(vm)
                )),
                CopyEnd::NotYet => says.push(format!("{} does not catch up, and nothing gets on any more.", name(vm))),
            }
        }
        says.extend(deltas(batches));
        says.push(
            "A batch begins when its window opens and holds as many VMs, by tier and name, as a run shows protected when it closes: copied, \
             what they wrote meanwhile sent, room on the volumes for snapshots and logs, and no VM of an earlier batch older than its RPO (an hour \
             where it has none, and two intervals in any case). Windows are those asked for, else those for resynchronisations. One VM more does not fit."
                .into(),
        );
        says
    }

    /// Where the run is shorter, what the time after it is like.
    fn past(&self, takes: Span) -> String {
        let horizon = self.scenario.horizon;
        if self.from.saturating_add(takes.0) <= horizon.0 {
            return String::new();
        }
        format!(" After the {horizon} of the run its churn, throttles and windows begin again.")
    }

    fn compared(&self) -> Vec<String> {
        let ends = |way: &Way| match (way.takes, way.resyncs) {
            (Some(takes), 0) => format!("takes {takes}"),
            (Some(takes), count) => format!("takes {takes}, with {count} resynchronisations"),
            (None, 0) => "never ends".to_owned(),
            (None, count) => format!("does not end before {count} resynchronisations"),
        };
        let media = self.media.takes(self.sizes.0);
        let mut says = vec![format!(
            "All at once over the network it {}; on media it {}, where export, courier and import take {media}.",
            ends(&self.at_once),
            ends(&self.on_media)
        )];
        says.push(match (self.at_once.takes, self.break_even()) {
            (None, _) if self.on_media.takes.is_none() => "Neither ends.".into(),
            (None, _) => "Media are faster.".into(),
            (Some(_), None) => "The network is faster than media at any size.".into(),
            (Some(wire), Some(bytes)) => format!(
                "{} faster. At the pace of this run, media are from {} in use on.",
                if wire <= self.on_media.takes.unwrap_or(media) {
                    "All at once over the network is"
                } else {
                    "Media are"
                },
                Bytes(whole(bytes))
            ),
        });
        says
    }
}

/// Whether batches left earlier ones as young as they must be; nothing, where there are none.
fn deltas(batches: &[Batch]) -> Option<String> {
    let broken = batches.iter().filter(|batch| !batch.broken.is_empty()).count();
    let oldest = batches.iter().map(|batch| batch.oldest).max().filter(|oldest| *oldest > 0)?;
    if broken == 0 {
        return Some(format!(
            "While a batch is copied, points of those before it are at most {} old, no older than they may be.",
            Span(oldest)
        ));
    }
    Some(format!(
        "{broken} of {} batches make VMs of those before older than they may be: points are up to {} old.",
        batches.len(),
        Span(oldest)
    ))
}

fn spoken_rate(rate: f64) -> String {
    Rate(whole(rate)).to_string()
}

#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a figure to print, rounded")]
fn whole(number: f64) -> u64 {
    number.round() as u64
}
