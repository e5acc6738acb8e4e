//! `drsim fmt`: the same meaning, every comment, lines as people would break them, and the same again when it is done again.

use std::fs;
use std::path::Path;

use drsim::scenario::layout::{WIDTH, laid_out};
use drsim::scenario::{Scenario, SourceText, Sources};
use proptest::prelude::*;

use crate::cli::{path, said};

fn text(text: &str) -> SourceText {
    SourceText { path: "main.ron".into(), text: text.into() }
}

fn done(source: &str) -> String {
    laid_out(&text(source)).unwrap_or_else(|why| panic!("{why:?}:\n{source}"))
}

/// Once as it is expected, and again the same.
fn is(source: &str, expected: &str) {
    assert_eq!(done(source), expected, "of\n{source}");
    assert_eq!(done(expected), expected, "again");
}

fn value(source: &str) -> ron::Value {
    let options = ron::Options::default().with_default_extension(ron::extensions::Extensions::IMPLICIT_SOME);
    options.from_str(source).unwrap_or_else(|error| panic!("{error}:\n{source}"))
}

#[test]
fn what_fits_stands_on_a_line_and_what_does_not_has_a_line_for_each_item() {
    is("(a:1,b :[ 1,2 ,],c:( d : Some ( 5 ) ) )", "(\n    a: 1,\n    b: [1, 2],\n    c: (d: Some(5)),\n)\n");
    is("()", "()\n");
    is("(a: [\n\n], b: {  \"k\" : 1 })", "(\n    a: [],\n    b: {\"k\": 1},\n)\n");
    // 120 columns with the comma that follows, and one more.
    let fits = format!("    a: [\"{}\", 1],\n", "x".repeat(WIDTH - 15));
    assert_eq!(fits.trim_end().chars().count(), WIDTH);
    is(&format!("({})", fits.trim()), &format!("(\n{fits})\n"));
    let longer = fits.trim().replacen("\"x", "\"xx", 1);
    let broken = format!("(\n    a: [\n        \"{}\", 1,\n    ],\n)\n", "x".repeat(WIDTH - 14));
    is(&format!("({longer})"), &broken);
    let entries =
        format!("(vms: [(name: \"a\", disk: \"{0}\"), (name: \"b\", disk: \"{0}\")])", "y".repeat(60));
    let lines = done(&entries);
    assert_eq!(
        lines.lines().filter(|line| line.starts_with("        (name: ") && line.ends_with("),")).count(),
        2
    );
    let hours: Vec<String> = (0..168).map(|hour| format!("{}", f64::from(hour) / 10.0)).collect();
    let filled = done(&format!("(hours: [{}])", hours.join(", ")));
    assert!(filled.lines().count() < 14 && filled.lines().all(|line| line.len() <= WIDTH), "{filled}");
}

#[test]
fn comments_and_blank_lines_stay_where_they_are_meant() {
    is(
        "// head\n\n\n#![enable(implicit_some)]\n( // of the first\n  // its own\n  a: 1, // behind a\n\n\n  // of b\n  b: [1, // one\n 2 /* two */\n  // the end\n ],\n  c: 2 // c\n  // last\n)\n// foot",
        "// head\n\n#![enable(implicit_some)]\n(\n    // of the first\n    // its own\n    a: 1, // behind a\n\n    // of b\n    b: [\n        1, // one\n        2, /* two */\n        // the end\n    ],\n    c: 2, // c\n    // last\n)\n// foot\n",
    );
    // Within an item a comment goes before it; two behind it do, too.
    is(
        "(a /* x */ : // y\n 1 // z\n , // w\n b: 2)",
        "(\n    // z\n    // w\n    /* x */\n    // y\n    a: 1,\n    b: 2,\n)\n"
            .replace(
                "    // z\n    // w\n    /* x */\n    // y\n",
                "    /* x */\n    // y\n    // z\n    // w\n",
            )
            .as_str(),
    );
    is(
        "(a: [ /* none */ ], b: \"// no\", c: r#\"a \" /* no */\"#)",
        "(\n    a: [\n        /* none */\n    ],\n    b: \"// no\",\n    c: r#\"a \" /* no */\"#,\n)\n",
    );
    is(
        "(a: 1, /* of b */ b: 2, /* one\n   two */)",
        "(\n    a: 1,\n    /* of b */\n    /* one\n   two */\n    b: 2,\n)\n",
    );
    is(
        "(a: [(b: 1), (b: 2),\n\n(b: 3)])",
        "(\n    a: [\n        (b: 1),\n        (b: 2),\n\n        (b: 3),\n    ],\n)\n",
    );
}

