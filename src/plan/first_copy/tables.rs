//! The numbers of the first copies.

use super::answer::{Answer, CopyEnd};
use super::copies::sizes;
use super::media::Way;
use super::room::changes;
use super::{Batch, Bound, order, snapshots_of};
use crate::document::{Axis, Curve, Line, Table, Unit, Value, column};
use crate::ids::Id;
use crate::units::{Span, as_f64};
use crate::workload::Vm;

fn bits(rate: f64) -> Value {
    Value::Number(8.0 * rate)
}

fn number(count: usize) -> Value {
    Value::Number(as_f64(count as u64))
}

fn in_words(bound: Bound) -> &'static str {
    match bound {
        Bound::Time => "time",
        Bound::Resync => "logs",
        Bound::Age => "RPOs",
        Bound::Room => "room",
    }
}

/// A row for each batch.
pub fn batches(answer: &Answer<'_>) -> Table {
    let row = |(index, batch): (usize, &Batch)| {
        let accrued: u64 = batch.vms.iter().filter_map(|vm| answer.copy(*vm).accrued).sum();
        vec![
            number(index + 1),
            number(batch.vms.len()),
            Value::seconds(batch.window.0),
            Value::maybe_seconds(answer.protected(&batch.vms)),
            Value::seconds(batch.window.1),
            Value::text(if batch.fits { "yes" } else { "no" }),
            Value::Number(as_f64(batch.wire)),
            Value::Number(as_f64(accrued)),
            batch.bound.map_or(Value::None(""), |bound| Value::text(in_words(bound))),
        ]
    };
    Table {
        key: "first_copy_batches",
        title: "Batches".into(),
        columns: vec![
            column("batch", "batch", Unit::Count),
            column("vms", "VMs", Unit::Count),
            column("begins_s", "begins", Unit::Moment),
            column("protected_s", "protected", Unit::Moment),
            column("closes_s", "closes", Unit::Moment),
            column("fits", "fits", Unit::Text),
            column("wire_bytes", "bytes", Unit::Bytes),
            column("accrued_bytes", "accrued", Unit::Bytes),
            column("bound", "no more for", Unit::Text),
        ],
        rows: answer.found.batches.iter().enumerate().map(row).collect(),
        is_detail: false,
    }
}

/// What each batch gets, and leaves to others (facts 3.15, 7.18e).
pub fn shares(answer: &Answer<'_>) -> Table {
    let row = |(index, batch): (usize, &Batch)| {
        let capacity = answer.capacity(batch.window);
        let changes = answer.earlier_changes(index);
        let copied = batch.vms.iter().map(|vm| answer.copy(*vm).copied).collect::<Option<Vec<u64>>>();
        let copied = copied.and_then(|all| all.into_iter().max());
        let rate = copied.map(|at| 8e6 * as_f64(batch.wire) / as_f64((at - batch.window.0).max(1)));
        vec![
            number(index + 1),
            Value::maybe_seconds(copied),
            bits(capacity),
            bits(changes),
            bits((capacity - changes).max(0.0)),
            Value::maybe(rate),
            Value::maybe_seconds((batch.oldest > 0).then_some(batch.oldest)),
            number(batch.broken.len()),
        ]
    };
    Table {
        key: "first_copy_shares",
        title: "What batches get of the link".into(),
        columns: vec![
            column("batch", "batch", Unit::Count),
            column("copied_s", "copied", Unit::Moment),
            column("link_bps", "link", Unit::BitsPerSecond),
            column("changes_bps", "earlier changes", Unit::BitsPerSecond),
            column("left_bps", "left", Unit::BitsPerSecond),
            column("rate_bps", "copies take", Unit::BitsPerSecond),
            column("oldest_s", "oldest earlier point", Unit::Seconds),
            column("too_old", "too old", Unit::Count),
        ],
        rows: answer.found.batches.iter().enumerate().map(row).collect(),
        is_detail: true,
    }
}

