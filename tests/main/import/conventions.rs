//! A known table written in every convention is read as the same numbers or refused, and a changed cell changes its machine only.

use drsim::import::inventory::{GIB, Inventory, InventoryOptions, MIB};
use drsim::import::{ChurnOptions, Values};

use crate::import::files::import as churn;
use crate::import::inventory::inventory;
use crate::shared::data;

/// Numbers from a fixed seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    pub fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }
}

/// How a program writes.
#[derive(Clone, Copy, Debug)]
pub struct Writing {
    delimiter: char,
    decimal: char,
    /// Between thousands, if there is something.
    group: Option<char>,
    encoding: Encoding,
    /// End of a line.
    pub line: &'static str,
    quotes: bool,
}

#[derive(Clone, Copy, Debug)]
enum Encoding {
    Utf8,
    Utf8Mark,
    Utf16Le,
    Utf16Be,
    Utf16Bare,
}

impl Writing {
    pub fn any(dice: &mut Dice, decimal: char, group: Option<char>) -> Writing {
        Writing {
            delimiter: dice.of(&[',', ';', '\t']),
            decimal,
            group,
            encoding: dice.of(&[
                Encoding::Utf8,
                Encoding::Utf8Mark,
                Encoding::Utf16Le,
                Encoding::Utf16Be,
                Encoding::Utf16Bare,
            ]),
            line: dice.of(&["\n", "\r\n"]),
            quotes: dice.below(2) == 0,
        }
    }

    /// `value` ÷ 10^`decimals`.
    pub fn number(self, value: u64, decimals: u32) -> String {
        let (whole, rest) = (value / 10_u64.pow(decimals), value % 10_u64.pow(decimals));
        let mut text = whole.to_string();
        if let Some(group) = self.group {
            for at in
                (1..text.len()).rev().filter(|at| (text.len() - at).is_multiple_of(3)).collect::<Vec<_>>()
            {
                text.insert(at, group);
            }
        }
        if decimals > 0 {
            format!("{text}{}{rest:0width$}", self.decimal, width = decimals as usize)
        } else {
            text
        }
    }

    /// Cells as a file, its columns in another order.
    pub fn file(self, dice: &mut Dice, rows: &[Vec<String>]) -> Vec<u8> {
        let mut order: Vec<usize> = (0..rows[0].len()).collect();
        for at in (1..order.len()).rev() {
            order.swap(at, usize::try_from(dice.below(at as u64 + 1)).unwrap());
        }
        let cell = |text: &String| {
            if self.quotes || text.contains(self.delimiter) { format!("\"{text}\"") } else { text.clone() }
        };
        let line = |row: &Vec<String>| {
            let cells: Vec<String> = order.iter().map(|at| cell(&row[*at])).collect();
            cells.join(&self.delimiter.to_string()) + self.line
        };
        self.bytes(&rows.iter().map(line).collect::<String>())
    }

    /// A text in its encoding.
    pub fn bytes(self, text: &str) -> Vec<u8> {
        let units = || [0xfeff].into_iter().chain(text.encode_utf16());
        match self.encoding {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Utf8Mark => format!("\u{feff}{text}").into_bytes(),
            Encoding::Utf16Le => units().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Bare => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Utf16Be => units().flat_map(u16::to_be_bytes).collect(),
        }
    }
}

fn strings(cells: &[&str]) -> Vec<String> {
    cells.iter().map(|cell| (*cell).to_owned()).collect()
}

/// What is known of a machine: cores, memory in MiB, its disk in thousandths of a GiB, writes in thousandths of a MiB/s.
type Known = (u64, u64, u64, u64);

fn known(dice: &mut Dice, count: u64) -> Vec<Known> {
    let sizes = [0, 1, 512, 999, 1000, 1024, 4095, 999_999, 1_000_000, 62_000_000];
    let any = |dice: &mut Dice, most: u64| {
        let most = dice.of(&[10, 1000, 10_000, most]);
        if dice.below(3) == 0 { dice.of(&sizes).min(most) } else { dice.below(most) }
    };
    (0..count)
        .map(|_| {
            (1 + dice.below(64), 1 + any(dice, 4_000_000), 1000 + any(dice, 60_000_000), any(dice, 3_000_000))
        })
        .collect()
}

fn refused_or_equal(
    files: &[(&str, &[u8])],
    expected: &[(u64, u64, u64, Option<u64>)],
    writing: Writing,
) -> bool {
    let Ok(read) = inventory(files, &InventoryOptions::default()) else { return false };
    let machine = |it: &drsim::import::inventory::Machine| {
        let disk = &it.disks[0];
        (u64::from(it.cores), it.memory.0, disk.size.0, disk.writes.map(|rate| rate.0))
    };
    let found: Vec<_> = read.machines.iter().map(machine).collect();
    assert_eq!(found, expected, "{writing:?}\n{}", String::from_utf8_lossy(files[0].1));
    true
}

