//! Values of the right kind at the ends of their ranges and past them, put at every place of every shipped scenario: each is refused with
//! a problem or gives a scenario that runs to its end. A sample is tried with all other tests, all of them with `--ignored`.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use drsim::assess::{Options, assess};
use drsim::scenario::tree::{Tree, Value, Written};
use drsim::scenario::work::{STEPS_MAX, steps};
use drsim::scenario::{Scenario, Sources, apply_set, defaults};
use drsim::units::{Bytes, Rate, Ratio, Span};

use crate::file::accepted;

const SIZES: &[&str] = &["0 B", "1 B", "1000 PB", "1001 PB", "18446744073709551615 B", "1 PiB", "-1 B"];
const RATES: &[&str] =
    &["0 bps", "8 bps", "7 bps", "1 PB/s", "2 PB/s", "18446 PB/s", "1 B/day", "9 Tbps", "-1 bps"];
const SPANS: &[&str] =
    &["0s", "1us", "1ms", "36525d", "36526d", "9999999d", "175307616h", "10d", "-5m", "1ns", "1y"];
const RATIOS: &[&str] =
    &["0", "0.000001", "1", "4294.967295", "4295", "0 %", "100 %", "1e308", "-1", "0.0000001 %"];
const COUNTS: &[&str] = &[
    "0",
    "1",
    "255",
    "256",
    "65536",
    "4294967295",
    "4294967296",
    "18446744073709551615",
    "-1",
    "1.5",
    "1e308",
];
const TEXTS: &[&str] = &[
    "",
    " ",
    "*",
    "{n}",
    "\u{1b}[31m",
    "\u{202e}",
    "0",
    "never",
    "unlimited",
    "Mon 25:00",
    "9999-12-31T23:59[UTC]",
    "-009999-01-01T00:00[UTC]",
    "00:00 to 00:00",
    "one of ",
    "lognormal median 36525d sigma 10",
    "uniform 0 B to 1000 PB",
    "log-uniform 8 bps to 1 PB/s",
    "exponential mean 1000 PB",
];

/// Paths of all scalars below a value, as `--set` takes them, with what stands there.
fn scalars(written: &Written, path: &str, all: &mut Vec<(String, Value)>) {
    let below = |part: &str| if path.is_empty() { part.to_owned() } else { format!("{path}.{part}") };
    match &written.value {
        Value::Entry(fields) => fields.iter().for_each(|(key, value)| scalars(value, &below(key), all)),
        Value::List(items) => {
            items.iter().enumerate().for_each(|(at, item)| scalars(item, &below(&at.to_string()), all));
        }
        scalar @ (Value::Text(_) | Value::Integer(_) | Value::Float(_) | Value::Flag(_) | Value::Nothing) => {
            all.push((path.to_owned(), scalar.clone()));
        }
    }
}

/// Fields that are left to their defaults, of the first entry of each kind.
fn left_out(text: &str) -> Vec<(String, Value)> {
    let places = [
        ("host", "hosts.0"),
        ("volume", "hosts.0.volumes.0"),
        ("link", "links.0"),
        ("network", "networks.0"),
        ("policy", "policies.0"),
        ("protection", "protection.0"),
        ("vm", "vms.0"),
        ("application", "applications.0"),
        ("people", "people.0"),
        ("plan", "plans.0"),
        ("cluster", "clusters.0"),
        ("vmm_server", "vmm_servers.0"),
        ("operation", "operations.0"),
        ("outage", "outages.0.faults.0"),
        ("recovery_service", "recovery_service"),
    ];
    let mut all = Vec::new();
    for default in defaults::ALL {
        let (kind, field) = default.field.split_once('.').unwrap_or((default.field, ""));
        for (_, place) in places.iter().filter(|(known, _)| *known == kind) {
            all.push((format!("{place}.{field}"), Value::Text(default.value.to_owned())));
        }
    }
    let more = [
        ("vms.0.disks.0.used", "1 GB"),
        ("hosts.1.volumes.0.apply_rate", "1 MB/s"),
        ("hosts.1.volumes.0.read_rate", "1 MB/s"),
        ("hosts.1.volumes.0.apply_request_rate", "1 MB/s"),
        ("hosts.1.volumes.0.iops", "1"),
        ("hosts.0.tcp_window", "1 MB"),
        ("hosts.0.stream_cap", "1 Mbps"),
        ("hosts.0.nic", "1 Mbps"),
        ("policies.0.app_consistent", "1h"),
        ("policies.0.phase", "1m"),
        ("policies.0.recovery_points", "4"),
        ("policies.0.coalescing", "0"),
        ("plans.0.shutdown_timeout", "5m"),
        ("applications.0.mtpd", "1h"),
        ("outages.0.faults.0.lasts", "1h"),
        ("seed", "1"),
    ];
    all.extend(more.map(|(path, value)| (path.to_owned(), Value::Text(value.to_owned()))));
    all.retain(|(path, _)| apply_set(text, path, "0").is_ok());
    all
}

