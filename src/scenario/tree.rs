//! A scenario's texts as one tree of values, and back: what compares and mixes scenarios works on it, and what it makes is read
//! like any written file.
//!
//! Includes are dissolved, series files are named by their content, and what the language assumes without a word is left as it is.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::reading::calendar::{Calendar, Window};
use super::reading::node::{Node, borrowed};
use super::reading::paths::join;
use super::reading::sources::{LoadError, SourceText, Sources};
use crate::problem::{Place, Problem};
use crate::units::Span;

/// Fields that say something of what is simulated, and are no part of it.
pub const PROMISES: [&str; 4] = ["gates", "waivers", "informational_until", "assumed"];

/// A value as written.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A text.
    Text(String),
    /// A whole number.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// `true` or `false`.
    Flag(bool),
    /// `()`.
    Nothing,
    /// `[ … ]`
    List(Vec<Written>),
    /// `( … )`, fields in the order written.
    Entry(Vec<(String, Written)>),
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// The value.
    pub value: Value,
    /// At the value, or at the name of its field.
    pub place: Option<Place>,
    /// Which item of its list it is, in its file, from 0.
    pub position: usize,
}

/// All texts of a scenario as one tree.
#[derive(Clone, Debug)]
pub struct Tree {
    /// The main file's entry, with the sections of all files.
    pub root: Written,
    /// The bytes of each series file, by the name that the tree has for it.
    pub series: BTreeMap<String, Result<Arc<[u8]>, LoadError>>,
    /// The path of each series file, by the name that the tree has for it.
    pub series_paths: BTreeMap<String, String>,
}

impl Tree {
    /// The tree of these texts.
    ///
    /// # Errors
    /// Where a text stops being RON or JSON.
    pub fn new(sources: &Sources) -> Result<Tree, Problem> {
        let root = Written { value: Value::Nothing, place: None, position: 0 };
        let (series, series_paths) = (BTreeMap::new(), BTreeMap::new());
        let mut tree = Tree { root, series, series_paths };
        let mut all: Vec<(String, Written)> = Vec::new();
        for (index, source) in sources.files.iter().enumerate() {
            let node = source.tree()?;
            let Value::Entry(fields) = written(sources, &node, 0).value else { continue };
            for (key, mut value) in fields.into_iter().filter(|(key, _)| key != "include") {
                if key == "series" {
                    tree.name_series(sources, &source.path, &mut value);
                }
                match all.iter_mut().find(|(known, _)| *known == key) {
                    Some((_, known)) => join_lists(known, value),
                    None if index == 0 || key != "schema" => all.push((key, value)),
                    None => {}
                }
            }
        }
        tree.root.value = Value::Entry(all);
        Ok(tree)
    }

    /// Names the files of a section of series by what they hold.
    fn name_series(&mut self, sources: &Sources, from: &str, section: &mut Written) {
        let Value::List(items) = &mut section.value else { return };
        for item in items {
            let Value::Entry(fields) = &mut item.value else { continue };
            let Some((_, file)) = fields.iter_mut().find(|(key, _)| key == "file") else { continue };
            let Value::Text(path) = &mut file.value else { continue };
            let joined = join(from, path);
            let Some(loaded) = sources.series.get(&joined) else { continue };
            let name = match loaded {
                Ok(bytes) => format!("{}.series", blake3::hash(bytes).to_hex()),
                Err(_) => joined.clone(),
            };
            self.series.insert(name.clone(), loaded.clone());
            self.series_paths.insert(name.clone(), joined);
            *path = name;
        }
    }

    /// One text that means what `root` says. Nothing is asked of its gates and waivers: it is judged by those of the scenario that asks.
    pub fn sources(root: &Value, series: BTreeMap<String, Result<Arc<[u8]>, LoadError>>) -> Sources {
        let mut text = String::from("(\n");
        let fields: &[_] = if let Value::Entry(fields) = root { fields } else { &[] };
        for (key, field) in fields {
            text.push_str(&format!("    {key}: {},\n", field.value));
        }
        text.push_str(")\n");
        // Names of series are paths beside this file, so it stands in no folder.
        let file = SourceText { path: "scenario.ron".into(), text: text.into() };
        Sources { files: vec![file], series, is_baseline: true, ..Sources::default() }
    }
}

