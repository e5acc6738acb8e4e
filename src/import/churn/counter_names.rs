//! Counters of writes by name, in the languages of Windows, and those of esxtop.
//!
//! English: Microsoft's reference of counters. German and Spanish: logs of such systems. The other languages as their Windows is known to name
//! them, unverified by a log; a counter of another name is chosen with `--columns`. Letters beyond ASCII may be anything, for consoles garble them.
//! Japanese Windows keeps the English names of disks.

use super::values::Unit;

/// Which disks a counter is of; the first kind that a log has is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Disks {
    /// Virtual disks of Hyper-V.
    HyperV,
    /// Virtual disks of ESXi.
    Esxi,
    /// Disks of a machine.
    Physical,
    /// Volumes of a machine.
    Logical,
}

/// Every kind, in the order of preference.
pub const DISKS: [Disks; 4] = [Disks::HyperV, Disks::Esxi, Disks::Physical, Disks::Logical];

const HYPER_V: [(&str, &str); 8] = [
    ("hyper-v virtual storage device", "write bytes/sec"),
    ("hyper-v - virtuelles speichergerät", "geschriebene bytes/s"),
    ("virtuelles hyper-v-speichergerät", "geschriebene bytes/s"),
    ("périphérique de stockage virtuel hyper-v", "octets écrits/s"),
    ("dispositivo de almacenamiento virtual de hyper-v", "bytes de escritura/s"),
    ("dispositivo di archiviazione virtuale hyper-v", "byte scritti/sec"),
    ("dispositivo de armazenamento virtual do hyper-v", "bytes de gravação/s"),
    ("hyper-v 仮想記憶装置", "書き込みバイト数/秒"),
];
const PHYSICAL: [&str; 6] = [
    "physicaldisk",
    "physikalischer datenträger",
    "disque physique",
    "disco físico",
    "disco fisico",
    "物理ディスク",
];
const LOGICAL: [&str; 6] = [
    "logicaldisk",
    "logischer datenträger",
    "disque logique",
    "disco lógico",
    "disco logico",
    "論理ディスク",
];
const WRITES: [&str; 8] = [
    "disk write bytes/sec",
    "bytes geschrieben/s",
    "écritures disque, octets/s",
    "octets d'écriture disque/s",
    "bytes de escritura en disco/s",
    "byte scritti su disco/sec",
    "bytes de gravação de disco/s",
    "ディスク書き込みバイト数/秒",
];
/// Letters of ASCII that make a name telling without its others.
const LETTERS: usize = 8;
/// esxtop counts 1024 × 1024 bytes as an MByte.
const ESXI: (&str, &str) = ("virtual disk", "mbytes written/sec");

/// What a counter measures, and in which unit per second, by the names of its object and itself.
pub fn known(object: &str, counter: &str) -> Option<(Disks, Unit)> {
    let any = |names: &[&str], name: &str| names.iter().any(|known| is(name, known));
    if HYPER_V.iter().any(|known| is(object, known.0) && is(counter, known.1)) {
        return Some((Disks::HyperV, Unit::BYTE));
    }
    if is(object, ESXI.0) && is(counter, ESXI.1) {
        return Some((Disks::Esxi, Unit::MIB));
    }
    let disks = [(&PHYSICAL, Disks::Physical), (&LOGICAL, Disks::Logical)];
    let found = disks.into_iter().find(|(names, _)| any(names.as_slice(), object) && any(&WRITES, counter));
    found.map(|(_, disks)| (disks, Unit::BYTE))
}

/// Whether a name is the known one, in any case; where enough is left of it without the letters beyond ASCII, those may be garbled.
pub fn is(name: &str, known: &str) -> bool {
    let enough = known.bytes().filter(u8::is_ascii_alphabetic).count() >= LETTERS;
    name.trim().to_lowercase() == known.to_lowercase() || enough && folded(name) == folded(known)
}

/// In lower case, with one `?` for letters beyond ASCII that stand together.
fn folded(name: &str) -> String {
    let lower = name.trim().to_lowercase();
    let mut folded = String::new();
    for letter in lower.chars() {
        if letter.is_ascii() {
            folded.push(letter);
        } else if !folded.ends_with('?') {
            folded.push('?');
        }
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_any_language_are_known_even_if_a_console_garbled_them() {
        let cases = [
            ("PhysicalDisk", "Disk Write Bytes/sec", Some(Disks::Physical)),
            ("Physikalischer Datentr\u{84}ger", "Bytes geschrieben/s", Some(Disks::Physical)),
            ("Physikalischer DatentrÃ¤ger", "Bytes geschrieben/s", Some(Disks::Physical)),
            ("Disco lógico", "Bytes de escritura en disco/s", Some(Disks::Logical)),
            ("Virtual Disk", "MBytes Written/sec", Some(Disks::Esxi)),
            ("Virtual Disk", "MBytes Read/sec", None),
            ("Physikalischer Datenträger", "Bytes gelesen/s", None),
            ("物理ディスク", "ディスク書き込みバイト数/秒", Some(Disks::Physical)),
            ("物理ディスク", "ディスク読み取りバイト数/秒", None),
        ];
        for (object, counter, expected) in cases {
            assert_eq!(known(object, counter).map(|known| known.0), expected, "{object}");
        }
    }
}
