//! What is odd about imported data, as sentences; columns of which the same is true share one.

mod clocks;
mod doubts;
mod numbers;

use super::found::{ColumnFound, Found};
use super::values::Values;
use crate::import::ChurnOptions;
use crate::import::clock::written;
use crate::import::layout::count;
use crate::units::Span;

/// Most columns named in a sentence.
const NAMED_MAX: usize = 3;
/// Most sentences of one kind.
const SENTENCES_MAX: usize = 12;

/// One kind of oddity: what to say of a column that has it.
type Kind = fn(&Found, &ColumnFound) -> Option<String>;

const KINDS: [Kind; 30] = [
    unit,
    empty,
    late,
    early,
    single_gaps,
    long_gaps,
    duplicates,
    retired,
    unsorted,
    shared,
    outside,
    left_out,
    doubled,
    text_rows,
    cut_rows,
    clocks::order,
    clocks::clock,
    clocks::clock_back,
    clocks::clock_ahead,
    clocks::clock_fixed,
    clocks::drift,
    clocks::wider,
    clocks::lost_times,
    numbers::bad,
    numbers::no_value,
    numbers::totals,
    numbers::filled,
    numbers::values,
    clocks::moved,
    clocks::merged,
];

/// All sentences, by kind and then by column.
pub fn sentences(found: &Found, options: &ChurnOptions) -> Vec<String> {
    let mut all: Vec<String> = KINDS.iter().flat_map(|kind| of_kind(*kind, found)).collect();
    if found.source.contains("bitbrains") {
        let (now, other) = (options.kb, if options.kb == 1000 { 1024 } else { 1000 });
        all.push(format!(
            "A KB is taken as {now} bytes, which the source leaves open; --kb {other} for the other."
        ));
    }
    let rates = found.source.split(", ").all(|source| ["counters", "bitbrains"].contains(&source));
    if rates && options.values.is_some_and(|values| values != Values::Rate) {
        all.push("The numbers of these files are rates, whatever --values says.".to_owned());
    }
    if found.source.contains("counters") {
        all.push(
            "Each column is a disk, and in the scenario a machine of its own; `drsim import inventory` with --churn \
             puts the disks into their machines."
                .to_owned(),
        );
    }
    all
}

/// What can hardly be so.
pub fn doubtful(found: &Found) -> Vec<String> {
    doubts::alike(found)
        .into_iter()
        .chain(doubts::far_means(found))
        .chain(of_kind(doubts::far_bins, found))
        .collect()
}

fn of_kind(kind: Kind, found: &Found) -> Vec<String> {
    let mut groups: Vec<(String, Vec<&str>)> = Vec::new();
    for column in &found.columns {
        let Some(sentence) = kind(found, column) else { continue };
        match groups.iter_mut().find(|group| group.0 == sentence) {
            Some(group) => group.1.push(&column.name),
            None => groups.push((sentence, vec![&column.name])),
        }
    }
    let hidden: usize = groups.iter().skip(SENTENCES_MAX).map(|group| group.1.len()).sum();
    let told = groups.iter().take(SENTENCES_MAX);
    let mut all: Vec<String> = told.map(|(sentence, names)| format!("{}: {sentence}", list(names))).collect();
    if hidden > 0 {
        all.push(format!("{hidden} more columns: likewise; see the table"));
    }
    all
}

fn list(names: &[&str]) -> String {
    match names.len() {
        0..=NAMED_MAX => names.join(", "),
        all => format!("{} and {} more", names[..NAMED_MAX - 1].join(", "), all - NAMED_MAX + 1),
    }
}

fn span(found: &Found, bins: usize) -> Span {
    Span(found.bin_us.saturating_mul(bins as u64))
}

/// Start of a bin, written.
fn at(found: &Found, bin: usize) -> String {
    let offset = found.bin_us.saturating_mul(bin as u64);
    written(found.start_unix_us.saturating_add_unsigned(offset))
}

fn unit(_: &Found, column: &ColumnFound) -> Option<String> {
    let (unit, lie) = column.oddities.unit?;
    lie.then(|| {
        format!("the times are headed as milliseconds, but their size says {}; read as such.", unit.name())
    })
}

