//! Wide-area networks: places, and links with distances, which become latencies.
//!
//! A source is one file and one line of [`SOURCES`]: it turns a text into a [`Wan`]. From there on all are the same:
//! [`scenario::scenario`] makes two of the places sites and the others routers, [`summary::summary`] tells what was read.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;

use super::fault::{Fault, Faults, quote};
use super::magic::Accepts;
use super::names::unique;
use super::number::{SCALE, decimal};
use super::text;
use crate::units::Rate;

mod extent;
mod speed;
mod attributes;
mod xml;
mod node_link;
mod graphml;
mod gml;
mod sndlib;
mod sndlib_xml;
pub mod scenario;
pub mod summary;

pub use extent::Extent;

/// All sources; the first that recognises a text reads it.
pub const SOURCES: [WanSource; 5] =
    [node_link::SOURCE, graphml::SOURCE, gml::SOURCE, sndlib::SOURCE, sndlib_xml::SOURCE];
/// Most bytes of a file, unpacked.
pub const FILE_BYTES_MAX: u64 = 32 << 20;
/// Most places.
pub const NODES_MAX: usize = 2_000;
/// Most links.
pub const LINKS_MAX: usize = 20_000;
/// Longest link believed, in metres: once around the earth.
pub const LINK_MAX_M: u64 = 40_075_000;
/// Mean radius of the earth, in metres.
const EARTH_M: f64 = 6_371_009.0;

/// A kind of file.
#[derive(Clone, Copy, Debug)]
pub struct WanSource {
    /// Name, as chosen on the command line.
    pub name: &'static str,
    recognises: fn(&str) -> bool,
    read: fn(&str, &str, &mut Faults) -> Draft,
}

/// What a source read, names and ends as written.
#[derive(Debug, Default)]
pub struct Draft {
    name: String,
    nodes: Vec<DraftNode>,
    links: Vec<DraftLink>,
    /// Whether each direction of a link is written on its own.
    directed: bool,
}

/// A place as written.
#[derive(Debug, Default)]
struct DraftNode {
    id: String,
    name: String,
    /// Longitude and latitude in degrees.
    position: Option<(f64, f64)>,
}

/// A link as written.
#[derive(Debug, Default)]
struct DraftLink {
    ends: [String; 2],
    metres: Option<u64>,
    rate: Option<Rate>,
    /// Why a rate that is written is not used.
    unread: Option<String>,
    /// For messages: its line, or its number in the list.
    place: WrittenAt,
}

/// Where something is written.
#[derive(Clone, Copy, Debug)]
enum WrittenAt {
    Line(u64),
    Number(usize),
}

impl WrittenAt {
    /// As the first of several.
    fn first(self) -> String {
        match self {
            WrittenAt::Line(line) => format!("the first in line {line}:"),
            WrittenAt::Number(number) => format!("the first of link {number}:"),
        }
    }
}

impl Default for WrittenAt {
    fn default() -> WrittenAt {
        WrittenAt::Number(0)
    }
}

/// A network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wan {
    /// Its name in the file, or empty.
    pub name: String,
    /// Kind of file it came from.
    pub source: &'static str,
    /// Names of its places, unique.
    pub nodes: Vec<String>,
    /// Its links, in the order of the file.
    pub links: Vec<Link>,
    /// What was left out, as sentences.
    pub dropped: Vec<String>,
    /// What is taken for true, as sentences.
    pub assumed: Vec<String>,
}

/// A link, both directions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    /// Indices of its places.
    pub ends: [usize; 2],
    /// Length in metres, if known.
    pub metres: Option<u64>,
    /// Rate, if known.
    pub rate: Option<Rate>,
}

/// Reads a network.
///
/// # Errors
/// All that is wrong with the file.
pub fn import(file: &str, content: impl Read, source: Option<WanSource>) -> Result<Wan, Faults> {
    let bytes = text::unpacked(file, content, FILE_BYTES_MAX, Accepts::Text)?;
    let text = match xml::is_latin(&bytes) {
        true => encoding_rs::WINDOWS_1252.decode(&bytes).0.into_owned(),
        false => text::decoded(file, bytes)?,
    };
    let Some(source) = source.or_else(|| SOURCES.into_iter().find(|source| (source.recognises)(&text)))
    else {
        let reason = "this is neither node-link JSON nor GraphML, GML or a network of SNDlib";
        return Err(Fault::of(file, reason, "convert it, for example with networkx").line(1).into());
    };
    let mut faults = Faults::default();
    let draft = (source.read)(file, &text, &mut faults);
    let mut wan = if faults.is_empty() { settle(file, draft, &mut faults) } else { Wan::default() };
    wan.source = source.name;
    if faults.is_empty() { Ok(wan) } else { Err(faults) }
}

