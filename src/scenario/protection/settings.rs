//! What a policy sets beyond the replication cycle.
//!
//! - policy: recovery_points, app_consistent (1 to 12 h, or `none`), freeze, resync (`manual`, `immediate` or a window such as
//!   `18:30 to 06:00`), days (of that window), zone (of that window; default: of the site it replicates from), os,
//!   authentication (`certificate`, `kerberos`), port, delete_replica

use std::collections::BTreeMap;

use crate::problem::{Problem, codes};
use crate::promise::matches;
use crate::protection::{Authentication, Resync, Settings, Technology};
use crate::scenario::defaults as default;
use crate::scenario::reading::calendar::Window;
use crate::scenario::reading::context::{Context, in_range};
use crate::scenario::reading::fields::Fields;
use crate::scenario::reading::node::Node;
use crate::scenario::reading::sections::Sections;
use crate::scenario::topology::hosts::VERSIONS;
use crate::scenario::topology::qos;
use crate::topology::OsVersion;
use crate::units::Span;

/// The port for Kerberos (fact 1.10).
const KERBEROS_PORT: u16 = 8083;
/// An hour.
const HOUR: u64 = 3_600_000_000;

/// The settings of a policy.
pub fn settings(
    context: &Context,
    sites: &SourceSites<'_>,
    fields: &Fields,
    technology: Technology,
) -> Settings {
    let ways = [("certificate", Authentication::Certificate), ("kerberos", Authentication::Kerberos)];
    let authentication = fields.choice("authentication", &ways, &default::POLICY_AUTHENTICATION);
    // The port that goes with it, unless the file names one (fact 1.10).
    let port = match fields.has("port") || authentication == Authentication::Certificate {
        true => qos::port(fields, fields.or("port", &default::POLICY_PORT)),
        false => {
            fields.diagnostics.use_default(&default::POLICY_PORT);
            KERBEROS_PORT
        }
    };
    let settings = Settings {
        recovery_points: fields.or("recovery_points", &default::POLICY_POINTS),
        app_consistent: fields.limit("app_consistent", &default::POLICY_APP_CONSISTENT),
        freeze: fields.or("freeze", &default::POLICY_FREEZE),
        resync: resync(context, sites, fields),
        os: os(fields),
        authentication,
        port,
        delete_replica: fields.flag("delete_replica", &default::POLICY_DELETE_REPLICA),
    };
    if technology == Technology::HyperV {
        check_points(fields, &settings);
    }
    settings
}

fn os(fields: &Fields) -> Option<OsVersion> {
    if !fields.has("os") {
        fields.get("os");
        fields.diagnostics.use_default(&default::POLICY_OS);
        return None;
    }
    Some(fields.choice("os", &VERSIONS, &default::HOST_OS))
}

/// Facts 2.1 and 2.4.
fn check_points(fields: &Fields, settings: &Settings) {
    let points = settings.recovery_points;
    let (most, hosts) = if settings.os == Some(OsVersion::Ws2012) { (16, " on 2012") } else { (24, "") };
    if points > most {
        let what = format!("{fields} keeps {points} recovery points, at most {most} are possible{hosts}");
        fields.report(&codes::POINTS, "recovery_points", what);
    }
    let Some(every) = settings.app_consistent.filter(|every| every.0 > 0) else {
        in_range(
            fields,
            "app_consistent",
            settings.app_consistent.unwrap_or(Span(1)),
            1,
            u64::MAX,
            "1 to 12 h, or `none`",
        );
        return;
    };
    let hours = every.0 / HOUR;
    let reason = if every.0 % HOUR > 0 || hours > 12 {
        "which is not 1 to 12 whole hours".to_owned()
    } else if points == 0 {
        "and keeps no recovery points".to_owned()
    } else if hours >= u64::from(points) {
        format!("and keeps {points} recovery points: the {hours} is not smaller than the {points}")
    } else {
        return;
    };
    let what = format!("{fields} takes an app-consistent point every {every}, {reason}");
    let mut problem =
        Problem::new(&codes::APP_CONSISTENT, fields.diagnostics.place(fields.at("app_consistent")), what);
    if hours <= 12 && every.0 % HOUR == 0 {
        problem =
            problem.remedy(format!("keep at least {} recovery points, or take one more often", hours + 1));
    }
    fields.diagnostics.push(problem);
}

