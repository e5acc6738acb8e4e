//! Ways of writing numbers, told from cells.

use super::*;
use crate::import::fault::{Fault, Faults};

fn heard(cells: &[(u32, bool, &str)], asked: Option<Mark>) -> Testimony {
    let mut testimony = Testimony::new(asked);
    for (at, (column, whole, cell)) in cells.iter().enumerate() {
        testimony.hear(*column, *whole, cell, || Fault::of("t.csv", "", "").line(at as u64 + 2));
    }
    testimony
}

/// The way of writing and the faults, of cells of one column that is not whole.
fn of(cells: &[&str]) -> (Option<Dialect>, String) {
    let cells: Vec<_> = cells.iter().map(|cell| (0, false, *cell)).collect();
    judged(&heard(&cells, None))
}

fn judged(testimony: &Testimony) -> (Option<Dialect>, String) {
    let (mut faults, mut told) = (Faults::default(), Vec::new());
    let dialect = testimony.settle(&testimony.verdict(None), &mut faults, &mut told);
    (dialect, faults.to_string())
}

#[test]
fn the_shape_of_one_cell_tells_how_all_are_written() {
    let cases = [
        (&["1.250,5", "1.024"][..], Mark::Comma, "1.024", "1024"),
        (&["1,250.5", "1,024"], Mark::Point, "1,024", "1024"),
        (&["0,125", "1.024"], Mark::Comma, "1.024", "1024"),
        (&["0.125", "1.024"], Mark::Point, "1.024", "1.024"),
        (&["1,25", "16.384"], Mark::Comma, "16.384", "16384"),
        (&["1.234.567", "1.024"], Mark::Comma, "1.024", "1024"),
        (&["12,34,567", "1,024"], Mark::Point, "1,024", "1024"),
        (&["204800,000", "1,024"], Mark::Comma, "1,024", "1.024"),
        (&["1.5E3", "1.024"], Mark::Point, "1.024", "1.024"),
        (&["1\u{a0}234", "16.384"], Mark::Point, "16.384", "16.384"),
        (&["1\u{202f}234,5", "16,384"], Mark::Comma, "16,384", "16.384"),
        (&["1'234.5", "16.384"], Mark::Point, "16.384", "16.384"),
        (&["1’234", "2.5"], Mark::Point, "1’234", "1234"),
    ];
    for (cells, mark, cell, plain) in cases {
        let (dialect, faults) = of(cells);
        let dialect = dialect.unwrap_or_else(|| panic!("{cells:?}: {faults}"));
        assert_eq!((dialect.decimal, dialect.number(cell)), (mark, decimal(plain.as_bytes())), "{cells:?}");
    }
}

#[test]
fn what_stays_open_or_contradicts_itself_is_refused_with_the_cells() {
    let (dialect, faults) = of(&["1.024", "2.048", "512"]);
    assert_eq!(dialect, None);
    assert!(faults.starts_with("t.csv:2: `1.024` may be 1.024 or 1024"), "{faults}");
    let (dialect, faults) = of(&["1.5", "2", "2,5"]);
    assert_eq!(dialect, None);
    assert!(faults.starts_with("t.csv:4: `2,5` and `1.5` (t.csv:2) are not written in one way"), "{faults}");
    let asked = |mark, cell| judged(&heard(&[(0, false, cell)], Some(mark)));
    assert_eq!(asked(Mark::Comma, "1.024").0.unwrap().number("1.024"), decimal(b"1024"));
    assert_eq!(asked(Mark::Point, "1.024").0.unwrap().number("1.024"), decimal(b"1.024"));
    let (dialect, faults) = asked(Mark::Point, "0,125");
    assert!(dialect.is_none() && faults.contains("`0,125` cannot be written as --decimal says"), "{faults}");
}

