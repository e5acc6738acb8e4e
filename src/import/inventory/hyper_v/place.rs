//! Hosts and volumes.

use super::super::super::fault::{Faults, quote};
use super::super::json::{Object, get, text, whole};
use super::super::{Host, Store};
use super::found::Finds;
use crate::units::Bytes;
use serde_json::Value;

fn count(object: &Object, key: &str, of: &str, faults: &mut Faults) -> Option<u64> {
    whole(object, key, &format!("`{}`", quote(of)), "import", faults)
}

/// A host.
pub fn host(object: &Object, finds: &Finds<'_>, faults: &mut Faults) -> Option<Host> {
    let name =
        Some(text(object, &["ComputerName", "Name"])).filter(|name| !name.is_empty()).unwrap_or("host");
    let cores = count(object, "LogicalProcessorCount", name, faults)?;
    Some(Host {
        name: name.to_owned(),
        cores: u32::try_from(cores).unwrap_or(u32::MAX),
        memory: Bytes(count(object, "MemoryCapacity", name, faults)?),
        cluster: finds.cluster(name).map(str::to_owned),
    })
}

/// A volume, by its drive letter or, on a cluster, by its label.
pub fn store(object: &Object, faults: &mut Faults) -> Option<Store> {
    let letter = match get(object, "DriveLetter") {
        Some(Value::String(letter)) if !letter.trim_matches('\0').is_empty() => {
            Some(format!("{}:", letter.to_uppercase()))
        }
        // ConvertTo-Json may write a character as its number
        Some(Value::Number(code)) => code
            .as_u64()
            .and_then(|code| u8::try_from(code).ok())
            .filter(u8::is_ascii_alphabetic)
            .map(|code| format!("{}:", char::from(code))),
        Some(_) | None => None,
    };
    let label = text(object, &["FileSystemLabel"]);
    let name = letter.or_else(|| (!label.is_empty()).then(|| label.to_owned()))?;
    let free = count(object, "SizeRemaining", &name, faults)?;
    Some(Store { name, free: Bytes(free) })
}
