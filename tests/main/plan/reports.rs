//! A plan in every format: complete, the same bytes each time, readable on any screen, and a workbook that calculates.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use calamine::{Data, Reader, Xlsx};
use drsim::cli::files::Disk;
use drsim::document::{Axis, Column, Curve, Document, Heat, HeatMap, Line, Section, Table, Unit, Value};
use drsim::plan::quick::{Averages, estimate};
use drsim::plan::{Ask, from_averages, plan};
use drsim::report::csv::Texts;
use drsim::report::plan::{PLAN, json, render, terminal};
use drsim::report::terminal::Screen;
use drsim::scenario::Scenario;
use drsim::units::{Bytes, Ratio, Span};
use unicode_width::UnicodeWidthStr;

use crate::report::workbook::number_of;
fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The bandwidth that 15 minutes and an hour need for 90 % and 99.9 % of a day: few enough runs for a test.
fn anew() -> Document {
    let path = root().join("scenarios/two-site.ron");
    let (mut scenario, _) =
        Scenario::parse(&Disk, path.to_str().unwrap()).unwrap_or_else(|_| panic!("it is a shipped one"));
    scenario.horizon = Span::seconds(86_400);
    let ask = Ask {
        rpos: [900, 3600].map(Span::seconds).to_vec(),
        shares: vec![999, 900],
        sections: vec!["bandwidth".into()],
        ..Ask::default()
    };
    plan(&scenario, &ask, &|_, _| true).expect("nothing stops it")
}

/// The same, planned once for all tests.
pub fn planned() -> Document {
    static PLANNED: OnceLock<Document> = OnceLock::new();
    PLANNED.get_or_init(anew).clone()
}

fn screen(width: usize) -> Screen {
    Screen { width, colour: false }
}

