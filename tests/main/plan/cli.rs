//! `drsim plan` as a user and a CI meet it: what is written, what is refused and why, and what is said when time is up.

use std::fs;
use std::process::Output;
use std::time::Duration;

use calamine::{Data, Reader, Xlsx};
use serde_json::Value;

use crate::golden::below;

const SCENARIO: &str = "scenarios/policy-to-30s.ron";
/// A question that a test has time for.
const QUICK: [&str; 6] = ["--ask", "bandwidth", "--rpo", "1h", "--share", "90 %"];

fn drsim(args: &[&str]) -> Output {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.current_dir(env!("CARGO_MANIFEST_DIR")).timeout(Duration::from_secs(120));
    command.arg("plan").args(args).output().unwrap()
}

/// Exit code, standard output, standard error.
fn said(args: &[&str]) -> (i32, String, String) {
    let output = drsim(args);
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
}

fn refused(args: &[&str], words: &[&str]) {
    let (code, out, err) = said(args);
    assert_eq!((code, out.as_str()), (2, ""), "{args:?}: {err}");
    for word in words {
        assert!(err.contains(word), "{args:?}: `{word}` is not in\n{err}");
    }
}

fn asked<'a>(more: &[&'a str]) -> Vec<&'a str> {
    std::iter::once(SCENARIO).chain(QUICK).chain(more.iter().copied()).collect()
}

#[test]
fn a_plan_is_told_and_written_to_a_folder() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plan");
    let (code, told, err) = said(&asked(&["--out", out.to_str().unwrap()]));
    assert_eq!(code, 0, "{err}");
    assert!(told.contains("An RPO of 1h for all VMs needs of wan:") && told.contains("plan.html"), "{told}");
    assert!(!err.contains('%') && !err.contains('\r'), "there is no progress where nobody looks: {err}");
    let files = below(&out);
    for name in ["plan.html", "plan.json", "plan.xlsx", "csv/rates.csv", "plots/time_met.svg"] {
        assert!(files.contains_key(name), "{name} is not in {:?}", files.keys());
    }
    assert!(files.keys().all(|name| !name.ends_with(".tmp")));
    let json: Value = serde_json::from_slice(&files["plan.json"]).unwrap();
    assert_eq!(json["schema_version"], "1.0");
    let (_, printed, _) = said(&asked(&["--json"]));
    assert_eq!(printed.as_bytes(), files["plan.json"]);
    // Elsewhere and again: the same bytes.
    let again = folder.path().join("again");
    said(&asked(&["--out", again.to_str().unwrap()]));
    assert!(below(&again) == files);
}

#[test]
fn a_folder_that_cannot_be_written_ends_with_74() {
    let folder = tempfile::tempdir().unwrap();
    let taken = folder.path().join("taken");
    fs::write(&taken, "a file").unwrap();
    let (code, out, err) = said(&["--vms", "1", "--used", "1 GB", "--out", taken.to_str().unwrap()]);
    assert_eq!((code, out.as_str()), (74, ""), "{err}");
    assert!(err.contains("cannot write") && err.contains("taken"), "{err}");
}

#[test]
fn wrong_names_are_told_what_is_meant() {
    refused(&[SCENARIO, "--ask", "bandwith"], &["no question `bandwith`", "did you mean `bandwidth`?"]);
    refused(&[SCENARIO, "--ask", "x"], &["there are: bandwidth"]);
    refused(&[SCENARIO, "--link", "wam"], &["no link `wam`", "did you mean `wan`?"]);
    refused(&[SCENARIO, "--link", "something"], &["there are: "]);
}

#[test]
fn a_bad_value_names_its_flag() {
    refused(&[SCENARIO, "--rpo", "soon"], &["--rpo", "soon"]);
    refused(&[SCENARIO, "--share", "101 %"], &["--share", "101 %"]);
    refused(&[SCENARIO, "--share", "0 %"], &["--share", "0 %"]);
    refused(&[SCENARIO, "--max-time", "1"], &["--max-time"]);
    refused(&[SCENARIO, "--set", "links.wan.rate"], &["has no `=`"]);
    refused(&["--vms", "5"], &["--used"]);
    refused(&["--vms", "5", "--used", "60"], &["--used", "60"]);
    refused(&["--vms", "0", "--used", "60 GB"], &["--vms", "more than zero"]);
    refused(&["--vms", "1", "--used", "60 GB", "--batch", "0h"], &["--batch", "more than zero"]);
    refused(&["--vms", "1", "--used", "60 GB", "--growth", "a lot"], &["--growth", "a lot"]);
    refused(&[SCENARIO, "--vms", "5"], &["--vms"]);
    refused(&[], &["<FILE>"]);
}

