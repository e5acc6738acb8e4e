//! Disks in the records of sar, as `sadf -j -- -d -p` prints them; a kB is 1024 bytes, a sector 512.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Number;

use super::super::json::{Json, Rows, parsed};
use super::sadf;
use super::sysstat::Whole;
use crate::import::fault::Fault;

/// What it is told by.
pub const JSON: Json = Json { properties: &["sysstat"], holds: "", rows, long: &sadf::LONG };

#[derive(Deserialize)]
struct Record<'t> {
    timestamp: Option<Stamp>,
    #[serde(borrow, default)]
    disk: Vec<Disk<'t>>,
}

#[derive(Deserialize)]
struct Stamp {
    date: String,
    time: String,
    #[serde(default)]
    utc: u8,
}

#[derive(Deserialize)]
struct Disk<'t> {
    #[serde(borrow, rename = "disk-device")]
    device: Cow<'t, str>,
    #[serde(rename = "wkB")]
    kilobytes: Option<Number>,
    #[serde(rename = "wr_sec")]
    sectors: Option<Number>,
}

fn rows(file: &str, text: &str, rows: &mut Rows<'_>) -> Result<(), Fault> {
    let Whole { sysstat } = parsed::<Whole<Record<'_>>>(file, text)?;
    let disks = || sysstat.hosts.iter().flat_map(|host| &host.statistics).flat_map(|record| &record.disk);
    let (mut kilobytes, mut sectors) =
        (disks().filter(|it| it.kilobytes.is_some()), disks().filter(|it| it.sectors.is_some()));
    let in_sectors = match (kilobytes.next(), sectors.next()) {
        (Some(_), None) => false,
        (None, Some(_)) => true,
        (None, None) => {
            let reason = "no disk has bytes written, as wkB or wr_sec";
            return Err(Fault::of(file, reason, "print disks: sadf -j -- -d -p"));
        }
        (Some(_), Some(_)) => {
            return Err(Fault::of(file, "some disks have wkB and some wr_sec", "import them one by one"));
        }
    };
    let (value, none) = (if in_sectors { "wr_sec/s" } else { "wkB/s" }, String::new);
    rows.header(&["hostname", "timestamp", "dev", value]);
    for host in &sysstat.hosts {
        for record in &host.statistics {
            let Some(Stamp { date, time, utc }) = &record.timestamp else { continue };
            let time = format!("{date} {time}{}", if *utc == 1 { " UTC" } else { "" });
            for disk in &record.disk {
                let value = if in_sectors { &disk.sectors } else { &disk.kilobytes };
                let value = value.as_ref().map_or_else(none, Number::to_string);
                rows.row(&[&host.nodename, &time, &disk.device, &value], &disk.device);
            }
        }
    }
    Ok(())
}
