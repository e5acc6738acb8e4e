//! Round values of an axis of any unit, and how they are said. Imports documents, words and axes.

use crate::document::{Axis, Unit};
use crate::plan::words::percent;
use crate::report::words;

use super::axes::{Scale, round_ticks, time_ticks};

/// Round values and how they are value_text, about `most` of them.
pub(super) fn ticks(
    axis: &Axis,
    scale: Scale,
    most: f64,
    instant: &dyn Fn(f64) -> String,
) -> Vec<(f64, String)> {
    let is_time = matches!(axis.unit, Unit::Seconds | Unit::Moment);
    let values: Vec<f64> = if scale.log && is_time {
        times(scale, most)
    } else if scale.log {
        powers(scale, most)
    } else if is_time {
        time_ticks(scale.from, scale.to, most)
    } else {
        let negative = round_ticks((-scale.from).max(0.0)).into_iter().skip(1).map(|tick| -tick);
        let whole = if axis.unit == Unit::Share && scale.to <= 1.0 {
            [0.0, 0.2, 0.4, 0.6, 0.8, 1.0].to_vec()
        } else {
            up_to(scale.to)
        };
        negative.chain(whole).collect()
    };
    values.into_iter().map(|value| (value, value_text(axis.unit, value, instant))).collect()
}

/// About four round ticks up to `max`, also below one.
fn up_to(max: f64) -> Vec<f64> {
    let shrunk = (0..12).map(|power| libm::exp10(f64::from(power))).find(|factor| max * factor >= 4.0);
    let factor = shrunk.unwrap_or(1.0);
    round_ticks(max * factor).into_iter().map(|tick| tick / factor).collect()
}

/// Round times of an axis by powers.
const TIMES: &[f64] = &[
    0.001,
    0.01,
    0.1,
    1.0,
    10.0,
    30.0,
    60.0,
    300.0,
    900.0,
    1800.0,
    3600.0,
    10_800.0,
    21_600.0,
    43_200.0,
    86_400.0,
    172_800.0,
    604_800.0,
    2_592_000.0,
    31_536_000.0,
];

/// Round times of a scale by powers; between near ends evenly spaced ones.
fn times(scale: Scale, most: f64) -> Vec<f64> {
    let round: Vec<f64> =
        TIMES.iter().copied().filter(|time| (scale.from..=scale.to).contains(time)).collect();
    if round.len() < 3 { time_ticks(scale.from, scale.to, most) } else { thinned(round, most) }
}

/// At 1, 2 and 5 times powers of ten, or fewer of them.
fn powers(scale: Scale, most: f64) -> Vec<f64> {
    let first = libm::floor(libm::log10(scale.from));
    let all = |steps: &[f64]| -> Vec<f64> {
        let decades = (0..40).map(|power| libm::exp10(first + f64::from(power)));
        let values = decades.flat_map(|ten| steps.iter().map(move |step| ten * step));
        values.filter(|value| (scale.from..=scale.to).contains(value)).collect()
    };
    let fine = [&[1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0][..], &[1.0, 2.0, 5.0], &[1.0]];
    let fits = fine.iter().map(|steps| all(steps)).find(|ticks| count(ticks.len()) <= most.max(2.0));
    fits.unwrap_or_else(|| thinned(all(&[1.0]), most))
}

/// Every second, third … so that at most about `most` are left.
fn thinned(ticks: Vec<f64>, most: f64) -> Vec<f64> {
    let every = (1..).find(|every| count(ticks.len().div_ceil(*every)) <= most.max(2.0));
    ticks.into_iter().step_by(every.unwrap_or(1)).collect()
}

/// A value as people say it.
pub(super) fn value_text(unit: Unit, value: f64, instant: &dyn Fn(f64) -> String) -> String {
    let whole = |value: f64| words::whole(value.abs());
    let text = match unit {
        Unit::Moment => return instant(value),
        Unit::Seconds if value == 0.0 => "0".into(),
        Unit::Seconds => words::duration(value.abs().min(1e12)),
        Unit::Bytes => words::bytes(whole(value)),
        Unit::BytesPerSecond => format!("{}/s", words::bytes(whole(value))),
        Unit::BitsPerSecond | Unit::ExactBitsPerSecond => words::rate(whole(value)),
        Unit::Share => percent(value.abs()),
        Unit::Count | Unit::Iops | Unit::Money if value.fract() == 0.0 => words::thousands(whole(value)),
        Unit::Count | Unit::Iops | Unit::Money | Unit::Factor | Unit::Text => {
            format!("{}", (value.abs() * 1e6).round() / 1e6)
        }
    };
    if value < 0.0 { format!("−{text}") } else { text }
}

/// A number of things.
pub(super) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn axis(unit: Unit, is_log: bool) -> Axis {
        Axis { title: "it".into(), unit, is_log }
    }

    fn labels(axis: &Axis, scale: Scale) -> Vec<String> {
        ticks(axis, scale, 6.0, &|_| "noon".into()).into_iter().map(|tick| tick.1).collect()
    }

    #[test]
    fn ticks_are_round_and_bear_units() {
        let rate = axis(Unit::BitsPerSecond, true);
        assert_eq!(
            labels(&rate, Scale { from: 9e6, to: 5.5e8, log: true }),
            ["10 Mbps", "20 Mbps", "50 Mbps", "100 Mbps", "200 Mbps", "500 Mbps"]
        );
        assert_eq!(
            labels(&axis(Unit::Share, false), Scale::linear(0.0, 1.0)),
            ["0 %", "20 %", "40 %", "60 %", "80 %", "100 %"]
        );
        assert_eq!(
            labels(&axis(Unit::Seconds, true), Scale { from: 50.0, to: 4000.0, log: true }),
            ["1m", "5m", "15m", "30m", "1h"]
        );
        assert_eq!(
            labels(&axis(Unit::Factor, false), Scale::linear(0.0, 0.9)),
            ["0", "0.2", "0.4", "0.6", "0.8"]
        );
    }
}