fn files(document: &Document) -> BTreeMap<String, Vec<u8>> {
    let all = render(document, PLAN, "drsim plan it", Texts::Raw);
    let count = all.len();
    let files: BTreeMap<_, _> = all.into_iter().collect();
    assert_eq!(files.len(), count, "every file has its own name");
    files
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

fn book(bytes: &[u8]) -> Xlsx<Cursor<Vec<u8>>> {
    Xlsx::new(Cursor::new(bytes.to_vec())).expect("it is a workbook")
}

#[test]
fn the_plan_of_a_shipped_scenario_is_as_committed() {
    let document = planned();
    let mut wrong = Vec::new();
    for (name, now) in [
        ("two-site.json", json::write(&document)),
        ("two-site.txt", terminal::write(&document, screen(80), "")),
        ("two-site-40.txt", terminal::write(&document, screen(40), "")),
    ] {
        let path = root().join("tests/main/plan/reports").join(name);
        if std::env::var_os("UPDATE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, now).unwrap();
        } else if fs::read_to_string(&path).unwrap_or_default() != now {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?} differ; if this is meant: UPDATE=1 cargo test plan::reports");
}

/// Twice in one process with the clock moved on, and at once in two threads.
#[test]
fn the_same_question_gives_the_same_bytes() {
    let first = std::thread::spawn(|| files(&anew()));
    let second = files(&planned());
    assert!(first.join().unwrap() == second, "a thread makes a difference");
    // The container of a workbook counts seconds.
    std::thread::sleep(std::time::Duration::from_millis(1100));
    let third = files(&planned());
    for (name, bytes) in &second {
        assert!(third[name] == *bytes, "{name} is made of the time at which it is made");
    }
}

#[test]
fn every_table_and_curve_has_its_file() {
    let document = planned();
    let files = files(&document);
    let mut expected = vec!["plan.html".to_owned(), "plan.json".to_owned(), "plan.xlsx".to_owned()];
    expected.push("plan.sha256".to_owned());
    for section in &document.sections {
        for table in &section.tables {
            expected.push(format!("csv/{}.csv", table.key));
            let mut reader = csv::Reader::from_reader(&files[&format!("csv/{}.csv", table.key)][..]);
            let keys: Vec<_> = table.columns.iter().map(|column| column.key.as_str()).collect();
            assert_eq!(reader.headers().unwrap(), keys);
            assert_eq!(reader.records().count(), table.rows.len());
        }
        for curve in &section.curves {
            expected.push(format!("plots/{}.svg", curve.key));
            let svg = text(&files[&format!("plots/{}.svg", curve.key)]);
            for name in
                curve.lines.iter().map(|line| &line.name).chain(curve.marks.iter().map(|mark| &mark.1))
            {
                assert!(svg.contains(&format!(">{name}</text>")), "{name} is not in {}", curve.key);
            }
        }
    }
    expected.sort();
    assert_eq!(files.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    assert!(document.sections[1].curves.len() == 2 && document.sections[1].tables.len() > 5);
}

/// Cell by cell what the document says, and the sheet of sentences first.
#[test]
fn a_workbook_has_numbers_as_numbers_and_no_formulas() {
    let document = planned();
    let mut book = book(&files(&document)["plan.xlsx"]);
    let tables: Vec<&Table> = document.sections.iter().flat_map(|section| &section.tables).collect();
    let keys = tables.iter().map(|table| table.key);
    let names: Vec<&str> = ["plan", "charts"].into_iter().chain(keys).chain(["points"]).collect();
    assert_eq!(book.sheet_names(), names);
    let first = book.worksheet_range("plan").unwrap();
    let words: Vec<String> = first.used_cells().map(|cell| cell.2.to_string()).collect();
    for said in [&document.sections[1].says[0], &document.scenario_hash, &document.assumptions[0]] {
        assert!(words.contains(said), "`{said}` is not on the first sheet");
    }
    assert!(words.iter().any(|word| word == env!("CARGO_PKG_VERSION")));
    for table in tables {
        assert_eq!(book.worksheet_formula(table.key).unwrap().used_cells().count(), 0, "{}", table.key);
        let range = book.worksheet_range(table.key).unwrap();
        for (column, at) in table.columns.iter().zip(0_u32..) {
            let head = range.get_value((0, at)).unwrap().to_string();
            assert!(head.starts_with(&column.title), "{head}");
            let is_rate = matches!(column.unit, Unit::BitsPerSecond | Unit::ExactBitsPerSecond);
            assert_eq!(head.ends_with("[Mbps]"), is_rate, "{head}");
            let factor = match column.unit {
                Unit::Seconds => 86_400.0,
                Unit::Bytes => 1e9,
                Unit::BytesPerSecond | Unit::BitsPerSecond | Unit::ExactBitsPerSecond => 1e6,
                Unit::Text | Unit::Count | Unit::Moment | Unit::Share => 1.0,
                Unit::Iops | Unit::Money | Unit::Factor => 1.0,
            };
            for (row, number) in table.rows.iter().zip(1_u32..) {
                let cell = range.get_value((number, at)).cloned().unwrap_or(Data::Empty);
                match (&row[at as usize], &cell) {
                    // By a closed form above for instants: `report::workbook`.
                    (Value::Number(_), Data::DateTime(_)) if column.unit == Unit::Moment => {}
                    (Value::Number(wanted), is) if number_of(is).is_some() => {
                        let (wanted, is) = (wanted / factor, number_of(is).unwrap());
                        assert!((wanted - is).abs() <= 1e-9 * wanted.abs().max(1.0), "{wanted} is {is}");
                    }
                    (Value::Text(wanted), Data::String(is)) => assert_eq!(wanted, is),
                    (Value::Text(wanted), Data::Empty) => assert_eq!(wanted, ""),
                    (Value::None(_), Data::Empty) => {}
                    (wanted, is) => panic!("{}: {wanted:?} is {is:?}", table.key),
                }
            }
        }
    }
}

fn column(title: &str, unit: Unit) -> Column {
    Column { key: title.to_lowercase().replace(' ', "_"), title: title.into(), unit }
}

/// What no question should hand over, and one may.
fn odd() -> Document {
    let units = [
        Unit::Text,
        Unit::Count,
        Unit::Seconds,
        Unit::Moment,
        Unit::Bytes,
        Unit::BytesPerSecond,
        Unit::BitsPerSecond,
        Unit::Share,
        Unit::Iops,
        Unit::Money,
        Unit::Factor,
    ];
    let columns = units.map(|unit| column(&format!("{unit:?} of a long name"), unit)).to_vec();
    let numbers = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.5, 1e300, -1e300, 0.0, 1e-12];
    let row = |number: f64| {
        let hostile = || Value::text("=1+1\u{202e}<script>alert(1)</script>\u{7} & \"a\"");
        let cell = |unit: Unit| if unit == Unit::Text { hostile() } else { Value::Number(number) };
        units.map(cell).to_vec()
    };
    let mut rows: Vec<Vec<Value>> = numbers.into_iter().map(row).collect();
    rows.push(units.map(|_| Value::None("")).to_vec());
    rows.push(units.map(|_| Value::text("x".repeat(40_000))).to_vec());
    let axis = |unit| Axis { title: "<b>".into(), unit, is_log: true };
    let line = Line {
        name: "=<i>!A1".into(),
        points: vec![(1.0, f64::NAN), (0.0, 3.0), (2.0, 2.0)],
        is_stepped: true,
    };
    Document {
        title: "<title> =cmd() \u{1b}[31m".into(),
        zone: "Nowhere/Atall".into(),
        unanswered: vec!["later"],
        sections: vec![Section {
            key: "odd",
            title: "Odd ".repeat(60),
            says: vec!["</p>".into(), "=1".into(), String::new()],
            tables: vec![
                Table {
                    key: "a_name_of_thirty_one_characters",
                    title: "t".into(),
                    columns,
                    rows,
                    is_detail: false,
                },
                Table { key: "empty", ..Table::default() },
            ],
            curves: vec![Curve {
                key: "odd".into(),
                title: "<c>".into(),
                x: axis(Unit::BitsPerSecond),
                y: axis(Unit::Share),
                lines: vec![line],
                marks: vec![(f64::NAN, "m".into()), (0.0, "n".into()), (1.0, "<o>".into())],
            }],
            heat_maps: vec![HeatMap {
                key: "odd_map".into(),
                title: "<m>".into(),
                unit: Unit::Seconds,
                rows: vec!["<r>".into(), String::new()],
                columns: vec!["=1".into()],
                cells: vec![vec![Heat { value: Some(f64::NAN), is_over: true }], vec![]],
                over: "<o>".into(),
            }],
        }],
        ..Document::default()
    }
}

/// A part of the container.
fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut xml = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut xml).unwrap();
    xml
}

