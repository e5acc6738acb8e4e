//! Random bursts: bursts (mean time between them), lasts, rate. Drawn for each disk from its own stream.

use crate::problem::codes;
use crate::random::{Stream, whole};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::{Context, positive};
use crate::scenario::reading::fields::Fields;
use crate::scenario::reading::quantity;
use crate::units::{Ratio, Span, Time};
use crate::workload::{Layer, Step};

/// Most bursts of one disk.
const BURSTS_MAX: u64 = 100_000;

/// `(bursts: "6h", lasts: "lognormal median 5m sigma 0.8", rate: "20 MB/s")`: pauses are exponential with mean 6 h,
/// each burst's length is drawn anew, and the rate once for the disk.
pub fn read(context: &Context, fields: &Fields) -> Option<Layer> {
    let rate = fields.need("rate");
    let pause: Span = fields.quantity("bursts")?;
    positive(fields, "bursts", Some(pause));
    let horizon = context.calendar.horizon;
    if pause.0 == 0 {
        return None;
    }
    if horizon.0 / pause.0 > BURSTS_MAX {
        fields.report(&codes::TOO_MANY, "bursts", format!("{fields} has more than {BURSTS_MAX} bursts"));
        return None;
    }
    let lasts = match fields.text("lasts") {
        Some(written) => written.text,
        None => {
            context.diagnostics.use_default(&default::BURST_LASTS);
            default::BURST_LASTS.value
        }
    };
    let mut stream = Stream::new(context.diagnostics.seed, "bursts", &fields.name);
    let mut lengths = Stream::new(context.diagnostics.seed, "bursts.lasts", &fields.name);
    let mut steps = Vec::new();
    let mut now = Time::START;
    while now.0 < horizon.0 && steps.len() as u64 <= 4 * BURSTS_MAX {
        let Ok(length) = quantity::draw_from::<Span>(lasts, &mut lengths) else {
            let what = format!("`lasts` of {fields} is neither a duration nor a distribution");
            fields.report(&codes::DISTRIBUTION, "lasts", what);
            return None;
        };
        let pause = Span(whole(stream.exponential(pause.0 as f64))).clamp(Span(1), Span::MOST);
        steps.push(Step { length: pause, weight: Ratio(0) });
        let length = length.clamp(Span(1), Span::MOST);
        steps.push(Step { length, weight: Ratio::ONE });
        now = now + pause + length;
    }
    Some(Layer::Shaped { rate, steps: steps.into() })
}