impl Value {
    /// The value of a field, if this is an entry and has it.
    pub fn field(&self, name: &str) -> Option<&Written> {
        let Value::Entry(fields) = self else { return None };
        fields.iter().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    /// The name of an entry, if it has one.
    pub fn name(&self) -> Option<&str> {
        self.field("name")?.value.text()
    }

    /// Its text, if it is one.
    pub fn text(&self) -> Option<&str> {
        if let Value::Text(text) = self { Some(text) } else { None }
    }
}

/// As RON, in one line.
impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Value::Text(text) => write!(f, "\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")),
            Value::Integer(number) => write!(f, "{number}"),
            // With a point or an exponent, so that it is read as what it was.
            Value::Float(number) => write!(f, "{number:?}"),
            Value::Flag(flag) => write!(f, "{flag}"),
            Value::Nothing => f.write_str("()"),
            Value::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.value.to_string()).collect();
                write!(f, "[{}]", items.join(", "))
            }
            Value::Entry(fields) => entry(fields, f),
        }
    }
}

fn entry(fields: &[(String, Written)], f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
    let plain = |key: &str| {
        key.starts_with(|c: char| c.is_ascii_alphabetic())
            && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
    };
    // What is no identifier can be a field of JSON only; a map may hold it.
    let all_plain = fields.iter().all(|(key, _)| plain(key));
    let field = |(key, field): &(String, Written)| match all_plain {
        true => format!("{key}: {}", field.value),
        false => format!("{}: {}", Value::Text(key.clone()), field.value),
    };
    let fields: Vec<String> = fields.iter().map(field).collect();
    if all_plain { write!(f, "({})", fields.join(", ")) } else { write!(f, "{{{}}}", fields.join(", ")) }
}

fn written(sources: &Sources, node: &Node, position: usize) -> Written {
    let value = match node {
        Node::Text(text) => Value::Text(text.to_string()),
        Node::Integer(number) => Value::Integer(*number),
        Node::Float(number) => Value::Float(*number),
        Node::Bool(flag) => Value::Flag(*flag),
        Node::Unit => Value::Nothing,
        Node::List(items) => {
            let items = items.iter().enumerate();
            Value::List(items.map(|(position, item)| written(sources, item, position)).collect())
        }
        Node::Fields(fields) => {
            let field = |(key, node): &(std::borrow::Cow<str>, Node)| {
                let mut field = written(sources, node, 0);
                field.place = field.place.or_else(|| borrowed(key).and_then(|key| sources.place(key)));
                (key.to_string(), field)
            };
            Value::Entry(fields.iter().map(field).collect())
        }
    };
    Written { value, place: node.slice().and_then(|slice| sources.place(slice)), position }
}

fn join_lists(known: &mut Written, more: Written) {
    if let (Value::List(known), Value::List(more)) = (&mut known.value, more.value) {
        known.extend(more);
    }
}

/// Reads instants, days and times of day as the language does, to tell whether two texts mean the same.
pub struct Clock(Calendar);

impl Clock {
    /// The clock of a run that starts at `start`, as in `2026-03-02T00:00[Europe/Berlin]`.
    pub fn new(start: &str) -> Option<Clock> {
        Calendar::new(start, Span::seconds(604_800)).ok().map(Clock)
    }

    /// The start: microseconds since 1970, and its zone.
    pub fn start(&self) -> (i64, &str) {
        (self.0.start_unix_us, &self.0.zone_name)
    }

    /// Microseconds from the start.
    pub fn instant(&self, text: &str) -> Option<u64> {
        self.0.instant(text).ok().map(|time| time.0)
    }
}

/// Days as seven letters, Monday first: `xxxxx--`.
pub fn days(texts: &[&str]) -> Option<String> {
    let window = Window::new(texts.iter().copied(), "00:00", "00:00").ok()?;
    Some(window.days.iter().map(|open| if *open { 'x' } else { '-' }).collect())
}

/// A time of day as `08:00:00`.
pub fn time_of_day(text: &str) -> Option<String> {
    Window::new(["daily"], text, "00:00").ok().map(|window| window.from.to_string())
}
