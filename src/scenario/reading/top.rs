//! The fields at the top of a scenario's files, by which a file that is none is told apart. Imports the tree.
//!
//! A file is chosen by a name, and a name may lead to anything: what is no scenario is not quoted.

use super::node::Node;

/// Sections whose entries have names: field, and what an entry is called.
pub const NAMED: [(&str, &str); 19] = [
    ("sites", "site"),
    ("fault_domains", "fault domain"),
    ("routers", "router"),
    ("hosts", "host"),
    ("networks", "network"),
    ("links", "link"),
    ("vmm_servers", "VMM server"),
    ("clouds", "cloud"),
    ("policies", "policy"),
    ("vms", "vm"),
    ("applications", "application"),
    ("plans", "plan"),
    ("people", "people"),
    ("outages", "outage"),
    ("series", "series"),
    ("profiles", "profile"),
    ("clusters", "cluster"),
    ("logical_networks", "logical network"),
    ("qos", "QoS policy"),
];
/// Sections whose entries have no names.
pub const NAMELESS: [&str; 6] =
    ["network_mappings", "protection", "operations", "gates", "waivers", "assumed"];
/// Top-level fields that are no sections.
pub const HEADER: [&str; 8] =
    ["schema", "name", "start", "horizon", "seed", "include", "recovery_service", "informational_until"];
/// Fields that only scenarios have: the others of the header are everybody's.
const OWN: [&str; 4] = ["schema", "horizon", "include", "recovery_service"];

fn known() -> impl Iterator<Item = &'static str> {
    NAMED.into_iter().map(|(key, _)| key).chain(NAMELESS).chain(OWN)
}

/// Whether a tree is a scenario's: nothing is in it, or a field that only scenarios have.
pub fn is_scenario(tree: &Node) -> bool {
    match tree {
        Node::Unit => true,
        Node::Fields(fields) => {
            fields.is_empty() || fields.iter().any(|(key, _)| known().any(|it| it == key))
        }
        Node::Text(_) | Node::Integer(_) | Node::Float(_) | Node::Bool(_) | Node::List(_) => false,
    }
}

/// Whether a text that cannot be read was to be a scenario: it begins as one and has a field that only scenarios have.
pub fn resembles_scenario(text: &str) -> bool {
    let is_field = |(at, key): (usize, &str)| {
        let before = text[..at].chars().next_back().unwrap_or(' ');
        let after = text[at + key.len()..].trim_start_matches('"').trim_start();
        !before.is_alphanumeric() && before != '_' && after.starts_with(':')
    };
    begins_an_entry(text) && known().any(|key| text.match_indices(key).any(is_field))
}

/// Whether the first thing after comments and attributes is a bracket.
fn begins_an_entry(text: &str) -> bool {
    let mut rest = text.trim_start();
    loop {
        let after = if let Some(comment) = rest.strip_prefix("/*") {
            comment.split_once("*/")
        } else if rest.starts_with("//") || rest.starts_with("#!") {
            rest.split_once('\n')
        } else {
            return rest.starts_with(['(', '{']);
        };
        let Some((_, after)) = after else { return false };
        rest = after.trim_start();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_with_a_slip_resembles_a_scenario_and_secrets_do_not() {
        for text in ["(schema: 1", "// x\n/* y */ #![enable(implicit_some)]\n( hosts : [", "{\"vms\" : [}"] {
            assert!(resembles_scenario(text), "{text}");
        }
        for text in [
            "",
            "/* open",
            "HOME=/root\0TOKEN=vms: 1",
            "root:x:0:0:root:/root:/bin/bash",
            "-----BEGIN PRIVATE KEY-----",
            "{\"auths\": {\"name\": \"x\"",
            "(my_vms: 1, vms",
        ] {
            assert!(!resembles_scenario(text), "{text}");
        }
    }
}
