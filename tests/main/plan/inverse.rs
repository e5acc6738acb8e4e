//! Inverse questions: closed forms, answers that runs agree with, and scenarios in which there is little to answer.

use std::sync::atomic::{AtomicU64, Ordering};

use drsim::assess::{Options, assess};
use drsim::ids::{Id, Table};
use drsim::judge::Objective;
use drsim::measure::results::Status;
use drsim::outage::{Component, Effect, Outage, Strike};
use drsim::plan::Find;
use drsim::plan::inverse::judge::{Part, judge};
use drsim::plan::inverse::knobs::{MIB, Scale, knobs};
use drsim::plan::inverse::{Answer, Finding, Tried, find, outages};
use drsim::plan::rates::{Precision, carries};
use drsim::plan::{Ask, plan};
use drsim::protection::{Overrun, Phase};
use drsim::recovery::{Application, Group, People, Plan};
use drsim::scenario::Scenario;
use drsim::topology::{Host, Volume};
use drsim::units::{Bytes, MICROS, Rate, Ratio, Span, Time};
use drsim::workload::Layer;
use proptest::prelude::*;

use crate::fleet::push;
use crate::pair::{MB, WAN, pair, policy};

/// Their host is lost this long after a tick: the hundredth, in a run whose ticks are aligned.
const AFTER_TICK: u64 = 100;

/// VMs of 1 MB/s each, copied every 300 s; each is an application with these objectives, s, and the host they run on is lost for good. Of
/// their time a millionth must be within the RPO: what an outage finds is asked, not luck.
fn disaster(rate: Rate, objectives: &[(u64, u64)]) -> Scenario {
    let churn = objectives.iter().map(|_| vec![Layer::Constant(Rate(MB))]).collect();
    let mut it = pair(rate, policy(300, Overrun::Queue), churn);
    it.recovery.applications = objectives
        .iter()
        .enumerate()
        .map(|(index, (rpo, rto))| Application {
            name: format!("app{index}"),
            tier: None,
            vms: vec![Id::new(index)],
            rpo: Some(Span::seconds(*rpo)),
            rto: Some(Span::seconds(*rto)),
            needs: Vec::new(),
            rpo_share: Ratio(1),
            mtpd: None,
            depends_on: vec![],
            validation: Span::ZERO,
        })
        .collect();
    it.recovery.people = Table::new(vec![People {
        name: "ops".into(),
        detection: Span::seconds(120),
        decision: Span::seconds(300),
        operators: 1,
        by_hand_after: Span::ZERO,
        manual_start: Span::seconds(600),
        manual_per_vm: Span::seconds(240),
        on_duty: None,
    }]);
    it.recovery.plans = Table::new(vec![Plan {
        name: "plan".into(),
        people: Id::new(0),
        by_hand_first: vec![],
        groups: vec![Group { vms: it.vms.ids().collect(), before: vec![], after: vec![] }],
        shutdown_timeout: None,
        fail_over: Span::seconds(5),
        parallel_recoveries: None,
        conduct: Default::default(),
    }]);
    it.outages = Table::new(vec![Outage {
        name: "lost".into(),
        about: String::new(),
        accepts_exposure: false,
        strikes: vec![Strike {
            component: Component::Host(Id::new(0)),
            effect: Effect::Down,
            from: Time((300 * 100 + AFTER_TICK) * MICROS),
            to: None,
            cause: "test".into(),
        }],
    }]);
    it
}

/// Its RPOs hold whenever nothing fails.
fn always(mut scenario: Scenario) -> Scenario {
    for id in scenario.recovery.applications.ids().collect::<Vec<_>>() {
        scenario.recovery.applications[id].rpo_share = Ratio::ONE;
    }
    scenario
}

fn answers_to(scenario: &Scenario, ask: &Ask, which: Find) -> Vec<Finding> {
    let as_written = judge(scenario, &outages(scenario, ask), 1);
    let knobs = knobs(scenario, ask, which).expect("there is something to turn");
    let found = knobs
        .iter()
        .flat_map(|knob| find(scenario, ask, knob, &as_written, &|_, _| true).expect("nothing stops it"));
    found.collect()
}

