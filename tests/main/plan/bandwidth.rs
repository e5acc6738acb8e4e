//! The bandwidth that an RPO needs: boundaries that runs agree with, closed forms, and the published least capacities.

use drsim::assess::{Options, assess};
use drsim::document::{Section, Value};
use drsim::ids::{Id, Table};
use drsim::plan::bandwidth::designed::designed;
use drsim::plan::bandwidth::{Bandwidth, Question, achieved, bandwidth, budget, everybody};
use drsim::plan::change::{Change, OfLink};
use drsim::plan::rates::Precision;
use drsim::plan::runs::steady::steady;
use drsim::plan::search::Answer;
use drsim::plan::{Ask, plan};
use drsim::protection::{Overrun, Policy};
use drsim::recovery::Application;
use drsim::scenario::Scenario;
use drsim::units::{Rate, Ratio, Span};
use drsim::workload::{AfterEnd, Layer};
use proptest::prelude::*;

use crate::pair::{MB, WAN, pair, policy};

const HOUR: u64 = 3600;

/// An interval, and what 300 MB take at 2^40 B/s, which is as fast as a link gets: 272.8 µs.
const FLOOR: Span = Span(300_000_273);

fn ask(scenario: &Scenario, objectives: &[u64], shares: &[u32], step: Precision) -> Bandwidth {
    let objectives = objectives.iter().map(|s| Span::seconds(*s)).collect();
    let question = Question {
        link: Id::new(WAN),
        allowed: everybody(scenario),
        slack: None,
        objectives,
        shares: shares.to_vec(),
        step,
    };
    bandwidth(scenario, &question, &mut |_, _| true).expect("nothing stops it")
}

fn least(answer: Answer) -> u64 {
    match answer {
        Answer::Least { holds, less } => {
            assert!(holds.rate > less.rate);
            holds.rate
        }
        Answer::Any | Answer::Never(_) => panic!("{answer:?}"),
    }
}

fn measured(bins: &[u64], seconds: u64) -> Vec<Layer> {
    let bins = bins.iter().copied().collect();
    vec![Layer::Measured { bins, bin: Span::seconds(seconds), growth: Ratio::ONE, after_end: AfterEnd::Zero }]
}

/// One VM, constant 1 MB/s, T = 300 s, nothing but the link: a log of 300 MB takes X = 300 MB ÷ C, and ages run to X + T. They never
/// pass R if and only if X ≤ R − T: C = 300 MB ÷ (R − T).
#[test]
fn a_constant_stream_needs_its_log_over_what_the_objective_leaves() {
    let scenario = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let found = ask(&scenario, &[360, 450, 600], &[1000], Precision::Unit);
    let rates: Vec<u64> = found.rows.iter().map(|row| least(row.cells[0].answer)).collect();
    assert_eq!(rates, [5 * MB, 2 * MB, MB]);
}

/// The same VM: its age is uniform on [X, X + T], so it is at most R for (R − X) ÷ T of the time, and 90 % needs X ≤ R − 270 s.
/// Only the first interval differs, whose age rises from 0: X of the run's 86,400 s are below R that would not be.
#[test]
fn a_share_of_the_time_is_a_share_of_the_saw_tooth() {
    let scenario = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let found = ask(&scenario, &[300], &[1000, 900], Precision::Digits);
    assert!(
        matches!(found.rows[0].cells[0].answer, Answer::Never(_)),
        "an age passes the interval at any rate"
    );
    let rate = least(found.rows[0].cells[1].answer);
    assert!(rate.abs_diff(10 * MB) < 10 * MB / 250, "{rate}");
    assert_eq!(found.floor, FLOOR);
}

#[test]
fn an_objective_that_the_interval_itself_breaks_has_no_rate() {
    let scenario = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let found = ask(&scenario, &[299], &[1000], Precision::Unit);
    let Answer::Never(floor) = found.rows[0].cells[0].answer else { panic!() };
    assert_eq!(floor.worst.0, FLOOR.0);
}

