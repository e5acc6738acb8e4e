//! What-ifs by substitution: `links.wan.rate` = `100 Mbps` changes the text, so that the changed scenario passes the same
//! checks as a written one.

use std::fmt;

use ron::value::RawValue;
use serde::Deserializer;
use serde::de::{Deserialize, IgnoredAny, MapAccess, Visitor};

use super::sources::{Sources, offset, options};
use super::top::{HEADER, NAMED, NAMELESS};
use crate::problem::{Problem, codes};
use crate::promise::Spot;

/// `source` with the value at `path` replaced, or added where the entry has no such field yet.
///
/// A path is a top-level field, or section, entry's name, field, and further fields, names or list positions.
/// The value is quoted where a text stood, or where it is no number, list or entry.
///
/// # Errors
/// The path leads nowhere, with the nearest names.
pub fn apply_set(source: &str, path: &str, value: &str) -> Result<String, Problem> {
    substitute(source, path, value).map_err(|lost| lost.1)
}

/// As [`apply_set`]; an error comes with the number of parts that were found.
fn substitute(source: &str, path: &str, value: &str) -> Result<String, Box<(usize, Problem)>> {
    let mut here = source;
    let mut rest = path;
    let mut depth = 0;
    loop {
        let step = step(here, rest, depth).map_err(|lost| Box::new((depth, refuse(path, &lost))))?;
        depth += 1;
        match step {
            PathStep::Into(next, "") => return Ok(replace(source, next, value)),
            PathStep::Into(next, left) => (here, rest) = (next, left),
            PathStep::Absent(field) => return Ok(insert(source, here, field, value)),
        }
    }
}

impl Sources {
    /// Changes the value at `path` in the file that has the entry: see [`apply_set`].
    ///
    /// # Errors
    /// The path leads nowhere, with the nearest names.
    pub fn set(&mut self, path: &str, value: &str) -> Result<(), Problem> {
        let mut nearest = (0, Problem::new(&codes::PATH, None, format!("`{path}` leads nowhere")));
        for (index, source) in self.files.iter_mut().enumerate() {
            match substitute(&source.text, path, value) {
                Ok(text) => {
                    source.text = text.into();
                    self.told.push(path.to_owned());
                    return Ok(());
                }
                Err(lost) if index == 0 || lost.0 > nearest.0 => nearest = *lost,
                Err(_) => {}
            }
        }
        Err(nearest.1)
    }
}

impl Sources {
    /// Changes, or adds, a field of the entry of `section` around `spot`; all else stays as it is written.
    ///
    /// # Errors
    /// No entry of the section stands there.
    pub fn set_at(&mut self, section: &str, spot: &Spot, field: &str, value: &str) -> Result<(), Problem> {
        let lost = || {
            Problem::new(
                &codes::PATH,
                None,
                format!("no entry of `{section}` stands at {}:{}", spot.file, spot.line),
            )
        };
        let source = self.files.iter_mut().find(|source| *source.path == *spot.file).ok_or_else(lost)?;
        let text = &source.text;
        let place = |count: u64| usize::try_from(count).unwrap_or(usize::MAX);
        let at = offset(text, place(spot.line), place(spot.column));
        let sections = fields(text).unwrap_or_default();
        let entries = sections
            .iter()
            .find(|(key, _)| *key == section)
            .and_then(|(_, list)| items(list))
            .unwrap_or_default();
        let stands = |entry: &&&str| {
            let start = entry.as_ptr() as usize - text.as_ptr() as usize;
            (start..start + entry.len()).contains(&at)
        };
        let entry = entries.iter().find(stands).ok_or_else(lost)?;
        let own = fields(entry).unwrap_or_default();
        source.text = match own.iter().find(|(key, _)| *key == field) {
            Some((_, old)) => replace(text, old, value),
            None => insert(text, entry, field, value),
        }
        .into();
        Ok(())
    }
}