fn ask(scenario: &Scenario, which: Find) -> Vec<Finding> {
    answers_to(scenario, &Ask { step: Precision::Unit, ..Ask::default() }, which)
}

/// (holds, does not).
fn ends(answer: &Answer) -> (u64, u64) {
    match answer {
        Answer::Boundary { holds, next } => {
            assert!(holds.failures.is_empty() && !next.failures.is_empty());
            (holds.value, next.value)
        }
        Answer::Always(_) | Answer::Never(_) => panic!("{answer:?}"),
    }
}

/// 100 s after its tick a log of 300 MB is applied if it is sent at 3 MB/s: the point is then 100 s old. A slower link leaves 400 s.
#[test]
fn a_link_must_bring_the_last_log_before_the_host_is_lost() {
    let scenario = disaster(Rate(50 * MB), &[(350, 86_400)]);
    let found = ask(&scenario, Find::LinkRate);
    let (holds, fails) = ends(&found[0].answer);
    assert_eq!(holds, fails + 1);
    assert!(holds == 3 * MB || holds == 3 * MB + 1, "{holds}");
    assert_eq!(found[0].in_force.value, 50 * MB);
    assert!(found[0].in_force.failures.is_empty() && found[0].out_of_reach.is_none());
}

/// Detection and decision, and what follows: the decision may grow by all that is left of the RTO, and not by a second more.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "rounded, and within the range")]
#[test]
fn a_decision_may_take_what_the_rest_leaves_of_the_rto() {
    let scenario = disaster(Rate(50 * MB), &[(3600, 7200), (3600, 5400)]);
    let (results, _) = assess(&scenario, &Options { threads: 1, progress: &|_| {} }).unwrap();
    let found = ask(&scenario, Find::Decision);
    assert_eq!(found.len(), 2);
    for (finding, row) in found.iter().zip(&results.outages[0].applications) {
        let spare = (row.rto_objective_s.unwrap() - row.rta_from_outage_s.unwrap()).floor() as u64;
        let latest = (300 + spare) * MICROS;
        assert_eq!(ends(&finding.answer), (latest, latest + MICROS), "{finding:?}");
        assert_eq!(finding.pair, Some((row.name.clone(), Some("lost".to_owned()))));
    }
}

/// The longest time away is missed with it, and comes first among the reasons.
#[test]
fn what_is_asked_of_an_rto_is_answered_with_the_miss_of_the_rto() {
    let mut scenario = disaster(Rate(50 * MB), &[(3600, 7200)]);
    scenario.recovery.applications[Id::new(0)].mtpd = Some(Span::seconds(7200));
    let found = ask(&scenario, Find::Decision);
    let Answer::Boundary { next, .. } = &found[0].answer else { panic!() };
    assert_eq!(next.failures[0].reason, "RTA 2h exceeds RTO 2h");
}

/// Three VMs of 1 GiB and a reserve of 512 MiB.
#[test]
fn memory_is_enough_for_all_that_starts_and_the_reserve() {
    let mut scenario = disaster(Rate(50 * MB), &[(3600, 7200); 3]);
    scenario.topology.hosts[Id::new(1)].memory_reserve = Bytes(512 * MIB);
    let found = ask(&scenario, Find::Memory);
    assert_eq!(ends(&found[0].answer), (3584 * MIB, 3583 * MIB));
}

/// Four VMs of 1 GiB on hosts of 2 GiB: two of three hosts are enough.
#[test]
fn hosts_are_enough_if_what_they_hold_starts() {
    let mut scenario = disaster(Rate(50 * MB), &[(3600, 7200); 4]);
    scenario.topology.hosts[Id::new(1)].memory = Bytes(2048 * MIB);
    for index in [2, 3] {
        let host = scenario.topology.hosts[Id::new(1)].clone();
        let host = push(&mut scenario.topology.hosts, Host { name: format!("host{index}"), ..host });
        let volume = Volume { host, ..scenario.topology.volumes[Id::new(1)].clone() };
        let replica_volume = push(&mut scenario.topology.volumes, volume);
        let protection = scenario.vms[Id::new(index)].protection.as_mut().unwrap();
        (protection.replica_host, protection.replica_volume) = (host, replica_volume);
    }
    assert_eq!(ends(&ask(&scenario, Find::Hosts)[0].answer), (2, 1));
}

