//! How old the point is that an application goes back to, at every instant of a piece: a saw-tooth that falls whenever a log has left.

use std::collections::{BTreeMap, BTreeSet};

use crate::outcome::application::{Loss, oldest_needed};
use crate::recovery::Application;
use crate::units::{Span, Time};

use super::curve::{Curve, Piece, Slope, Value};
use super::held::Held;

/// From `from` to just before `to`, in which VMs lose the same.
pub(super) fn ages(
    application: &Application,
    (from, to): (Time, Time),
    losses: &[Loss],
    held: &Held,
) -> Curve {
    let mut curve = Curve::default();
    let moved =
        || application.vms.iter().map(|vm| vm.index()).filter(|vm| losses[*vm] == Loss::SinceItsPoint);
    let is_used = moved().next().is_some();
    if !is_used {
        curve.push(Piece { from, to, value: Value::Nothing });
    } else if application.needs.is_empty()
        && application.vms.iter().all(|vm| losses[vm.index()] != Loss::Everything)
    {
        oldest(&moved().collect(), (from, to), held, &mut curve);
    } else {
        let edges = moved().flat_map(|vm| held.changes(vm, from.0, to.0 - 1));
        let edges: BTreeSet<u64> = edges.chain([from.0]).collect();
        let mut edges = edges.into_iter().peekable();
        while let Some(begin) = edges.next() {
            let end = edges.peek().copied().unwrap_or(to.0);
            let value = value(application, begin, losses, held);
            curve.push(Piece { from: Time(begin), to: Time(end), value });
        }
    }
    curve
}

/// What holds at an instant, and how it goes on until something leaves.
fn value(application: &Application, at: u64, losses: &[Loss], held: &Held) -> Value {
    let age = |later: u64| {
        oldest_needed(application, |vm| match losses[vm.index()] {
            Loss::Nothing => Some(Span::ZERO),
            Loss::SinceItsPoint => held.at(vm.index(), at).map(|cut| Span((at + later).saturating_sub(cut))),
            Loss::Everything => None,
        })
    };
    match (age(0), age(1)) {
        (Some(now), Some(next)) if now == next => Value::Line(now.0, Slope::Level),
        (Some(now), _) => Value::Line(now.0, Slope::Rises),
        (None, _) => Value::Never,
    }
}

/// Every VM counts: the oldest of their newest cuts speaks.
fn oldest(vms: &BTreeSet<usize>, (from, to): (Time, Time), held: &Held, curve: &mut Curve) {
    let mut edges: Vec<(u64, usize)> =
        vms.iter().flat_map(|vm| held.changes(*vm, from.0, to.0 - 1).map(|at| (at, *vm))).collect();
    edges.sort_unstable();
    let mut now: BTreeMap<usize, u64> =
        vms.iter().filter_map(|vm| Some((*vm, held.at(*vm, from.0)?))).collect();
    let mut cuts: BTreeMap<u64, usize> = BTreeMap::new();
    now.values().for_each(|cut| *cuts.entry(*cut).or_default() += 1);
    let mut begin = from.0;
    let mut edges = edges.into_iter().peekable();
    loop {
        let end = edges.peek().map_or(to.0, |(at, _)| *at);
        let cut = cuts.first_key_value().map_or(0, |(cut, _)| *cut);
        let value = Value::Line(begin.saturating_sub(cut), Slope::Rises);
        curve.push(Piece { from: Time(begin), to: Time(end), value });
        if edges.peek().is_none() {
            return;
        }
        begin = end;
        while let Some((at, vm)) = edges.next_if(|(at, _)| *at == begin) {
            let Some(cut) = held.at(vm, at) else { continue };
            if let Some(before) = now.insert(vm, cut) {
                let count = cuts.entry(before).or_insert(1);
                *count -= 1;
                if *count == 0 {
                    cuts.remove(&before);
                }
            }
            *cuts.entry(cut).or_default() += 1;
        }
    }
}