/// Each curve is a chart, each of its lines a series through cells that are its points, by name.
#[test]
fn each_curve_of_a_plan_is_a_chart_of_its_workbook() {
    let document = planned();
    let bytes = &files(&document)["plan.xlsx"];
    let points = book(bytes).worksheet_range("points").unwrap();
    let at = |row, column| points.get_value((row, column)).cloned().unwrap_or(Data::Empty);
    let (mut column, mut held) = (0, 0);
    let curves: Vec<_> = document.sections.iter().flat_map(|section| &section.curves).collect();
    for (number, curve) in (1..).zip(&curves) {
        assert_eq!(at(0, column).to_string(), curve.title);
        let xml = part(bytes, &format!("xl/charts/chart{number}.xml"));
        assert!(xml.contains(&format!("<a:t>{}</a:t>", curve.title)), "{xml}");
        let series = xml.matches("<c:ser>").count();
        assert_eq!(series, curve.lines.len() + curve.marks.len(), "{}", curve.key);
        assert_eq!(
            xml.matches("<c:logBase").count(),
            usize::from(curve.x.is_log) + usize::from(curve.y.is_log)
        );
        for line in &curve.lines {
            assert_eq!(at(1, column).to_string(), line.name);
            let hour = if at(2, column + 1).to_string().ends_with("[h]") { 3600.0 } else { 60.0 };
            for (row, (x, y)) in (3..).zip(&line.points) {
                assert_eq!(number_of(&at(row, column)), Some(x / 1e6));
                let unit = if curve.y.unit == Unit::Seconds { hour } else { 1.0 };
                let found = number_of(&at(row, column + 1)).unwrap();
                assert!((found - y / unit).abs() < 1e-9, "{}: {found} is not {y}", line.name);
                held += 1;
            }
            column += 2;
        }
        column += 2 * u32::try_from(curve.marks.len()).unwrap();
    }
    assert!(curves.len() == 2 && held > 60, "{held}");
}

#[test]
fn whatever_a_question_hands_over_is_rendered_and_harmless() {
    let document = odd();
    let files = files(&document);
    let page = text(&files["plan.html"]);
    assert!(
        !page.contains("<script") && !page.contains("<i>") && !page.contains("<title> ="),
        "names are escaped"
    );
    assert!(!page.contains("inf ") && page.contains("Not answered for want of time: later"));
    let value: serde_json::Value = serde_json::from_slice(&files["plan.json"]).unwrap();
    assert!(
        value["sections"]["odd"]["tables"]["a_name_of_thirty_one_characters"][0]["count_of_a_long_name"]
            .is_null()
    );
    assert_eq!(value["unanswered"][0], "later");
    let mut book = book(&files["plan.xlsx"]);
    for name in book.sheet_names() {
        assert_eq!(book.worksheet_formula(&name).unwrap().used_cells().count(), 0, "{name}");
    }
    let chart = part(&files["plan.xlsx"], "xl/charts/chart1.xml");
    let ranges: Vec<&str> = chart.split("<c:f>").skip(1).collect();
    assert!(ranges.len() == 6 && ranges.iter().all(|range| range.starts_with("points!$")), "{chart}");
    let range = book.worksheet_range("a_name_of_thirty_one_characters").unwrap();
    assert!(matches!(range.get_value((1, 1)), None | Some(Data::Empty)), "no number is none");
    assert!(matches!(range.get_value((5, 1)), Some(Data::Float(_))));
    narrow(&document);
}