fn empty(_: &Found, column: &ColumnFound) -> Option<String> {
    column.rates.is_none().then(|| "nothing was measured in this time.".to_owned())
}

fn late(found: &Found, column: &ColumnFound) -> Option<String> {
    let bins = column.gaps.leading;
    let told = bins > 1 && column.rates.is_some();
    told.then(|| format!("nothing was measured before {}; perhaps the machine came later.", at(found, bins)))
}

fn early(found: &Found, column: &ColumnFound) -> Option<String> {
    let bins = column.gaps.trailing;
    let told = bins > 1 && column.rates.is_some();
    told.then(|| {
        let from = at(found, found.bins - bins);
        format!("nothing was measured from {from} on; perhaps the machine is gone.")
    })
}

fn single_gaps(_: &Found, column: &ColumnFound) -> Option<String> {
    let gaps = column.gaps;
    (gaps.single > 0).then(|| {
        "single bins lack a sample, as happens when sampling is a little slower than the bins; \
         `gap: \"zero\"` counts them as no writes."
            .to_owned()
    })
}

fn long_gaps(found: &Found, column: &ColumnFound) -> Option<String> {
    let gaps = column.gaps;
    (gaps.longest > 1).then(|| {
        let runs = count((gaps.runs - gaps.single) as u64, "gap is longer", "gaps are longer");
        let (longest, from) = (span(found, gaps.longest), at(found, gaps.longest_at));
        format!("{runs} than a bin, the longest {longest} ({} bins) from {from}.", gaps.longest)
    })
}

fn duplicates(_: &Found, column: &ColumnFound) -> Option<String> {
    let odd = column.oddities;
    (odd.duplicates > 0).then(|| {
        let rows = count(odd.duplicates, "row repeats", "rows repeat");
        let but = match odd.conflicts {
            0 => "always with the same value".to_owned(),
            some => format!("{some} with another value"),
        };
        format!("{rows} the time of an earlier one, {but}.")
    })
}

fn retired(_: &Found, column: &ColumnFound) -> Option<String> {
    let from = written(column.oddities.retired_from_us?);
    let rows = count(column.oddities.retired, "row has", "rows have");
    Some(format!("{rows} no processors, the first at {from}: the machine was off or gone; kept as measured."))
}

fn unsorted(_: &Found, column: &ColumnFound) -> Option<String> {
    let rows = column.oddities.unsorted;
    (rows > 0).then(|| format!("{} earlier than the row before; sorted.", count(rows, "row is", "rows are")))
}

fn shared(_: &Found, column: &ColumnFound) -> Option<String> {
    let bins = column.oddities.shared;
    (bins > 0).then(|| {
        format!("{} more than one sample; their mean is taken.", count(bins, "bin has", "bins have"))
    })
}

fn outside(_: &Found, column: &ColumnFound) -> Option<String> {
    let bins = column.oddities.outside;
    (bins > 0).then(|| {
        format!("{} outside the asked time; left out.", count(bins, "measured bin is", "measured bins are"))
    })
}

fn left_out(_: &Found, column: &ColumnFound) -> Option<String> {
    let others = column.oddities.left_out;
    (others > 0).then(|| {
        format!(
            "{} left out.",
            count(others, "other column or row of its file is", "other columns or rows of its file are")
        )
    })
}

fn doubled(_: &Found, column: &ColumnFound) -> Option<String> {
    let series = column.oddities.doubled;
    (series > 0).then(|| {
        let series = count(series, "series of its file is", "series of its file are");
        format!("{series} left out: totals of a machine, partitions, and devices that lie on other disks.")
    })
}

fn text_rows(_: &Found, column: &ColumnFound) -> Option<String> {
    let rows = column.oddities.text_rows;
    (rows > 0).then(|| format!("{} of text, not of data; left out.", count(rows, "line is", "lines are")))
}

fn cut_rows(_: &Found, column: &ColumnFound) -> Option<String> {
    let rows = column.oddities.cut_rows;
    (rows > 0).then(|| format!("{} cut short; left out.", count(rows, "row is", "rows are")))
}
