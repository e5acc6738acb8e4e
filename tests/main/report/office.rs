//! Workbooks as LibreOffice shows and prints them: every cell has room, no row hides another, every sheet has its pages. `.ci/run` has it.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Cursor;
use std::path::Path;
use std::time::Duration;

use calamine::{Reader, Xlsx};

use crate::ci::consumers::program;
use crate::names::{drsim, scenario};

const SHIPPED: &str = include_str!("../../../scenarios/tutorial.ron");
/// What a spreadsheet shows where it cannot show a cell.
const FAULTS: [&str; 8] = ["###", "#NAME?", "#REF!", "#VALUE!", "#DIV/0!", "#N/A", "#NUM!", "Err:"];
/// Height of a line of text that can just be read on paper, in points.
const READABLE: f64 = 5.0;

/// A word on paper, with its place in points.
struct Word {
    text: String,
    across: (f64, f64),
    down: (f64, f64),
}

impl Word {
    /// More of both is in one place than the blank above and below letters.
    fn is_over(&self, other: &Word) -> bool {
        let common = |a: (f64, f64), b: (f64, f64)| a.1.min(b.1) - a.0.max(b.0);
        let low = (self.down.1 - self.down.0).min(other.down.1 - other.down.0);
        common(self.across, other.across) > 1.0 && common(self.down, other.down) > 0.4 * low
    }
}

/// The words of each page of a PDF.
fn words(folder: &Path, pdf: &str, pdftotext: &str) -> Vec<Vec<Word>> {
    let mut command = assert_cmd::Command::new(pdftotext);
    let told = command.current_dir(folder).args(["-tsv", pdf, "-"]).output().unwrap();
    let mut pages: BTreeMap<usize, Vec<Word>> = BTreeMap::new();
    for line in String::from_utf8(told.stdout).unwrap().lines().skip(1) {
        let cells: Vec<&str> = line.splitn(12, '\t').collect();
        let number = |at: usize| cells[at].parse::<f64>().unwrap();
        let page = pages.entry(cells[1].parse().unwrap()).or_default();
        // What is no word begins a page, a paragraph or a line.
        if cells[0] == "5" {
            let (across, down) = ((number(6), number(6) + number(8)), (number(7), number(7) + number(9)));
            page.push(Word { text: cells[11].to_owned(), across, down });
        }
    }
    pages.into_values().collect()
}

/// What is printed of each workbook in a folder; nothing where no program can print it.
fn printed(folder: &Path, books: &[&str]) -> Option<Vec<Vec<Vec<Word>>>> {
    let office = program("DRSIM_OFFICE", "soffice", &["--version"])?;
    let pdftotext = program("DRSIM_PDFTOTEXT", "pdftotext", &["-v"])?;
    let profile = tempfile::tempdir().unwrap();
    let mut command = assert_cmd::Command::new(office);
    command.arg(format!("-env:UserInstallation=file://{}", profile.path().display()));
    command.args(["--headless", "--norestore", "--convert-to", "pdf"]).args(books);
    let output = command.current_dir(folder).timeout(Duration::from_secs(180)).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(books.iter().map(|book| words(folder, &book.replace(".xlsx", ".pdf"), &pdftotext)).collect())
}

/// Rows of each sheet.
fn sheets(book: &Path) -> BTreeMap<String, usize> {
    let mut book = Xlsx::new(Cursor::new(fs::read(book).unwrap())).expect("it is a workbook");
    let names = book.sheet_names();
    names.into_iter().map(|name| (name.clone(), book.worksheet_range(&name).unwrap().height())).collect()
}

/// The name of a page's sheet, from its foot.
fn sheet_of(page: &[Word]) -> &str {
    let foot = |word: &&Word| word.down.0 > 540.0 && word.across.0 < 40.0;
    &page.iter().filter(foot).max_by(|a, b| a.down.0.total_cmp(&b.down.0)).expect("a page has a foot").text
}

