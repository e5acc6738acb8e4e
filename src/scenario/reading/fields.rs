//! One entry's fields, read by name and type. Whatever is wrong is noted and a stand-in returned, so that one pass finds
//! everything; no stand-in outlives it, because a scenario with a noted error is never built.

use std::borrow::Cow;
use std::cell::RefCell;

use super::diagnostics::Diagnostics;
use super::node::{Node, borrowed};
use super::quantity::{self, Quantity};
use crate::problem::{Problem, closest, codes};
use crate::random::Stream;
use crate::scenario::defaults::Default;

/// Fields of one entry.
pub struct Fields<'r, 't> {
    /// Where problems go.
    pub diagnostics: &'r Diagnostics<'t>,
    /// What the entry is: "host".
    pub kind: &'static str,
    /// Its name, for messages; may be empty.
    pub name: String,
    /// A slice of the source that stands for the whole entry.
    pub slice: Option<&'t str>,
    pairs: &'r [(Cow<'t, str>, Node<'t>)],
    asked: RefCell<Vec<&'static str>>,
    drawing: bool,
}

/// A text and where it stands.
#[derive(Clone, Copy, Debug)]
pub struct Written<'r, 't> {
    /// The text.
    pub text: &'r str,
    /// A slice of the source at it or around it.
    pub slice: Option<&'t str>,
}

impl<'r, 't> Fields<'r, 't> {
    /// The fields of `node`; a problem if it is no entry, or has a field twice.
    pub fn new(
        diagnostics: &'r Diagnostics<'t>,
        kind: &'static str,
        node: &'r Node<'t>,
        around: Option<&'t str>,
    ) -> Option<Fields<'r, 't>> {
        let pairs: &[_] = match node {
            Node::Fields(pairs) => pairs,
            Node::Unit => &[],
            Node::Text(_) | Node::Integer(_) | Node::Float(_) | Node::Bool(_) | Node::List(_) => {
                let what = format!("{} where {kind} is written as `(field: value, …)`", node.kind());
                diagnostics.report(&codes::WRONG_TYPE, node.slice().or(around), what);
                return None;
            }
        };
        let name = pairs.iter().find(|(key, _)| key == "name").map(|(_, node)| node);
        let slice = name.and_then(Node::slice).or(node.slice()).or(around);
        let name = match name {
            Some(Node::Text(name)) => name.to_string(),
            _ => String::new(),
        };
        let fields =
            Fields { diagnostics, kind, name, slice, pairs, asked: RefCell::default(), drawing: false };
        fields.check_doubled();
        Some(fields)
    }

    /// The same entry as one VM of a fleet: its quantities may be distributions, drawn for this name.
    pub fn drawing(&self, name: String) -> Fields<'r, 't> {
        Fields { name, drawing: true, asked: RefCell::default(), ..*self }
    }

    fn check_doubled(&self) {
        for (index, (key, _)) in self.pairs.iter().enumerate() {
            if let Some((first, _)) = self.pairs[..index].iter().find(|(earlier, _)| earlier == key) {
                let place = self.diagnostics.place(borrowed(key).or(self.slice));
                let what = format!("{self} has the field `{key}` twice");
                let first = self.diagnostics.place(borrowed(first));
                self.diagnostics
                    .push(Problem::new(&codes::DUPLICATE_FIELD, place, what).also(first, "first given here"));
            }
        }
    }

    /// The value of a field, if given.
    pub fn get(&self, key: &'static str) -> Option<&'r Node<'t>> {
        let mut asked = self.asked.borrow_mut();
        if !asked.contains(&key) {
            asked.push(key);
        }
        self.pairs.iter().find(|(name, _)| name == key).map(|(_, node)| node)
    }

    /// Whether a field is given, without reading it.
    pub fn has(&self, key: &str) -> bool {
        self.pairs.iter().any(|(name, _)| name == key)
    }

