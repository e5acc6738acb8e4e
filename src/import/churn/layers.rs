//! Series that count again what others count: totals of a machine, and devices that lie on other disks.

use std::collections::BTreeMap;

/// Machine and disk of a series.
pub type Key = (String, String);

/// Which series are left out because others of the machine hold their bytes.
pub fn doubled(keys: &[Key]) -> Vec<bool> {
    let is_single = |disk: &str| !is_total(disk) && !is_layer(disk);
    let mut disks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (machine, disk) in keys.iter().filter(|key| is_single(&key.1)) {
        disks.entry(machine).or_default().push(disk);
    }
    let doubled = |(machine, disk): &Key| {
        let others = disks.get(machine.as_str()).map_or(&[][..], Vec::as_slice);
        !is_single(disk) && !others.is_empty() || others.iter().any(|other| is_part(disk, other))
    };
    keys.iter().map(doubled).collect()
}

/// Whether it is a sum of others, by its name.
pub fn is_total(disk: &str) -> bool {
    ["", "_total", "total", "all", "aggregate of all instances", "aggregate"]
        .contains(&disk.to_lowercase().as_str())
}

/// Devices of Linux that write to other disks, or to none.
fn is_layer(disk: &str) -> bool {
    let numbered = |prefix: &str| {
        disk.strip_prefix(prefix)
            .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit() || first == '-'))
    };
    ["dm", "md", "loop", "ram", "zram", "sr", "fd", "drbd", "bcache"].into_iter().any(numbered)
        || disk.starts_with("mapper/")
}

/// `sda1` is a part of `sda`, `nvme0n1p2` of `nvme0n1`, `C:` of `0 C:`.
fn is_part(disk: &str, whole: &str) -> bool {
    let windows =
        whole.split_once(' ').filter(|(number, _)| number.bytes().all(|byte| byte.is_ascii_digit()));
    if windows.is_some_and(|(_, volumes)| volumes.split(' ').any(|volume| volume.eq_ignore_ascii_case(disk)))
    {
        return true;
    }
    let linux = ["sd", "hd", "vd", "xvd", "nvme", "mmcblk"].iter().any(|prefix| whole.starts_with(prefix));
    let Some(rest) = disk.strip_prefix(whole).filter(|rest| linux && !rest.is_empty()) else { return false };
    let number = if whole.ends_with(|last: char| last.is_ascii_digit()) {
        rest.strip_prefix('p').unwrap_or("x")
    } else {
        rest
    };
    !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_disks_that_hold_their_own_bytes_are_kept() {
        let keys = |disks: &[&str]| {
            disks.iter().map(|disk| ("a".to_owned(), (*disk).to_owned())).collect::<Vec<_>>()
        };
        assert_eq!(
            doubled(&keys(&["sda", "sda1", "dm-0", "sdb", "_Total", ""])),
            [false, true, true, false, true, true]
        );
        assert_eq!(doubled(&keys(&["dm-0"])), [false]);
        assert_eq!(doubled(&keys(&["nvme0n1", "nvme0n1p1", "nvme0n10"])), [false, true, false]);
        assert_eq!(doubled(&keys(&["0 C:", "_Total"])), [false, true]);
        assert_eq!(doubled(&keys(&["0 C: D:", "C:", "D:", "E:"])), [false, true, true, false]);
    }
}