/// An export of Azure Migrate with these machines; the value tells whether it was read.
fn azure(dice: &mut Dice, writing: Writing, machines: &[Known], decimals: u32) -> bool {
    let (memory, size, writes) = dice.of(&[
        ("*Memory (In MB)", "Disk 1 size (In GB)", "Disk 1 write throughput (MB per second)"),
        ("Memory(MB)", "Disk 1 Size(GB)", "Disk 1 Write Throughput (MBps)"),
        ("Memory", "Disk 1 size", "Disk 1 write throughput average"),
    ]);
    let named = memory != "Memory";
    let unit = |number: String, unit: &str| if named { number } else { format!("{number} {unit}") };
    let cut = 10_u64.pow(3 - decimals);
    let mut rows = vec![strings(&["Server name", "Cores", memory, size, writes, "OS name"])];
    let mut expected = Vec::new();
    for (at, (cores, mib, size, rate)) in machines.iter().enumerate() {
        let (size, rate) = (size / cut, rate / cut);
        rows.push(vec![
            format!("m-{at}"),
            cores.to_string(),
            unit(writing.number(*mib, 0), "MiB"),
            unit(writing.number(size, decimals), "GiB"),
            unit(writing.number(rate, decimals), "MiB/s"),
            "Linux 5.10, 64 bit".to_owned(),
        ]);
        let of = |value: u64, unit: u64| {
            u64::try_from(u128::from(value) * u128::from(unit) / u128::from(10_u64.pow(decimals))).unwrap()
        };
        expected.push((*cores, mib * MIB, of(size, GIB), Some(of(rate, MIB))));
    }
    let file = writing.file(dice, &rows);
    refused_or_equal(&[("azure.csv", &file)], &expected, writing)
}

/// An export of RVTools with these machines.
fn rvtools(dice: &mut Dice, writing: Writing, machines: &[Known]) -> bool {
    let generations: [(&[&str], &[&str]); 3] = [
        (&["VM", "Powerstate", "CPUs", "Memory"], &["VM", "Disk", "Capacity MB", "Disk Mode"]),
        (&["VM", "Powerstate", "CPUs", "Memory"], &["VM", "Disk", "Capacity MiB", "Disk Mode"]),
        (
            &["vInfoVMName", "vInfoPowerstate", "vInfoCPUs", "vInfoMemory"],
            &["vDiskVMName", "vDiskDisk", "vDiskCapacityMiB", "vDiskDiskMode"],
        ),
    ];
    let (info, disk) = dice.of(&generations);
    let (mut infos, mut disks, mut expected) = (vec![strings(info)], vec![strings(disk)], Vec::new());
    for (at, (cores, mib, size, _)) in machines.iter().enumerate() {
        let name = format!("m-{at}");
        infos.push(strings(&[&name, "poweredOn", &cores.to_string(), &writing.number(*mib, 0)]));
        disks.push(strings(&[&name, "Hard disk 1", &writing.number(*size, 0), "persistent"]));
        expected.push((*cores, mib * MIB, size * MIB, None));
    }
    let (infos, disks) = (writing.file(dice, &infos), writing.file(dice, &disks));
    refused_or_equal(&[("vInfo.csv", &infos), ("vDisk.csv", &disks)], &expected, writing)
}

/// Most of 40 tables that may be refused: a number with three decimals, or of grouped thousands, may stand alone in a row of few.
fn refusals(group_is_a_mark: bool, decimals: u32, rows: u64) -> u32 {
    match (rows, group_is_a_mark || decimals == 3) {
        (20.., _) | (_, false) => 0,
        (2..20, true) => 3,
        (..2, true) => 14,
    }
}

#[test]
fn a_table_in_any_convention_is_read_alike_or_refused() {
    let mut dice = Dice(7);
    for decimal in ['.', ','] {
        let other = if decimal == '.' { ',' } else { '.' };
        for group in [None, Some(other), Some('\u{a0}'), Some('\u{202f}'), Some(' '), Some('\'')] {
            for (decimals, rows) in (0..4).flat_map(|decimals| [(decimals, 1), (decimals, 3), (decimals, 20)])
            {
                let mut refused = 0;
                for _ in 0..20 {
                    let machines = known(&mut dice, rows);
                    let writing = Writing::any(&mut dice, decimal, group);
                    refused += u32::from(!azure(&mut dice, writing, &machines, decimals));
                    refused += u32::from(!rvtools(&mut dice, writing, &machines));
                }
                let most = refusals(group == Some(other), decimals, rows);
                assert!(
                    refused <= most,
                    "{decimal} {group:?}, {decimals} decimals, {rows} rows: {refused} of 40"
                );
            }
        }
    }
}

