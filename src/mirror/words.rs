//! What the mirror says, in sentences.

use super::Reflection;
use super::deviation::{Deviation, Deviations, Misses};
use super::fit::{Explanation, Fit, Fitted};
use super::knob::Knob;
use super::pairing::{Ambiguous, Paired};
use crate::plan::words::percent;
use crate::scenario::Scenario;
use crate::units::{Bytes, Rate, Span};

/// Names told of a list; the rest are counted.
const NAMED: usize = 3;

/// `31 % more`, `8 % less`, `as much`.
fn more_or_less(bias: f64, more: &str, less: &str, same: &str) -> String {
    let short = |share: f64| percent(to_a_thousandth(share));
    match bias {
        bias if bias >= 0.0005 => format!("{} {more}", short(bias)),
        bias if bias <= -0.0005 => format!("{} {less}", short(-bias)),
        _ => same.to_owned(),
    }
}

/// What is less is noise.
fn to_a_thousandth(share: f64) -> f64 {
    (share * 1000.0).round() / 1000.0
}

fn number(value: f64) -> u64 {
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "for print; negative is told by its sign"
    )]
    let whole = value.abs().round() as u64;
    whole
}

/// What a parameter is, and of what; short, for a table.
pub(super) fn name(scenario: &Scenario, knob: Knob) -> (&'static str, String) {
    match knob {
        Knob::Compression => ("compression", "policies".into()),
        Knob::Coalescing => ("coalescing", "policies".into()),
        Knob::Link(link) => ("capacity", scenario.topology.links[link].name.clone()),
        Knob::ApplyRate => ("apply rate", "replicas".into()),
    }
}

fn spoken(scenario: &Scenario, knob: Knob) -> String {
    match knob {
        Knob::Compression => "compression".into(),
        Knob::Coalescing => "coalescing".into(),
        Knob::Link(link) => format!("what link {} carries", scenario.topology.links[link].name),
        Knob::ApplyRate => "the rate at which replicas apply".into(),
    }
}

/// Values of a parameter: `1.5`, `60 % to 80 %`, `95 Mbps`, `unlimited`.
pub(super) fn values(knob: Knob, values: &[f64]) -> String {
    let one = |value: f64| match knob {
        Knob::Compression => format!("{}", (value * 100.0).round() / 100.0),
        Knob::Coalescing => percent(to_a_thousandth(value)),
        Knob::Link(_) => Rate(number(value)).to_string(),
        Knob::ApplyRate => format!("{}/s", Bytes(number(value))),
    };
    match values {
        [] => "unlimited".into(),
        [value] => one(*value),
        [first, .., last] => format!("{} to {}", one(*first), one(*last)),
    }
}

/// What explains the difference; the most important sentence.
pub(super) fn headline(scenario: &Scenario, reflection: &Reflection) -> String {
    let fitted = &reflection.fitted;
    let of = |index: &usize| &fitted.fits[*index];
    match &fitted.explanation {
        Explanation::TooFew => {
            "All measurements end at one instant, so no parameter can be fitted on some and judged on others."
                .into()
        }
        Explanation::Agrees => "The model agrees with what was measured: no parameter is to blame.".into(),
        Explanation::NoSingle => "The model is off, and no single parameter explains it.".into(),
        Explanation::One(index) => {
            let fit = of(index);
            format!(
                "The model is off, and {} would explain it: {} instead of {}.",
                spoken(scenario, fit.knob),
                values(fit.knob, &fit.found),
                values(fit.knob, &fit.written)
            )
        }
        Explanation::Several(indices) => {
            let each = indices.iter().map(of).map(|fit| {
                let (found, written) = (values(fit.knob, &fit.found), values(fit.knob, &fit.written));
                format!("{} ({found} instead of {written})", spoken(scenario, fit.knob))
            });
            let each: Vec<String> = each.collect();
            format!(
                "The model is off; {} would explain it alike, and these measurements do not tell them apart.",
                each.join(" or ")
            )
        }
    }
}

/// How well what is named explains it, and what it does not say.
pub(super) fn grounds(scenario: &Scenario, fitted: &Fitted) -> Vec<String> {
    let named: Vec<&Fit> = match &fitted.explanation {
        Explanation::One(index) => vec![&fitted.fits[*index]],
        Explanation::Several(indices) => indices.iter().map(|index| &fitted.fits[*index]).collect(),
        Explanation::TooFew => return Vec::new(),
        Explanation::Agrees | Explanation::NoSingle => Vec::new(),
    };
    let mut says = vec![format!(
        "Each parameter was fitted on the first part of the measurements and judged on the rest, where the error as written is {}.",
        percent(to_a_thousandth(fitted.second))
    )];
    for fit in named {
        says.push(format!(
            "With {} fitted it is {} there.",
            spoken(scenario, fit.knob),
            percent(to_a_thousandth(fit.second))
        ));
        match fit.knob {
            Knob::Link(link) => {
                let link = &scenario.topology.links[link];
                says.push(format!(
                    "A lower rate and a lower efficiency of link {} do the same; its rate is {}, its efficiency {}.",
                    link.name,
                    link.rate[0],
                    percent(link.efficiency.as_share())
                ));
            }
            Knob::Coalescing => {
                says.push(
                    "Writes that are more or fewer than the scenario says do as coalescing does.".into(),
                );
            }
            Knob::Compression | Knob::ApplyRate => {}
        }
        if !fit.sets.is_empty() {
            says.push(format!("What that changes: drsim run … --set \"{}\".", fit.sets.join("; ")));
        }
        if fit.is_at_end {
            says.push("It is at the end of what was tried, so the best may lie beyond.".into());
        }
    }
    says
}