/// A log takes half its interval at 2 MB/s, and ages run to 1.5 T: 600 s allow T = 400 s.
#[test]
fn without_outages_an_interval_is_as_long_as_the_worst_age_allows() {
    let mut scenario = always(disaster(Rate(2 * MB), &[(600, 7200)]));
    scenario.outages = Table::default();
    assert_eq!(ends(&ask(&scenario, Find::Interval)[0].answer), (400 * MICROS, 401 * MICROS));
}

/// The host is lost 100 s after a cut, and at many longer intervals an RPO of 450 s would hold by luck: ages run to T + 0.02 T.
#[test]
fn no_interval_holds_because_an_outage_came_soon_after_a_cut() {
    let scenario = always(disaster(Rate(50 * MB), &[(459, 7200)]));
    let found = ask(&scenario, Find::Interval);
    assert_eq!(ends(&found[0].answer), (450 * MICROS, 451 * MICROS));
    let Answer::Boundary { next, .. } = &found[0].answer else { panic!() };
    assert_eq!(
        next.failures[0].reason,
        "while nothing fails older than its RPO of 7m 39s 0.2 % of the time, at worst 7m 40s, bound by interval, then link wan (VM vm000)"
    );
}

/// Age 300 s + X may be 450 s: a log of 300 MB at 2 MB/s.
#[test]
fn a_throttle_may_be_tightened_to_what_the_worst_age_allows() {
    let mut scenario = always(disaster(Rate(50 * MB), &[(450, 7200)]));
    scenario.outages = Table::default();
    scenario.topology.links[Id::new(WAN)].throttle[0] = vec![(Time::START, Some(Rate(10 * MB)))];
    assert_eq!(ends(&ask(&scenario, Find::Throttle)[0].answer), (2 * MB, 2 * MB - 1));
}

/// The second application's RPO is below what an idle link can keep; the answer for the first stands all the same.
#[test]
fn what_no_value_mends_is_named_and_left_out() {
    let scenario = disaster(Rate(50 * MB), &[(350, 86_400), (99, 86_400)]);
    let found = ask(&scenario, Find::LinkRate);
    assert!(ends(&found[0].answer).0 > 3 * MB);
    let out = &found[0].out_of_reach.as_ref().unwrap().failures;
    assert_eq!(out.len(), 1);
    assert_eq!(out[0].application, "app1");
    assert_eq!(out[0].reason, "RPA 1m 40s exceeds RPO 1m 39s");

    // What is left is the RTO, which any rate keeps that carries what is written.
    let hopeless = &ask(&disaster(Rate(50 * MB), &[(99, 86_400)]), Find::LinkRate)[0];
    let out = &hopeless.out_of_reach.as_ref().unwrap().failures;
    assert_eq!(out[0].reason, "RPA 1m 40s exceeds RPO 1m 39s");
    assert_eq!(ends(&hopeless.answer), (MB, MB - 1));
}

#[test]
fn only_the_outages_asked_count() {
    let mut scenario = disaster(Rate(50 * MB), &[(340, 86_400)]);
    let mut second = scenario.outages[Id::new(0)].clone();
    second.name = "lost sooner after a tick".into();
    second.strikes[0].from = Time((300 * 100 + 50) * MICROS);
    push(&mut scenario.outages, second);
    let rate = |outages: &[usize]| {
        let outages = outages.iter().map(|index| Id::new(*index)).collect();
        let ask = Ask { step: Precision::Unit, outages, ..Ask::default() };
        ends(&answers_to(&scenario, &ask, Find::LinkRate)[0].answer).0
    };
    assert!(rate(&[0]).abs_diff(3 * MB) <= 1);
    assert!(rate(&[1]).abs_diff(6 * MB) <= 1);
    assert_eq!(rate(&[]), rate(&[1]));
}