/// Fact 1.27.
fn resync(context: &Context, sites: &SourceSites<'_>, fields: &Fields) -> Resync {
    let zone = context.zone(fields).map(|(_, zone)| zone);
    let zone = zone.unwrap_or_else(|| context.zone_of(sites.0.get(fields.name.as_str()).copied()));
    let word = match fields.get("resync") {
        Some(Node::Text(word)) => &**word,
        Some(_) => "",
        None => {
            fields.diagnostics.use_default(&default::POLICY_RESYNC_START);
            default::POLICY_RESYNC_START.value
        }
    };
    let is_window = word.contains(" to ");
    if !is_window && fields.has("zone") {
        fields.report(
            &codes::ONE_KIND,
            "zone",
            format!("`zone` of {fields} serves a window of `resync` only"),
        );
    }
    match word {
        "manual" => Resync::Manual,
        "immediate" => Resync::Immediate,
        _ if is_window => {
            let window = match fields.has("resync") {
                true => context.window_text(fields, "resync"),
                false => Window::new(context.days(fields), "18:30", "06:00").ok(),
            };
            let openings = window.map(|window| context.calendar.openings(&window, &zone));
            Resync::Windows(openings.unwrap_or_default())
        }
        _ => {
            if fields.text("resync").is_some() {
                let what = format!("`resync` of {fields} cannot be `{word}`");
                let problem =
                    Problem::new(&codes::CHOICE, context.diagnostics.place(fields.at("resync")), what);
                context
                    .diagnostics
                    .push(problem.remedy("write \"manual\", \"immediate\" or a window, \"18:30 to 06:00\""));
            }
            Resync::Manual
        }
    }
}

/// The site that VMs of each policy run at, the first by name: read off the entries silently, whose own readers report what is wrong.
pub struct SourceSites<'a>(BTreeMap<&'a str, usize>);

impl<'a> SourceSites<'a> {
    /// Of all policies that an entry of protection names.
    pub fn of(context: &Context<'a, '_>) -> SourceSites<'a> {
        let sections = context.sections;
        let mut of_clouds: BTreeMap<usize, Option<usize>> = BTreeMap::new();
        let mut sites: BTreeMap<&str, usize> = BTreeMap::new();
        for entry in &sections.protection {
            let Some((policy, from)) = text(entry, "policy").zip(text(entry, "from")) else { continue };
            let Some(cloud) = sections.clouds.find(from) else { continue };
            let of_cloud = || first_site(sections, sections.clouds.rows[cloud].node);
            if let Some(site) = *of_clouds.entry(cloud).or_insert_with(of_cloud) {
                sites.entry(policy).and_modify(|first| *first = site.min(*first)).or_insert(site);
            }
        }
        SourceSites(sites)
    }
}

fn text<'a>(node: &'a Node, key: &str) -> Option<&'a str> {
    node.field(key).and_then(|(_, node)| node.as_text()).map(|text| &**text)
}

/// The first site of a cloud's hosts.
fn first_site(sections: &Sections, cloud: &Node) -> Option<usize> {
    let (_, hosts) = cloud.field("hosts")?;
    let patterns = hosts.as_list().unwrap_or(std::slice::from_ref(hosts));
    let patterns: Vec<&str> = patterns.iter().filter_map(Node::as_text).map(|text| &**text).collect();
    let inside = |name: &str| patterns.iter().any(|pattern| matches(pattern, name));
    let hosts = sections.hosts.rows.iter().filter(|row| inside(&row.name));
    hosts.filter_map(|row| sections.sites.find(text(row.node, "site")?)).min()
}
