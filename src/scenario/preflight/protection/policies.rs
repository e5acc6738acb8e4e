//! Policies against the hosts they are used on (S42–S52): version, retention, authentication, compression.

use std::collections::{BTreeMap, BTreeSet};

use crate::ids::Id;
use crate::problem::{Code, Problem, codes};
use crate::protection::{Authentication, Policy, Technology};
use crate::scenario::preflight::control::clouds::os_words;
use crate::scenario::{Places, Scenario};
use crate::topology::{Host, OsVersion};
use crate::units::Ratio;

/// Points that a replica on Windows Server 2012 keeps (fact 2.1).
const POINTS_2012: u32 = 16;
/// A compression above this is rarely reached (fact 8.10: 80 % saved at best).
const COMPRESSION_MAX: Ratio = Ratio(5_000_000);
/// Snapshots that take more than this part of the time between them (one twentieth) are felt.
const FREEZE_PART: u64 = 20;
/// The ports that Site Recovery opens for Kerberos and for certificates (fact 1.10).
const PORTS: [u16; 2] = [8083, 8084];

/// Hosts that a policy is used on, as source and as target.
#[derive(Default)]
struct Use {
    primary: BTreeSet<Id<Host>>,
    replica: BTreeSet<Id<Host>>,
}

/// Policies that nothing uses, and those of other products, are left alone.
pub fn check(scenario: &Scenario, places: &Places) -> Vec<Problem> {
    let mut uses: BTreeMap<Id<Policy>, Use> = BTreeMap::new();
    for (_, vm, protection) in crate::scenario::preflight::replicated(scenario) {
        let hosts = uses.entry(protection.policy).or_default();
        hosts.primary.insert(vm.host);
        hosts.replica.insert(protection.replica_host);
    }
    let mut problems = Vec::new();
    for (id, hosts) in uses {
        let policy = &scenario.policies[id];
        if policy.technology == Technology::Generic {
            continue;
        }
        let mut say = |code: &'static Code, what: String| {
            problems.push(Problem::new(code, places.of("policy", &policy.name), what));
        };
        versions(scenario, policy, &hosts, &mut say);
        retention(scenario, policy, &hosts, &mut say);
        authentication(scenario, policy, &hosts, &mut say);
        if policy.compression > COMPRESSION_MAX {
            let (whole, tenth) = (policy.compression.0 / 1_000_000, policy.compression.0 / 100_000 % 10);
            say(
                &codes::COMPRESSION,
                format!("policy `{}` expects a compression of {whole}.{tenth}", policy.name),
            );
        }
    }
    problems
}

fn names<'s>(scenario: &'s Scenario, hosts: impl Iterator<Item = &'s Id<Host>>) -> Vec<&'s str> {
    hosts.map(|host| scenario.topology.hosts[*host].name.as_str()).collect()
}

fn versions(scenario: &Scenario, policy: &Policy, hosts: &Use, say: &mut impl FnMut(&'static Code, String)) {
    let os = |host: &&Id<Host>| scenario.topology.hosts[**host].hyper_v.os;
    let name = &policy.name;
    if let Some(meant) = policy.settings.os {
        let others = names(scenario, hosts.primary.iter().filter(|host| os(host) != meant));
        if !others.is_empty() {
            let others = crate::scenario::preflight::named("host", &others);
            say(&codes::POLICY_OS, format!("policy `{name}` is for {}, not for {others}", os_words(meant)));
        }
    } else {
        let found: BTreeSet<OsVersion> = hosts.primary.iter().map(|host| os(&host)).collect();
        let found: Vec<&str> = found.into_iter().map(os_words).collect();
        if found.len() > 1 {
            say(&codes::MIXED_OS, format!("policy `{name}` is used on hosts of {}", found.join(" and ")));
        }
    }
}

fn retention(scenario: &Scenario, policy: &Policy, hosts: &Use, say: &mut impl FnMut(&'static Code, String)) {
    let (name, settings) = (&policy.name, &policy.settings);
    let old =
        hosts.replica.iter().filter(|host| scenario.topology.hosts[**host].hyper_v.os == OsVersion::Ws2012);
    let old = names(scenario, old);
    if settings.recovery_points > POINTS_2012 && !old.is_empty() {
        let what = format!(
            "policy `{name}` keeps {} recovery points, {} with Windows Server 2012 only {POINTS_2012}",
            settings.recovery_points,
            crate::scenario::preflight::named("replica host", &old)
        );
        say(&codes::TOO_MANY_POINTS, what);
    }
    let Some(spacing) = settings.app_consistent else { return };
    if settings.freeze.0.saturating_mul(FREEZE_PART) > spacing.0 {
        let freeze = settings.freeze;
        say(&codes::FREEZE, format!("policy `{name}` slows its guests for {freeze} every {spacing}"));
    }
}

fn authentication(
    scenario: &Scenario,
    policy: &Policy,
    hosts: &Use,
    say: &mut impl FnMut(&'static Code, String),
) {
    let (name, settings) = (&policy.name, &policy.settings);
    let is_kerberos = settings.authentication == Authentication::Kerberos;
    if is_kerberos {
        let is_2012 = |host: &Id<Host>| scenario.topology.hosts[*host].hyper_v.os == OsVersion::Ws2012;
        let only_2012 = hosts.primary.iter().chain(&hosts.replica).all(is_2012);
        let more = if only_2012 { ", and means nothing on Windows Server 2012" } else { "" };
        say(
            &codes::KERBEROS,
            format!("policy `{name}` authenticates by Kerberos, over HTTP without encryption{more}"),
        );
    }
    let fitting = PORTS[usize::from(!is_kerberos)];
    if settings.port != fitting && PORTS.contains(&settings.port) {
        let how = if is_kerberos { "Kerberos" } else { "certificates" };
        say(
            &codes::PORT,
            format!("policy `{name}` uses port {} with {how}; that is {fitting}", settings.port),
        );
    }
}