/// No line is wider than the screen, ends in a blank, or loses a number.
fn narrow(document: &Document) {
    for width in [200, 100, 80, 60, 40] {
        let told = terminal::write(
            document,
            screen(width),
            "drsim plan something/long.ron --out a-folder/of-its-own",
        );
        for line in told.lines() {
            assert!(line.width() <= width, "{width}: {line}");
            assert_eq!(line, line.trim_end(), "{width}");
            assert!(!line.chars().any(char::is_control), "{width}");
        }
    }
}

#[test]
fn a_plan_fits_every_screen() {
    let document = planned();
    narrow(&document);
    narrow(&from_averages(&averages("20 TB", "5 %"), "estimate"));
    // What is no table any more still says everything.
    let told = terminal::write(&document, screen(40), "").replace('\n', " ");
    let wide = terminal::write(&document, screen(200), "");
    for word in wide.split_whitespace().filter(|word| word.contains(|c: char| c.is_ascii_digit())) {
        assert!(told.contains(word), "`{word}` is lost on a narrow screen");
    }
}

#[test]
fn instants_are_told_by_the_clock_of_the_scenario() {
    let mut document = planned();
    let of = |document: &Document| terminal::write(document, screen(80), "");
    let told = of(&document);
    assert!(told.contains("Mon 22:00") && !told.contains("22h"), "{told}");
    document.zone = "Asia/Tokyo".into();
    assert!(of(&document).contains("Tue 06:00"), "eight hours later in March");
}

#[test]
fn one_violation_is_no_plural() {
    let says = |document: &Document| document.sections[1].says.join(" ");
    let told = says(&planned());
    assert!(!told.contains(" 1 violations") && !told.contains("violated"), "{told}");
}

fn averages(stored: &str, daily_change: &str) -> Averages {
    Averages {
        vms: 1,
        disks: 1,
        used: Bytes::parse(stored).unwrap(),
        daily_change: Ratio::parse(daily_change).unwrap(),
        growth: Ratio(0),
        compression: Ratio::ONE,
        daily_window: Span::seconds(86_400),
        retention: Span::ZERO,
        batch: Span::seconds(86_400),
        vms_per_batch: 1,
        write_iops: None,
    }
}

fn figure(averages: &Averages, name: &str) -> f64 {
    estimate(averages).iter().find(|figure| figure.name == name).unwrap().value
}

/// A vendor's example (20 TB, 5 % a day, 92.6 Mb/s), the conversions of facts W10 (2 MB/s are 168 GB a day), and the formulas of fact
/// 7.3: 100 VMs of two disks of 50 GB, 25 at once in 12 hours.
#[test]
fn an_estimate_from_averages_gives_the_published_figures() {
    let change = "bandwidth for changes";
    assert!((figure(&averages("20 TB", "5 %"), change) - 92.6).abs() < 0.05);
    for (stored, rate) in [("168.75 GiB", 2.0), ("421.875 GiB", 5.0), ("1687.5 GiB", 20.0)] {
        let bits = rate * 8.0 * 1.048_576;
        assert!((figure(&averages(stored, "100 %"), change) - bits).abs() < 1e-6, "{stored}");
    }
    let fleet = Averages {
        vms: 100,
        disks: 2,
        vms_per_batch: 25,
        batch: Span::seconds(12 * 3600),
        ..averages("50 GB", "5 %")
    };
    // 100 × 2 × 50 GB × 5 % × 8 ÷ 86,400 s; 25 × 2 × 50 GB × 8 ÷ 43,200 s; four batches.
    assert!((figure(&fleet, change) - 4e12 / 86_400.0 / 1e6).abs() < 1e-6);
    assert!((figure(&fleet, "bandwidth for a batch of first copies") - 2e13 / 43_200.0 / 1e6).abs() < 1e-6);
    assert_eq!(figure(&fleet, "time for all first copies"), 48.0);
}

#[test]
fn a_folder_is_named_by_nothing_but_its_document() {
    let document = planned();
    let page = text(&files(&document)["plan.html"]).to_owned();
    assert!(page.contains("drsim plan it") && page.contains(&document.scenario_hash));
    assert!(
        Path::new("csv/rates.csv").is_relative() && !page.contains("http://") && !page.contains("https://")
    );
}
