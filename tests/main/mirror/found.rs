//! What is hidden in measurements is found back, and what is not there is not blamed.

use drsim::ids::Id;
use drsim::mirror::{Explanation, Knob, Reflection, document};

use super::{HALF, MODEL, SQUEEZED, exported, fitted, hidden, paired, reflected};

/// Noise of each value.
const NOISE: f64 = 0.05;

fn wan() -> Knob {
    Knob::Link(Id::new(0))
}

/// The parameter that is named, alone.
fn named(reflection: &Reflection) -> Option<Knob> {
    match &reflection.fitted.explanation {
        Explanation::One(index) => Some(reflection.fitted.fits[*index].knob),
        Explanation::TooFew | Explanation::Agrees | Explanation::Several(_) | Explanation::NoSingle => None,
    }
}

#[test]
fn a_hidden_parameter_is_named_and_found_within_a_twentieth() {
    type Case<'c> = (&'c [(&'c str, &'c str)], Knob, f64);
    let cases: [Case; 4] = [
        // the lesser of the two
        (&SQUEEZED, Knob::Compression, 1.12),
        (&[("80 %", "55 %")], Knob::Coalescing, 0.55),
        // 40 Mbps × 60 %
        (&[("95 %", "60 %")], wan(), 3_000_000.0),
        (&[("8 MB/s", "4 MB/s")], Knob::ApplyRate, 4_000_000.0),
    ];
    for (truth, knob, value) in cases {
        for seed in 1..3 {
            let (_, reflection) = reflected(MODEL, &exported(&hidden(truth), seed, NOISE));
            assert_eq!(named(&reflection), Some(knob), "{truth:?}: {:#?}", reflection.fitted);
            let found = fitted(&reflection, knob);
            assert!((found / value - 1.0).abs() < 0.05, "{truth:?}: {found}");
        }
    }
}

#[test]
fn a_link_half_as_fast_is_named_and_not_compression() {
    let text = exported(&hidden(&HALF), 7, NOISE);
    let (scenario, reflection) = reflected(MODEL, &text);
    assert_eq!(named(&reflection), Some(wan()), "{:#?}", reflection.fitted);
    // 20 Mbps × 95 %
    assert!((fitted(&reflection, wan()) / 2_375_000.0 - 1.0).abs() < 0.05);
    let size = reflection.fleet.size.expect("sizes are measured");
    assert!(size.bias.abs() < 0.02, "logs are as large as they were: {size:?}");
    // the answer is said first, and with its grounds
    let document = document(&scenario, &paired(&scenario, &text), &reflection, Vec::new());
    let said = document.sections[0].says.join(" ");
    assert!(said.starts_with("The model is off, and what link wan carries would explain it: "), "{said}");
    assert!(
        said.contains("instead of 38 Mbps") && said.contains("its rate is 40 Mbps, its efficiency 95 %"),
        "{said}"
    );
}

#[test]
fn measurements_of_the_same_model_blame_nothing() {
    for seed in 1..4 {
        let (_, reflection) = reflected(MODEL, &exported(MODEL, seed, NOISE));
        assert_eq!(reflection.fitted.explanation, Explanation::Agrees, "{:#?}", reflection.fitted);
        for deviation in [reflection.fleet.size, reflection.fleet.latency] {
            let it = deviation.expect("it is measured");
            // the median of 28 values within ± 5 %, and the mean distance of such a value
            assert!(it.bias.abs() < 0.02 && (0.01..0.04).contains(&it.spread), "{it:?}");
        }
    }
}

#[test]
fn without_noise_everything_is_as_simulated() {
    let (_, reflection) = reflected(MODEL, &exported(MODEL, 1, 0.0));
    assert_eq!(reflection.fitted.explanation, Explanation::Agrees);
    assert!(reflection.fitted.first < 1e-6 && reflection.fitted.second < 1e-6, "{:?}", reflection.fitted);
    let age = reflection.fleet.age.expect("the last replication is told");
    assert!(age.bias.abs() < 1e-6 && age.spread < 1e-6, "{age:?}");
    for (sample, seen) in reflection.samples.iter().zip(&reflection.simulated) {
        assert_eq!((sample.measured.size, sample.measured.cycles), (seen.size, seen.cycles));
    }
}

#[test]
fn what_measurements_cannot_tell_apart_is_not_told_apart() {
    let named = |model: &str, truth: &str| {
        let (_, reflection) = reflected(model, &exported(truth, 3, NOISE));
        let Explanation::Several(indices) = &reflection.fitted.explanation else {
            panic!("{:#?}", reflection.fitted);
        };
        let knobs: Vec<Knob> = indices.iter().map(|index| reflection.fitted.fits[*index].knob).collect();
        (knobs, reflection)
    };
    // applied at once: fewer unique bytes and better compression are the same
    let instant = |text: &str| text.replace(", apply_rate: \"8 MB/s\"", "");
    let (knobs, reflection) = named(&instant(MODEL), &instant(&hidden(&SQUEEZED)));
    assert_eq!(knobs, [Knob::Compression, Knob::Coalescing]);
    assert!((fitted(&reflection, Knob::Compression) / 1.12 - 1.0).abs() < 0.05);
    assert!((fitted(&reflection, Knob::Coalescing) / (0.8 / 0.7) - 1.0).abs() < 0.05);
    // compressed alike, what takes long on the way and what takes long to apply grow alike
    let alike = |text: &str| text.replace("\"4\"", "\"1.6\"");
    let (knobs, _) = named(&alike(MODEL), &alike(&hidden(&HALF)));
    assert_eq!(knobs, [wan(), Knob::ApplyRate]);
}

#[test]
fn machines_that_are_off_each_its_own_way_have_no_single_explanation() {
    // one machine writes four times as much, another a quarter: nothing that holds for all explains it
    let world = hidden(&[("250 KB/s", "1000 KB/s"), ("500 KB/s", "125 KB/s")]);
    let (_, reflection) = reflected(MODEL, &exported(&world, 5, NOISE));
    assert_eq!(reflection.fitted.explanation, Explanation::NoSingle, "{:#?}", reflection.fitted);
    let off: Vec<bool> =
        reflection.vms.iter().map(|(_, it)| it.size.expect("it is measured").bias.abs() > 0.5).collect();
    assert_eq!(off, [true, false, true, false], "app and sql, not file and web");
}

#[test]
fn misses_are_foreseen_or_not() {
    // by day logs take longer than five minutes
    let slow = hidden(&[("40 Mbps", "2 Mbps")]);
    let (_, reflection) = reflected(MODEL, &exported(&slow, 1, 0.0));
    let misses = reflection.fleet.misses.expect("they are told");
    assert!(misses.measured > 100 && misses.simulated == 0 && misses.both == 0, "{misses:?}");
    let (_, reflection) = reflected(&slow, &exported(&slow, 1, 0.0));
    let same = reflection.fleet.misses.expect("they are told");
    assert_eq!(
        (same.measured, same.simulated, same.both),
        (misses.measured, misses.measured, misses.measured)
    );
}

#[test]
fn one_instant_alone_is_not_judged() {
    let rows: Vec<serde_json::Value> = serde_json::from_str(&exported(MODEL, 1, NOISE)).unwrap();
    let first = rows[0]["MonitoringEndTime"].clone();
    let one: Vec<_> = rows.into_iter().filter(|row| row["MonitoringEndTime"] == first).collect();
    let (_, reflection) = reflected(MODEL, &serde_json::to_string(&one).unwrap());
    assert_eq!(reflection.fitted.explanation, Explanation::TooFew);
    assert_eq!(reflection.fleet.samples, 4);
}