/// Where the model is off, for the fleet.
pub(super) fn deviations(all: &Deviations) -> Vec<String> {
    let spread = |it: Deviation| {
        format!("half of the measurements lie within {} of that", percent(to_a_thousandth(it.spread)))
    };
    let mut says = Vec::new();
    if let Some(it) = all.size {
        let off =
            more_or_less(it.bias, "larger than simulated", "smaller than simulated", "as large as simulated");
        says.push(format!("Logs are {off}; {}.", spread(it)));
    }
    if let Some(it) = all.latency {
        let off =
            more_or_less(it.bias, "longer than simulated", "shorter than simulated", "as long as simulated");
        says.push(format!("From cut to applied they take {off}; {}.", spread(it)));
    }
    if let Some(it) = all.age {
        let off = Span::seconds(number(it.bias));
        let side = if it.bias < 0.0 { "younger" } else { "older" };
        says.push(format!("The last replication is {off} {side} than simulated, at the median."));
    }
    if let Some(Misses { cycles, measured: 0, simulated: 0, .. }) = all.misses {
        says.push(format!("None of {cycles} cycles was missed, in the simulation neither."));
    } else if let Some(Misses { cycles, measured, simulated, both }) = all.misses {
        says.push(format!(
            "Of {cycles} cycles {measured} were missed and {simulated} in the simulation: {both} of them foreseen, {} not, {} foreseen for nothing.",
            measured - both,
            simulated - both
        ));
    }
    says
}

/// What was paired, and what was not.
pub(super) fn pairing(scenario: &Scenario, paired: &Paired) -> Vec<String> {
    let mut says = Vec::new();
    if paired.outside > 0 {
        says.push(format!(
            "{} measurements are not wholly within the run and were left out.",
            paired.outside
        ));
    }
    if paired.twice > 0 {
        says.push(format!(
            "{} measurements are of a machine and interval that an earlier one is of, which counts.",
            paired.twice
        ));
    }
    if paired.windows_assumed > 0 {
        says.push(format!(
            "{} measurements do not tell when their interval began: the product's windows were taken, 12 hours from 09:00 at the source's site.",
            paired.windows_assumed
        ));
    }
    let listed = |names: Vec<&str>| {
        let more = names.len().saturating_sub(NAMED);
        let shown = names.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
        if more > 0 { format!("{shown} and {more} more") } else { shown }
    };
    if !paired.unknown.is_empty() {
        let names = paired.unknown.iter().map(String::as_str).collect();
        says.push(format!("The scenario replicates no VM of these names: {}.", listed(names)));
    }
    if !paired.other_frequency.is_empty() {
        let names = paired.other_frequency.iter().map(|vm| scenario.vms[*vm].name.as_str()).collect();
        says.push(format!(
            "Measured at another copy frequency than the scenario's policy has: {}.",
            listed(names)
        ));
    }
    if !paired.unmeasured.is_empty() {
        let names = paired.unmeasured.iter().map(|vm| scenario.vms[*vm].name.as_str()).collect();
        says.push(format!("Nothing was measured of these VMs: {}.", listed(names)));
    }
    says
}

/// Why nothing can be compared, and what to do.
pub fn nothing(scenario: &Scenario, paired: &Paired) -> (String, String) {
    if let Some((from, to)) = paired.outside_unix_us {
        let instant = |unix: i64| {
            jiff::Timestamp::from_microsecond(unix)
                .map_or_else(|_| "never".to_owned(), |it| it.strftime("%Y-%m-%dT%H:%M:%SZ").to_string())
        };
        let ends = i64::try_from(scenario.horizon.0).unwrap_or(i64::MAX);
        let (start, end) =
            (instant(scenario.start_unix_us), instant(scenario.start_unix_us.saturating_add(ends)));
        return (
            format!("no measurement is within the run: they are from {} to {}, the run from {start} to {end}", instant(from), instant(to)),
            "give the scenario the time of the measurements: --set \"start=2026-01-05T00:00[UTC]\" --set \"horizon=7d\"".into(),
        );
    }
    let names: Vec<&str> = paired.unknown.iter().map(String::as_str).take(NAMED).collect();
    let what = match names.is_empty() {
        true => "there is no measurement".to_owned(),
        false => {
            format!("no machine that was measured is a replicated VM of the scenario: {}", names.join(", "))
        }
    };
    (what, "give VMs the names that the hosts know them by".into())
}

/// Two machines of one name, and what to do.
pub fn ambiguous(clash: &Ambiguous) -> (String, String) {
    let told =
        |which: &str| if which.is_empty() { "one that is not told".to_owned() } else { which.to_owned() };
    (
        format!(
            "two machines named `{}` were measured at one time, by identity or host: {} and {}",
            clash.vm,
            told(&clash.which[0]),
            told(&clash.which[1])
        ),
        "a name alone is no machine: export VMId too, or leave out the file of the one that the scenario does not mean".into(),
    )
}
