//! Gates and waivers: E050.

use super::Code;

codes! {
    METRIC "E0501" "a metric that does not exist"
        why "a gate that reads nothing cannot fail"
        fix "`docs/gate.md` lists all metrics"
        more "Each kind of thing has its own metrics: those of an application are its RPA and RTA in an outage and its ages while nothing fails, those of a link its utilisation, and so on; those of the fleet are named without a subject. A metric is called like its key in the JSON of results, without `_s`."
    GATE_MATCHES "E0502" "a gate that matches nothing"
        why "a gate that cannot fail is none: it would stay green whatever happens"
        fix "name what the scenario has, or a pattern with `*` that matches some of it"
        more "A gate, and a waiver too, names its subject and outages by name or by a pattern in which `*` stands for any characters. If nothing matches, the name was mistyped or what it named was renamed or removed: both must be seen."
    GATE_WITHOUT_BOUND "E0503" "a gate without a bound"
        why "a gate that cannot fail is none"
        fix "add `at_most`, `at_least`, or a `tolerance` against the baseline"
        more "A gate holds a metric to a bound (`at_most` or `at_least`), or to what it was in the baseline (`tolerance`, with `abs`, `rel` or both: then both must be exceeded), or to both. `tolerance: ()` allows nothing to get worse."
    BOUND "E0504" "a bound that the metric cannot have"
        why "the gate would hold something else than it says"
        fix "write a value in the metric's unit"
        more "`at_most: \"objective\"` holds the RPA and the ages of an application to its RPO, and its RTA from the outage to its RTO; other metrics have no objective. Metrics of the run in which nothing fails have no outage. `expect: \"breach\"` needs a bound to breach, and a ceiling one unit."
    TWO_GATES "E0505" "two gates that cannot stand together"
        why "one of them says nothing, or no design could pass both"
        fix "keep one of them"
        more "Several gates may read one metric of one subject: a general pattern and a special name, an upper and a lower bound, a bound and a tolerance. They may not have the same patterns and the same side, nor exclude each other, such as an expected breach of what another gate holds."
    DAY "E0506" "a day that cannot be read"
        why "nobody could tell when it ends"
        fix "write it like \"2026-12-31\""
        more "`expires` of a waiver and `informational_until` are days, year first, and last to the end of the day named, in UTC."
    WAIVER_WITHOUT_OWNER "E0507" "a waiver without owner or reason"
        why "a breach that nobody answers for is a breach"
        fix "write who decided it and why"
        more "A waiver lets a breach pass for a time. It names who answers for it, why, and its last day; after that day what it covered fails again."
}
