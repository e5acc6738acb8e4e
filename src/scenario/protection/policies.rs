//! Replication policies.
//!
//! - policy: name, technology (`hyper-v`, `generic`), interval, phase (`stable`, `aligned` or a span),
//!   on_overrun (`cut_when_done`, `next_tick`, `queue`), coalescing (entries of window and ratio), compression, overhead,
//!   weight, interrupted (`keep`, `resend`), retry (`back_off`, `at_repair`), resync_threshold (a share or `never`)
//!
//! What the product sets beyond the cycle stands in `settings.rs`.

use super::settings::{self, SourceSites};
use crate::ids::Table;
use crate::problem::codes;
use crate::protection::{Interrupted, Overrun, Phase, Policy, Retry, Technology};
use crate::scenario::defaults as default;
use crate::scenario::reading::context::{Context, factor, in_range, positive};
use crate::scenario::reading::fields::Fields;
use crate::topology::OsVersion;
use crate::units::{Ratio, Span};

/// All policies.
pub fn policies(context: &Context) -> Table<Policy> {
    let sites = SourceSites::of(context);
    Table::new(context.sections.policies.read(context.diagnostics, |fields| policy(context, &sites, fields)))
}

fn policy(context: &Context, sites: &SourceSites<'_>, fields: &Fields) -> Policy {
    let technologies = [("hyper-v", Technology::HyperV), ("generic", Technology::Generic)];
    let technology = fields.choice("technology", &technologies, &default::POLICY_TECHNOLOGY);
    let interval = fields.need("interval");
    let resync = fields.limit("resync_threshold", &default::POLICY_RESYNC);
    let policy = Policy {
        name: fields.name.clone(),
        technology,
        interval,
        phase: phase(fields, interval),
        on_overrun: fields.choice(
            "on_overrun",
            &[
                ("cut_when_done", Overrun::CutWhenDone),
                ("next_tick", Overrun::NextTick),
                ("queue", Overrun::Queue),
            ],
            &default::POLICY_OVERRUN,
        ),
        coalescing: coalescing(fields),
        compression: fields.or("compression", &default::POLICY_COMPRESSION),
        overhead: fields.or("overhead", &default::POLICY_OVERHEAD),
        weight: fields.or("weight", &default::POLICY_WEIGHT),
        interrupted: fields.choice(
            "interrupted",
            &[("keep", Interrupted::Keep), ("resend", Interrupted::Resend)],
            &default::POLICY_INTERRUPTED,
        ),
        retry: fields.choice(
            "retry",
            &[("back_off", Retry::BackOff), ("at_repair", Retry::AtRepair)],
            &default::POLICY_RETRY,
        ),
        resync_threshold: resync
            .filter(|_| technology == Technology::HyperV || fields.has("resync_threshold")),
        settings: settings::settings(context, sites, fields, technology),
    };
    positive(fields, "interval", Some(interval));
    positive(fields, "compression", Some(policy.compression));
    factor(fields, "compression", policy.compression);
    in_range(fields, "overhead", policy.overhead, 0, OVERHEAD_MAX.0.into(), "at most 1000 %");
    in_range(fields, "weight", policy.weight, 1, 1000, "1 to 1000");
    check_frequency(fields, &policy);
    policy
}

/// The only frequency of Windows Server 2012 (fact 1.2).
pub const FIVE_MINUTES: Span = Span::seconds(300);

/// Facts 1.1 and 1.2.
fn check_frequency(fields: &Fields, policy: &Policy) {
    let known = [30, 300, 900].map(Span::seconds);
    if policy.technology == Technology::HyperV && policy.interval.0 > 0 && !known.contains(&policy.interval) {
        let what = format!(
            "{fields} copies every {}; Hyper-V Replica knows 30 s, 5 min and 15 min",
            policy.interval
        );
        fields.report(&codes::FREQUENCY, "interval", what);
        return;
    }
    if policy.settings.os == Some(OsVersion::Ws2012)
        && policy.interval.0 > 0
        && policy.interval != FIVE_MINUTES
    {
        let what = format!("{fields} is for hosts of 2012 and copies every {}", policy.interval);
        fields.report(&codes::OLD_HOST, "interval", what);
    }
}

fn phase(fields: &Fields, interval: Span) -> Phase {
    let word = match fields.get("phase") {
        Some(crate::scenario::reading::node::Node::Text(word)) => &**word,
        Some(_) => "",
        None => {
            fields.diagnostics.use_default(&default::POLICY_PHASE);
            default::POLICY_PHASE.value
        }
    };
    match word {
        "stable" => Phase::Stable,
        "aligned" => Phase::Aligned,
        _ => {
            let at = fields.need::<Span>("phase");
            if at >= interval && interval.0 > 0 {
                fields.report(
                    &codes::RANGE,
                    "phase",
                    format!("`phase` of {fields} must be less than its interval"),
                );
            }
            Phase::At(at)
        }
    }
}

/// Ten times the log, so that what all logs take on the wire stays countable (`model.md` §2).
const OVERHEAD_MAX: Ratio = Ratio(10 * Ratio::ONE.0);
/// More than all of it where whole blocks are logged for small writes.
const RATIO_MAX: Ratio = Ratio(10 * Ratio::ONE.0);

fn coalescing(fields: &Fields) -> Vec<(Span, Ratio)> {
    let entries = fields.entries("coalescing", "coalescing point");
    let mut points: Vec<(Span, Ratio)> = entries
        .iter()
        .map(|entry| {
            let point = (entry.need("window"), entry.need("ratio"));
            in_range(entry, "ratio", point.1, 0, RATIO_MAX.0.into(), "at most 1000 %");
            entry.finish();
            point
        })
        .collect();
    points.sort();
    if points.windows(2).any(|pair| pair[0].0 == pair[1].0) {
        fields.report(&codes::RANGE, "coalescing", "two points of `coalescing` have the same window");
    }
    points
}