/// Two VMs whose bursts do not meet: the sum's peak binds, not the sum of the peaks (fact 7.14).
#[test]
fn bursts_that_do_not_meet_need_the_peak_of_the_sum() {
    let quiet = [30 * MB; 288];
    let (mut first, mut second) = (quiet, quiet);
    (first[20], second[100]) = (9000 * MB, 9000 * MB);
    let scenario =
        pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![measured(&first, 300), measured(&second, 300)]);
    let found = ask(&scenario, &[600], &[1000], Precision::Unit);
    // 9,030 MB within 300 s at most: the interval is up when the log is cut, and it and the other VM's must arrive in the next.
    assert_eq!(least(found.rows[0].cells[0].answer), 9030 * MB / 300);
    assert_eq!(found.demand.percentile(1.0), 9030.0 * 1e6 / 300.0);
    let sum_of_peaks: u64 = found.demand.vms.iter().map(|vm| vm.peak).sum();
    assert_eq!(sum_of_peaks, 18_000 * MB);
}

/// Two applications, one VM each, 1 MB/s: A may wait 60 s beside its interval of 300 s, B for 600 s; C can never keep 299 s. Alone on the
/// link A's log of 300 MB needs 5 MB/s; with aligned ticks all three share it, so that A's takes three times as long. A VM of two
/// applications keeps the tighter RPO, whichever is first.
#[test]
fn each_application_keeps_its_own_objective_and_who_cannot_is_named() {
    let stream = || vec![Layer::Constant(Rate(MB))];
    let mut scenario = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![stream(), stream(), stream()]);
    let application = |index: usize, name: &str, rpo: u64| Application {
        name: name.into(),
        tier: None,
        vms: vec![Id::new(index)],
        rpo: Some(Span::seconds(rpo)),
        rto: None,
        needs: Vec::new(),
        rpo_share: drsim::units::Ratio::ONE,
        mtpd: None,
        depends_on: vec![],
        validation: Span::ZERO,
    };
    scenario.recovery.applications = Table::new(vec![
        application(0, "a", 360),
        application(1, "b", 900),
        application(2, "c", 299),
        application(0, "d", 3600),
    ]);
    let found = ask(&scenario, &[360], &[1000], Precision::Unit);
    let question = Question {
        link: Id::new(WAN),
        allowed: everybody(&scenario),
        slack: None,
        objectives: vec![],
        shares: vec![1000],
        step: Precision::Unit,
    };
    let designed = designed(&scenario, &question, &found, &|_, _| true).expect("nothing stops it");
    assert_eq!(least(designed.row.expect("a and b have one").cells[0].answer), 15 * MB);
    let named: Vec<&str> = designed.never.iter().map(|(name, _, _)| name.as_str()).collect();
    assert_eq!(named, ["c"]);
}

/// The whole fleet as one application with this RPO.
pub fn whole_fleet(scenario: &Scenario, objective: Span) -> Table<Application> {
    Table::new(vec![Application {
        name: "all".into(),
        tier: None,
        vms: scenario.vms.ids().collect(),
        rpo: Some(objective),
        rto: None,
        needs: Vec::new(),
        rpo_share: drsim::units::Ratio::ONE,
        mtpd: None,
        depends_on: vec![],
        validation: Span::ZERO,
    }])
}

/// The whole fleet as one application with this objective, and the link at this rate: time above it, µs, as a run of so many periods tells.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and within the range")]
pub fn time_above(scenario: &Scenario, objective: Span, rate: u64, periods: u64) -> u64 {
    let mut scenario = Change::Link(Id::new(WAN), OfLink::Rate(Rate(rate))).of(scenario);
    scenario.horizon = Span(scenario.horizon.0 * periods);
    scenario.recovery.applications = whole_fleet(&scenario, objective);
    let (results, _) =
        assess(&scenario, &Options { threads: 1, progress: &|_| {} }).expect("the audit holds");
    let above = results.applications[0].age.as_ref().expect("it is replicated").above_objective_s;
    (above.expect("it has an objective") * 1e6).round() as u64
}

/// VMs that write so much, and after the end of the run the same again.
pub fn fleet(churn: Vec<Vec<u64>>, overrun: Overrun) -> Scenario {
    let layer = |mut bins: Vec<u64>| {
        bins.resize(BINS, 0);
        vec![Layer::Measured {
            bins: bins.into(),
            bin: Span::seconds(300),
            growth: Ratio::ONE,
            after_end: AfterEnd::Repeat,
        }]
    };
    let mut scenario = pair(Rate(20 * MB), policy(300, overrun), churn.into_iter().map(layer).collect());
    scenario.horizon = Span::seconds(300 * BINS as u64);
    scenario
}