fn is_sound(name: &str, pages: &[Vec<Word>], sheets: &BTreeMap<String, usize>) {
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for (number, page) in (1..).zip(pages) {
        let sheet = sheet_of(page);
        *seen.entry(sheet).or_default() += 1;
        let place = format!("{name}, page {number}, {sheet}");
        assert!(page.len() > 4, "{place} is empty");
        for word in page {
            assert!(!FAULTS.iter().any(|fault| word.text.contains(fault)), "{place}: {}", word.text);
        }
        if sheet == "charts" {
            continue;
        }
        assert!(page.iter().all(|word| word.down.1 - word.down.0 > READABLE), "{place} cannot be read");
        for (at, word) in page.iter().enumerate() {
            let over = page[at + 1..].iter().find(|other| word.is_over(other));
            assert!(over.is_none(), "{place}: {} over {}", word.text, over.unwrap().text);
        }
    }
    assert_eq!(seen.keys().copied().collect::<BTreeSet<_>>(), sheets.keys().map(String::as_str).collect());
    for (sheet, pages) in seen {
        // Thirty rows on a sheet of paper, columns on up to three.
        assert!(pages <= 3 * (1 + sheets[sheet] / 30), "{name}: {pages} pages of {sheet}");
    }
}

fn said(page: &[Word]) -> String {
    page.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_workbook_is_shown_and_printed_so_that_it_can_be_read() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), SHIPPED).unwrap();
    for arguments in [
        &["run", "main.ron", "--out", "run"][..],
        &["plan", "main.ron", "--out", "plan"],
        &["sweep", "main.ron", "--out", "sweep"],
        &["run", "main.ron", "--set", "links.wan.rate=20 Mbps", "--compare", "--out", "variants"],
    ] {
        drsim(folder.path(), arguments);
    }
    let books = ["run/result.xlsx", "plan/plan.xlsx", "sweep/sweep.xlsx", "variants/variants.xlsx"];
    let names = books.map(|book| book.split('/').next().unwrap());
    let copies = names.map(|name| format!("{name}.xlsx"));
    for (book, copy) in books.iter().zip(&copies) {
        fs::copy(folder.path().join(book), folder.path().join(copy)).unwrap();
    }
    let Some(all) = printed(folder.path(), &copies.each_ref().map(String::as_str)) else { return };
    for ((name, copy), pages) in names.iter().zip(&copies).zip(&all) {
        is_sound(name, pages, &sheets(&folder.path().join(copy)));
        let first = said(&pages[0]);
        assert!(first.contains("Tutorial: a bad Tuesday") && sheet_of(&pages[0]) == *name, "{first}");
    }
    // A chart is on one sheet of paper.
    let of_sweeps = [" by the instant of ", "At which share of the instants of "];
    let titles = |page: &[Word]| of_sweeps.iter().map(|title| said(page).matches(title).count()).sum();
    let of_pages: Vec<usize> =
        all[2].iter().filter(|page| sheet_of(page) == "charts").map(|page| titles(page)).collect();
    assert_eq!(of_pages, [2, 2, 2]);
    // Axes are as people say them: no part of a day, and no day since 1900.
    for (pages, wanted) in all.iter().zip([
        &["Back in service after, and RTO", "0:30", "orders"][..],
        &["Oldest point where an RPO does not hold", "rate [Mbps]", "in force"],
        &["Back in service (RTA) by the instant of", "Tue 12:00", "RTA [min]"],
        &["Age of the newest copy of", "Tue 12:00", "age ["],
    ]) {
        let charts: Vec<String> =
            pages.iter().filter(|page| sheet_of(page) == "charts").map(|page| said(page)).collect();
        let charts = charts.join(" ");
        for words in wanted {
            assert!(charts.contains(words), "{words}: {charts}");
        }
    }
}

/// A name that would command a spreadsheet is a name.
#[test]
fn hostile_names_are_shown_as_names() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("main.ron"), scenario(true, "100 Mbps", "\"x\"")).unwrap();
    drsim(folder.path(), &["run", "main.ron", "--out", "."]);
    let Some(all) = printed(folder.path(), &["result.xlsx"]) else { return };
    let text: String = all[0].iter().map(|page| said(page)).collect();
    for name in ["+1+2", "-2+3", "@SUM(A1)", "=cmd|"] {
        assert!(text.contains(name), "{name}");
    }
    assert!(!FAULTS[1..].iter().any(|fault| text.contains(fault)));
}