/// What is tried in the place of a value: extremes of its kind, and texts that are of no kind.
fn tried(value: &Value) -> Vec<String> {
    let own: &[&str] = match value {
        Value::Text(text) if Bytes::parse(text).is_ok() => SIZES,
        Value::Text(text) if Rate::parse(text).is_ok() => RATES,
        Value::Text(text) if Span::parse(text).is_ok() => SPANS,
        Value::Text(text) if Ratio::parse(text).is_ok() => RATIOS,
        Value::Text(text) if text == "unlimited" || text == "none" => {
            &["0", "1", "4294967295", "0 B", "1000 PB", "8 bps", "1 PB/s", "1us", "36525d", "0.000001"]
        }
        Value::Text(_) => TEXTS,
        Value::Integer(_) | Value::Float(_) => COUNTS,
        Value::Flag(_) | Value::Nothing | Value::List(_) | Value::Entry(_) => &["true", "false", "()", "[]"],
    };
    let long = matches!(value, Value::Text(_)).then(|| "x".repeat(70_000));
    own.iter().map(|text| (*text).to_owned()).chain(long).collect()
}

/// Every change of every scalar: what it changes and the text after it.
fn changes(text: &str) -> Vec<(String, String)> {
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    let sources =
        Sources::load(&files, "main.ron").unwrap_or_else(|problems| panic!("{}", problems.render(false)));
    let tree = Tree::new(&sources).expect("it is read");
    let mut all = Vec::new();
    scalars(&tree.root, "", &mut all);
    all.extend(left_out(text));
    let each = |(path, value): (String, Value)| {
        tried(&value).into_iter().filter_map(move |new| {
            let changed = apply_set(text, &path, &new).ok()?;
            Some((format!("{path}={}", new.chars().take(40).collect::<String>()), changed))
        })
    };
    all.into_iter().flat_map(each).collect()
}

/// Refused, too much work, or run to its end; else a panic.
fn answered(text: &str) {
    let files = BTreeMap::from([("main.ron".to_owned(), text.as_bytes().to_vec())]);
    match Scenario::parse(&files, "main.ron") {
        Err(problems) => {
            assert!(!problems.is_empty() && !problems.render(false).is_empty());
        }
        Ok((scenario, _)) if steps(&scenario) > STEPS_MAX / 1000 => {}
        Ok((scenario, _)) => {
            assess(&scenario, &Options { threads: 1, progress: &|_| {} }).expect("no byte is lost");
        }
    }
}

/// Every `step`th change of each shipped scenario, shortened; those that end in a panic.
#[allow(
    clippy::disallowed_types,
    clippy::disallowed_methods,
    reason = "the clock only says what takes too long"
)]
fn hold(step: usize) {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/scenarios");
    let mut names: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    names.sort();
    let mut wrong = Vec::new();
    for (index, path) in
        names.iter().filter(|path| path.extension().is_some_and(|end| end == "ron")).enumerate()
    {
        let text = std::fs::read_to_string(path).unwrap();
        let text = apply_set(&text, "horizon", "50h").unwrap();
        accepted(&text);
        for (what, changed) in changes(&text).into_iter().skip(index * step / names.len()).step_by(step) {
            let began = std::time::Instant::now();
            if catch_unwind(AssertUnwindSafe(|| answered(&changed))).is_err() {
                wrong.push(format!("{}: {what}", path.display()));
            }
            if began.elapsed().as_secs() > 20 {
                wrong.push(format!("{}: {what} took {} s", path.display(), began.elapsed().as_secs()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_sample_of_extreme_values_is_refused_or_runs_to_its_end() {
    hold(397);
}

#[test]
#[ignore = "minutes"]
fn extreme_values_are_refused_or_run_to_their_end() {
    hold(1);
}
