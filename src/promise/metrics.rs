//! The metrics that a gate may name: what each is called, its unit, and which way is better. The `catalogue` lists them, and
//! `compare::metrics` reads them off results.

pub use super::unit::Unit;

use self::Direction::{HigherIsBetter as High, LowerIsBetter as Low};
use super::catalogue::catalogue;
use super::matches;

/// Which way is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// The less the better.
    LowerIsBetter,
    /// The more the better.
    HigherIsBetter,
}

/// What a metric is about. The order is that of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The whole estate: the metric alone names it.
    Fleet,
    /// An application.
    Application,
    /// A VM.
    Vm,
    /// One direction of a link.
    Link,
    /// A site.
    Site,
    /// A host.
    Host,
    /// A volume, `host/volume`.
    Volume,
}

impl Kind {
    /// All kinds whose things have names, as fields of a gate.
    pub const NAMED: [Kind; 6] =
        [Kind::Application, Kind::Vm, Kind::Link, Kind::Site, Kind::Host, Kind::Volume];

    /// The field of a gate, and the word before a name.
    pub fn word(self) -> &'static str {
        match self {
            Kind::Fleet => "fleet",
            Kind::Application => "application",
            Kind::Vm => "vm",
            Kind::Link => "link",
            Kind::Site => "site",
            Kind::Host => "host",
            Kind::Volume => "volume",
        }
    }

    /// The word with its article.
    pub fn any(self) -> &'static str {
        match self {
            Kind::Fleet => "the fleet",
            Kind::Application => "an application",
            Kind::Vm => "a vm",
            Kind::Link => "a link",
            Kind::Site => "a site",
            Kind::Host => "a host",
            Kind::Volume => "a volume",
        }
    }

    /// Whether a pattern means `name`. A link's own name means both its directions; `->` stands for `→`.
    pub fn means(self, pattern: &str, name: &str) -> bool {
        let own = || name.split(" → ").next().and_then(|start| start.rsplit_once(' ')).map(|(link, _)| link);
        let link =
            || own().is_some_and(|own| matches(pattern, own)) || matches(&pattern.replace("->", "→"), name);
        matches(pattern, name) || self == Kind::Link && link()
    }

    /// `"application web"`; `"fleet"`.
    pub fn subject(self, name: &str) -> String {
        if self == Kind::Fleet { self.word().to_owned() } else { format!("{} {name}", self.word()) }
    }
}

/// Something that can be read off a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    /// What it is about.
    pub kind: Kind,
    /// Its name in a scenario; unique within its kind.
    pub key: &'static str,
    /// In words.
    pub title: &'static str,
    /// Its unit.
    pub unit: Unit,
    /// Which way is better.
    pub direction: Direction,
    /// Whether each outage has its own value; otherwise it is of the baseline, in which nothing fails.
    pub per_outage: bool,
    objective: Option<&'static str>,
    /// The minor version of the results' schema that first tells it. An older result is read with nothing in its place.
    pub since: u32,
}

impl Metric {
    /// Which objective of an application bounds it: `"rpo"` or `"rto"`.
    pub fn objective(&self) -> Option<&'static str> {
        self.objective
    }
}

// Words of the catalogue: whether a metric is one of each outage.
const OUTAGE: bool = true;
const BASELINE: bool = false;

macro_rules! declare {
    ($($kind:ident $run:ident fn $read:ident $row:tt {
        $($key:literal $title:literal $unit:ident $better:ident $(within $objective:literal)? $(since $since:literal)?
            => $reader:expr;)*
    })*) => {
        /// Every metric, by kind; those of an outage first.
        pub static METRICS: &[Metric] = &[$($(Metric {
            kind: Kind::$kind,
            key: $key,
            title: $title,
            unit: Unit::$unit,
            direction: $better,
            per_outage: $run,
            objective: <[&str]>::first(&[$($objective)?]).copied(),
            since: 0 $(+ $since)?,
        },)*)*];
    };
}

catalogue!(declare);

/// The metric of this kind and key.
pub fn find(kind: Kind, key: &str) -> Option<&'static Metric> {
    of(kind).find(|metric| metric.key == key)
}

/// All metrics of a kind.
pub fn of(kind: Kind) -> impl Iterator<Item = &'static Metric> {
    METRICS.iter().filter(move |metric| metric.kind == kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_has_a_name_of_its_own_and_a_kind_its_word() {
        for (at, metric) in METRICS.iter().enumerate() {
            assert_eq!(find(metric.kind, metric.key), Some(metric));
            let twin = |other: &Metric| (other.kind, other.key) == (metric.kind, metric.key);
            assert!(!METRICS[..at].iter().any(twin), "{} twice", metric.key);
        }
        assert_eq!(Kind::Vm.subject("sql-1"), "vm sql-1");
        assert_eq!(Kind::Fleet.subject(""), "fleet");
    }

    #[test]
    fn a_links_name_means_both_directions_and_an_arrow_one() {
        let means = |pattern: &str, name: &str| Kind::Link.means(pattern, name);
        let both = ["wan hq → dr", "wan dr → hq"];
        assert!(both.iter().all(|name| means("wan", name) && means("w*", name) && means("*", name)));
        for pattern in ["wan hq -> dr", "wan hq → dr", "* hq -> *"] {
            assert_eq!(both.map(|name| means(pattern, name)), [true, false], "{pattern}");
        }
        assert!(!means("wa", both[0]) && !Kind::Vm.means("wan", both[0]));
    }
}
