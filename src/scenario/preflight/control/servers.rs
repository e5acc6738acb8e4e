//! VMM servers and their providers: version, registration, reach (S12, S15, S30, S32, S34, S38).

use std::collections::BTreeSet;

use crate::control_plane::{Proxy, Vmm, VmmVersion};
use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::scenario::{Places, Scenario};
use crate::units::Span;

/// How long a registration key is valid (fact 6.10).
const KEY_VALID: Span = Span::seconds(5 * 86_400);

/// Servers that manage a cloud which protects or receives VMs; the others do not matter yet.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let clouds = &scenario.control_plane.clouds;
    let pairs = crate::scenario::preflight::paired(scenario);
    let used: BTreeSet<Id<Vmm>> =
        pairs.iter().flat_map(|(_, from, to)| [clouds[*from].vmm, clouds[*to].vmm]).collect();
    let vmms = &scenario.control_plane.vmms;
    let mut problems: Vec<Problem> = used.iter().flat_map(|vmm| server(places, &vmms[*vmm])).collect();
    problems.extend(elsewhere(scenario, places, &pairs));
    let manages = |id: Id<Vmm>| clouds.iter().any(|cloud| cloud.vmm == id);
    problems.extend(vmms.entries().filter(|(id, _)| !manages(*id)).map(|(_, vmm)| {
        let what = format!("VMM server `{}` manages no cloud", vmm.name);
        Problem::new(&codes::VMM_WITHOUT_CLOUD, places.of("VMM server", &vmm.name), what)
    }));
    problems
}

/// What the provider must reach (fact 6.13).
const REQUIRED: [&str; 5] = [
    ".hypervrecoverymanager.windowsazure.com",
    ".accesscontrol.windows.net",
    ".backup.windowsazure.com",
    ".blob.core.windows.net",
    ".store.core.windows.net",
];

/// Whether an address, or a pattern of addresses, covers one that the provider must reach. What else is blocked concerns others.
fn is_required(address: &str) -> bool {
    let address = address.trim().to_ascii_lowercase();
    let address = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    let host = address.split(['/', ':']).next().unwrap_or(address);
    let covers = |required: &&str| {
        let is_wider = host.strip_prefix('*').is_some_and(|wide| required.ends_with(wide));
        is_wider || host.ends_with(*required) || host == &required[1..]
    };
    REQUIRED.iter().any(covers)
}

fn server(places: &Places, vmm: &Vmm) -> Vec<Problem> {
    let name = &vmm.name;
    let (version, provider) = (vmm.deployment.version, &vmm.deployment.provider);
    let mut problems = Vec::new();
    let mut say = |code: &'static Code, what: String| {
        problems.push(Problem::new(code, places.of("VMM server", name), what));
    };
    if version < VmmVersion::V2012Sp1 {
        say(&codes::VMM_TOO_OLD, format!("VMM server `{name}` is older than System Center 2012 SP1"));
    }
    if !provider.is_registered {
        say(&codes::NOT_REGISTERED, format!("VMM server `{name}` is not registered in the vault"));
    }
    if let Some(age) = provider.key_age.filter(|age| *age > KEY_VALID) {
        let over = Span(age.0 - KEY_VALID.0);
        let what = format!(
            "the registration key of VMM server `{name}` is {over} older than the 5d for which it is valid"
        );
        say(&codes::KEY_EXPIRED, what);
    }
    let blocked: Vec<&str> =
        provider.blocked.iter().map(String::as_str).filter(|address| is_required(address)).collect();
    if !blocked.is_empty() {
        let what = format!(
            "the provider of VMM server `{name}` cannot reach {}",
            crate::scenario::preflight::some(&blocked)
        );
        say(&codes::URL_BLOCKED, what);
    }
    let versions: BTreeSet<&str> = provider.versions.iter().map(String::as_str).collect();
    if versions.len() > 1 {
        let versions: Vec<&str> = versions.into_iter().collect();
        let what = format!(
            "the nodes of VMM server `{name}` have providers {}",
            crate::scenario::preflight::some(&versions)
        );
        say(&codes::PROVIDERS_DIFFER, what);
    }
    if provider.proxy == Proxy::Custom {
        say(&codes::CUSTOM_PROXY, format!("the provider of VMM server `{name}` uses a proxy of its own"));
    }
    problems
}

/// Replicas at one site, run by a server at another. A server of both sides is another check's (`single`).
fn elsewhere(
    scenario: &Scenario,
    places: &Places,
    pairs: &[(Id<crate::workload::Vm>, Id<crate::control_plane::Cloud>, Id<crate::control_plane::Cloud>)],
) -> Vec<Problem> {
    let (topology, control_plane) = (&scenario.topology, &scenario.control_plane);
    let mut found: crate::scenario::preflight::Groups<_> = Default::default();
    for (vm, from, to) in pairs {
        let vm = &scenario.vms[*vm];
        let Some(protection) = &vm.protection else { continue };
        let (vmm, replica) = (control_plane.clouds[*to].vmm, topology.hosts[protection.replica_host].site);
        let is_single = control_plane.clouds[*from].vmm == vmm;
        if !is_single && control_plane.vmms[vmm].site != replica {
            found.entry((vmm, replica)).or_default().push(&vm.name);
        }
    }
    let warn = |((vmm, site), names): ((Id<Vmm>, Id<_>), Vec<&str>)| {
        let vmm = &control_plane.vmms[vmm];
        let what = format!(
            "replicas of {} {} at site `{}` are run by VMM server `{}` at site `{}`",
            names.len(),
            crate::scenario::preflight::vms(names.len()),
            topology.sites[site].name,
            vmm.name,
            topology.sites[vmm.site].name
        );
        Problem::new(&codes::VMM_ELSEWHERE, places.of("VMM server", &vmm.name), what)
    };
    found.into_iter().map(warn).collect()
}
