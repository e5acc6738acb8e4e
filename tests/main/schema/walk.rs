//! Walks a document along its schema.

use std::collections::BTreeSet;
use std::fmt;

use serde_json::{Map, Value, json};

/// A key of an object, or a word that may be its value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Part {
    /// The object's name and the key: `line/verdict`.
    key: String,
    word: Option<String>,
}

impl Part {
    pub fn is_word(&self) -> bool {
        self.word.is_some()
    }

    pub fn is_word_of(&self, key: &str) -> bool {
        self.key == key && self.word.is_some()
    }

    pub fn is(&self, (key, word, _): &(&str, &str, &str)) -> bool {
        self.key == *key && self.word.as_deref() == Some(word)
    }
}

impl fmt::Display for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = self.word.as_deref().map_or(String::new(), |word| format!(" = {word}"));
        write!(f, "{}{word}", self.key)
    }
}

/// What of a schema stands in documents.
pub struct Seen<'s> {
    schema: &'s Value,
    parts: BTreeSet<Part>,
}

impl<'s> Seen<'s> {
    pub fn new(schema: &'s Value) -> Seen<'s> {
        Seen { schema, parts: BTreeSet::new() }
    }

    pub fn document(&mut self, document: &Value) {
        self.value(self.schema, document, "");
    }

    /// What the schema has and no document so far.
    pub fn missing(&self) -> Vec<Part> {
        let mut all = BTreeSet::new();
        let others =
            self.schema["$defs"].as_object().unwrap().iter().map(|(name, object)| (name.as_str(), object));
        for (name, object) in others.chain([("", self.schema)]) {
            all.extend(words_of(object).map(|word| Part { key: name.to_owned(), word: Some(word) }));
            for of in ["properties", "patternProperties"] {
                for (key, about) in object[of].as_object().into_iter().flatten() {
                    let key = format!("{name}/{key}");
                    all.extend(words_of(about).map(|word| Part { key: key.clone(), word: Some(word) }));
                    all.insert(Part { key, word: None });
                }
            }
        }
        all.into_iter().filter(|part| !self.parts.contains(part)).collect()
    }

    fn value(&mut self, about: &'s Value, value: &Value, at: &str) {
        let (about, at) = target(self.schema, about, at, value);
        if about["enum"].is_array()
            && let Some(word) = value.as_str()
        {
            self.parts.insert(Part { key: at.to_owned(), word: Some(word.to_owned()) });
        }
        value.as_array().into_iter().flatten().for_each(|item| self.value(&about["items"], item, at));
        for (key, value) in value.as_object().into_iter().flatten() {
            let (name, about) = match property(about, key) {
                Some((name, property)) => (format!("{at}/{name}"), property),
                None => (at.to_owned(), &about["additionalProperties"]),
            };
            self.parts.insert(Part { key: name.clone(), word: None });
            self.value(about, value, &name);
        }
    }
}

/// What a key stands for, by name or by pattern.
fn property<'s>(about: &'s Value, key: &str) -> Option<(&'s str, &'s Value)> {
    let named = |of: &str| about[of].as_object().into_iter().flatten();
    let by_name = named("properties").find(|(name, _)| *name == key);
    let fits = |pattern: &str| {
        let (before, after) = pattern.trim_start_matches('^').trim_end_matches('$').split_once(".+").unwrap();
        key.starts_with(before) && key.ends_with(after)
    };
    let found = by_name.or_else(|| named("patternProperties").find(|(pattern, _)| fits(pattern)));
    found.map(|(name, property)| (name.as_str(), property))
}

/// Behind references, and of several kinds the one that `value` is of.
fn target<'s, 'n>(schema: &'s Value, about: &'s Value, at: &'n str, value: &Value) -> (&'s Value, &'n str)
where
    's: 'n,
{
    if let Some(name) = about["$ref"].as_str() {
        let name = name.strip_prefix("#/$defs/").unwrap();
        return (&schema["$defs"][name], name);
    }
    let Some(either) = about["anyOf"].as_array() else { return (about, at) };
    let targets = either.iter().map(|about| target(schema, about, at, value));
    let fits = |(about, _): &(&'s Value, &'n str)| match value {
        Value::Object(_) => about["properties"].is_object() || about["additionalProperties"].is_object(),
        Value::Array(_) => about["items"].is_object(),
        Value::String(word) => about["enum"].as_array().is_some_and(|all| all.contains(&json!(word))),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    };
    targets.clone().find(fits).or(targets.clone().next()).unwrap()
}

/// The words of which a value is one; none where it is something else.
pub fn words_of(about: &Value) -> impl Iterator<Item = String> {
    words(about).into_iter().map(|word| word.as_str().unwrap().to_owned())
}

fn words(about: &Value) -> Vec<&Value> {
    match (about["anyOf"].as_array(), about["items"].is_object()) {
        (Some(either), _) => either.iter().flat_map(words).collect(),
        (None, true) => words(&about["items"]),
        (None, false) => about["enum"].as_array().into_iter().flatten().collect(),
    }
}

/// The document changed in one place, and how: for each object of the schema in its first place without each key that it must have, with
/// one that it cannot, and with something of another type under each.
pub fn changed(schema: &Value, document: &Value) -> Vec<(String, Value)> {
    let mut places = Vec::new();
    let mut seen = BTreeSet::new();
    objects(schema, schema, document, ("", String::new()), &mut |name, object, at| {
        if seen.insert(name.to_owned()) {
            places.push((object.clone(), at));
        }
    });
    let mut all = Vec::new();
    for (object, at) in places {
        let mut change = |how: String, change: &dyn Fn(&mut Map<String, Value>)| {
            let mut document = document.clone();
            change(document.pointer_mut(&at).unwrap().as_object_mut().unwrap());
            all.push((format!("{how} at {at}/"), document));
        };
        change("with `teapot`".into(), &|fields| drop(fields.insert("teapot".into(), json!(1))));
        for key in object["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            change(format!("without `{key}`"), &|fields| drop(fields.remove(key)));
            // No type is a list of lists of lists of objects.
            let other = || json!([[[{}]]]);
            change(format!("with another `{key}`"), &|fields| drop(fields.insert(key.into(), other())));
        }
    }
    all
}

/// Calls back for each object that the schema names, with its place.
fn objects<'s>(
    schema: &'s Value,
    about: &'s Value,
    value: &Value,
    (name, at): (&str, String),
    found: &mut impl FnMut(&str, &'s Value, String),
) {
    let (about, name) = target(schema, about, name, value);
    if about["properties"].is_object() && value.is_object() {
        found(name, about, at.clone());
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        objects(schema, &about["items"], item, (name, format!("{at}/{index}")), found);
    }
    for (key, value) in value.as_object().into_iter().flatten() {
        let about = property(about, key).map_or(&about["additionalProperties"], |(_, property)| property);
        objects(schema, about, value, (name, format!("{at}/{key}")), found);
    }
}

/// Where a document first has each key that may be one of a few words, with these.
pub fn chosen(schema: &Value, document: &Value) -> Vec<(String, Vec<String>)> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    objects(schema, schema, document, ("", String::new()), &mut |name, object, at| {
        for (key, about) in object["properties"].as_object().unwrap() {
            let words: Vec<String> = words_of(about).collect();
            let pointer = format!("{at}/{key}");
            if !words.is_empty()
                && document.pointer(&pointer).is_some()
                && seen.insert(format!("{name}/{key}"))
            {
                found.push((pointer, words));
            }
        }
    });
    found
}
