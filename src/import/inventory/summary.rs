//! What an inventory import read, dropped and assumed, as text for a terminal of 80 columns.

use std::fmt::Write;

use super::Inventory;
use super::scenario::Written;
use crate::units::Bytes;

/// Columns of a terminal.
const WIDTH: usize = 80;

/// The text, with a newline at the end.
pub fn summary(inventory: &Inventory, written: &Written) -> String {
    let machines = &inventory.machines;
    let disks = || machines.iter().flat_map(|machine| &machine.disks);
    let sum = |values: &mut dyn Iterator<Item = u64>| Bytes(values.fold(0, u64::saturating_add));
    let size = sum(&mut disks().map(|disk| disk.size.0));
    let used = sum(&mut disks().map(|disk| disk.used.unwrap_or(disk.size).0));
    let memory = sum(&mut machines.iter().map(|machine| machine.memory.0));
    let cores: usize = machines.iter().map(|machine| machine.cores as usize).sum();
    let daily = Bytes(written.churn.0.saturating_mul(86_400));
    let mut text = format!(
        "{} ({}): {}, {memory} of memory, {}\n{size} provisioned, {used} used, {daily} written a day, {} at the mean\n\
         {}, {}\n",
        count(machines.len(), "machine"),
        inventory.source,
        count(cores, "core"),
        count(disks().count(), "disk"),
        written.churn,
        count(inventory.hosts.len(), "host"),
        count(inventory.stores.len(), "datastore"),
    );
    let told = &inventory.told;
    part(&mut text, "Read", told.read.iter());
    part(&mut text, "Left out", told.dropped.iter());
    part(&mut text, "Assumed", told.assumed.iter().chain(&written.assumed));
    text
}

/// `1 disk`, `2 disks`.
fn count(number: usize, noun: &str) -> String {
    format!("{number} {noun}{}", if number == 1 { "" } else { "s" })
}

/// A heading and its sentences, unless there are none.
pub fn part<'s>(text: &mut String, heading: &str, lines: impl Iterator<Item = &'s String>) {
    for (at, line) in lines.enumerate() {
        if at == 0 {
            let _ = writeln!(text, "\n{heading}");
        }
        text.push_str(&wrapped("-", line));
    }
}

/// The sentence after its mark, if there is one, with a newline at the end; further lines are indented.
pub fn wrapped(mark: &str, sentence: &str) -> String {
    let (mut text, mut column) = (mark.to_owned(), mark.len());
    for word in sentence.split(' ').filter(|word| !word.is_empty()) {
        let width = unicode_width::UnicodeWidthStr::width(word);
        if column + 1 + width > WIDTH && column > 2 {
            text.push_str("\n ");
            column = 1;
        }
        if column > 0 {
            text.push(' ');
        }
        text.push_str(word);
        column += 1 + width;
    }
    text.push('\n');
    text
}