#[test]
fn no_more_is_told_than_a_cell_shows() {
    let told = |cells: &[&str]| {
        let cells: Vec<_> = cells.iter().map(|cell| (0, false, *cell)).collect();
        let (testimony, mut told) = (heard(&cells, None), Vec::new());
        testimony.settle(&testimony.verdict(None), &mut Faults::default(), &mut told);
        told.iter().map(Told::sentence).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(told(&["7", "1024"]), "");
    assert_eq!(told(&["1 234 567", "7"]), "Numbers: blanks group: `1 234 567` (t.csv:2).");
    assert_eq!(told(&["1.234,5"]), "Numbers: decimal comma, points group: `1.234,5` (t.csv:2).");
    assert_eq!(
        told(&["1.5", "NaN"]),
        "Numbers: decimal point: `1.5` (t.csv:2). Cells that say they have no value: 1, first `NaN` (t.csv:3)."
    );
}

#[test]
fn whole_columns_decide_only_what_shape_leaves_open() {
    let whole = |cells: &[(u32, bool, &str)]| judged(&heard(cells, None)).0.map(|dialect| dialect.decimal);
    assert_eq!(whole(&[(0, true, "16.384"), (1, false, "1.024")]), Some(Mark::Comma));
    assert_eq!(whole(&[(0, true, "16,384"), (1, false, "1.024")]), Some(Mark::Point));
    assert_eq!(whole(&[(0, true, "16.384"), (1, false, "0.125")]), Some(Mark::Point));
    // 1.000 is whole either way
    assert_eq!(whole(&[(0, true, "1.000")]), None);
    assert_eq!(whole(&[(0, true, "16.384"), (0, true, "16,384")]), None);
    let lent = heard(&[(0, false, "1.024")], None).verdict(Some((Mark::Comma, "other.csv")));
    assert!(
        matches!(lent, Verdict::Decided(dialect, Evidence::Borrowed(_)) if dialect.decimal == Mark::Comma)
    );
}

#[test]
fn a_cell_that_breaks_the_habit_of_its_column_is_asked_about() {
    let fault = |cells: &[&str]| of(cells).1;
    // the comma may be the mistake of one cell, and must not change what the others mean
    let odds = fault(&["1.024", "2.048", "0,512"]);
    assert!(odds.starts_with("t.csv:4: `0,512` and `1.024` (t.csv:2) of one column"), "{odds}");
    assert_eq!(judged(&heard(&[(0, false, "1.024"), (0, false, "0,512")], Some(Mark::Comma))).1, "");
    assert!(fault(&["40", "100", "200", "1.024", "500", "0.5"]).is_empty());
    assert_eq!(judged(&heard(&[(1, false, "0.5"), (0, false, "7"), (0, false, "1.024")], None)).1, "");
    let column = |cell: &'static str, other: &'static str| {
        let mut cells = vec![(0, false, other); 4];
        cells.extend([(0, false, cell), (1, false, "0,5")]);
        judged(&heard(&cells, None)).1
    };
    let lone = column("1,024", "100");
    assert!(
        lone.contains(
            "`1,024` is the only number with decimals in its column\n  help: write `1,0240` or `1024`"
        ),
        "{lone}"
    );
    assert!(column("1.024", "2048").contains("the only number with grouped thousands"));
    assert_eq!(column("1.024", "512"), "");
    assert!(column("1250", "1,25").contains("the only number without decimals"));
    assert_eq!(column("12", "1,25"), "");
}

#[test]
fn cells_are_taken_apart() {
    let plain = Dialect::PLAIN;
    assert_eq!(plain.amount(" 1.5 MiB/s "), Ok(Amount { value: 1_500_000_000_000_000_000, unit: "MiB/s" }));
    assert_eq!(plain.amount("42%").map(|it| it.unit), Ok("%"));
    assert_eq!(plain.number("\u{a0}12\u{202f}"), decimal(b"12"));
    assert_eq!(plain.number("1.07E+11"), decimal(b"107000000000"));
    for (cell, not) in [
        ("", NotNumber::Empty),
        ("n/a", NotNumber::Nothing),
        ("NaN", NotNumber::Nothing),
        ("1.#QNAN", NotNumber::Nothing),
        ("-", NotNumber::Nothing),
        ("\u{2212}5", NotNumber::Negative),
        ("(5)", NotNumber::Negative),
        ("-4.6e18", NotNumber::Negative),
        ("0666", NotNumber::Padded),
        ("1.5.2", NotNumber::Other),
        ("two", NotNumber::Other),
        ("9 GB", NotNumber::Other),
    ] {
        assert_eq!(plain.number(cell), Err(not), "{cell}");
    }
    assert_eq!(plain.number("-0.0"), Ok(0));
    assert_eq!(plain.number("000"), Ok(0));
}

#[test]
fn the_short_way_of_simple_cells_says_what_the_long_one_does() {
    let cells = [
        "0", "7", "1024", "1.5", "1,5", "1.024", "1,024", "0.125", "0,125", "12.345", "1234.567", "1234,567",
        "999,999", "1.0", "00", "007", "01.024", ".5", "5.", "1.2.3", "", "1,2,3", "0", "000.125",
    ];
    for cell in cells {
        let Some(simple) = Simple::of(cell.as_bytes()) else { continue };
        let long = parts(cell).unwrap();
        assert_eq!(long.digits, cell);
        for dialect in Dialect::ALL {
            assert_eq!(simple.fits(dialect), dialect.fits(cell), "{cell} {dialect:?}");
        }
        assert_eq!(simple.mark.filter(|_| simple.is_doubtful), ambiguous(cell), "{cell}");
    }
}
