//! Files that lie about their size, or whose reading grows with the square of it.

use crate::hostile::{drsim, temporary};
use crate::shared::case;

/// Four thousand million texts in a few hundred bytes: 100 GB would be asked for.
#[test]
fn a_workbook_that_promises_more_texts_than_it_has_bytes_is_refused() {
    let Some(path) = case("hostile/shared-strings.xlsx") else { return };
    let folder = temporary();
    let out = folder.path().join("out.ron");
    let (code, _, told) =
        drsim(&["import", "inventory", path.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!((code, out.exists()), (2, false), "{told}");
    assert!(told.contains("says it has 4294967296 texts, in 1"), "{told}");
}

/// As `attrs.py` writes it, with a quote in a comment before it, which hides nothing.
#[test]
fn an_element_with_very_many_attributes_is_refused_at_once() {
    let attributes: Vec<String> = (0..300_000).map(|index| format!("a{index}=\"x\"")).collect();
    let text = format!("<!-- don't -->\n<graphml><graph><node {}/></graph></graphml>", attributes.join(" "));
    let folder = temporary();
    let (file, out) = (folder.path().join("attrs.graphml"), folder.path().join("out.ron"));
    std::fs::write(&file, text).unwrap();
    let (code, _, told) = drsim(&["import", "topology", file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
    assert_eq!((code, out.exists()), (2, false), "{told}");
    assert!(told.contains("attrs.graphml:2:") && told.contains("more than 1000 attributes"), "{told}");
}

/// Three gigabytes that begin as something else: the first bytes are enough, whatever the name says.
#[test]
fn what_no_import_reads_is_told_by_its_first_bytes() {
    let folder = temporary();
    let out = folder.path().join("out.file");
    for (first, name, what) in [
        (&b"PK\x03\x04"[..], "week.csv", "this is a zip archive or a workbook"),
        (b"\xd0\xcf\x11\xe0", "week.csv", "this is an old workbook (.xls)"),
        (b"PAR1\x15\x04", "week.csv", "this is a Parquet file"),
        (b"SQLite format 3\0", "week.csv", "this is a database"),
        (b"%PDF-1.7", "week.csv", "this is a PDF document"),
    ] {
        let file = folder.path().join(name);
        std::fs::write(&file, first).unwrap();
        std::fs::File::options().write(true).open(&file).unwrap().set_len(3 << 30).unwrap();
        for import in ["churn", "topology"] {
            let (code, _, told) =
                drsim(&["import", import, file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
            assert_eq!((code, out.exists()), (2, false), "{told}");
            // a workbook may hold measurements, but no network
            let what = if first == b"PK\x03\x04" && import == "churn" {
                "a workbook of more than 64 MiB"
            } else {
                what
            };
            assert!(told.contains(what) && told.contains("week.csv") && told.contains("help: "), "{told}");
        }
    }
}

/// A pipe that nobody writes to would be waited for without end, and a device has no end.
#[cfg(unix)]
#[test]
fn an_import_opens_regular_files() {
    let folder = temporary();
    let (pipe, out) = (folder.path().join("pipe.csv"), folder.path().join("out.file"));
    assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    for import in ["churn", "inventory", "topology"] {
        for input in [pipe.to_str().unwrap(), "/dev/zero"] {
            let (code, _, told) = drsim(&["import", import, input, "-o", out.to_str().unwrap()]);
            assert_eq!((code, out.exists()), (2, false), "{told}");
            assert!(told.contains("a device, a pipe or a socket") && told.contains(input), "{told}");
        }
    }
}

/// No table, and what reads it is named.
#[test]
fn json_is_no_table_of_measurements() {
    let folder = temporary();
    let (file, out) = (folder.path().join("repl.json.csv"), folder.path().join("out.series"));
    for text in [
        "[{\"Name\": \"web\", \"MemoryStartup\": 52428800}]\n",
        "\n {\"Name\": \"web\"}\n",
        "[{\"Name\": \"web\", \"AvgReplSize\": 5",
    ] {
        std::fs::write(&file, text).unwrap();
        let (code, _, told) =
            drsim(&["import", "churn", file.to_str().unwrap(), "-o", out.to_str().unwrap()]);
        assert_eq!((code, out.exists()), (2, false), "{told}");
        assert!(
            told.contains("this is JSON, not a table") && told.contains("`drsim import inventory`"),
            "{told}"
        );
    }
}
