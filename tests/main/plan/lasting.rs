//! A rate that the plan calls enough is enough: for the workload going on, at the digits that are printed, and at every rate tried above.

use std::time::Duration;

use drsim::ids::Id;
use drsim::plan::bandwidth::{Question, bandwidth, budget, everybody};
use drsim::plan::rates::{Precision, above, above_of_share};
use drsim::plan::search::Answer;
use drsim::protection::Overrun;
use drsim::scenario::Scenario;
use drsim::units::Span;
use proptest::prelude::*;

use crate::pair::{MB, WAN};
use crate::plan::bandwidth::{bins, fleet, time_above};

/// One VM over one link; `$CHURN`, `$RATE` and `$HOST` are filled in.
const ONE: &str = r#"(
    schema: 1, name: "one", start: "2026-03-02T00:00[UTC]", horizon: "$HORIZON", seed: 1,
    sites: [(name: "hq", zone: "UTC"), (name: "dr", zone: "UTC")],
    hosts: [
        (name: "h1", site: "hq", cores: 32, memory: "128 GB", send_slots: "unlimited" $HOST, volumes: [(name: "v", size: "4 TB")]),
        (name: "d1", site: "dr", cores: 32, memory: "128 GB", send_slots: "unlimited", volumes: [(name: "v", size: "4 TB")]),
    ],
    links: [(name: "wan", from: "hq", to: "dr", rate: "$RATE", efficiency: "100 %" $LINK)],
    vmm_servers: [(name: "vh", site: "hq"), (name: "vd", site: "dr")],
    clouds: [(name: "ch", vmm: "vh", hosts: ["h*"]), (name: "cd", vmm: "vd", hosts: ["d*"])],
    profiles: [(name: "night", hours: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4])],
    vms: [(name: "a", host: "h1", cores: 2, memory: "4 GB", disk: "1 TB", churn: $CHURN)],
    policies: [(name: "p", interval: "5m", phase: "aligned" $POLICY)],
    protection: [(from: "ch", to: "cd", policy: "p")],
    applications: [(name: "app", vms: ["a"], rpo: "15m", rto: "4h")],
    people: [(name: "ops", detection: "10m", decision: "20m", operators: 1, manual_start: "30m", manual_per_vm: "5m")],
    plans: [(name: "pl", people: "ops", groups: [(vms: ["*"])])],
)"#;

struct One {
    horizon: &'static str,
    rate: String,
    churn: &'static str,
    host: &'static str,
    link: &'static str,
    policy: &'static str,
}