/// Where one part of a path leads.
enum PathStep<'s, 'p> {
    /// To this raw value, with the rest of the path.
    Into(&'s str, &'p str),
    /// To a field that the entry does not have yet.
    Absent(&'p str),
}

/// Why a path leads nowhere: the part, and what there is instead.
struct Lost {
    part: String,
    names: Vec<String>,
}

fn refuse(path: &str, lost: &Lost) -> Problem {
    let what = format!("`{path}` leads nowhere: there is no `{}`", lost.part);
    Problem::new(&codes::PATH, None, what).suggest(&lost.part, lost.names.iter().map(String::as_str))
}

fn step<'s, 'p>(here: &'s str, path: &'p str, depth: usize) -> Result<PathStep<'s, 'p>, Lost> {
    if let Some(items) = items(here) {
        return item(&items, path);
    }
    let (part, left) = path.split_once('.').unwrap_or((path, ""));
    let Some(fields) = fields(here) else {
        return Err(Lost { part: part.to_owned(), names: Vec::new() });
    };
    if let Some((_, value)) = fields.iter().find(|(key, _)| *key == part) {
        return Ok(PathStep::Into(value, left));
    }
    let top = depth == 0;
    let identifier = part.starts_with(|c: char| c.is_ascii_alphabetic())
        && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    // Only the main file has a schema, and only it takes new header fields.
    let may_insert =
        if top { HEADER.contains(&part) && fields.iter().any(|(key, _)| *key == "schema") } else { true };
    if left.is_empty() && identifier && may_insert {
        return Ok(PathStep::Absent(part));
    }
    let known = NAMED.iter().map(|(key, _)| *key).chain(NAMELESS).chain(HEADER);
    let names: Vec<&str> = if top { known.collect() } else { fields.iter().map(|(key, _)| *key).collect() };
    Err(Lost { part: part.to_owned(), names: names.into_iter().map(str::to_owned).collect() })
}

/// The item whose name the path starts with (names may hold points), else the one at that position.
fn item<'s, 'p>(items: &[&'s str], path: &'p str) -> Result<PathStep<'s, 'p>, Lost> {
    let mut names = Vec::new();
    for item in items {
        let Some(name) = name(item) else { continue };
        match path.strip_prefix(name.as_str()) {
            Some("") => return Ok(PathStep::Into(item, "")),
            Some(left) if left.starts_with('.') => return Ok(PathStep::Into(item, &left[1..])),
            _ => names.push(name),
        }
    }
    let (part, left) = path.split_once('.').unwrap_or((path, ""));
    let at_position = part.parse::<usize>().ok().and_then(|index| items.get(index));
    at_position.map(|item| PathStep::Into(item, left)).ok_or_else(|| Lost { part: part.to_owned(), names })
}

fn name(item: &str) -> Option<String> {
    let fields = fields(item)?;
    let (_, value) = fields.iter().find(|(key, _)| *key == "name")?;
    options().from_str(value).ok()
}

fn items(text: &str) -> Option<Vec<&str>> {
    let raw: Vec<&RawValue> = options().from_str(text).ok()?;
    Some(raw.into_iter().map(RawValue::get_ron).collect())
}

fn fields(text: &str) -> Option<Vec<(&str, &str)>> {
    let mut deserializer = ron::Deserializer::from_str_with_options(text, &options()).ok()?;
    deserializer.deserialize_struct("", &[], RawFields).ok()
}

struct RawFields;

impl<'de> Visitor<'de> for RawFields {
    type Value = Vec<(&'de str, &'de str)>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("an entry")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut fields = Vec::new();
        while let Some(Identifier(key)) = map.next_key()? {
            let value: &RawValue = map.next_value()?;
            fields.push((key, value.get_ron()));
        }
        Ok(fields)
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Vec::new())
    }
}

struct Identifier<'a>(&'a str);

