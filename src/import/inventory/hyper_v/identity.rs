//! Which machine an object speaks of: by id where both have one, else by name; and on the host that it names.

use std::collections::BTreeMap;

use super::super::json::{Object, computer, key, text};
use super::found::Found;

/// The id of a machine, which Hyper-V keeps where it moves or is copied; empty if it is not told.
pub fn id(object: &Object) -> String {
    key(text(object, &["VMId", "VMID", "Id"]))
}

/// Where a machine of this host stands; empty if it is not told.
pub fn host(machine: &Object) -> String {
    computer(text(machine, &["ComputerName"]))
}

/// Machines by what they are known by.
pub struct Index {
    /// Id and host of each.
    machines: Vec<(String, String)>,
    ids: BTreeMap<String, Vec<usize>>,
    names: BTreeMap<String, Vec<usize>>,
}

impl Index {
    /// Of these machines.
    pub fn new(machines: &[Found<'_>]) -> Index {
        let mut index = Index { machines: Vec::new(), ids: BTreeMap::new(), names: BTreeMap::new() };
        for (at, machine) in machines.iter().enumerate() {
            let own = id(machine.object);
            index.names.entry(name(machine.object)).or_default().push(at);
            index.ids.entry(own.clone()).or_default().push(at);
            index.machines.push((own, host(machine.object)));
        }
        index
    }

    /// Those that a replication may be about.
    pub fn relation(&self, object: &Object) -> Vec<usize> {
        let there = self.whose(object, &["ComputerName", "PrimaryServer", "PrimaryServerName"]);
        // A cluster's name stands for its hosts, and a machine may have moved; its id it keeps.
        if there.is_empty() { self.of_id(object) } else { there }
    }

    /// Those of an object's id, if it has one.
    fn of_id(&self, object: &Object) -> Vec<usize> {
        let id = id(object);
        if id.is_empty() { Vec::new() } else { self.ids.get(&id).cloned().unwrap_or_default() }
    }

    /// Those that an object may be about, wherever they stand.
    pub fn alike(&self, object: &Object) -> Vec<usize> {
        let named = self.names.get(&name(object)).into_iter().flatten().copied();
        let is_told = !id(object).is_empty();
        let named = named.filter(|at| !is_told || self.machines[*at].0.is_empty());
        self.of_id(object).into_iter().chain(named).collect()
    }

    /// Those that an object with these properties of its host may be about.
    pub fn whose(&self, object: &Object, hosts: &[&str]) -> Vec<usize> {
        let hosts: Vec<String> = hosts.iter().map(|key| computer(text(object, &[key]))).collect();
        let named = hosts.iter().any(|host| !host.is_empty());
        let is_there = |at: &usize| {
            let host = &self.machines[*at].1;
            !named || host.is_empty() || hosts.contains(host)
        };
        self.alike(object).into_iter().filter(is_there).collect()
    }
}

fn name(object: &Object) -> String {
    key(text(object, &["VMName", "Name"]))
}
