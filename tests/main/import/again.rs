//! Long files are gone through again and again instead of being held: what may happen to them meanwhile.

use std::cell::Cell;
use std::io::{Cursor, Read};

use drsim::import::{ChurnOptions, Import};
use drsim::series::Series;

const HEAD: &str = "time,machine,value,unit\n";

/// Rows of so many machines.
fn table(machines: usize, rows: usize) -> String {
    let row = |at: usize| {
        (0..machines).map(move |machine| format!("{},m{machine},{at},B/s\n", 1_721_030_400 + at * 300))
    };
    HEAD.to_owned() + &(0..rows).flat_map(row).collect::<String>()
}

/// Reads a file of which each opening shows the next text, and then the last.
fn opened(texts: &[&[u8]], held: u64) -> Result<Series, String> {
    let count = Cell::new(0);
    let mut import = Import::new(ChurnOptions::default()).holding(held);
    import.reopened("x.csv", &|| {
        let at = count.replace(count.get() + 1);
        Ok(Box::new(Cursor::new(texts[at.min(texts.len() - 1)].to_vec())))
    });
    import.finish().map(|(series, _)| series).map_err(|faults| faults.to_string())
}

#[test]
fn a_log_that_grows_meanwhile_is_read_as_far_as_it_was() {
    let (before, after) = (table(3, 50), table(3, 60));
    let expected = opened(&[before.as_bytes()], 0).unwrap();
    // looked at three times, then opened for its header
    for first in 3..6 {
        let mut texts = vec![before.as_bytes(); first];
        texts.push(after.as_bytes());
        assert_eq!(opened(&texts, 0).unwrap(), expected, "{first}");
    }
    assert_eq!(expected, opened(&[before.as_bytes()], 1 << 20).unwrap());
}

#[test]
fn a_file_that_is_cut_or_changed_meanwhile_is_refused() {
    let (before, cut) = (table(3, 50), table(3, 49));
    let other = before.replace("m2", "m9");
    let mut refused = 0;
    for first in 2..5 {
        for (then, expected) in
            [(&cut, "the file was cut while it was read"), (&other, "the file was changed while it was read")]
        {
            let mut texts = vec![before.as_bytes(); first];
            texts.push(then.as_bytes());
            match opened(&texts, 0) {
                Err(message) => {
                    assert!(message.contains(expected), "{first}: {message}");
                    refused += 1;
                }
                // opened no more, or never seen as it was
                Ok(series) => assert_eq!(series.columns.len(), 3),
            }
        }
    }
    assert!(refused >= 2, "{refused}");
}

#[test]
fn long_files_that_are_no_tables_of_text_are_refused_at_their_lines() {
    let lines = table(1, 40_000);
    let wrong = [lines.as_bytes(), b"1,m0,\xe9,B/s\n", lines.as_bytes()].concat();
    assert!(opened(&[&wrong], 0).unwrap_err().starts_with("x.csv:40002: the text is not UTF-8"));
    // a letter of two bytes is no fault, wherever blocks end
    for shift in 0..3 {
        let name = "é".repeat(7) + &"x".repeat(shift);
        let text = table(1, 400_000).replace("m0", &name);
        assert_eq!(opened(&[text.as_bytes()], 0).unwrap().columns[0].name, name);
    }
    let long = [lines.as_bytes(), &vec![b'1'; 3 << 20], b"\n"].concat();
    assert!(opened(&[&long], 0).unwrap_err().starts_with("x.csv:40002: a line is longer than 1 MiB"));
    let error = |texts: &[&[u8]]| opened(texts, 0).unwrap_err();
    let half = {
        let mut packed = Vec::new();
        flate2_of(lines.as_bytes()).read_to_end(&mut packed).unwrap();
        packed
    };
    assert_eq!(opened(&[&half], 0), opened(&[lines.as_bytes()], 0));
    assert!(error(&[&half[..half.len() / 2]]).contains("the gzip stream ends early, after"));
}

fn flate2_of(text: &[u8]) -> impl Read + '_ {
    flate2::read::GzEncoder::new(text, flate2::Compression::fast())
}

#[cfg(target_os = "linux")]
#[test]
fn a_long_series_takes_as_little_memory_in_any_order() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let rows: i64 = 600_000;
    let row = |at: i64| {
        // each once, in no order, and none on its minute
        let minute = at * 7919 % rows;
        format!("{}.{:03},m,{at},B/s\n", 1_721_030_400 + minute * 60 + at % 3, at * 31 % 1000)
    };
    std::fs::write(path("x.csv"), HEAD.to_owned() + &(0..rows).map(row).collect::<String>()).unwrap();
    // Of data, which neither the program's size nor what it shares counts in. Held as a whole in order it takes more than 120 MB.
    let script = format!(
        "ulimit -d 110000; exec '{}' import churn '{}' -o '{}'",
        env!("CARGO_BIN_EXE_drsim"),
        path("x.csv"),
        path("x.series")
    );
    let output = std::process::Command::new("sh").args(["-c", &script]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let series = Series::decode(&std::fs::read(path("x.series")).unwrap()).unwrap();
    assert_eq!(series.columns[0].bins.iter().flatten().count(), 600_000);
}
