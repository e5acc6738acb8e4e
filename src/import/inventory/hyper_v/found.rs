//! What a Hyper-V inventory has, by kind. A machine is its host and its id; a virtual disk its host and its path, or on cluster storage its path.

use std::collections::BTreeMap;

use serde_json::Value;

use super::super::json::{Object, computer, get, has, key, name, text};

/// The resource of a cluster that takes replicas for its nodes.
const BROKER: &str = "Virtual Machine Replication Broker";

/// A machine, or the replication of one, as it was found.
pub struct Found<'v> {
    /// Its file.
    pub file: &'v str,
    /// Its properties.
    pub object: &'v Object,
    /// The drives within it.
    pub drives: Vec<&'v Object>,
}

/// Everything that is known, by kind.
#[derive(Default)]
pub struct Finds<'v> {
    /// `Get-VM`.
    pub machines: Vec<Found<'v>>,
    /// `Get-VMHardDiskDrive`, where it does not stand within its machine.
    pub drives: Vec<&'v Object>,
    /// `Get-VHD`, by path in lower case.
    pub disks: BTreeMap<String, Vec<&'v Object>>,
    /// `Get-VMHost`.
    pub hosts: Vec<&'v Object>,
    /// Each node as it is written, and its cluster, by name without domain.
    pub nodes: BTreeMap<String, (&'v str, String)>,
    /// Cluster of each replica broker, by name without domain.
    pub brokers: BTreeMap<String, String>,
    /// `Get-Volume`.
    pub stores: Vec<&'v Object>,
    /// `Get-VMReplication`.
    pub replications: Vec<Found<'v>>,
    /// A nested object that was cut to its name, with its file.
    pub cut: Option<(&'v str, &'v str)>,
}

impl<'v> Finds<'v> {
    /// Sorts every object that is known into its place; into others it looks.
    pub fn walk(&mut self, file: &'v str, value: &'v Value) {
        match value {
            Value::Array(values) => values.iter().for_each(|value| self.walk(file, value)),
            Value::Object(object) => self.object(file, object),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }

    fn object(&mut self, file: &'v str, object: &'v Object) {
        if has(object, &["ProcessorCount", "MemoryStartup"]) {
            let drives = self.within(file, object);
            self.machines.push(Found { file, object, drives });
        } else if has(object, &["Path", "Size", "FileSize"]) {
            self.disks.entry(key(text(object, &["Path"]))).or_default().push(object);
        } else if is_drive(object) {
            self.drives.push(object);
        } else if has(object, &["LogicalProcessorCount", "MemoryCapacity"]) {
            self.hosts.push(object);
        } else if has(object, &["NodeWeight", "Name"]) {
            let (node, cluster) = (text(object, &["Name"]), name(object, "Cluster").to_owned());
            self.nodes.insert(computer(node), (node, cluster));
        } else if name(object, "ResourceType") == BROKER {
            let (broker, cluster) =
                (computer(name(object, "OwnerGroup")), name(object, "Cluster").to_owned());
            self.brokers.insert(broker, cluster);
        } else if has(object, &["SizeRemaining", "Size"]) {
            self.stores.push(object);
        } else if has(object, &["PrimaryServer", "ReplicaServer"]) {
            self.replications.push(Found { file, object, drives: Vec::new() });
        } else {
            object.values().for_each(|value| self.walk(file, value));
        }
    }

    /// The drives within a machine; a single one is no list.
    fn within(&mut self, file: &'v str, machine: &'v Object) -> Vec<&'v Object> {
        let drives = match get(machine, "HardDrives") {
            Some(Value::Array(drives)) => drives.as_slice(),
            Some(Value::Null) | None => &[],
            Some(drive) => std::slice::from_ref(drive),
        };
        let mut objects = Vec::new();
        for drive in drives {
            match drive {
                Value::Object(object) => objects.push(object),
                Value::String(text) => self.cut = Some((file, text)),
                Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) => {}
            }
        }
        objects
    }

    /// Nodes of the cluster that a broker of this name places replicas in; none if it is no broker, or no node is known.
    pub fn nodes_of_broker(&self, server: &str) -> Vec<&str> {
        let of = self.brokers.get(&computer(server));
        self.nodes.values().filter(|(_, cluster)| of == Some(cluster)).map(|(node, _)| *node).collect()
    }

    /// Cluster of a host.
    pub fn cluster(&self, host: &str) -> Option<&str> {
        self.nodes.get(&computer(host)).map(|node| node.1.as_str()).filter(|cluster| !cluster.is_empty())
    }

    /// The virtual disk that a host has at a path.
    pub fn disk(&self, host: &str, path: &str) -> Option<&'v Object> {
        let all = self.disks.get(&key(path))?;
        let own = |disk: &&&Object| computer(text(disk, &["ComputerName"])) == computer(host);
        let shared = |disk: &&&Object| {
            let of = text(disk, &["ComputerName"]);
            of.is_empty() || host.is_empty() || is_on_cluster(path) && self.cluster(of) == self.cluster(host)
        };
        let mut others = all.iter().filter(shared);
        let only =
            || others.next().filter(|first| others.all(|other| get(other, "Size") == get(first, "Size")));
        all.iter().find(own).or_else(only).copied()
    }

    /// A disk's file and those of its parents, the base last.
    pub fn chain(&self, host: &str, path: &str) -> Vec<&'v Object> {
        let mut chain: Vec<&Object> = self.disk(host, path).into_iter().collect();
        while let Some(parent) = chain.last().map(|last| text(last, &["ParentPath"])) {
            // A parent that is not in the export, or a circle, ends it.
            match self.disk(host, parent) {
                Some(disk) if !chain.iter().any(|known| std::ptr::eq(*known, disk)) => chain.push(disk),
                Some(_) | None => break,
            }
        }
        chain
    }
}

/// Whether it is a virtual disk in a machine, whatever of `Get-VMHardDiskDrive` was selected.
fn is_drive(object: &Object) -> bool {
    let of_machine = ["VMName", "VMId"].iter().any(|key| has(object, &[key]));
    let path = key(text(object, &["Path"]));
    let ends = [".vhdx", ".vhd", ".avhdx", ".avhd", ".vhds"].iter().any(|ending| path.ends_with(ending));
    has(object, &["ControllerType"]) && (of_machine || has(object, &["Path"])) || ends && of_machine
}

/// Whether a path lies on storage that all nodes of a cluster have.
fn is_on_cluster(path: &str) -> bool {
    let mut parts = path.split(['\\', '/']).filter(|part| !part.is_empty());
    parts.nth(1).is_some_and(|folder| folder.eq_ignore_ascii_case("ClusterStorage"))
        || path.starts_with("\\\\")
}
