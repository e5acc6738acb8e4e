//! Rows of one machine in several tables. A machine is its management server and its id; by name a row is joined only where one side has no
//! id, and one machine bears the name.

use std::collections::BTreeMap;

/// Whose a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Who<'w> {
    /// The management server; empty where the table does not tell.
    pub server: &'w str,
    /// The export: what tells no server speaks of machines of its own export.
    pub export: &'w str,
    /// The id, which counts within a server; may be empty.
    pub id: &'w str,
    /// The name.
    pub name: &'w str,
}

/// Machines by id and by name.
#[derive(Debug, Default)]
pub struct Index {
    machines: Vec<[String; 4]>,
    ids: BTreeMap<String, Vec<usize>>,
    names: BTreeMap<String, Vec<usize>>,
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

/// What a machine is to those before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Added {
    /// Another one.
    New,
    /// One that is known.
    Twice,
    /// Its id is that of another machine, and nothing tells the server of one of them.
    Meets(usize),
}

/// The machine of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Match {
    /// This one.
    One(usize),
    /// None.
    None,
    /// One of several.
    Several,
}

impl Index {
    /// Adds a machine, with the next number if it is new.
    pub fn add(&mut self, who: Who<'_>) -> Added {
        let same = self.ids.get(who.id).and_then(|all| {
            let is_near = |at: &&usize| {
                let [server, ..] = &self.machines[**at];
                server == who.server || server.is_empty() || who.server.is_empty()
            };
            all.iter().find(is_near).copied()
        });
        if let Some(at) = same.filter(|_| !who.id.is_empty()) {
            let [server, _, _, name] = &self.machines[at];
            let is_known = name == who.name || !server.is_empty() && server == who.server;
            return if is_known { Added::Twice } else { Added::Meets(at) };
        }
        let number = self.machines.len();
        let Who { server, export, id, name } = who;
        self.machines.push([server, export, id, name].map(str::to_owned));
        if !who.id.is_empty() {
            self.ids.entry(who.id.to_owned()).or_default().push(number);
        }
        self.names.entry(who.name.to_owned()).or_default().push(number);
        Added::New
    }

    /// The name of a machine.
    pub fn name(&self, number: usize) -> &str {
        &self.machines[number][3]
    }

    /// Whether a row may speak of a machine, as far as servers tell.
    fn may_be(&self, at: usize, who: Who<'_>) -> bool {
        let [server, export, ..] = &self.machines[at];
        if server.is_empty() || who.server.is_empty() { export == who.export } else { server == who.server }
    }

    /// The machine of a row.
    pub fn find(&self, who: Who<'_>, joined: &mut Joined) -> Match {
        let of = |all: Option<&Vec<usize>>, is_one: &dyn Fn(usize) -> bool| -> Vec<usize> {
            let all = all.map_or(&[][..], Vec::as_slice);
            all.iter().copied().filter(|at| self.may_be(*at, who) && is_one(*at)).collect()
        };
        let by_id = if who.id.is_empty() { Vec::new() } else { of(self.ids.get(who.id), &|_| true) };
        match by_id[..] {
            [number] => {
                joined.renamed += usize::from(self.name(number) != who.name);
                return Match::One(number);
            }
            [] => {}
            [..] => return Match::Several,
        }
        // A name says nothing against an id that belongs to somebody else.
        let is_free = |at: usize| who.id.is_empty() || self.machines[at][2].is_empty();
        match of(self.names.get(who.name), &is_free)[..] {
            [number] => {
                joined.by_name += 1;
                Match::One(number)
            }
            [] => {
                joined.lost += 1;
                Match::None
            }
            [..] => Match::Several,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn who<'w>(server: &'w str, id: &'w str, name: &'w str) -> Who<'w> {
        Who { server, export: "e", id, name }
    }

    #[test]
    fn an_id_counts_more_than_a_name_and_a_name_only_where_it_is_clear() {
        let mut index = Index::default();
        for (id, name) in [("vm-1", "a"), ("vm-2", "b"), ("vm-3", "b"), ("", "c")] {
            assert_eq!(index.add(who("", id, name)), Added::New);
        }
        let mut joined = Joined::default();
        let mut find = |id: &str, name: &str| index.find(who("", id, name), &mut joined);
        assert_eq!(find("vm-1", "a"), Match::One(0));
        assert_eq!(find("vm-2", "another"), Match::One(1));
        assert_eq!(find("", "a"), Match::One(0));
        assert_eq!(find("", "b"), Match::Several);
        assert_eq!(find("vm-9", "a"), Match::None);
        assert_eq!(find("vm-9", "c"), Match::One(3));
        assert_eq!(joined, Joined { lost: 1, renamed: 1, by_name: 2 });
    }

    #[test]
    fn an_id_counts_within_its_server() {
        let mut index = Index::default();
        assert_eq!(index.add(who("london", "vm-1", "sql")), Added::New);
        assert_eq!(index.add(who("paris", "vm-1", "web")), Added::New);
        assert_eq!(index.add(who("paris", "vm-1", "web")), Added::Twice);
        assert_eq!(index.add(who("", "vm-1", "web2")), Added::Meets(0));
        let mut joined = Joined::default();
        assert_eq!(index.find(who("paris", "vm-1", "web"), &mut joined), Match::One(1));
        assert_eq!(index.find(who("london", "vm-1", "sql"), &mut joined), Match::One(0));
        assert_eq!(index.find(who("", "vm-1", "web"), &mut joined), Match::Several);
        assert_eq!(index.find(who("rome", "vm-1", "web"), &mut joined), Match::None);
        assert_eq!(joined, Joined { lost: 1, renamed: 0, by_name: 0 });
    }
}
