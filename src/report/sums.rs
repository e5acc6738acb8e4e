//! The list of a report's files with their SHA-256, as `sha256sum --check` reads it.

use std::collections::{BTreeMap, BTreeSet};

use sha2::{Digest, Sha256};

/// By relative name with `/`: the hashes that its content may have, in hexadecimal.
pub type Sums = BTreeMap<String, BTreeSet<String>>;

/// The files of a report and, as the last of them, their list: `report.sha256` of a report of that name.
pub fn listed(report: &str, mut files: Vec<(String, Vec<u8>)>) -> Vec<(String, Vec<u8>)> {
    let sums: Sums = files.iter().map(|(name, bytes)| (name.clone(), [hash(bytes)].into())).collect();
    files.push((format!("{report}.sha256"), write(&sums).into_bytes()));
    files
}

/// As text: a line for each hash.
pub fn write(sums: &Sums) -> String {
    let lines =
        sums.iter().flat_map(|(name, hashes)| hashes.iter().map(move |hash| format!("{hash}  {name}\n")));
    lines.collect()
}

/// From text; lines of anything else are passed over.
pub fn read(text: &str) -> Sums {
    let mut sums = Sums::new();
    for (hash, name) in text.lines().filter_map(|line| line.split_once("  ")) {
        sums.entry(name.to_owned()).or_default().insert(hash.to_owned());
    }
    sums
}

/// Of bytes.
pub fn hash(bytes: &[u8]) -> String {
    hexadecimal(&Sha256::digest(bytes))
}

/// Of bytes as they come.
///
/// # Errors
/// That of reading.
pub fn hash_of(mut from: impl std::io::Read) -> std::io::Result<String> {
    let mut hash = Sha256::new();
    let mut part = vec![0; 1 << 16];
    loop {
        match from.read(&mut part)? {
            0 => return Ok(hexadecimal(&hash.finalize())),
            read => hash.update(&part[..read]),
        }
    }
}

fn hexadecimal(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}