#[test]
fn averages_from_a_file_are_those_of_the_options() {
    let folder = tempfile::tempdir().unwrap();
    let write = |text: &str| {
        let path = folder.path().join("fleet.ron");
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let file = write(
        "(vms: 200, disks: 2, used: \"60 GB\", daily_change: \"4 %\", growth: \"30 %\", compression: \"1.5\", retention: \"24h\", \
         batch: \"12h\", vms_per_batch: 20, write_iops: 3000)",
    );
    let tables = |args: &[&str]| {
        let (code, out, err) = said(args);
        assert_eq!(code, 0, "{err}");
        serde_json::from_str::<Value>(&out).unwrap()["sections"].clone()
    };
    let options = "--vms 200 --disks 2 --used 60GB --daily-change 4% --growth 30% --compression 1.5 --retention 24h --batch 12h \
                   --vms-per-batch 20 --write-iops 3000 --json";
    assert_eq!(tables(&["--averages", &file, "--json"]), tables(&options.split(' ').collect::<Vec<_>>()));
    // Defaults too.
    let file = write("(vms: 200, used: \"60 GB\")");
    assert_eq!(
        tables(&["--averages", &file, "--json"]),
        tables(&["--vms", "200", "--used", "60GB", "--json"])
    );
    // Everything that is wrong at once, each with its place.
    let file = write("(\n  vms: 0,\n  usde: \"60 GB\",\n  growth: \"much\",\n)");
    let places = [
        "did you mean `used`?",
        "fleet.ron:3:3",
        "lacks the field `used`",
        "fleet.ron:4:",
        "`growth`",
        "more than zero",
    ];
    refused(&["--averages", &file], &places);
    refused(&["--averages", &write("(vms: 1")], &["fleet.ron", "cannot read the file"]);
    refused(&["--averages", &format!("{file}x")], &["no such file", "fleet.ron"]);
    refused(&["--averages", &file, "--vms", "3"], &["--vms"]);
}

#[test]
fn when_time_is_up_it_says_what_is_answered_and_what_is_not() {
    let (code, out, err) = said(&[SCENARIO, "--ask", "bandwidth", "--max-time", "1ms"]);
    assert_eq!((code, out.as_str()), (3, ""), "{err}");
    for words in ["stopped while", "--max-time 1ms", "answered: nothing", "not answered: bandwidth"] {
        assert!(err.contains(words), "`{words}` is not in\n{err}");
    }
    let (code, out, _) = said(&[SCENARIO, "--ask", "bandwidth", "--max-time", "1ms", "--json"]);
    let json: Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &json["unanswered"]), (3, &serde_json::json!(["bandwidth"])));
    assert_eq!(said(&asked(&["--max-time", "1h"])).0, 0);
}