#[test]
fn rates_have_three_digits_and_every_value_its_place() {
    let scale = Scale::Digits;
    assert_eq!(scale.at(scale.last()), 1_098_750_000_000, "8.79 Tbps");
    for place in (0..scale.last()).step_by(7) {
        let (value, next) = (scale.at(place), scale.at(place + 1));
        assert_eq!(scale.near(value), place);
        assert_eq!(scale.near(next - 1), place);
        assert_eq!(Precision::Digits.next(value), next);
        assert_eq!(Precision::Digits.up(value), value);
    }
}

/// A throttle just below the mean: no rate mends the backlog, nor the RTO of those who wait for an operator, and both are named.
#[test]
fn a_backlog_that_no_rate_mends_hides_no_objective() {
    let mut scenario = disaster(Rate(8 * MB), &[(3600, 1200), (3600, 1200)]);
    scenario.topology.links[Id::new(WAN)].throttle[0] = vec![(Time::START, Some(Rate(2 * MB - 1)))];
    let found = ask(&scenario, Find::LinkRate);
    let Answer::Never(end) = &found[0].answer else { panic!("{found:?}") };
    let told = |tried: &Tried| tried.failures.iter().map(|it| it.reason.clone()).collect::<Vec<_>>();
    let backlog = "with its throttle it carries less than replication asks of it on average, and a backlog grows for ever";
    assert_eq!(told(end)[0], backlog);
    let out = told(found[0].out_of_reach.as_ref().unwrap());
    assert_eq!(out[0], backlog);
    assert!(out.iter().any(|it| it.contains("exceeds RTO 20m")), "{out:?}");
}

/// What a run does not meet.
fn missed(scenario: &Scenario) -> Vec<Part> {
    let (results, _) = assess(scenario, &Options { threads: 1, progress: &|_| {} }).unwrap();
    let mut parts = Vec::new();
    for outage in &results.outages {
        for row in outage.applications.iter().filter(|row| !row.status.holds()) {
            let pair = || (row.name.clone(), Some(outage.name.clone()));
            let away = row.rta_from_outage_s.or(row.down_s);
            let over =
                |actual: Option<f64>, most: Option<f64>| actual.zip(most).is_some_and(|(is, most)| is > most);
            let is_lost = row.status == Status::NotRecovered;
            let rpo = !is_lost && (over(row.rpa_s, row.rpo_objective_s) || row.status == Status::Exposed);
            let rto = !is_lost && over(away, row.rto_objective_s);
            parts.extend(rpo.then(|| (pair(), Some(Objective::Rpo))));
            parts.extend(rto.then(|| (pair(), Some(Objective::Rto))));
            parts.extend((!rpo && !rto).then(|| (pair(), None)));
        }
    }
    let steady = results.applications.iter().filter(|row| !row.steady.as_ref().unwrap().status.holds());
    parts.extend(steady.map(|row| ((row.name.clone(), None), Some(Objective::Rpo))));
    parts
}