    /// A slice at the value of `key`, at its name, or at the entry.
    pub fn at(&self, key: &str) -> Option<&'t str> {
        let pair = self.pairs.iter().find(|(name, _)| name == key);
        let exact =
            |(name, node): &(Cow<'t, str>, Node<'t>)| node.as_text().and_then(borrowed).or(borrowed(name));
        pair.and_then(exact).or(self.slice)
    }

    /// Notes fields that nobody asked for. Call it last.
    pub fn finish(&self) {
        let asked = self.asked.borrow();
        for (key, _) in self.pairs.iter().filter(|(key, _)| !asked.contains(&&**key)) {
            let place = self.diagnostics.place(borrowed(key).or(self.slice));
            let problem = Problem::new(&codes::UNKNOWN_FIELD, place, format!("{self} has no field `{key}`"));
            let (given, absent): (Vec<&str>, Vec<&str>) =
                asked.iter().partition(|known| self.pairs.iter().any(|(key, _)| key == *known));
            let again = closest(key, given).filter(|_| closest(key, absent.iter().copied()).is_none());
            self.diagnostics.push(match again {
                Some(again) => {
                    problem.remedy(format!("`{again}` is given already: leave this out, or join them"))
                }
                None => problem.wrong(key).suggest(key, absent),
            });
        }
    }

    fn missing(&self, key: &str) {
        let place = self.diagnostics.place(self.slice);
        let problem = Problem::new(&codes::MISSING_FIELD, place, format!("{self} lacks the field `{key}`"));
        self.diagnostics.push(problem.remedy(format!("add `{key}: …`")));
    }

    /// Notes that `key` should be `expected`.
    pub fn wrong_type(&self, key: &str, node: &Node, expected: &str) {
        let what = format!("`{key}` of {self} is {} instead of {expected}", node.kind());
        self.diagnostics.report(&codes::WRONG_TYPE, self.at(key), what);
    }

    /// A text, if given.
    pub fn text(&self, key: &'static str) -> Option<Written<'r, 't>> {
        let node = self.get(key)?;
        let text = node.as_text();
        if text.is_none() {
            self.wrong_type(key, node, "a text in quotes");
        }
        text.map(|text| Written { text, slice: self.at(key) })
    }

    /// A text that must be given.
    pub fn need_text(&self, key: &'static str) -> Option<Written<'r, 't>> {
        if !self.has(key) {
            self.get(key);
            self.missing(key);
            return None;
        }
        self.text(key)
    }

    /// Texts: a list, or a single one.
    pub fn texts(&self, key: &'static str) -> Vec<Written<'r, 't>> {
        let Some(node) = self.get(key) else { return Vec::new() };
        let mut texts = Vec::new();
        for item in node.as_list().unwrap_or(std::slice::from_ref(node)) {
            match item.as_text() {
                Some(text) => texts.push(Written { text, slice: item.slice().or(self.at(key)) }),
                None => self.wrong_type(key, item, "a list of texts in quotes"),
            }
        }
        texts
    }

    /// Texts of which there must be one at least.
    pub fn need_texts(&self, key: &'static str) -> Vec<Written<'r, 't>> {
        if !self.has(key) {
            self.missing(key);
        }
        self.texts(key)
    }

    /// `true` or `false`.
    pub fn flag(&self, key: &'static str, default: &'static Default) -> bool {
        match self.get(key) {
            None => {
                self.diagnostics.use_default(default);
                default.value == "true"
            }
            Some(Node::Bool(value)) => *value,
            Some(node) => {
                self.wrong_type(key, node, "true or false");
                false
            }
        }
    }

    /// A quantity, if given.
    pub fn quantity<T: Quantity>(&self, key: &'static str) -> Option<T> {
        let node = self.get(key)?;
        self.read(key, node, self.at(key))
    }

    /// A quantity that must be given.
    pub fn need<T: Quantity>(&self, key: &'static str) -> T {
        if !self.has(key) {
            self.get(key);
            self.missing(key);
        }
        self.quantity(key).unwrap_or(T::from_raw(0))
    }

    /// A quantity or its default.
    pub fn or<T: Quantity>(&self, key: &'static str, default: &'static Default) -> T {
        self.limit(key, default).unwrap_or(T::from_raw(0))
    }

    /// A quantity or its default, either of which may be `"unlimited"` or `"none"`.
    pub fn limit<T: Quantity>(&self, key: &'static str, default: &'static Default) -> Option<T> {
        let Some(node) = self.get(key) else {
            self.diagnostics.use_default(default);
            return match self.diagnostics.assumed(default) {
                "unlimited" | "none" => None,
                value => T::read(value).ok(),
            };
        };
        let word = node.as_text().map_or("", |text| text);
        let unlimited = matches!(word, "unlimited" | "none" | "never") || matches!(node, Node::Unit);
        if unlimited { None } else { self.read(key, node, self.at(key)) }
    }

    /// The quantities of a list.
    pub fn list<T: Quantity>(&self, key: &'static str) -> Option<Vec<T>> {
        let node = self.get(key)?;
        let Some(items) = node.as_list() else {
            self.wrong_type(key, node, "a list");
            return None;
        };
        items.iter().map(|item| self.read(key, item, item.slice().or(self.at(key)))).collect()
    }

    fn read<T: Quantity>(&self, key: &'static str, node: &Node, at: Option<&'t str>) -> Option<T> {
        let text = match node {
            Node::Text(text) => Cow::Borrowed(&**text),
            Node::Integer(value) => Cow::Owned(value.to_string()),
            Node::Float(value) => Cow::Owned(value.to_string()),
            Node::Bool(_) | Node::Unit | Node::List(_) | Node::Fields(_) => {
                self.wrong_type(key, node, "a quantity in quotes");
                return None;
            }
        };
        let stream = || Stream::new(self.diagnostics.seed, &format!("{}.{key}", self.kind), &self.name);
        let value = if self.drawing { quantity::draw(&text, stream) } else { quantity::one(&text) };
        value
            .map_err(|refused| {
                let what = format!("`{key}` of {self}: {}", refused.error.reason);
                let mut problem = Problem::new(refused.code, self.diagnostics.place(at), what);
                if !self.drawing && quantity::is_drawn(&text) {
                    let what = format!("`{key}` of {self} cannot be drawn");
                    problem = Problem::new(&codes::DISTRIBUTION, self.diagnostics.place(at), what)
                        .remedy("only quantities of VMs may be distributions; write one value");
                } else {
                    problem = problem.remedy(refused.error.remedy);
                    problem = node.as_text().map(|text| &**text).into_iter().fold(problem, Problem::wrong);
                }
                self.diagnostics.push(problem);
            })
            .ok()
    }

    /// One of a few words.
    pub fn choice<T: Copy>(&self, key: &'static str, choices: &[(&str, T)], default: &'static Default) -> T {
        let word = match self.text(key) {
            Some(written) => written.text,
            None => {
                if !self.has(key) {
                    self.diagnostics.use_default(default);
                }
                default.value
            }
        };
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word) {
            return *value;
        }
        let place = self.diagnostics.place(self.at(key));
        let problem = Problem::new(&codes::CHOICE, place, format!("`{key}` of {self} cannot be `{word}`"));
        self.diagnostics.push(problem.wrong(word).suggest(word, choices.iter().map(|(name, _)| *name)));
        choices[0].1
    }

    /// The entries of a nested list.
    pub fn entries(&self, key: &'static str, kind: &'static str) -> Vec<Fields<'r, 't>> {
        match self.get(key) {
            None => Vec::new(),
            Some(Node::List(items)) => items
                .iter()
                .filter_map(|item| Fields::new(self.diagnostics, kind, item, self.at(key)))
                .map(|entry| Fields { drawing: self.drawing, ..entry })
                .collect(),
            Some(node) => {
                self.wrong_type(key, node, "a list of entries: `[( … ), ( … )]`");
                Vec::new()
            }
        }
    }

    /// Exactly one of these fields is given: that one.
    pub fn one_of(&self, kinds: &[&'static str]) -> Option<&'static str> {
        let given: Vec<&'static str> =
            kinds.iter().copied().filter(|kind| self.get(kind).is_some()).collect();
        if let [one] = given[..] {
            return Some(one);
        }
        let what = match given.len() {
            0 => format!("{self} does not say of which kind it is"),
            _ => format!("{self} is of several kinds at once: {}", given.join(", ")),
        };
        let mut problem = Problem::new(&codes::ONE_KIND, self.diagnostics.place(self.slice), what);
        if given.is_empty() {
            problem = problem.remedy(format!("add one of the fields: {}", kinds.join(", ")));
        }
        self.diagnostics.push(problem);
        None
    }

    /// Notes a problem at a field.
    pub fn report(&self, code: &'static crate::problem::Code, key: &str, what: impl Into<String>) {
        self.diagnostics.report(code, self.at(key), what);
    }
}

/// As in "host `hq1`".
impl std::fmt::Display for Fields<'_, '_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.name.as_str() {
            "" => write!(f, "this {}", self.kind),
            name => write!(f, "{} `{name}`", self.kind),
        }
    }
}