/// The 131 machines of an export, as a user takes them: import, check, plan, and the workbook holds what the JSON says, as numbers.
#[test]
fn from_an_export_of_131_machines_to_a_workbook() {
    let Some(export) = crate::shared::data("inventory/rvtools-131vm/BillSampleNextRvtoolsFinal.xlsx") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let drsim = |args: &[&str]| {
        let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
        let output = command.timeout(Duration::from_secs(300)).args(args).output().unwrap();
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(0), "{args:?}: {err}");
        String::from_utf8(output.stdout).unwrap()
    };
    let (scenario, out) = (path("dr.ron"), path("plan"));
    let told = drsim(&["import", "inventory", export.to_str().unwrap(), "-o", &scenario]);
    assert!(told.contains("131"), "{told}");
    drsim(&["check", &scenario]);
    let told = drsim(
        &[
            &["plan", &scenario, "--set", "horizon=1d", "--rpo", "1h", "--share", "100 %"][..],
            &["--ask", "bandwidth", "--ask", "first_copy", "--ask", "site", "--out", &out],
        ]
        .concat(),
    );
    assert!(told.contains("An RPO of 1h for all VMs needs of"), "{told}");
    let json: Value = serde_json::from_slice(&fs::read(format!("{out}/plan.json")).unwrap()).unwrap();
    let sections = json["sections"].as_object().unwrap();
    assert_eq!(sections.keys().collect::<Vec<_>>(), ["ask", "bandwidth", "first_copy", "site"]);
    let mut book: Xlsx<_> = calamine::open_workbook(format!("{out}/plan.xlsx")).unwrap();
    let (sheets, mut numbers) = (book.sheet_names(), 0);
    for (name, rows) in sections.values().flat_map(|section| section["tables"].as_object().unwrap()) {
        let rows = rows.as_array().unwrap();
        if rows.is_empty() {
            continue;
        }
        assert!(sheets.contains(name), "no sheet {name} in {sheets:?}");
        let sheet = book.worksheet_range(name).unwrap();
        assert_eq!(sheet.rows().count(), 1 + rows.len(), "{name}");
        let cells = sheet
            .rows()
            .skip(1)
            .flatten()
            .filter(|cell| matches!(cell, Data::Float(_) | Data::DateTime(_)))
            .count();
        let said = rows.iter().flat_map(|row| row.as_object().unwrap().values());
        assert_eq!(cells, said.filter(|value| value.is_number()).count(), "{name}");
        numbers += cells;
    }
    assert!(numbers > 800, "{numbers}");
}

#[test]
fn first_copies_and_link_outages_are_asked_as_somebody_would_have_them() {
    let ask = |more: &[&str]| {
        let args: Vec<&str> = ["scenarios/two-site.ron", "--set", "horizon=3d", "--json"]
            .into_iter()
            .chain(more.iter().copied())
            .collect();
        let (code, out, err) = said(&args);
        assert_eq!(code, 0, "{err}");
        out
    };
    let written = ask(&["--ask", "first_copy"]);
    let nights = ask(&[
        "--ask",
        "first_copy",
        "--window",
        "22:00 to 04:00",
        "--media-rate",
        "200 MB/s",
        "--courier",
        "2h",
    ]);
    assert!(written != nights);
    assert!(nights.contains("export, courier and import take 11h 10m"), "{nights}");
    let outages = ask(&["--ask", "tolerance", "--outage-length", "2h", "--outage-length", "30m"]);
    assert!(outages.contains("2h") && outages.contains("30m"), "{outages}");
    refused(&[SCENARIO, "--window", "22:00"], &["--window", "`22:00` is no window", "\"18:00 to 06:00\""]);
    refused(&[SCENARIO, "--window", "22:00 to 25:00"], &["--window", "`25:00` is not a time of day"]);
    refused(&[SCENARIO, "--media-rate", "0 MB/s"], &["--media-rate", "moves nothing"]);
    refused(&[SCENARIO, "--courier", "2"], &["--courier"]);
    refused(&[SCENARIO, "--outage-length", "400d"], &["--outage-length", "as long again"]);
    refused(&[SCENARIO, "--outage-length", "0s"], &["--outage-length", "as long again"]);
}

#[test]
fn a_price_list_is_read_and_refused_with_its_lines() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name).to_str().unwrap().to_owned();
        fs::write(&path, text).unwrap();
        path
    };
    refused(&[SCENARIO, "--ask", "cost"], &["--prices FILE"]);
    refused(&[SCENARIO, "--prices", &write("a.ron", "(mbps_month: 1")], &["a.ron"]);
    refused(
        &[SCENARIO, "--prices", &write("b.ron", "(currency: \"EUR\", mbps_moon: 1)")],
        &["b.ron", "mbps_moon"],
    );
    refused(&[SCENARIO, "--prices", "no.ron"], &["no.ron", "no such file"]);
}

#[test]
fn the_help_lists_the_questions() {
    let (code, out, _) = said(&["--help"]);
    assert_eq!(code, 0);
    assert!(
        out.contains("Questions: bandwidth") && out.contains("--averages") && out.contains("--out plan/"),
        "{out}"
    );
}