/// The scenario with a value, changed by hand.
fn changed(scenario: &Scenario, which: Find, value: u64) -> Scenario {
    let mut it = scenario.clone();
    match which {
        Find::LinkRate => it.topology.links[Id::new(WAN)].rate = [Rate(value); 2],
        Find::Throttle => {
            it.topology.links[Id::new(WAN)].throttle[0] = vec![(Time::START, Some(Rate(value)))]
        }
        Find::Interval => it.policies[Id::new(0)].interval = Span(value),
        Find::Memory => it.topology.hosts[Id::new(1)].memory = Bytes(value),
        Find::Decision => it.recovery.people[Id::new(0)].decision = Span(value),
        Find::Operators => it.recovery.people[Id::new(0)].operators = u32::try_from(value).unwrap(),
        Find::Hosts => unreachable!("there is one host"),
    }
    it
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    /// Plan and run agree: where the answer holds a run misses nothing but what no value mends; at its neighbour it misses more.
    #[test]
    fn a_run_at_an_inverse_answer_holds_and_at_its_neighbour_does_not(
        objectives in prop::collection::vec((200u64..900, 1200u64..4000), 1..4),
        churn in prop::collection::vec(0..3 * MB, 4),
        offset in 0u64..900,
        overrun in prop_oneof![Just(Overrun::Queue), Just(Overrun::CutWhenDone), Just(Overrun::NextTick)],
        which in prop_oneof![
            Just(Find::LinkRate), Just(Find::Throttle), Just(Find::Interval), Just(Find::Memory), Just(Find::Decision), Just(Find::Operators)
        ],
        slots in prop_oneof![Just(None), Just(Some(1u32))],
    ) {
        let mut scenario = disaster(Rate(8 * MB), &objectives);
        scenario.horizon = Span::seconds(6 * 3600);
        scenario.policies[Id::new(0)].on_overrun = overrun;
        scenario.policies[Id::new(0)].phase = Phase::Stable;
        scenario.outages[Id::new(0)].strikes[0].from = Time((7200 + offset) * MICROS);
        scenario.topology.hosts[Id::new(0)].send_slots = slots;
        scenario.topology.links[Id::new(WAN)].throttle[0] = vec![(Time::START, Some(Rate(7 * MB)))];
        for (vm, churn) in scenario.vms.ids().collect::<Vec<_>>().into_iter().zip(churn) {
            scenario.vms[vm].disks[0].churn = vec![Layer::Constant(Rate(churn))];
        }
        for finding in answers_to(&scenario, &Ask::default(), which) {
            let out: Vec<Part> =
                finding.out_of_reach.iter().flat_map(|tried| &tried.failures).map(|failure| failure.part()).collect();
            let fails = |value: u64| {
                let changed = changed(&scenario, which, value);
                let is_of_link = matches!(which, Find::LinkRate | Find::Throttle);
                let counts = |part: &Part| match &finding.pair {
                    Some(pair) => part.0 == *pair && part.1 != Some(Objective::Rpo),
                    None => !out.contains(part),
                };
                let backlog = (("link wan".to_owned(), None), None);
                let grows = is_of_link && !carries(&changed, Id::new(WAN)) && !out.contains(&backlog);
                grows || missed(&changed).iter().any(counts)
            };
            match &finding.answer {
                Answer::Boundary { holds, next } => {
                    prop_assert!(!fails(holds.value), "{finding:?}");
                    prop_assert!(fails(next.value), "{finding:?}");
                }
                Answer::Always(end) => prop_assert!(!fails(end.value), "{finding:?}"),
                // What no value mends is left out of what `fails` counts, but a pair stands for itself.
                Answer::Never(end) => {
                    prop_assert!(!end.failures.is_empty(), "{finding:?}");
                    prop_assert_eq!(fails(end.value), finding.pair.is_some() || out.is_empty(), "{:?}", finding);
                }
            }
        }
    }
}

/// All that `drsim plan` says of a scenario, everything asked by name.
fn said(scenario: &Scenario) -> Vec<String> {
    let sections = vec!["bandwidth".to_owned(), "inverse".to_owned()];
    let document = plan(scenario, &Ask { sections, ..Ask::default() }, &|_, _| true).unwrap();
    document.sections.into_iter().flat_map(|section| section.says).collect()
}

fn has(said: &[String], part: &str) -> bool {
    said.iter().any(|sentence| sentence.contains(part))
}

#[test]
fn a_scenario_with_little_in_it_is_planned_without_a_panic_and_says_what_lacks() {
    let whole = disaster(Rate(50 * MB), &[(350, 7200)]);

    let without_objectives = Scenario { recovery: Default::default(), ..whole.clone() };
    assert!(has(&said(&without_objectives), "No application has an objective"));

    let empty = Scenario { vms: Table::default(), recovery: Default::default(), ..whole.clone() };
    assert_eq!(said(&empty).len(), 1);

    let mut without_links = whole.clone();
    without_links.topology.links = Table::default();
    let it = said(&without_links);
    assert!(has(&it, "link-rate: no VM is replicated over a link."), "{it:?}");
    assert!(has(&it, "throttle: no link has a throttle"), "{it:?}");

    let mut idle = whole.clone();
    idle.vms[Id::new(0)].disks[0].churn = vec![];
    let it = said(&idle);
    assert!(has(&it, "for all VMs needs of wan: any rate always"), "{it:?}");
    assert!(has(&it, "wan needs 1 kbps, the end of the scale: it holds there too"), "{it:?}");

    let short = Scenario { horizon: Span::seconds(100), outages: Table::default(), ..whole.clone() };
    let it = said(&short);
    assert!(has(&it, "memory: the scenario has no outage"), "{it:?}");

    let mut broken = whole.clone();
    broken.topology.links[Id::new(WAN)].efficiency = Ratio(0);
    let it = said(&broken);
    assert!(has(&it, "link-rate: no value holds for wan"), "{it:?}");
    assert!(has(&it, "needs of wan: more than any rate always"), "{it:?}");
}