/// The readers of measurements: the same bytes in every convention, or a refusal.
#[test]
fn measurements_in_any_convention_are_read_alike_or_refused() {
    let mut dice = Dice(11);
    for at in 0..300_u32 {
        let decimal = dice.of(&['.', ',']);
        let other = if decimal == '.' { ',' } else { '.' };
        let group = dice.of(&[None, Some(other), Some('\u{a0}'), Some('\'')]);
        let writing = Writing { quotes: true, ..Writing::any(&mut dice, decimal, group) };
        let (decimals, rows) = (at % 4, dice.of(&[3, 20]));
        let values: Vec<u64> = (0..rows).map(|_| dice.below(4_000_000) / 10_u64.pow(3 - decimals)).collect();
        let headers: [(&[&str], u64); 3] = [
            (&["Timestamp [ms]", "Disk write throughput [KB/s]"], 300_000),
            (&["time", "m"], 1),
            (&["(PDH-CSV 4.0) (UTC)(0)", "\\\\h\\PhysicalDisk(0 C:)\\Disk Write Bytes/sec"], 300),
        ];
        let which = usize::try_from(dice.below(3)).unwrap();
        let (header, factor) = headers[which];
        let mut cells = vec![strings(header)];
        for (bin, value) in values.iter().enumerate() {
            let minutes = bin * 5;
            let time = match which {
                2 => format!("01/02/1970 {:02}:{:02}:00.000", 1 + minutes / 60, minutes % 60),
                _ => (86_400 + bin * 300).to_string(),
            };
            cells.push(vec![time, writing.number(*value, decimals)]);
        }
        let mut text = Vec::new();
        for row in &cells {
            let cells: Vec<String> = row.iter().map(|cell| format!("\"{cell}\"")).collect();
            text.extend((cells.join(&writing.delimiter.to_string()) + writing.line).into_bytes());
        }
        let meaning = (which == 1).then_some(Values::Bytes);
        let options = ChurnOptions { values: meaning, ..ChurnOptions::default() };
        let Ok((series, _)) = churn(&[("7.csv", &text)], options) else {
            let open = decimals == 3 || group == Some(other) && (rows < 20 || decimals == 0);
            assert!(open, "{writing:?} {decimals} {values:?}");
            continue;
        };
        // to a byte: halves are rounded to even
        let power = u128::from(10_u64.pow(decimals));
        let found: Vec<u64> = series.columns[0].bins.iter().map(|bytes| bytes.unwrap()).collect();
        assert_eq!(found.len(), values.len());
        for (found, value) in found.iter().zip(&values) {
            let twice = u128::from(*value) * u128::from(factor) * 2;
            assert!(
                (u128::from(*found) * 2 * power).abs_diff(twice) <= power,
                "{writing:?} {decimals}: {value} {found}"
            );
        }
    }
}

/// A cell with a mark swapped, dropped or put in, or with another digit.
fn changed(dice: &mut Dice, cell: &str, marks_only: bool) -> Option<String> {
    let marks: Vec<usize> = cell.match_indices(['.', ',']).map(|(at, _)| at).collect();
    let mut text = cell.to_owned();
    match dice.below(if marks_only { 3 } else { 5 }) {
        0 if !marks.is_empty() => {
            let at = dice.of(&marks);
            let other = if cell[at..].starts_with('.') { "," } else { "." };
            text.replace_range(at..=at, other);
        }
        1 if !marks.is_empty() => drop(text.remove(dice.of(&marks))),
        3 => text.insert(usize::try_from(dice.below(text.len() as u64 + 1)).unwrap(), '7'),
        4 if text.len() > 1 => drop(text.remove(usize::try_from(dice.below(text.len() as u64)).unwrap())),
        _ => text.insert(usize::try_from(dice.below(text.len() as u64 + 1)).unwrap(), dice.of(&['.', ','])),
    }
    (text != cell && !text.is_empty()).then_some(text)
}

type Files = Vec<(String, Vec<u8>)>;

fn read(files: &Files) -> Result<Inventory, String> {
    let files: Vec<_> = files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
    let options = InventoryOptions { powered_off: true, ..InventoryOptions::default() };
    inventory(&files, &options).map_err(|faults| faults.to_string())
}

