//! How a replication relationship begins.
//!
//! - protection: initial (`done`, or one of the copies below), enabled (an instant), orchestrated
//! - first copy: one of network (`now` or an instant), offline, existing (the share that differs)
//! - offline copy: export, courier, import, share_on (a host)

use crate::ids::Id;
use crate::problem::{Problem, codes};
use crate::protection::{Initial, Relationship};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::{Context, in_range, positive};
use crate::scenario::reading::fields::Fields;
use crate::scenario::reading::node::Node;
use crate::topology::Host;
use crate::units::{Ratio, Span, Time};

/// The longest delay of a first copy under Site Recovery, and under plain Hyper-V Replica (fact 3.2).
const DELAY_MAX: [(Span, &str); 2] =
    [(Span::seconds(86_400), "24 hours"), (Span::seconds(7 * 86_400), "7 days")];

/// The relationship of an entry: whether one server manages both of its clouds; without clouds it is plain Hyper-V Replica.
pub fn relationship(context: &Context, fields: &Fields, single_vmm: Option<bool>) -> Relationship {
    let enabled = context.instant(fields, "enabled");
    if !fields.has("enabled") {
        fields.diagnostics.use_default(&default::PROTECTION_ENABLED);
    }
    let orchestrated = match single_vmm {
        Some(_) => fields.flag("orchestrated", &default::PROTECTION_ORCHESTRATED),
        None => without_clouds(fields),
    };
    let initial = initial(context, fields);
    if let Initial::Network { at: Some(at) } = initial {
        check_delay(fields, enabled.unwrap_or(Time::START), at, orchestrated);
    }
    if single_vmm == Some(true) && orchestrated && matches!(initial, Initial::Offline { .. }) {
        let what = "a first copy on media, and one VMM server manages both clouds";
        fields.report(&codes::SINGLE_VMM_OFFLINE, "initial", what);
    }
    Relationship { initial, enabled, orchestrated }
}

/// Site Recovery runs nothing between hosts without clouds.
fn without_clouds(fields: &Fields) -> bool {
    if fields.has("orchestrated") && fields.flag("orchestrated", &default::PROTECTION_ORCHESTRATED) {
        let what = "`orchestrated: true`, and Site Recovery protects clouds, not hosts without a VMM server";
        let problem = Problem::new(&codes::CHOICE, fields.diagnostics.place(fields.at("orchestrated")), what);
        let remedy = "name clouds in `from` and `to`, or leave `orchestrated` out: people fail over by hand";
        fields.diagnostics.push(problem.remedy(remedy));
    }
    false
}

/// Fact 3.2.
fn check_delay(fields: &Fields, enabled: Time, at: Time, orchestrated: bool) {
    let (longest, words) = DELAY_MAX[usize::from(!orchestrated)];
    if at < enabled {
        fields.report(&codes::RANGE, "initial", "the first copy is scheduled before protection is enabled");
    } else if at.since(enabled) > longest {
        let what = format!("the first copy is scheduled more than {words} after protection is enabled");
        let problem = Problem::new(&codes::COPY_DELAY, fields.diagnostics.place(fields.at("initial")), what);
        fields
            .diagnostics
            .push(problem.remedy(format!(
                "schedule it earlier, or enable later: `enabled` at most {words} before it"
            )));
    }
}

fn initial(context: &Context, fields: &Fields) -> Initial {
    let Some(node) = fields.get("initial") else {
        fields.diagnostics.use_default(&default::PROTECTION_INITIAL);
        return Initial::Done;
    };
    if let Node::Text(word) = node {
        if word != default::PROTECTION_INITIAL.value {
            let what = format!("`initial` of {fields} cannot be `{word}`");
            let problem = Problem::new(&codes::CHOICE, context.diagnostics.place(fields.at("initial")), what);
            context.diagnostics.push(
                problem.remedy("write \"done\", (network: \"now\"), (offline: ( … )) or (existing: \"5 %\")"),
            );
        }
        return Initial::Done;
    }
    let Some(entry) = Fields::new(context.diagnostics, "first copy", node, fields.at("initial")) else {
        return Initial::Done;
    };
    let initial = match entry.one_of(&["network", "offline", "existing"]) {
        Some("network") => {
            let now = entry.text("network").is_some_and(|written| written.text == "now");
            Initial::Network { at: if now { None } else { context.instant(&entry, "network") } }
        }
        Some("offline") => entry.get("offline").map_or(Initial::Done, |node| offline(context, &entry, node)),
        Some(_) => {
            let differs = entry.need("existing");
            in_range(&entry, "existing", differs, 0, Ratio::ONE.0.into(), "at most 100 %");
            Initial::Existing { differs }
        }
        None => Initial::Done,
    };
    entry.finish();
    initial
}

fn offline(context: &Context, around: &Fields, node: &Node) -> Initial {
    let Some(entry) = Fields::new(context.diagnostics, "offline copy", node, around.at("offline")) else {
        return Initial::Done;
    };
    let host: Option<Id<Host>> = context.sections.hosts.optional(&entry, "share_on");
    if let Some(host) = host {
        let what = format!(
            "the share for the media is on Hyper-V host `{}`",
            context.sections.hosts.rows[host.index()].name
        );
        entry.report(&codes::SHARE_ON_HOST, "share_on", what);
    }
    let (export, import) =
        (entry.limit("export", &default::INITIAL_EXPORT), entry.limit("import", &default::INITIAL_IMPORT));
    positive(&entry, "export", export);
    positive(&entry, "import", import);
    let courier = entry.or("courier", &default::INITIAL_COURIER);
    entry.finish();
    Initial::Offline { export, courier, import }
}
