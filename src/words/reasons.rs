//! Why an application does not meet its objectives, why a VM does not serve, and what bound an age.

use crate::facts::Subject;
use crate::ids::Id;
use crate::judge::{Held, Miss, Objective, Reason, Status};
use crate::outage::Component;
use crate::outcome::bound::{AgeCause, BoundBy};
use crate::outcome::end::{Because, NoWay, NotBack};
use crate::outcome::exposure::{Exposure, Older};
use crate::recovery::People;
use crate::scenario::Scenario;
use crate::topology::{Host, Link};
use crate::units::{MICROS, Span, Time};

use super::facts::{component, lack, subject};
use super::instant::spoken;
use super::sentence::Sentence;

/// A status as people read it.
pub fn status(status: Status) -> &'static str {
    match status {
        Status::NoObjective => "no objective",
        Status::NotHit => "not hit",
        Status::Met => "met",
        Status::Undecided => "undecided",
        Status::Exposed => "exposed",
        Status::Missed => "missed",
        Status::NotRecovered => "not recovered",
    }
}

/// Why an application does not meet its objectives.
pub fn reason(scenario: &Scenario, reason: Reason) -> Sentence<Reason> {
    let text = match reason {
        Reason::Over(miss) => over(miss),
        Reason::Ended(vm, end, why) => {
            let why = why.map(|why| format!(": {}", because(scenario, why))).unwrap_or_default();
            format!("VM {}: {end}{why}", scenario.vms[vm].name)
        }
        Reason::Needs(needed) => because(scenario, Because::Needs(needed)).to_string(),
        Reason::Validating => "its validation had not ended by the end of the run".to_owned(),
        Reason::Acting => {
            "the actions after the last group of its plan had not ended by the end of the run".to_owned()
        }
        Reason::NotReplicated => "not all of its VMs are replicated".to_owned(),
        Reason::NotHeld(held) => not_held(scenario, held),
        Reason::Exposed { exposure, rpo, is_accepted } => exposed(scenario, exposure, rpo, is_accepted),
    };
    Sentence::new(reason, text)
}

/// An RPO that does not hold while nothing fails.
fn not_held(scenario: &Scenario, held: Held) -> String {
    let older = held.worst.filter(|_| held.above > Span::ZERO).map(|(worst, cause)| {
        let (share, worst) = (percent(held.above, held.running), whole(worst));
        let cause = age_cause(scenario, cause);
        format!("older than its RPO of {} {share} of the time, at worst {worst}, bound by {cause}", held.rpo)
    });
    let bare = held.unprotected();
    let bare = (bare > Span::ZERO)
        .then(|| format!("without protection {} of the time", percent(bare, held.running)));
    let parts: Vec<String> = older.into_iter().chain(bare).collect();
    let least = match held.allowed() {
        Span::ZERO => String::new(),
        allowed => format!(" ({} is allowed)", percent(allowed, held.running)),
    };
    format!("while nothing fails {}{least}", parts.join(", and "))
}

/// Parts in a hundred, never rounded to none or all.
fn percent(part: Span, whole: Span) -> String {
    let share = 100.0 * part.as_seconds() / whole.as_seconds();
    if share < 0.05 { "under 0.1 %".to_owned() } else { format!("{share:.1} %") }
}

fn exposed(scenario: &Scenario, exposure: Exposure, rpo: Span, is_accepted: bool) -> String {
    let Older { since, until, oldest } = exposure.longest;
    let until = match until {
        Some(until) => format!("for {}", whole(until.since(since))),
        None => "to the end of the run".to_owned(),
    };
    let accepted = if is_accepted { ", which is accepted" } else { "" };
    let (oldest, since) = (whole(oldest), spoken(scenario, since));
    format!("runs on with copies older than its RPO of {rpo} from {since} {until}, up to {oldest}{accepted}")
}

fn over(miss: Miss) -> String {
    let [is, of] = match miss.objective {
        Objective::Rpo => ["RPA", "RPO"],
        Objective::Rto => ["RTA", "RTO"],
        Objective::Mtpd => ["RTA", "MTPD"],
    };
    let (actual, allowed) = (as_shown(miss.actual), miss.allowed);
    if miss.is_open {
        format!("{is} is at least {actual}, where {of} is {allowed}")
    } else {
        format!("{is} {actual} exceeds {of} {allowed}")
    }
}

/// Rounded as reports round it, so that the reason names the number that stands beside it.
fn as_shown(span: Span) -> Span {
    if span < Span::seconds(10) { span } else { Span::seconds(span.0.saturating_add(MICROS / 2) / MICROS) }
}

/// Without parts of a second.
fn whole(span: Span) -> Span {
    Span::seconds(span.0 / MICROS)
}