/// Network against media.
pub fn methods(answer: &Answer<'_>) -> Table {
    let (used, wire) = answer.sizes;
    let batches = Way {
        takes: answer.batches_take(),
        resyncs: answer.found.copies.iter().filter(|copy| copy.resync.is_some()).count() as u64,
        unprotected: order(answer.scenario).iter().filter(|vm| answer.copy(**vm).protected.is_none()).count()
            as u64,
    };
    let row = |name: &str, way: &Way, wire: u64, carried: Option<Span>| {
        vec![
            Value::text(name),
            Value::maybe(way.takes.map(Span::as_seconds)),
            Value::maybe(carried.map(Span::as_seconds)),
            Value::Number(as_f64(wire)),
            Value::Number(as_f64(way.unprotected)),
            Value::Number(as_f64(way.resyncs)),
        ]
    };
    Table {
        key: "first_copy_methods",
        title: "Until every VM is protected".into(),
        columns: vec![
            column("method", "method", Unit::Text),
            column("takes_s", "takes", Unit::Seconds),
            column("carried_s", "media", Unit::Seconds),
            column("wire_bytes", "wire", Unit::Bytes),
            column("unprotected", "not protected", Unit::Count),
            column("resyncs", "resyncs", Unit::Count),
        ],
        rows: vec![
            row("network, in batches", &batches, wire, None),
            row("network, all at once", &answer.at_once, wire, None),
            row("media", &answer.on_media, 0, Some(answer.media.takes(used))),
        ],
        is_detail: false,
    }
}

/// A row for each VM (fact 7.18e).
pub fn vms(answer: &Answer<'_>) -> Table {
    let row = |vm: Id<Vm>| {
        let row = &answer.scenario.vms[vm];
        let copy = answer.copy(vm);
        let (used, wire) = sizes(answer.scenario, vm);
        let batch = answer.found.batches.iter().position(|batch| batch.vms.contains(&vm));
        let horizon = answer.scenario.horizon.0;
        let span = (copy.begun.unwrap_or(0), copy.copied.unwrap_or(horizon));
        let snapshots = snapshots_of(answer.scenario, vm, copy);
        let verdict = match answer.verdict(vm) {
            CopyEnd::Protected => "protected".to_owned(),
            CopyEnd::NotBegun => "not begun: others never end".to_owned(),
            CopyEnd::Resync => "needs a resynchronisation".to_owned(),
            CopyEnd::Never(own, left) => {
                format!("never: changes of {:.3} Mbps, {:.3} Mbps left", own * 8e-6, left * 8e-6)
            }
            CopyEnd::NotYet => "never: nothing gets on".to_owned(),
        };
        vec![
            Value::text(&row.name),
            Value::text(&answer.scenario.topology.hosts[row.host].name),
            Value::maybe(batch.map(|index| as_f64(index as u64 + 1))),
            Value::Number(as_f64(used)),
            Value::Number(as_f64(wire)),
            Value::maybe_seconds(copy.begun),
            Value::maybe_seconds(copy.copied),
            Value::maybe_seconds(copy.protected),
            Value::maybe(copy.accrued.map(as_f64)),
            Value::maybe((!snapshots.is_empty()).then(|| as_f64(snapshots.values().sum()))),
            bits(changes(answer.scenario, vm, span)),
            Value::text(verdict),
        ]
    };
    Table {
        key: "first_copy_vms",
        title: "First copy of each VM".into(),
        columns: vec![
            column("vm", "VM", Unit::Text),
            column("host", "host", Unit::Text),
            column("batch", "batch", Unit::Count),
            column("used_bytes", "in use", Unit::Bytes),
            column("wire_bytes", "on the wire", Unit::Bytes),
            column("begins_s", "begins", Unit::Moment),
            column("copied_s", "copied", Unit::Moment),
            column("protected_s", "protected", Unit::Moment),
            column("accrued_bytes", "accrued", Unit::Bytes),
            column("snapshot_bytes", "snapshot", Unit::Bytes),
            column("changes_bps", "changes meanwhile", Unit::BitsPerSecond),
            column("verdict", "verdict", Unit::Text),
        ],
        rows: order(answer.scenario).into_iter().map(row).collect(),
        is_detail: true,
    }
}

/// Bytes of each batch still to be copied: a bar from its begin to its end, as high as what is left.
pub fn gantt(answer: &Answer<'_>) -> Curve {
    let axis = |title: &str, unit| Axis { title: title.into(), unit, is_log: false };
    let line = |(index, batch): (usize, &Batch)| Line {
        name: format!("batch {}", index + 1),
        points: batch.outstanding.iter().map(|(at, left)| (Span(*at).as_seconds(), as_f64(*left))).collect(),
        is_stepped: true,
    };
    let marks = answer.found.batches.iter().enumerate();
    Curve {
        key: "first_copy_batches".into(),
        title: "First copies still to be sent".into(),
        x: axis("time", Unit::Moment),
        y: axis("still to be sent", Unit::Bytes),
        lines: answer.found.batches.iter().enumerate().map(line).collect(),
        marks: marks
            .map(|(index, batch)| (Span(batch.window.0).as_seconds(), format!("batch {}", index + 1)))
            .collect(),
    }
}