fn shipped() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let files = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let all: Vec<_> =
        files.map(|file| (path(&file).to_owned(), fs::read_to_string(&file).unwrap())).collect();
    assert!(all.len() >= 8);
    all
}

#[test]
fn shipped_scenarios_mean_the_same_with_every_comment_and_again() {
    for (name, source) in shipped() {
        let formatted = done(&source);
        assert_eq!(done(&formatted), formatted, "{name}");
        let hash = |source: &str| {
            let sources = Sources { files: vec![text(source)], ..Sources::default() };
            let (scenario, warnings) =
                Scenario::from_sources(&sources).unwrap_or_else(|it| panic!("{}", it.render(false)));
            (scenario.hash(), warnings.iter().map(|it| it.what.clone()).collect::<Vec<_>>())
        };
        assert_eq!(hash(&formatted), hash(&source), "{name}");
        let comments = |source: &str| {
            let lines = source
                .lines()
                .filter_map(|line| line.split_once("// ").map(|(_, comment)| comment.trim().to_owned()));
            lines.collect::<Vec<_>>()
        };
        assert_eq!(comments(&formatted), comments(&source), "{name}: in the same order");
        for line in formatted.lines() {
            let code = line.split("// ").next().unwrap();
            assert!(code.trim_end().chars().count() <= WIDTH, "{name}: `{line}`");
            let indent = line.len() - line.trim_start().len();
            assert_eq!(indent % 4, 0, "{name}: `{line}`");
        }
    }
}

/// What stands between two tokens: comments are numbered when they are written.
#[derive(Clone, Debug)]
enum Gap {
    None,
    Space,
    Line,
    Blank,
    LineComment,
    Block,
    TwoLines,
}

fn gap() -> impl Strategy<Value = Gap> {
    prop_oneof![
        6 => Just(Gap::None),
        4 => Just(Gap::Space),
        3 => Just(Gap::Line),
        1 => Just(Gap::Blank),
        2 => Just(Gap::LineComment),
        1 => Just(Gap::Block),
        1 => Just(Gap::TwoLines),
    ]
}

/// A tree as its tokens.
fn tree() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof![
        Just("1"),
        Just("-2.5"),
        Just("true"),
        Just("\"text\""),
        Just("\"a, (b // c\""),
        Just("r#\"raw \" /* x\"#"),
        Just("\"\\\"\\\\\""),
        Just("\"Größe 日本\""),
        Just("'('"),
        Just("\"two\nlines\""),
    ];
    let leaf = word.prop_map(|word| vec![word.to_owned()]);
    leaf.prop_recursive(4, 40, 5, |inner| {
        let joined = |open: &'static str, close: &'static str, keys: bool| {
            move |(items, has_comma): (Vec<Vec<String>>, bool)| {
                let mut tokens = vec![open.to_owned()];
                let last = items.len().saturating_sub(1);
                for (number, item) in items.into_iter().enumerate() {
                    if keys {
                        tokens.extend([format!("key_{number}"), ":".to_owned()]);
                    }
                    tokens.extend(item);
                    tokens.extend((number < last || has_comma).then(|| ",".to_owned()));
                }
                tokens.push(close.to_owned());
                tokens
            }
        };
        let items = |least: usize| (prop::collection::vec(inner.clone(), least..5), any::<bool>());
        prop_oneof![
            items(0).prop_map(joined("[", "]", false)),
            items(1).prop_map(joined("(", ")", true)),
            inner.clone().prop_map(|item| [
                vec!["Some".to_owned(), "(".to_owned()],
                item,
                vec![")".to_owned()]
            ]
            .concat()),
        ]
    })
}

