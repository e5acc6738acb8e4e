//! Clouds as source and target: what each must offer, and what pairs must be (S12, S21, S37, S40, facts 6.5, 6.25).

use std::collections::{BTreeMap, BTreeSet};

use crate::control_plane::Cloud;
use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::scenario::protection::standing::{Ledger, Stays, Timetable};
use crate::scenario::{Places, Scenario};
use crate::topology::OsVersion;

/// At most one problem of each kind for each cloud.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let clouds = &scenario.control_plane.clouds;
    let pairs = crate::scenario::preflight::paired(scenario);
    let used: BTreeSet<Id<Cloud>> = pairs.iter().flat_map(|(_, from, to)| [*from, *to]).collect();
    let mut problems: Vec<Problem> = Vec::new();
    for (id, cloud) in clouds.entries() {
        let name = &cloud.name;
        let mut say = |code: &'static Code, what: String| {
            problems.push(Problem::new(code, places.of("cloud", name), what));
        };
        if cloud.hosts.is_empty() {
            say(&codes::CLOUD_EMPTY, format!("cloud `{name}` has no host"));
        }
        if used.contains(&id) && !cloud.profile.has_hyper_v {
            say(&codes::NO_HYPER_V_PROFILE, format!("cloud `{name}` lacks the Hyper-V capability profile"));
        }
        if used.contains(&id) && !cloud.profile.is_synchronized {
            say(&codes::NOT_SYNCHRONIZED, format!("cloud `{name}` is not synchronised with the vault"));
        }
        if used.contains(&id) && versions(scenario, cloud).len() > 1 {
            let versions: Vec<&str> = versions(scenario, cloud).into_iter().map(os_words).collect();
            say(&codes::MIXED_OS, format!("cloud `{name}` has hosts of {}", versions.join(" and ")));
        }
    }
    let pairs: Pairs = pairs.iter().fold(BTreeMap::new(), |mut pairs: Pairs, (vm, from, to)| {
        pairs.entry((*from, *to)).or_default().push(&scenario.vms[*vm].name);
        pairs
    });
    problems.extend(one_cloud(scenario, places, &pairs));
    problems.extend(capacity(scenario, places));
    problems
}

type Pairs<'s> = BTreeMap<(Id<Cloud>, Id<Cloud>), Vec<&'s str>>;

fn versions(scenario: &Scenario, cloud: &Cloud) -> BTreeSet<OsVersion> {
    cloud.hosts.iter().map(|host| scenario.topology.hosts[*host].hyper_v.os).collect()
}

/// A version as people call it.
pub fn os_words(os: OsVersion) -> &'static str {
    match os {
        OsVersion::Ws2012 => "Windows Server 2012",
        OsVersion::Ws2012R2 => "Windows Server 2012 R2",
        OsVersion::Ws2016 => "Windows Server 2016",
        OsVersion::Ws2019 => "Windows Server 2019",
        OsVersion::Ws2022 => "Windows Server 2022",
        OsVersion::Ws2025 => "Windows Server 2025",
    }
}

fn one_cloud(scenario: &Scenario, places: &Places, pairs: &Pairs) -> Vec<Problem> {
    let same = pairs.iter().filter(|((from, to), _)| from == to);
    let say = |((from, _), names): (&(Id<Cloud>, _), &Vec<&str>)| {
        let cloud = &scenario.control_plane.clouds[*from].name;
        let what = format!(
            "{}: replicated from cloud `{cloud}` to itself",
            crate::scenario::preflight::these(names)
        );
        crate::scenario::preflight::at_vm(&codes::ONE_CLOUD, places, names, what)
    };
    same.map(say).collect()
}

/// What stands on a host, and when: its own VMs, and what would run there after a failover. Cores, memory, storage and VMs.
type Load = [Ledger; 4];

fn capacity(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut loads = vec![Load::default(); scenario.topology.hosts.len()];
    let timetable = Timetable::new(&scenario.operations);
    for (id, vm) in scenario.vms.entries() {
        let replica = vm.protection.as_ref().map(|protection| {
            (protection.replica_host, timetable.standing(id, protection.relationship.enabled))
        });
        for (is_replica, place) in [(false, Some((vm.host, Stays::always()))), (true, replica)] {
            let Some((host, stays)) = place else { continue };
            let disks = vm.disks.iter().filter(|disk| disk.replicate || !is_replica);
            let storage = disks.fold(0, |sum: u64, disk| sum.saturating_add(disk.size.0));
            let amounts = [vm.cores.into(), vm.memory.0, storage, 1];
            for (ledger, amount) in loads[host.index()].iter_mut().zip(amounts) {
                ledger.add(&stays, amount);
            }
        }
    }
    let clouds = scenario.control_plane.clouds.iter();
    clouds.filter_map(|cloud| too_small(places, cloud, &loads)).collect()
}

/// What a cloud must hold at most, where that is more than it may.
fn too_small(places: &Places, cloud: &Cloud, loads: &[Load]) -> Option<Problem> {
    let most = |of: usize| {
        let hosts = || cloud.hosts.iter().map(|host| &loads[host.index()][of]);
        let rises = hosts().flat_map(Ledger::rises).collect::<BTreeSet<_>>();
        let sum = |at| hosts().fold(0, |sum: u64, ledger| sum.saturating_add(ledger.at(at)));
        rises.into_iter().map(sum).max().unwrap_or(0)
    };
    let capacity = &cloud.profile.capacity;
    let (cores, vms) = (capacity.cores.map(u64::from), capacity.vms.map(u64::from));
    let (memory, storage) = (capacity.memory.map(|it| it.0), capacity.storage.map(|it| it.0));
    let lacks: Vec<String> = [
        (cores, u64::to_string as fn(&u64) -> String, " cores"),
        (memory, |it| crate::units::Bytes(*it).to_string(), " of memory"),
        (storage, |it| crate::units::Bytes(*it).to_string(), " of storage"),
        (vms, u64::to_string, " vms"),
    ]
    .into_iter()
    .enumerate()
    .filter_map(|(of, (limit, show, noun))| {
        let (limit, needed) = (limit?, most(of));
        (needed > limit).then(|| format!("{}{noun} (limit {})", show(&needed), show(&limit)))
    })
    .collect();
    let what = format!("cloud `{}` must hold {}", cloud.name, lacks.join(", "));
    (!lacks.is_empty()).then(|| Problem::new(&codes::CLOUD_TOO_SMALL, places.of("cloud", &cloud.name), what))
}