impl Default for One {
    fn default() -> One {
        One { horizon: "1d", rate: "80 Mbps".into(), churn: r#""1 MB/s""#, host: "", link: "", policy: "" }
    }
}

impl One {
    fn text(&self) -> String {
        [
            ("$HORIZON", self.horizon),
            ("$RATE", &self.rate),
            ("$CHURN", self.churn),
            ("$HOST", self.host),
            ("$LINK", self.link),
            ("$POLICY", self.policy),
        ]
        .iter()
        .fold(ONE.to_owned(), |text, (name, value)| text.replace(name, value))
    }
}

fn drsim(args: &[&str], text: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("one.ron");
    std::fs::write(&file, text).unwrap();
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_drsim"));
    command.timeout(Duration::from_secs(120)).current_dir(folder.path());
    let output = command.arg(args[0]).arg("one.ron").args(&args[1..]).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    text(output.stdout) + &text(output.stderr)
}

/// The answer of `plan` for an RPO, always: as it is printed in the first row of the table of rates.
fn printed(one: &One, rpo: &str, more: &[&str]) -> String {
    let args = [&["plan", "--ask", "bandwidth", "--rpo", rpo, "--share", "100 %"], more].concat();
    let said = drsim(&args, &one.text());
    let needs = said.split(&format!("An RPO of {rpo} for all VMs needs of")).nth(1).expect(&said);
    let words: Vec<&str> = needs.split_whitespace().take(4).collect();
    if words.contains(&"than") {
        return "never".into();
    }
    format!("{} {}", words[1], words[2])
}

#[test]
fn a_constant_stream_needs_its_mean_whatever_the_rpo() {
    for rpo in ["4h", "12h"] {
        for more in [&["--exact"][..], &[]] {
            assert_eq!(printed(&One::default(), rpo, more), "8 Mbps", "{rpo} {more:?}");
        }
    }
    let at = |rate: &str| drsim(&["check"], &One { rate: rate.into(), ..One::default() }.text());
    assert!(!at("8 Mbps").contains("W0306") && at("7.99 Mbps").contains("W0306"));
}

/// What is written from 22:00 to 24:00, 28.8 GB at 4 MB/s, may take until the next 22:00: 2.67 Mbps in the mean. An RPO of 23 h is kept
/// by less in a run of a day, which ends two hours after the first byte.
#[test]
fn what_the_end_of_the_run_cuts_off_counts() {
    let one = One { churn: r#"[(profile: "night", rate: "1 MB/s")]"#, ..One::default() };
    assert_eq!(printed(&one, "1d", &[]), "2.67 Mbps");
    assert_eq!(printed(&One { horizon: "10d", ..one }, "1d", &[]), "2.67 Mbps");
}

/// What is written from 22:00 to 24:00 makes the fleet late before midnight, when the run ends, and after it. A share of the time, 36 min of
/// the day, that either would leave is used up by both: ten days at the rate keep it, and at the rate one step below do not.
#[test]
fn a_share_is_used_up_on_both_sides_of_the_end() {
    let one = |horizon, rate: String| One {
        horizon,
        rate,
        churn: r#"[(profile: "night", rate: "1 MB/s")]"#,
        policy: r#", on_overrun: "queue""#,
        ..One::default()
    };
    let text = |one: One| one.text().replace(r#"rpo: "15m""#, r#"rpo: "15m", rpo_share: "97.5 %""#);
    let said = drsim(&["plan", "--ask", "bandwidth"], &text(one("1d", "80 Mbps".into())));
    let rate = said.split("Link wan: ").nth(1).and_then(|said| said.split(' ').next());
    let rate: f64 = rate.and_then(|rate| rate.parse().ok()).expect(&said);
    let held = |horizon, rate: f64| {
        let said = drsim(&["run"], &text(one(horizon, format!("{rate:.1} Mbps"))));
        !said.contains("missed")
    };
    assert!(held("10d", rate) && !held("10d", rate - 0.1), "{rate} Mbps");
    assert!(held("1d", rate - 0.1), "a day alone is kept by less than {rate} Mbps");
}

/// Half of the time a throttle leaves 4 Mbps: the other half carries 12. Always 7 Mbps: nothing helps.
#[test]
fn a_throttle_takes_its_part_of_the_mean() {
    let half = One {
        link: r#", throttle: [(zone: "UTC", from: "00:00", to: "12:00", rate: "4 Mbps")]"#,
        ..One::default()
    };
    assert_eq!(printed(&half, "20h", &[]), "12 Mbps");
    let always = One {
        link: r#", throttle: [(zone: "UTC", from: "00:00", to: "24:00", rate: "7 Mbps")]"#,
        ..One::default()
    };
    assert_eq!(printed(&always, "20h", &[]), "never");
}

/// Not the link but the card carries less than is written: the backlog grows from day to day at any rate of the link.
#[test]
fn a_backlog_that_grows_elsewhere_has_no_rate() {
    assert_eq!(printed(&One { host: r#", nic: "7.95 Mbps""#, ..One::default() }, "12h", &[]), "never");
    assert_eq!(printed(&One { host: r#", nic: "8.1 Mbps""#, ..One::default() }, "12h", &[]), "8 Mbps");
}

/// A log of 300 MB in the 120 s that 7 min leave: 20 Mbps over a link that carries 95 %, 21,052,632 bit/s and a little more for
/// rounding. Three digits, rounded up, and `run` agrees.
#[test]
fn a_printed_rate_holds_when_it_is_run() {
    let text = |rate: &str| {
        let one = One { horizon: "7d", rate: rate.into(), ..One::default() };
        one.text()
            .replace(r#"efficiency: "100 %""#, r#"efficiency: "95 %""#)
            .replace(r#"rpo: "15m""#, r#"rpo: "7m""#)
    };
    let said = drsim(&["plan", "--ask", "bandwidth", "--rpo", "7m", "--share", "100 %"], &text("100 Mbps"));
    assert!(said.contains("needs of wan: 21.1 Mbps always"), "{said}");
    let holds = |rate: &str| !drsim(&["run"], &text(rate)).contains("missed");
    assert!(holds("21.1 Mbps") && !holds("21 Mbps"));
}

/// The shared case of the same kind.
#[test]
fn the_rate_of_the_shared_case_holds() {
    let Some(path) = crate::shared::case("verdicts/rate-rounded-down.ron") else { return };
    let text = std::fs::read_to_string(path).unwrap();
    for (more, rate) in [(&[][..], "21.1 Mbps"), (&["--exact"][..], "21.052632 Mbps")] {
        let said = drsim(&[&["plan", "--ask", "bandwidth"], more].concat(), &text);
        assert!(said.contains(&format!("own RPO needs of wan: {rate} always")), "{said}");
    }
}

/// A question to random fleets: their objective, of which so many hundredths are the VMs' own, and the share of the time it is to hold.
struct Asked {
    objective: u64,
    own: u64,
    share: u32,
}

/// At the answer no more is too old in ten times the run, its churn repeated, than the share allows in each; nor in the run at any of the
/// rates that are said to be tried above; whatever part of the objective is the VMs' own, on top of which the rest is asked.
fn lasts(scenario: &Scenario, asked: &Asked) -> Result<(), TestCaseError> {
    let objective = Span::seconds(asked.objective);
    let own = Span(objective.0 * asked.own / 100);
    let question = Question {
        link: Id::new(WAN),
        allowed: everybody(scenario).iter().map(|vm| vm.map(|_| own.0)).collect(),
        slack: None,
        objectives: vec![Span(objective.0 - own.0)],
        shares: vec![asked.share],
        step: Precision::Digits,
    };
    let allowed = budget(scenario.horizon, asked.share);
    let found = bandwidth(scenario, &question, &mut |_, _| true).expect("nothing stops it");
    if let Answer::Least { holds, .. } = found.rows[0].cells[0].answer {
        let late = |rate: u64, periods: u64| time_above(scenario, objective, rate, periods);
        prop_assert!(late(holds.rate, 10) <= 10 * allowed, "in ten periods at {}", holds.rate);
        let tried = if allowed == 0 { above(holds.rate) } else { above_of_share(holds.rate) };
        for rate in tried {
            prop_assert!(late(rate, 1) <= allowed, "at {} above {}", rate, holds.rate);
        }
    }
    Ok(())
}

/// Bytes of each bin, by VM.
const FAR_BEHIND: [&str; 2] = [
    "7011816 1518977095 9436917 28061069 40013107 43688875 27838323 32865094 46999458 638689710 309204042 134551084 \
     19353629 1080822179 45952832 1226598 559234322 22770480 29622803 1913180731 2704041 728261940 14760266 11886574 \
     647921091 2357651 14704958 11135711 12389215 8118632 24844193 48521156 8049024 20014359 45632493 1211082772 1579490219 \
     13995322 683567030 37821748 407971423 16654400 761354370 1723304977",
    "14702378 47045082 351754440 40942612 46134671 28817736 30940374 7508252 10306112 1248374159 997202349 836211 691208 \
     24704977 1532265969 30647749 235117269 31584240 43345588 15455461 38241129 36371890 42342350 8644304 47133214 42490359 \
     25250731 952070933 17674371 14927644 1648452625 1870566345 49821797 1147798 6154581 33640316 49032128 10094420 \
     26914988 270716661 42472931 29612223 22821428 8152585 45848139 34250945",
];

/// Nothing is older than what the VMs are allowed themselves, and yet all of it is half a period behind: what is cut next depends on where in
/// the period it is done.
#[test]
fn what_is_far_behind_within_its_own_objective_is_run_again() {
    let churn =
        FAR_BEHIND.map(|bins| bins.split_whitespace().map(|bin| bin.parse().expect("bytes")).collect());
    lasts(&fleet(churn.to_vec(), Overrun::CutWhenDone), &Asked { objective: 13_555, own: 100, share: 990 })
        .expect("it lasts");
}

/// All is written in the last hour, and most of it sent after the end: the run alone tells next to nothing of the rate, and yet few rates are run.
#[test]
fn a_search_that_the_run_alone_misleads_is_short() {
    let bins = [vec![0; 60], vec![1000 * MB; 12]].concat();
    let question = Question {
        link: Id::new(WAN),
        allowed: [Some(0)].into(),
        slack: None,
        objectives: vec![Span::seconds(1200)],
        shares: vec![900],
        step: Precision::Unit,
    };
    let scenario = fleet(vec![bins], Overrun::Queue);
    let found = bandwidth(&scenario, &question, &mut |_, _| true).expect("nothing stops it");
    let Answer::Least { holds, less } = found.rows[0].cells[0].answer else { panic!("{found:?}") };
    let above = |rate: u64, periods: u64| time_above(&scenario, Span::seconds(1200), rate, periods);
    let allowed = budget(scenario.horizon, 900);
    assert!(above(less.rate, 1) <= allowed && above(less.rate, 2) - above(less.rate, 1) > allowed);
    assert!(above(holds.rate, 10) <= 10 * allowed && holds.rate == less.rate + 1);
    assert!(found.runs < 200.0, "{} runs", found.runs);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn an_answer_lasts_and_holds_from_there_on(
        churn in prop::collection::vec(bins(), 1..6),
        overrun in prop_oneof![Just(Overrun::Queue), Just(Overrun::CutWhenDone), Just(Overrun::NextTick)],
        objective in prop_oneof![330u64..2000, 2000u64..20_000],
        share in prop_oneof![Just(1000u32), Just(990), Just(950), Just(900)],
        own in prop_oneof![Just(0u64), Just(100), 0..=100u64],
    ) {
        lasts(&fleet(churn, overrun), &Asked { objective, own, share })?;
    }
}