/// Resolves ends, measures lengths, makes names unique.
fn settle(file: &str, draft: Draft, faults: &mut Faults) -> Wan {
    if draft.nodes.len() > NODES_MAX || draft.links.len() > LINKS_MAX {
        let reason = format!("more than {NODES_MAX} places or {LINKS_MAX} links");
        faults.push(Fault::of(file, reason, "cut out the part between your sites"));
        return Wan::default();
    }
    let mut ids = BTreeMap::new();
    for (at, node) in draft.nodes.iter().enumerate() {
        if ids.insert(node.id.as_str(), at).is_some() {
            let reason = format!("two places have the id `{}`", quote(&node.id));
            faults.push(Fault::of(file, reason, "give each its own"));
        }
    }
    let mut wan = Wan { name: draft.name.clone(), ..Wan::default() };
    let (mut known, mut loops, mut backs, mut measured, mut unknown) = (BTreeSet::new(), 0, 0, 0, 0);
    for link in &draft.links {
        let ends = [0, 1].map(|end| ids.get(link.ends[end].as_str()).copied());
        let [Some(from), Some(to)] = ends else {
            let end = if ends[0].is_none() { &link.ends[0] } else { &link.ends[1] };
            let reason = format!("a link ends at `{}`, which is no place", quote(end));
            faults.push(placed(file, link.place, reason, "add the place, or delete the link"));
            continue;
        };
        if from == to {
            loops += 1;
            continue;
        }
        if draft.directed && known.contains(&(to, from)) {
            backs += 1;
            continue;
        }
        known.insert((from, to));
        let circle = || distance(draft.nodes[from].position?, draft.nodes[to].position?);
        let metres = link.metres.or_else(circle);
        measured += usize::from(link.metres.is_none() && metres.is_some());
        unknown += usize::from(metres.is_none());
        if let Some(metres) = metres.filter(|metres| *metres > LINK_MAX_M) {
            let reason = format!("{} km are more than once around the earth", metres / 1000);
            faults.push(placed(file, link.place, reason, "give its length in kilometres"));
        }
        wan.links.push(Link { ends: [from, to], metres, rate: link.rate });
    }
    let name = |node: DraftNode| if node.name.is_empty() { node.id } else { node.name };
    wan.nodes = draft.nodes.into_iter().map(name).collect();
    let renamed = unique(wan.nodes.iter_mut());
    let told = |what: &str, number: usize| (number > 0).then(|| format!("{what}: {number}."));
    wan.dropped.extend(told("Links from a place to itself", loops));
    wan.dropped.extend(told("Links back, which the links there carry too", backs));
    let mut unread = draft.links.iter().filter_map(|link| Some((link.unread.as_ref()?, link.place)));
    if let Some((why, place)) = unread.next() {
        let number = 1 + unread.count();
        wan.dropped.push(format!("Rates that are not understood: {number}; {} {why}.", place.first()));
    }
    wan.assumed.extend(told("Links without a length are as long as the great circle", measured));
    wan.assumed.extend(told("Links of unknown length have no latency", unknown));
    wan.assumed.extend(told("Names that others bear too got a number", renamed));
    if wan.links.is_empty() && faults.is_empty() {
        faults.push(Fault::of(file, "there is no link between two places", "check the file"));
    }
    wan
}

fn placed(file: &str, place: WrittenAt, reason: String, remedy: &str) -> Fault {
    match place {
        WrittenAt::Line(line) => Fault::of(file, reason, remedy).line(line),
        WrittenAt::Number(number) => Fault::of(file, format!("link {number}: {reason}"), remedy),
    }
}

/// Metres of a decimal number of kilometres.
fn kilometres(text: &str) -> Option<u64> {
    u64::try_from(decimal(text.trim().as_bytes()).ok()? / (SCALE / 1000)).ok()
}

/// Great-circle distance of two places in degrees of longitude and latitude (haversine), in metres.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "at most half the earth's circumference, never negative"
)]
fn distance(a: (f64, f64), b: (f64, f64)) -> Option<u64> {
    let good = |(lon, lat): (f64, f64)| lon.abs() <= 360.0 && lat.abs() <= 90.0;
    if !good(a) || !good(b) {
        return None;
    }
    let ((lon_a, lat_a), (lon_b, lat_b)) =
        ((a.0.to_radians(), a.1.to_radians()), (b.0.to_radians(), b.1.to_radians()));
    let half = |x: f64| libm::sin(x / 2.0) * libm::sin(x / 2.0);
    let h = half(lat_b - lat_a) + libm::cos(lat_a) * libm::cos(lat_b) * half(lon_b - lon_a);
    Some((2.0 * EARTH_M * libm::asin(h.clamp(0.0, 1.0).sqrt())).round() as u64)
}