/// Six hours.
const BINS: usize = 72;

pub fn bins() -> impl Strategy<Value = Vec<u64>> {
    prop::collection::vec(prop_oneof![4 => 0..50 * MB, 1 => 0..2000 * MB], 24..72)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Plan and run agree: at the answered rate the objective holds for its share of the time, at one step less it does not.
    #[test]
    fn a_run_at_the_answer_holds_and_one_step_less_does_not(
        churn in prop::collection::vec(bins(), 1..6),
        overrun in prop_oneof![Just(Overrun::Queue), Just(Overrun::CutWhenDone), Just(Overrun::NextTick)],
        objective in 330u64..2000,
        share in prop_oneof![Just(1000u32), Just(990), Just(900)],
        is_exact: bool,
    ) {
        let scenario = fleet(churn, overrun);
        let step = if is_exact { Precision::Unit } else { Precision::Digits };
        let found = ask(&scenario, &[objective], &[share], step);
        let (objective, allowed) = (Span::seconds(objective), budget(scenario.horizon, share));
        match found.rows[0].cells[0].answer {
            Answer::Least { holds, less } => {
                prop_assert!(holds.rate - less.rate <= step.of(holds.rate));
                let until = |rate: u64, periods: u64| match periods {
                    0 => 0,
                    _ => time_above(&scenario, objective, rate, periods),
                };
                prop_assert!(until(holds.rate, 1) <= allowed, "holds {holds:?}");
                // In the run, or in a period of the workload going on.
                let fails = (1..=10).any(|period| until(less.rate, period) - until(less.rate, period - 1) > allowed);
                prop_assert!(fails, "less {less:?}");
            }
            Answer::Any => prop_assert!(time_above(&scenario, objective, 1, 1) <= allowed),
            Answer::Never(floor) => {
                prop_assert!(time_above(&scenario, objective, floor.rate, 1) > allowed);
            }
        }
    }

    /// What a rate achieves for a share of the time is the objective that holds there and, a microsecond tighter, no longer does.
    #[test]
    fn the_reverse_question_gives_the_objective_back(
        churn in prop::collection::vec(bins(), 1..4),
        rate in MB..20 * MB,
    ) {
        let churn = churn.iter().map(|bins| measured(bins, 300)).collect();
        let mut scenario = pair(Rate(rate), policy(300, Overrun::Queue), churn);
        scenario.horizon = Span::seconds(6 * HOUR);
        for (share, rpo) in [900, 990, 1000].into_iter().zip(achieved(&scenario, Id::new(WAN), rate, [900, 990, 1000])) {
            let allowed = budget(scenario.horizon, share);
            prop_assert!(time_above(&scenario, rpo, rate, 1) <= allowed, "{share} {rpo:?}");
            let tighter = Span(rpo.0 - 1);
            prop_assert!(time_above(&scenario, tighter, rate, 1) > allowed, "{share} {rpo:?}");
        }
    }
}

#[test]
fn planning_looks_at_replication_alone() {
    let mut scenario = pair(Rate(MB), policy(300, Overrun::Queue), vec![measured(&[MB], 300)]);
    scenario.topology.volumes = scenario
        .topology
        .volumes
        .iter()
        .map(|volume| drsim::topology::Volume { size: Some(drsim::units::Bytes(1)), ..volume.clone() })
        .collect();
    let steady = steady(&scenario);
    assert!(steady.topology.volumes.iter().all(|volume| volume.size.is_none()));
    assert!(steady.operations.is_empty() && steady.outages.is_empty());
}

fn section(scenario: &Scenario) -> Section {
    let ask = Ask { sections: vec!["bandwidth".into()], rpos: vec![Span::seconds(360)], ..Ask::default() };
    let mut document = plan(scenario, &ask, &|_, _| true).expect("nothing stops it");
    document.sections.pop().expect("something is replicated")
}