/// Changes a cell of one of these columns; the value is the file's number, and its text.
fn one_changed(
    dice: &mut Dice,
    files: &Files,
    columns: &[&str],
    marks_only: bool,
) -> Option<(usize, Vec<u8>)> {
    let which = usize::try_from(dice.below(files.len() as u64)).unwrap();
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(files[which].1.as_slice());
    let mut rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let places: Vec<usize> =
        (0..rows[0].len()).filter(|at| columns.contains(&rows[0][*at].as_str())).collect();
    if places.is_empty() {
        return None;
    }
    let (row, column) = (1 + usize::try_from(dice.below(rows.len() as u64 - 1)).unwrap(), dice.of(&places));
    let cell = rows[row].get_mut(column).filter(|cell| !cell.is_empty())?;
    *cell = changed(dice, cell, marks_only)?;
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    rows.iter().for_each(|row| writer.write_record(row).unwrap());
    Some((which, writer.into_inner().unwrap()))
}

/// How many machines differ.
fn differ(a: &Inventory, b: &Inventory) -> usize {
    assert_eq!(a.machines.len(), b.machines.len());
    a.machines.iter().zip(&b.machines).filter(|(a, b)| a != b).count()
}

#[test]
fn a_changed_cell_changes_its_machine_or_is_refused() {
    let mut dice = Dice(13);
    let (mut refused, mut others) = (0, 0);
    for at in 0..300_u32 {
        let writing = Writing {
            decimal: '.',
            group: None,
            delimiter: ',',
            encoding: Encoding::Utf8,
            line: "\n",
            quotes: false,
        };
        let machines = known(&mut dice, 20);
        let mut rows = vec![strings(&[
            "Server name",
            "Cores",
            "Memory (MB)",
            "Disk 1 size (GB)",
            "Disk 1 write throughput (MBps)",
        ])];
        for (number, (cores, mib, size, rate)) in machines.iter().enumerate() {
            let (decimals, cut) = (at % 4, 10_u64.pow(3 - at % 4));
            rows.push(strings(&[
                &format!("m-{number}"),
                &cores.to_string(),
                &mib.to_string(),
                &writing.number(size / cut, decimals),
                &writing.number(rate / cut, decimals),
            ]));
        }
        let text: String = rows.iter().map(|row| row.join(",") + "\n").collect();
        let files = vec![("azure.csv".to_owned(), text.into_bytes())];
        let Ok(before) = read(&files) else { continue };
        let columns = ["Cores", "Memory (MB)", "Disk 1 size (GB)", "Disk 1 write throughput (MBps)"];
        let Some((which, text)) = one_changed(&mut dice, &files, &columns, false) else { continue };
        let mut files = files.clone();
        files[which].1 = text;
        match read(&files) {
            Err(message) => {
                assert!(message.contains("azure.csv:") || message.contains("`m-"), "{message}");
                refused += 1;
            }
            Ok(after) => {
                let differ = differ(&before, &after);
                assert!(differ <= 1, "{differ} machines differ:\n{}", String::from_utf8_lossy(&files[0].1));
                others += 1;
            }
        }
    }
    assert!(refused > 60 && others > 60, "{refused} {others}");
}

/// In real exports of whole numbers, a mark that is wrong is refused or means nothing.
#[test]
fn a_wrong_mark_in_a_real_export_never_changes_a_value() {
    let exports = [
        ("rvtools-131vm", &["vInfo", "vDisk", "vPartition"][..]),
        ("rvtools-v4-9vm", &["vInfo", "vDisk", "vPartition", "vMemory", "vCPU"]),
    ];
    let columns = [
        "CPUs",
        "Memory",
        "In Use MB",
        "In Use MiB",
        "Capacity MB",
        "Capacity MiB",
        "Consumed MB",
        "Consumed MiB",
        "Size MiB",
    ];
    for (folder, tabs) in exports {
        let path = |tab: &str| data(&format!("inventory/{folder}/csv/{tab}.csv"));
        let Some(paths) = tabs.iter().map(|tab| path(tab)).collect::<Option<Vec<_>>>() else { return };
        let files: Files = tabs
            .iter()
            .zip(paths)
            .map(|(tab, path)| (format!("{tab}.csv"), std::fs::read(path).unwrap()))
            .collect();
        let before = read(&files).unwrap_or_else(|message| panic!("{message}"));
        let mut dice = Dice(17);
        let (mut refused, mut same) = (0, 0);
        for _ in 0..60 {
            let Some((which, text)) = one_changed(&mut dice, &files, &columns, true) else { continue };
            let mut files = files.clone();
            files[which].1 = text;
            match read(&files) {
                Err(message) => {
                    assert!(message.contains(&format!("{}:", files[which].0)), "{message}");
                    refused += 1;
                }
                Ok(after) => {
                    assert_eq!(
                        (after.machines, after.hosts),
                        (before.machines.clone(), before.hosts.clone())
                    );
                    same += 1;
                }
            }
        }
        assert!(refused > same && same > 0, "{folder}: {refused} {same}");
    }
}
