//! Labels of Prometheus: `node_disk_written_bytes_total{device="sda", instance="web-01:9100"}`.

/// Labels that name a machine, the most telling first.
const MACHINES: [&str; 9] =
    ["vm", "vm_name", "machine", "host", "hostname", "nodename", "node", "instance", "server"];
/// Labels that name a disk.
const DISKS: [&str; 4] = ["device", "disk", "volume", "drive"];

/// Machine and disk that labels name; `None` if the text has no labels, or none of a machine.
pub fn machine_and_disk(text: &str) -> Option<(String, String)> {
    let inside = text.split_once('{')?.1.rsplit_once('}')?.0;
    let mut labels: Vec<(String, String)> = Vec::new();
    let mut rest = inside;
    while let Some((name, after)) = rest.split_once('=') {
        let after = after.trim_start().trim_start_matches('"');
        let end = after.find('"').or(after.find(',')).unwrap_or(after.len());
        labels.push((name.trim_matches([' ', ',', '"']).to_lowercase(), after[..end].to_owned()));
        rest = after.get(end + 1..).unwrap_or_default();
    }
    of(&labels)
}

/// Machine and disk that labels name, by their names in small letters; `None` if none is of a machine.
pub fn of(labels: &[(String, String)]) -> Option<(String, String)> {
    let of = |names: &[&str]| {
        names
            .iter()
            .find_map(|name| labels.iter().find(|label| label.0 == *name))
            .map(|label| label.1.clone())
    };
    Some((bare(&of(&MACHINES)?).to_owned(), of(&DISKS).unwrap_or_default()))
}

/// `web-01` of `web-01:9100`, where an exporter listens, and of `/subscriptions/…/virtualMachines/web-01`, as Azure names it.
pub fn bare(machine: &str) -> &str {
    if let Some((_, name)) = machine.strip_prefix("/subscriptions/").and_then(|id| id.rsplit_once('/')) {
        return name;
    }
    match machine.rsplit_once(':') {
        Some((host, port))
            if !host.contains(':') && port.len() >= 2 && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            host
        }
        Some(_) | None => machine,
    }
}

/// The name of a column that labels name: `web-01/sda`.
pub fn name(text: &str) -> Option<String> {
    let (machine, disk) = machine_and_disk(text)?;
    Some(if disk.is_empty() { machine } else { format!("{machine}/{disk}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_name_a_machine_and_its_disk() {
        let named = |text| name(text);
        assert_eq!(
            named(r#"{device="sda", instance="web-01:9100", job="node"}"#).as_deref(),
            Some("web-01/sda")
        );
        assert_eq!(
            named(r#"rate(x{instance="10.0.0.1:9182",volume="C:"}[5m])"#).as_deref(),
            Some("10.0.0.1/C:")
        );
        assert_eq!(named(r#"{job="node"}"#), None);
        assert_eq!(named("db-01"), None);
    }
}
