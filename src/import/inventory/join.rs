//! Rows of one machine in several tables: joined by its id where both have one, by name where only one machine bears it.

use std::collections::BTreeMap;

use super::super::fault::Faults;
use super::super::table::{Record, Table};

/// Machines by id and by name.
#[derive(Debug, Default)]
pub struct Index {
    ids: BTreeMap<String, usize>,
    names: BTreeMap<String, Vec<usize>>,
    with_id: Vec<bool>,
}

/// How the rows of a table found their machines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// Rows without a machine.
    pub lost: usize,
    /// Rows whose id is known under another name.
    pub renamed: usize,
    /// Rows joined by name although there are ids.
    pub by_name: usize,
}

impl Index {
    /// Adds the machine with the next number; its id may be empty.
    pub fn add(&mut self, id: &str, name: &str) {
        let number = self.with_id.len();
        self.with_id.push(!id.is_empty());
        if !id.is_empty() {
            self.ids.entry(id.to_owned()).or_insert(number);
        }
        self.names.entry(name.to_owned()).or_default().push(number);
    }

    /// The machine of a row with this id, if it has one, and name.
    pub fn find(&self, id: &str, name: &str, joined: &mut Joined) -> Option<usize> {
        let named = self.names.get(name).map_or(&[][..], Vec::as_slice);
        if !id.is_empty()
            && let Some(number) = self.ids.get(id)
        {
            joined.renamed += usize::from(!named.contains(number));
            return Some(*number);
        }
        // a name says nothing against an id that belongs to somebody else
        let free: Vec<usize> =
            named.iter().copied().filter(|at| id.is_empty() || !self.with_id[*at]).collect();
        match free[..] {
            [number] => {
                joined.by_name += 1;
                Some(number)
            }
            _ => {
                joined.lost += 1;
                None
            }
        }
    }

    /// The machine of a table's row.
    pub fn row(
        &self,
        table: &Table,
        row: &Record,
        (name, id): (usize, usize),
        joined: &mut Joined,
        faults: &mut Faults,
    ) -> Option<usize> {
        let (name, id) = (table.text(row, name, faults), table.text(row, id, faults));
        self.find(id, name, joined)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_counts_more_than_a_name_and_a_name_only_where_it_is_clear() {
        let mut index = Index::default();
        for (id, name) in [("vm-1", "a"), ("vm-2", "b"), ("vm-3", "b"), ("", "c")] {
            index.add(id, name);
        }
        let mut joined = Joined::default();
        let mut find = |id: &str, name: &str| index.find(id, name, &mut joined);
        assert_eq!(find("vm-1", "a"), Some(0));
        assert_eq!(find("vm-2", "another"), Some(1));
        assert_eq!(find("", "a"), Some(0));
        assert_eq!(find("", "b"), None);
        assert_eq!(find("vm-9", "a"), None);
        assert_eq!(find("vm-9", "c"), Some(3));
        assert_eq!(joined, Joined { lost: 2, renamed: 1, by_name: 2 });
    }
}