#[test]
fn what_costs_much_is_left_out_unless_it_is_asked_for() {
    let mut scenario = disaster(Rate(50 * MB), &[(350, 7200)]);
    scenario.policies[Id::new(0)].interval = Span::seconds(1);
    let inverse = |ask: &Ask| {
        let document = plan(&scenario, ask, &|_, _| true).unwrap();
        document.sections.into_iter().find(|section| section.key == "inverse").unwrap()
    };
    let unasked = inverse(&Ask { rpos: vec![Span::seconds(900)], shares: vec![1000], ..Ask::default() });
    assert!(unasked.tables.is_empty());
    assert!(unasked.says[0].contains("172800 cycles") && unasked.says[0].contains("--find"), "{unasked:?}");
    let asked =
        inverse(&Ask { sections: vec!["inverse".into()], find: vec![Find::Decision], ..Ask::default() });
    assert_eq!(asked.tables[0].rows.len(), 1);
}

#[test]
fn a_search_that_is_stopped_says_at_what() {
    let scenario = disaster(Rate(50 * MB), &[(350, 7200)]);
    let ask = Ask { sections: vec!["inverse".into()], ..Ask::default() };
    let said = AtomicU64::new(0);
    let stopped = plan(&scenario, &ask, &|_, _| said.fetch_add(1, Ordering::Relaxed) < 2);
    assert_eq!(stopped.unwrap_err().to_string(), "stopped while searching for the link-rate of wan");
    // On several threads the first question in order that was stopped is named, whichever was first in time.
    let several = Ask { threads: 4, ..ask };
    let stopped = plan(&scenario, &several, &|_, _| false);
    assert_eq!(stopped.unwrap_err().to_string(), "stopped while searching for the link-rate of wan");
}

fn shared(file: &str) -> Option<Scenario> {
    let text = std::fs::read_to_string(crate::shared::case(&format!("verdicts/{file}"))?).unwrap();
    Some(crate::file::scenario(&text))
}

/// The company's link to Vienna is asked for 22.9 Mbps on average: less is no answer, whatever a week shows.
#[test]
fn a_rate_below_the_mean_demand_is_no_answer() {
    let Some(scenario) = shared("company.ron") else { return };
    let link = scenario.topology.links.entries().find(|(_, link)| link.name == "muc-vie").unwrap().0;
    let found = &answers_to(&scenario, &Ask { link: Some(link), ..Ask::default() }, Find::LinkRate)[0];
    let least = match &found.answer {
        Answer::Boundary { holds, .. } | Answer::Always(holds) => holds.value,
        Answer::Never(_) => panic!("{found:?}"),
    };
    assert!(least * 8 >= 22_900_000, "{}", least * 8);
}

/// Its RTO is missed at any rate; its RPO is not hidden by that.
#[test]
fn an_objective_that_nothing_mends_hides_no_other() {
    let scenario = disaster(Rate(50 * MB), &[(350, 1)]);
    let found = &ask(&scenario, Find::LinkRate)[0];
    let out = &found.out_of_reach.as_ref().expect("nothing mends its RTO").failures;
    assert_eq!(out.iter().map(|it| it.objective).collect::<Vec<_>>(), [Some(Objective::Rto)]);
    let (holds, fails) = ends(&found.answer);
    let alone = disaster(Rate(50 * MB), &[(350, 86_400)]);
    assert_eq!((holds, fails), ends(&ask(&alone, Find::LinkRate)[0].answer));
}
