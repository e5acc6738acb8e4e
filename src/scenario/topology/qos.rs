//! QoS policies of hosts: the fields of their entries.
//!
//! - QoS policy: name, hosts (names or patterns), one of subnet_of (a site), port, process (`vmms.exe`); one of rate, weight;
//!   precedence, windows, zone (default: of the first host's site)
//! - window: days, from, to

use crate::ids::{Id, Table};
use crate::problem::{Problem, codes};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::{Context, in_range, positive};
use crate::scenario::reading::fields::Fields;
use crate::topology::{Host, QosAction, QosPolicy, Traffic};
use crate::units::{Rate, Span};

/// All QoS policies.
pub fn qos(context: &Context, hosts: &Table<Host>) -> Table<QosPolicy> {
    Table::new(context.sections.qos.read(context.diagnostics, |fields| policy(context, hosts, fields)))
}

fn policy(context: &Context, hosts: &Table<Host>, fields: &Fields) -> QosPolicy {
    fields.need_texts("hosts");
    let on: Vec<Id<Host>> = context.sections.hosts.ids(fields, "hosts");
    let site = on.first().and_then(|first| hosts.iter().nth(first.index())).map(|host| host.site.index());
    let zone = context.zone(fields).map(|(_, zone)| zone);
    let zone = zone.unwrap_or_else(|| context.zone_of(site));
    let policy = QosPolicy {
        name: fields.name.clone(),
        hosts: on,
        matches: matches(context, fields),
        action: action(fields),
        precedence: fields.or("precedence", &default::QOS_PRECEDENCE),
        in_force: context.open_times(fields, "windows", "window", &zone, Span::ZERO),
    };
    if !fields.has("windows") {
        fields.diagnostics.use_default(&default::QOS_WINDOWS);
    }
    policy
}

fn matches(context: &Context, fields: &Fields) -> Traffic {
    match fields.one_of(&["subnet_of", "port", "process"]) {
        Some("subnet_of") => Traffic::To(context.sections.sites.need(fields, "subnet_of")),
        Some("port") => Traffic::Port(port(fields, fields.need("port"))),
        Some(_) => {
            let name = fields.text("process").map(|written| written.text);
            if name.is_some_and(|name| !matches!(name, "vmms.exe" | "vmms")) {
                let what = format!("`process` of {fields} cannot be `{}`", name.unwrap_or(""));
                let problem =
                    Problem::new(&codes::CHOICE, context.diagnostics.place(fields.at("process")), what);
                context
                    .diagnostics
                    .push(problem.remedy("write \"vmms.exe\": it sends replication and live migration"));
            }
            Traffic::Vmms
        }
        None => Traffic::Vmms,
    }
}

/// A port number.
pub fn port(fields: &Fields, number: u32) -> u16 {
    in_range(fields, "port", number, 1, 65_535, "1 to 65,535");
    u16::try_from(number).unwrap_or(u16::MAX)
}

fn action(fields: &Fields) -> QosAction {
    match fields.one_of(&["rate", "weight"]) {
        Some("weight") => {
            let weight = fields.need("weight");
            in_range(fields, "weight", weight, 1, 100, "1 to 100 (fact 8.2)");
            QosAction::Weight(weight)
        }
        Some(_) => {
            let rate = fields.need("rate");
            positive(fields, "rate", Some(rate));
            QosAction::Rate(rate)
        }
        None => QosAction::Rate(Rate(0)),
    }
}
