//! Workbooks: odd ones are read, broken and hostile ones refused with sheet and cell.

use std::io::{Cursor, Write};

use drsim::import::inventory::{Inventory, InventoryOptions, MIB};
use drsim::units::Bytes;
use zip::write::SimpleFileOptions;

use crate::import::inventory::{accepted, inventory};

/// A workbook with these parts besides those that make it one.
pub fn packed(parts: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(content).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

/// The parts of a workbook with these sheets, given as XML of their rows.
pub fn parts(sheets: &[(&str, String)]) -> Vec<(&'static str, Vec<u8>)> {
    const NS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const DOC: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PATHS: [&str; 3] =
        ["xl/worksheets/sheet1.xml", "xl/worksheets/sheet2.xml", "xl/worksheets/sheet3.xml"];
    let (mut list, mut links, mut parts) = (String::new(), String::new(), Vec::new());
    for (at, (name, rows)) in sheets.iter().enumerate() {
        let id = at + 1;
        list += &format!("<sheet name=\"{name}\" sheetId=\"{id}\" r:id=\"rId{id}\"/>");
        links += &format!(
            "<Relationship Id=\"rId{id}\" Type=\"{DOC}/worksheet\" Target=\"worksheets/sheet{id}.xml\"/>"
        );
        let sheet = format!(
            "<worksheet xmlns=\"{NS}\"><dimension ref=\"A1:XFD1048576\"/><sheetData>{rows}</sheetData></worksheet>"
        );
        parts.push((PATHS[at], sheet.into_bytes()));
    }
    let workbook = format!("<workbook xmlns=\"{NS}\" xmlns:r=\"{DOC}\"><sheets>{list}</sheets></workbook>");
    parts.push(("xl/workbook.xml", workbook.into_bytes()));
    parts.push((
        "xl/_rels/workbook.xml.rels",
        format!("<Relationships xmlns=\"{RELS}\">{links}</Relationships>").into_bytes(),
    ));
    let root =
        format!("<Relationship Id=\"rId1\" Type=\"{DOC}/officeDocument\" Target=\"xl/workbook.xml\"/>");
    parts.push((
        "_rels/.rels",
        format!("<Relationships xmlns=\"{RELS}\">{root}</Relationships>").into_bytes(),
    ));
    let types = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>";
    parts.push(("[Content_Types].xml", types.into()));
    parts
}

/// XML of a row of inline texts.
pub fn row(number: u32, cells: &[&str]) -> String {
    let cells: String = cells
        .iter()
        .enumerate()
        .map(|(at, text)| {
            let place = format!("{}{number}", char::from(b'A' + u8::try_from(at).unwrap()));
            match text.strip_prefix('!') {
                Some(error) => format!("<c r=\"{place}\" t=\"e\"><f>x</f><v>{error}</v></c>"),
                None => format!("<c r=\"{place}\" t=\"inlineStr\"><is><t>{text}</t></is></c>"),
            }
        })
        .collect();
    format!("<row r=\"{number}\">{cells}</row>")
}

const INFO: [&str; 6] = ["VM", "Powerstate", "CPUs", "Memory", "In Use MiB", "Total disk capacity MiB"];

fn book(rows: &[String]) -> Vec<u8> {
    packed(&parts(&[("vInfo", row(1, &INFO) + &rows.concat())]))
}

fn import(bytes: &[u8]) -> Result<Inventory, String> {
    inventory(&[("r.xlsx", bytes)], &InventoryOptions::default()).map_err(|faults| faults.to_string())
}

#[test]
fn a_sheet_that_claims_all_cells_of_excel_is_read_for_what_it_has() {
    let far = "<row r=\"1048576\"><c r=\"A1048576\" s=\"0\"/></row>".to_owned();
    let inventory = import(&book(&[row(3, &["a", "poweredOn", "2", "4096", "10", "100"]), far])).unwrap();
    let machine = &inventory.machines[0];
    assert_eq!(
        (machine.cores, machine.memory, machine.disks[0].size),
        (2, Bytes(4096 * MIB), Bytes(100 * MIB))
    );
    accepted(&inventory, &InventoryOptions::default());
}

#[test]
fn a_cell_that_is_wrong_is_named_with_its_sheet() {
    let wrong = [
        (
            ["a", "poweredOn", "!#REF!", "1", "1", "9"],
            "r.xlsx: vInfo!C2: CPUs: the cell holds the error #REF!",
        ),
        (["a", "poweredOn", "1", "1.5", "1", "9"], "r.xlsx: vInfo!D2: Memory: `1.5` is not a whole number"),
        (
            ["a", "poweredOn", "1", "1", "1", "9 GB"],
            "r.xlsx: vInfo!F2: Total disk capacity MiB: `9 GB` has another unit than its header",
        ),
        (["a", "poweredOn", "99999", "1", "1", "9"], "99999 cores"),
    ];
    for (cells, expected) in wrong {
        let message = import(&book(&[row(2, &cells)])).unwrap_err();
        assert!(message.contains(expected) && message.contains("help:"), "{expected}:\n{message}");
    }
    // an error where nobody looks is no error
    let sheet = row(1, &[INFO.as_slice(), &["Annotation"]].concat());
    let cells = row(2, &["a", "poweredOn", "1", "1", "1", "9", "!#N/A"]);
    assert!(import(&packed(&parts(&[("vInfo", sheet + &cells)]))).is_ok());
    let lacks = packed(&parts(&[("vInfo", row(1, &["VM", "Powerstate", "Prozessoren"]))]));
    let message = import(&lacks).unwrap_err();
    assert!(message.contains("r.xlsx: vInfo: vInfo has no column `cpus` and no `memory`"), "{message}");
}

#[test]
fn what_is_no_plain_workbook_is_refused() {
    let good = parts(&[("vInfo", row(1, &INFO))]);
    let with = |name: &'static str| packed(&[good.clone(), vec![(name, vec![1])]].concat());
    let whole = packed(&good);
    let far = row(1, &INFO) + "<row r=\"99999999999\"><c r=\"A2\"/></row>";
    let wide = row(1, &INFO) + "<row r=\"2\"><c r=\"ZZZZZZZ9999\"/></row>";
    let cases: [(Vec<u8>, &str); 9] = [
        (packed(&parts(&[("vInfo", far)])), "sheet1.xml has references of cells that Excel cannot have"),
        (packed(&parts(&[("vInfo", wide)])), "sheet1.xml has references of cells that Excel cannot have"),
        (with("xl/vbaProject.bin"), "this is a workbook with macros"),
        (with("xl/workbook.bin"), "this is a binary workbook"),
        (packed(&[("a.csv", vec![1])]), "this is a zip archive, not a workbook"),
        (whole[..whole.len() / 2].to_vec(), "the workbook is cut short or damaged"),
        (whole[..whole.len() - 9].to_vec(), "the workbook is cut short or damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), "an old workbook (.xls), or one with a password"),
        (packed(&[("xl/workbook.xml", b"<workbook".to_vec())]), "the workbook is damaged"),
    ];
    for (bytes, expected) in cases {
        let message = import(&bytes).unwrap_err();
        assert!(message.contains(expected) && message.contains("help:"), "{expected}:\n{message}");
    }
}

#[test]
fn a_small_file_that_unpacks_to_gigabytes_is_refused() {
    let mut bomb = parts(&[("vInfo", row(1, &INFO))]);
    bomb.push(("xl/sharedStrings.xml", vec![b' '; (64 << 20) + 1]));
    let bytes = packed(&bomb);
    assert!(bytes.len() < 1 << 20);
    let message = import(&bytes).unwrap_err();
    assert!(
        message.contains("unpacked it is more than 512 MiB, or its shared parts more than 64 MiB"),
        "{message}"
    );
}