/// Why a VM ends a run as it does, with what lacks named.
pub fn because(scenario: &Scenario, because: Because) -> Sentence<Because> {
    let recovery = &scenario.recovery;
    let text = match because {
        Because::LeftRunning(plan) => {
            format!("it ran when plan {} was declared, and was left where it was", recovery.plans[plan].name)
        }
        Because::NotRepaired(broken, no_way) => not_repaired(scenario, broken, no_way),
        Because::UnderWay => "its recovery was under way at the end of the run".to_owned(),
        Because::GettingReady => "it was getting ready at the end of the run".to_owned(),
        Because::Needs(needed) => {
            let needed = subject(scenario, Subject::Application(needed));
            format!("{needed}, on which it depends, is not in service")
        }
        Because::Lacks(what) => lack(scenario, what),
        Because::Corrupt(not_back) => corrupt(scenario, not_back),
        Because::ResyncRequired => {
            "Resynchronization required: nothing protects what it writes since".to_owned()
        }
    };
    Sentence::new(because, text)
}

fn not_repaired(scenario: &Scenario, broken: Component, no_way: NoWay) -> String {
    let because = match no_way {
        NoWay::FailedOver => "after its failover",
        NoWay::NotReplicated => "and it is not replicated",
        NoWay::NotProtected => "and nothing protected it: its protection was not enabled",
        NoWay::InNoPlan => "and it stands in no recovery plan",
        NoWay::NotYet => "and its failover had not come by the end of the run",
        NoWay::NobodyOnDuty(team, next) => &format!("and {}", nobody(scenario, team, next)),
    };
    format!("{} was not repaired, {because}", component(scenario, broken))
}

/// Nobody comes before the run ends.
fn nobody(scenario: &Scenario, team: Id<People>, next: Option<Time>) -> String {
    let team = &scenario.recovery.people[team].name;
    match next {
        Some(next) => {
            format!("nobody of {team} is on duty until {}, after the end of the run", spoken(scenario, next))
        }
        None => format!("nobody of {team} is on duty to the end of the run, nor in the week after it"),
    }
}

fn corrupt(scenario: &Scenario, not_back: NotBack) -> String {
    let text = match not_back {
        NotBack::NoCleanPoint => "it is corrupt, and no clean recovery point is left",
        NotBack::NoWay(NoWay::FailedOver) => "it is corrupt, after its failover",
        NotBack::NoWay(NoWay::NotReplicated) => "it is corrupt, and it is not replicated",
        NotBack::NoWay(NoWay::NotProtected) => {
            "it is corrupt, and nothing protected it: its protection was not enabled"
        }
        NotBack::NoWay(NoWay::InNoPlan) => "it is corrupt, and it stands in no recovery plan",
        NotBack::NoWay(NoWay::NotYet) => {
            "it is corrupt, and nobody had gone back to a clean recovery point by the end of the run"
        }
        NotBack::NoWay(NoWay::NobodyOnDuty(team, next)) => {
            return format!("it is corrupt, and {}", nobody(scenario, team, next));
        }
    };
    text.to_owned()
}

/// What made an age what it was: `"interval, then link wan (VM v)"`.
pub fn age_cause(scenario: &Scenario, cause: AgeCause) -> Sentence<AgeCause> {
    let mut text = bound(scenario, cause.first).to_string();
    if let Some(then) = cause.then {
        text = format!("{text}, then {}", bound(scenario, then));
    }
    if let Some(vm) = cause.of {
        text = format!("{text} (VM {})", scenario.vms[vm].name);
    }
    Sentence::new(cause, text)
}

/// What a log waited for where nothing was slower than the schedule.
pub fn interval() -> Sentence<BoundBy> {
    Sentence::new(BoundBy::Interval, INTERVAL.to_owned())
}

const INTERVAL: &str = "interval";

/// What a log waited for: `"throttle of link wan"`.
pub fn bound(scenario: &Scenario, by: BoundBy) -> Sentence<BoundBy> {
    let topology = &scenario.topology;
    let host = |id: Id<Host>| component(scenario, Component::Host(id));
    let link = |id: Id<Link>| component(scenario, Component::Link(id));
    let text = match by {
        BoundBy::Interval => INTERVAL.to_owned(),
        BoundBy::Slots(id) => format!("send slots of {}", host(id)),
        BoundBy::StreamCap => "stream cap".to_owned(),
        BoundBy::Latency => "latency".to_owned(),
        BoundBy::PathDown => "path down".to_owned(),
        BoundBy::TrackingOff => "tracking off".to_owned(),
        BoundBy::Suspended => "replication paused".to_owned(),
        BoundBy::Apply(None) => "apply".to_owned(),
        BoundBy::Apply(Some(volume)) => {
            format!("apply at {}", component(scenario, Component::Volume(volume)))
        }
        BoundBy::Link(id) => link(id),
        BoundBy::Throttle(id) => format!("throttle of {}", link(id)),
        BoundBy::Card(id) => format!("network card of {}", host(id)),
        BoundBy::Qos(policy, id) => format!("QoS policy {} on {}", topology.qos[policy].name, host(id)),
    };
    Sentence::new(by, text)
}