/// 1 MB/s is 86.4 GB a day and 8 Mbps; 600 MB in the first of twelve five minutes are 2 MB/s in one of them and a twelfth of that in the
/// mean. Compressed to half, with a tenth on top: × 0.55. What goes to a disk that is not replicated does not count.
#[test]
fn each_workload_has_its_averages_and_its_peak_by_the_formulas_that_are_told() {
    let mut bins = vec![0; 12];
    bins[0] = 600 * MB;
    let churn = vec![vec![Layer::Constant(Rate(MB))], measured(&bins, 300)];
    let policy =
        Policy { compression: Ratio(2_000_000), overhead: Ratio(100_000), ..policy(300, Overrun::Queue) };
    let mut scenario = pair(Rate(50 * MB), policy, churn);
    scenario.horizon = Span::seconds(HOUR);
    let first = Id::new(0);
    let mut page_file = scenario.vms[first].disks[0].clone();
    page_file.replicate = false;
    scenario.vms[first].disks.push(page_file);
    let section = section(&scenario);
    assert!(section.says.iter().any(|says| says.contains("mean = written × 8 ÷ time ÷ compression")));
    let table = section.tables.iter().find(|table| table.key == "workloads").expect("there is one");
    let numbers = |row: usize| -> Vec<f64> {
        let number = |cell: &Value| if let Value::Number(number) = cell { Some(*number) } else { None };
        table.rows[row].iter().filter_map(number).collect()
    };
    let size = numbers(0)[1];
    let expected = |daily: f64, mean: f64, peak: f64| vec![1.0, size, daily, daily / size, 300.0, mean, peak];
    assert_eq!(numbers(0), expected(86.4e9, 8e6 * 0.55, 8e6 * 0.55));
    assert_eq!(numbers(1), expected(600e6 * 24.0, (16e6 / 12.0 * 0.55_f64).round(), 16e6 * 0.55));
}

/// A log of 300 MB over what 360 s leave, 60 s: 40 Mbps; 30 % more with growth, 30 % less where that much is overwritten.
#[test]
fn growth_and_overwriting_move_the_answer_as_the_closed_form_says() {
    let scenario = pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let section = section(&scenario);
    let table = section.tables.iter().find(|table| table.key == "sensitivity").expect("there is one");
    let rate = |assumption: &str| {
        let of = |row: &&Vec<Value>| matches!(&row[0], Value::Text(text) if text.starts_with(assumption));
        let row = table.rows.iter().find(of).expect("it is tried");
        let Value::Number(rate) = row[1] else { panic!("{assumption}") };
        rate
    };
    for (assumption, expected) in
        [("as written", 40e6), ("growth", 52e6), ("churn 10 % less", 36e6), ("30 % of the writes", 28e6)]
    {
        assert!(
            (rate(assumption) - expected).abs() <= expected / 1000.0,
            "{assumption} {}",
            rate(assumption)
        );
    }
}

#[test]
fn a_run_of_less_than_a_week_is_said_to_be_short() {
    let mut scenario =
        pair(Rate(50 * MB), policy(300, Overrun::Queue), vec![vec![Layer::Constant(Rate(MB))]]);
    let is_short =
        |scenario: &Scenario| section(scenario).says.iter().any(|says| says.contains("at least a week"));
    assert!(is_short(&scenario));
    scenario.horizon = Span::seconds(7 * 86_400);
    assert!(!is_short(&scenario));
}

/// A quiet day with one batch of an hour: the 95th percentile is what is written all day, the batch is named with who writes it.
#[test]
fn a_batch_above_the_percentile_is_named_with_who_writes_it() {
    let mut night = [3 * MB; 288];
    night[12..24].fill(900 * MB);
    let scenario = pair(
        Rate(50 * MB),
        policy(300, Overrun::Queue),
        vec![measured(&[3 * MB; 288], 300), measured(&night, 300)],
    );
    let section = section(&scenario);
    let table = section.tables.iter().find(|table| table.key == "bursts").expect("there is one");
    let row = &table.rows[0];
    assert_eq!(row[..4], [3600.0, 3600.0, 12.0 * 903e6, 8.0 * 903e6 / 300.0].map(Value::Number));
    assert!(matches!(&row[4], Value::Text(who) if who.starts_with("vm001 100 %")), "{row:?}");
}
