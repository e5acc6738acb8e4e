//! A file as a tree whose texts are slices of the source, so that the address of a text is its place.
//!
//! One generic tree instead of one type per entry: every unknown, missing, doubled or mistyped field of a whole file is
//! then found in one pass, and JSON is read for free.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};

/// A value of a file.
#[derive(Debug)]
pub enum Node<'a> {
    /// A text; borrowed, and so with a place, unless it holds escapes.
    Text(Cow<'a, str>),
    /// A whole number.
    Integer(i128),
    /// Any other number.
    Float(f64),
    /// `true` or `false`.
    Bool(bool),
    /// `()` or `None`.
    Unit,
    /// `[ … ]`
    List(Vec<Node<'a>>),
    /// `( … )` or `{ … }`: fields as written, doubled ones included.
    Fields(Vec<(Cow<'a, str>, Node<'a>)>),
}

impl<'a> Node<'a> {
    /// Its text, if it is one.
    pub fn as_text(&self) -> Option<&Cow<'a, str>> {
        if let Node::Text(text) = self { Some(text) } else { None }
    }

    /// Its items, if it is a list.
    pub fn as_list(&self) -> Option<&[Node<'a>]> {
        if let Node::List(items) = self { Some(items) } else { None }
    }

    /// Its field of this name, if it is an entry and has it: name and value.
    pub fn field(&self, name: &str) -> Option<&(Cow<'a, str>, Node<'a>)> {
        let fields: &[_] = if let Node::Fields(fields) = self { fields } else { &[] };
        fields.iter().find(|(key, _)| key == name)
    }

    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Node::Text(_) => "a text",
            Node::Integer(_) | Node::Float(_) => "a number",
            Node::Bool(_) => "true or false",
            Node::Unit => "nothing",
            Node::List(_) => "a list",
            Node::Fields(_) => "an entry",
        }
    }

    /// A slice of the source at this node: its text, or the first text or field inside.
    pub fn slice(&self) -> Option<&'a str> {
        match self {
            Node::Text(text) => borrowed(text),
            Node::List(items) => items.iter().find_map(Node::slice),
            Node::Fields(fields) => fields.iter().find_map(|(key, _)| borrowed(key)),
            Node::Integer(_) | Node::Float(_) | Node::Bool(_) | Node::Unit => None,
        }
    }
}

/// The slice of the source, unless the text had to be copied.
pub fn borrowed<'a>(text: &Cow<'a, str>) -> Option<&'a str> {
    match text {
        Cow::Borrowed(text) => Some(text),
        Cow::Owned(_) => None,
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Node<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node<'de>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text, number, list or entry")
    }
    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Borrowed(text)))
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text.to_owned())))
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Node<'de>, E> {
        Ok(Node::Text(Cow::Owned(text)))
    }
    fn visit_bool<E: Error>(self, value: bool) -> Result<Node<'de>, E> {
        Ok(Node::Bool(value))
    }
    fn visit_i64<E: Error>(self, value: i64) -> Result<Node<'de>, E> {
        Ok(Node::Integer(value.into()))
    }
    fn visit_u64<E: Error>(self, value: u64) -> Result<Node<'de>, E> {
        Ok(Node::Integer(value.into()))
    }
    fn visit_f64<E: Error>(self, value: f64) -> Result<Node<'de>, E> {
        Ok(Node::Float(value))
    }
    fn visit_unit<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Unit)
    }
    fn visit_none<E: Error>(self) -> Result<Node<'de>, E> {
        Ok(Node::Unit)
    }
    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        Node::deserialize(deserializer)
    }
    fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node<'de>, D::Error> {
        Node::deserialize(deserializer)
    }
    fn visit_seq<S: SeqAccess<'de>>(self, mut items: S) -> Result<Node<'de>, S::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }
    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Node<'de>, M::Error> {
        let mut fields = Vec::new();
        while let Some(Key(key)) = map.next_key()? {
            fields.push((key, map.next_value()?));
        }
        Ok(Node::Fields(fields))
    }
}

/// A field's name: an identifier in RON, a text in JSON and in RON maps.
struct Key<'a>(Cow<'a, str>);

impl<'de: 'a, 'a> Deserialize<'de> for Key<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let node = deserializer.deserialize_any(NodeVisitor)?;
        let kind = node.kind();
        let Node::Text(text) = node else {
            return Err(D::Error::custom(format!("a field name was expected, not {kind}")));
        };
        Ok(Key(text))
    }
}
