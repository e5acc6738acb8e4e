//! `iostat -dxt -o JSON 60`: blocks of devices, the first of which is the mean since the machine began and is left out. Field names are from memory.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::{Map, Value};

use super::super::json::{Json, Rows, parsed, sample};
use super::iostat::LONG;
use super::sysstat::Whole;
use crate::import::fault::Fault;

/// What it is told by.
pub const JSON: Json = Json { properties: &["sysstat"], holds: "\"disk_device\"", rows, long: &LONG };

#[derive(Deserialize)]
struct Block<'t> {
    #[serde(borrow, default)]
    timestamp: Cow<'t, str>,
    #[serde(default)]
    disk: Vec<Map<String, Value>>,
}

fn rows(file: &str, text: &str, rows: &mut Rows<'_>) -> Result<(), Fault> {
    let Whole { sysstat } = parsed::<Whole<Block<'_>>>(file, text)?;
    let fault = |reason, remedy| Fault::of(file, reason, remedy);
    let mut names = sysstat.hosts.iter().flat_map(|host| &host.statistics).flat_map(|block| &block.disk);
    let is_value = |name: &&String| LONG.values.iter().any(|(known, ..)| *known == name.to_lowercase());
    let Some(value) = names.find_map(|disk| disk.keys().find(is_value)) else {
        let remedy = "run it as `iostat -dxt -o JSON 60`";
        return Err(fault("no device has bytes written, such as wkB/s", remedy));
    };
    rows.header(&["machine", "time", "disk", value]);
    for host in &sysstat.hosts {
        for block in host.statistics.iter().skip(1) {
            let time = &block.timestamp;
            if time.is_empty() {
                return Err(fault("its blocks have no times", "run it with -t: `iostat -dxt -o JSON 60`"));
            }
            for disk in &block.disk {
                let name = disk.get("disk_device").and_then(Value::as_str).unwrap_or_default();
                let written = disk.get(value).map_or_else(String::new, sample);
                rows.row(&[&host.nodename, time, name, &written], time);
            }
        }
    }
    Ok(())
}