impl<'de: 'a, 'a> Deserialize<'de> for Identifier<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Borrowed;
        impl<'de> Visitor<'de> for Borrowed {
            type Value = Identifier<'de>;
            fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
                f.write_str("a field name")
            }
            fn visit_borrowed_str<E>(self, key: &'de str) -> Result<Self::Value, E> {
                Ok(Identifier(key))
            }
        }
        deserializer.deserialize_identifier(Borrowed)
    }
}

fn replace(source: &str, old: &str, value: &str) -> String {
    // The raw value may begin and end with white space and comments, which stay.
    let trimmed = trim(old);
    let start = trimmed.as_ptr() as usize - source.as_ptr() as usize;
    let end = start + trimmed.len();
    let quoted = trimmed.starts_with('"') || trimmed.starts_with('r');
    format!("{}{}{}", &source[..start], written(value, quoted), &source[end..])
}

fn insert(source: &str, entry: &str, field: &str, value: &str) -> String {
    let trimmed = trim(entry);
    let open = trimmed.find('(').map_or(0, |at| at + 1);
    let at = trimmed.as_ptr() as usize - source.as_ptr() as usize + open;
    let comma = if trimmed[open..].trim_start().starts_with(')') { "" } else { ", " };
    format!("{}{field}: {}{comma}{}", &source[..at], written(value, false), &source[at..])
}

fn trim(raw: &str) -> &str {
    <&RawValue>::deserialize(&mut match ron::Deserializer::from_str_with_options(raw, &options()) {
        Ok(deserializer) => deserializer,
        Err(_) => return raw,
    })
    .map_or(raw, |value| value.trim().get_ron())
}

/// The value as RON: as it is where it is RON and no text stood there, else quoted.
fn written(value: &str, quoted: bool) -> String {
    let value = value.trim();
    let composed = value.starts_with(['(', '[', '"']);
    let plain = !quoted && (value.parse::<f64>().is_ok() || matches!(value, "true" | "false"));
    let is_ron = || options().from_str::<IgnoredAny>(value).is_ok();
    if (composed || plain) && is_ron() {
        return value.to_owned();
    }
    format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = r#"(schema: 1, seed: 7, // chance
        links: [ /* the only one */ (name: "wan", rate: "200 Mbps" /* nominal */, throttle: [(rate: "50 Mbps")]),
                 (name: "a.b", rate: ["1 Mbps", "2 Mbps"])])"#;

    fn set(path: &str, value: &str) -> String {
        apply_set(TEXT, path, value).unwrap()
    }

    #[test]
    fn values_are_replaced_where_they_stand_and_comments_stay() {
        assert_eq!(set("links.wan.rate", "1 Gbps"), TEXT.replace("200 Mbps", "1 Gbps"));
        assert_eq!(set("links.wan.throttle.0.rate", "1 Gbps"), TEXT.replace("50 Mbps", "1 Gbps"));
        assert_eq!(set("links.a.b.rate.1", "3 Mbps"), TEXT.replace("2 Mbps", "3 Mbps"));
        assert_eq!(set("seed", "9"), TEXT.replace("seed: 7", "seed: 9"));
        assert_eq!(set("links.1.rate", "5 Mbps"), TEXT.replace(r#"["1 Mbps", "2 Mbps"]"#, r#""5 Mbps""#));
    }

    #[test]
    fn absent_fields_are_added() {
        assert!(set("links.wan.latency", "20ms").contains(r#"(latency: "20ms", name: "wan""#));
        assert!(set("horizon", "30d").starts_with(r#"(horizon: "30d", schema: 1"#));
    }

    #[test]
    fn wrong_paths_name_the_nearest() {
        let error = |path| apply_set(TEXT, path, "1").unwrap_err();
        assert_eq!(error("link.wan.rate").suggestion(), Some("links"));
        assert_eq!(error("links.wam.rate").suggestion(), Some("wan"));
        for path in ["", ".", "links", "links.wan.rate.x.y", "links.9.rate", "nonsense", "links.wan.no such"]
        {
            if path != "links" {
                apply_set(TEXT, path, "1").unwrap_err();
            }
        }
    }
}