fn written(tokens: &[String], gaps: &[Gap]) -> (String, usize) {
    let (mut text, mut comments) = (String::new(), 0);
    for (token, gap) in tokens.iter().chain([&String::new()]).zip(gaps.iter().cycle()) {
        let comment = |text: &mut String, shape: fn(usize) -> String, comments: &mut usize| {
            text.push_str(&shape(*comments));
            *comments += 1;
        };
        match gap {
            Gap::None => {}
            Gap::Space => text.push(' '),
            Gap::Line => text.push_str("\n  "),
            Gap::Blank => text.push_str("\n \n\n"),
            Gap::LineComment => comment(&mut text, |number| format!(" // <{number}> \"(\n"), &mut comments),
            Gap::Block => comment(&mut text, |number| format!("/* <{number}> */"), &mut comments),
            Gap::TwoLines => {
                comment(&mut text, |number| format!("/* <{number}> /* x */\n   [ */"), &mut comments)
            }
        }
        text.push_str(token);
    }
    (text, comments)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_trees_with_comments_everywhere_mean_the_same_and_are_the_same_again(
        items in prop::collection::vec(tree(), 1..4),
        gaps in prop::collection::vec(gap(), 1..60),
    ) {
        let mut tokens = vec!["(".to_owned()];
        for (number, item) in items.into_iter().enumerate() {
            tokens.extend([format!("field_{number}"), ":".to_owned()]);
            tokens.extend(item);
            tokens.push(",".to_owned());
        }
        tokens.push(")".to_owned());
        let (source, comments) = written(&tokens, &gaps);
        let formatted = done(&source);
        prop_assert_eq!(&done(&formatted), &formatted, "again, of\n{}", source);
        prop_assert_eq!(value(&formatted), value(&source));
        for number in 0..comments {
            prop_assert_eq!(formatted.matches(&format!("<{number}>")).count(), 1, "{} of\n{}\n{}", number, source, formatted);
        }
        for line in formatted.lines() {
            prop_assert_eq!(line, line.trim_end());
        }
        prop_assert!(!formatted.contains("\n\n\n"));
    }
}

#[test]
fn the_command_writes_checks_and_filters() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, text: &str| {
        let file = folder.path().join(name);
        fs::write(&file, text).unwrap();
        file
    };
    let (wild, tidy) = (at("wild.ron", "\u{feff}(b:1 , // one\r\na:2)"), at("tidy.ron", "(\n    a: 1,\n)\n"));
    let bytes = |file: &Path| fs::read(file).unwrap();
    let before = bytes(&wild);
    let (code, out, err) = said(&["fmt", "--check", path(&wild), path(&tidy)]);
    assert_eq!((code, out, err.as_str()), (1, format!("{}\n", path(&wild)), ""));
    assert_eq!(bytes(&wild), before);
    let (code, out, err) = said(&["fmt", path(&wild), path(&tidy)]);
    assert_eq!((code, out, err.as_str()), (0, format!("wrote {}\n", path(&wild)), ""));
    let expected = "\u{feff}(\r\n    b: 1, // one\r\n    a: 2,\r\n)\r\n";
    assert_eq!(String::from_utf8(bytes(&wild)).unwrap(), expected, "its mark and its line ends are kept");
    assert_eq!(said(&["fmt", "--check", path(&wild), path(&tidy)]), (0, String::new(), String::new()));
    let filtered = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"))
        .args(["fmt", "-"])
        .write_stdin("(a:\"\u{1b}[1m\")")
        .output()
        .unwrap();
    assert_eq!(String::from_utf8(filtered.stdout).unwrap(), "(\n    a: \"\u{1b}[1m\",\n)\n", "to the byte");

    let (broken, json) = (at("broken.ron", "(sites: [(name: \"a\"],"), at("x.json", "{}"));
    let untidy = at("untidy.ron", "(a:1)");
    let (code, out, err) =
        said(&["fmt", path(&broken), path(&json), path(&folder.path().join("none.ron")), path(&untidy)]);
    assert_eq!((code, out), (2, format!("wrote {}\n", path(&untidy))), "the others are laid out: {err}");
    for words in ["error[E0101]", "broken.ron:1:", "x.json is JSON", "none.ron: cannot be read: no such file"]
    {
        assert!(err.contains(words), "`{words}` is not in\n{err}");
    }
    assert_eq!(bytes(&broken), b"(sites: [(name: \"a\"],");
    let deep = at("deep.ron", &"[".repeat(100_000));
    let (code, _, err) = said(&["fmt", path(&deep)]);
    assert!(code == 2 && err.contains("E0107"), "{err}");
}
