//! Two gates on one metric: a general and a special one may stand together, the same one twice or two that exclude each other may not.

use std::collections::BTreeSet;

use crate::problem::{Place, Problem, codes};
use crate::promise::{Bound, Gate};
use crate::scenario::reading::context::Context;

/// Notes names given twice, gates that say the same, and gates that cannot both hold. `gates` are sorted by name.
pub fn check(context: &Context, gates: &[(Gate, Option<Place>)]) {
    for (at, a) in gates.iter().enumerate() {
        for b in &gates[at + 1..] {
            let (first, second) = if a.1 <= b.1 { (a, b) } else { (b, a) };
            let problem = |code, what: String| {
                Problem::new(code, second.1.clone(), what).also(first.1.clone(), "the other one")
            };
            let (one, other) = (&first.0, &second.0);
            if is_twice(one, other) {
                let what = format!("two gates bound `{}` of the same in the same way", one.metric.key);
                context.diagnostics.push(problem(&codes::TWO_GATES, what));
            } else if exclude(one, other) && overlap(one, other) {
                let what = format!("gates `{}` and `{}` cannot both hold", one.name, other.name);
                context
                    .diagnostics
                    .push(problem(&codes::TWO_GATES, what).remedy("change one bound, or narrow one pattern"));
            } else if one.name == other.name {
                let what = format!("two gates are called `{}`", one.name);
                context
                    .diagnostics
                    .push(problem(&codes::DUPLICATE_NAME, what).remedy("give one of them another `name`"));
            }
        }
    }
}

/// Same metric, same patterns, and a bound of the same side or two tolerances.
fn is_twice(one: &Gate, other: &Gate) -> bool {
    let same = one.metric == other.metric && one.subject == other.subject && one.outage == other.outage;
    let side = |gate: &Gate| match gate.bound {
        None => None,
        Some(Bound::AtMost(_) | Bound::Objective) => Some((true, gate.expect_breach)),
        Some(Bound::AtLeast(_)) => Some((false, gate.expect_breach)),
    };
    let bounds = side(one).is_some() && side(one) == side(other);
    same && (bounds || one.tolerance.is_some() && other.tolerance.is_some())
}

/// Whether no value keeps both.
fn exclude(one: &Gate, other: &Gate) -> bool {
    if one.metric != other.metric {
        return false;
    }
    let pair =
        |one: &Gate, other: &Gate| match (one.bound, one.expect_breach, other.bound, other.expect_breach) {
            (Some(Bound::AtMost(most)), false, Some(Bound::AtLeast(least)), false) => least > most,
            (Some(Bound::AtMost(kept)), false, Some(Bound::AtMost(passed)), true) => kept <= passed,
            (Some(Bound::AtLeast(kept)), false, Some(Bound::AtLeast(missed)), true) => kept >= missed,
            (Some(Bound::Objective), false, Some(Bound::Objective), true) => true,
            _ => false,
        };
    pair(one, other) || pair(other, one)
}

fn overlap(one: &Gate, other: &Gate) -> bool {
    let subjects: BTreeSet<&String> = one.matched.iter().collect();
    let both = other.matched.iter().any(|name| subjects.contains(name));
    both && (one.outage.is_none() || other.outages.iter().any(|outage| one.outages.contains(outage)))
}
