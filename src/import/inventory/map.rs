//! A table of names: how the measurements call a machine, and how the inventory does.

use std::collections::BTreeMap;

use super::super::fault::{Fault, Faults, quote};
use super::super::sheet::Sheet;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its line, from 1.
    pub line: u64,
    /// The name of what is measured: a column, or what stands before the `/` of several.
    pub from: String,
    /// The name of a machine.
    pub to: String,
}

/// The whole table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameMap {
    /// Its file.
    pub file: String,
    /// Its lines.
    pub pairs: Vec<Pair>,
}

impl NameMap {
    /// Reads a CSV with the columns `from` and `to`, each name once a side.
    ///
    /// # Errors
    /// A column is missing, a name is, or stands twice.
    pub fn read(file: &str, text: &str) -> Result<NameMap, Faults> {
        let mut sheet = Sheet::open(file, text)?;
        let at = |name: &str| sheet.header.iter().position(|header| header.eq_ignore_ascii_case(name));
        let (Some(from), Some(to)) = (at("from"), at("to")) else {
            let reason = format!("the columns `from` and `to` are needed, and there is {}", sheet.columns());
            let remedy = "`from` is the name in the measurements, `to` that of the machine in the inventory";
            return Err(Fault::of(file, reason, remedy).line(1).into());
        };
        let (mut faults, mut pairs) = (Faults::default(), Vec::new());
        let mut seen: [BTreeMap<String, u64>; 2] = Default::default();
        while let Some(row) = sheet.next(&mut faults) {
            let (line, names) = (row.line, [from, to].map(|column| row.text(column).to_owned()));
            let mut fault = |reason: String, remedy: &str| {
                faults.push(Fault::of(file, reason, remedy).line(line));
            };
            if names.iter().any(String::is_empty) {
                fault("a name is missing".into(), "fill both columns, or delete the line");
                continue;
            }
            for (seen, name) in seen.iter_mut().zip(&names) {
                if let Some(first) = seen.insert(name.clone(), line) {
                    let reason = format!("`{}` stands in line {first} too", quote(name));
                    fault(reason, "a name stands once in each column; delete one of the lines");
                }
            }
            let [from, to] = names;
            pairs.push(Pair { line, from, to });
        }
        if faults.is_empty() { Ok(NameMap { file: file.to_owned(), pairs }) } else { Err(faults) }
    }
}
