//! Pages of `docs/` that name every key, read as JSON Schema. Tests hold the pages to what is printed, and to this shape.
//!
//! A table with the head `| key | type | meaning |` is an object with these keys and no others, named as the heading above it; the first
//! of a page is the document itself. One with the head `| key | type |` is too, and may lack what is not `, needed`; what its keys mean
//! stands on another page, in tables with the head `| entry | field | meaning |`. One with the head `| word | meaning |` is a text that is
//! one of these. `…` in a key stands for anything. A type is one of [`plain`], a link to an object of the page, words of which it is one
//! (`` `yes` · `no` ``), `list of` a type, `by name:` a type, one in brackets, or types with ` or ` between; `, may be absent` may follow.

use serde_json::{Map, Value as Json, json};

const KEYS: &str = "| key | type | meaning |";
const KEYS_OF_ENTRY: &str = "| key | type |";
const WORDS: &str = "| word | meaning |";
const FIELDS: &str = "| field | meaning |";
const FIELDS_OF_ENTRY: &str = "| entry | field | meaning |";

/// The schema of what `page` documents, in this version.
pub fn schema(name: &str, version: &str, page: &str) -> Json {
    let mut objects = objects(page).into_iter();
    let (_, mut schema) = objects.next().unwrap_or_default();
    schema.insert("$schema".into(), json!("https://json-schema.org/draft/2020-12/schema"));
    schema.insert("$id".into(), json!(format!("urn:drsim:schema:{name}:{version}")));
    schema.insert("title".into(), json!(format!("drsim {name}")));
    let about = page.split("\n\n").nth(1).unwrap_or_default();
    schema.insert("description".into(), json!(unlinked(about)));
    let others: Map<String, Json> = objects.map(|(name, object)| (name, Json::Object(object))).collect();
    schema.insert("$defs".into(), Json::Object(others));
    Json::Object(schema)
}

/// Every object and list of words of a page, by the anchor of its heading.
fn objects(page: &str) -> Vec<(String, Map<String, Json>)> {
    let mut all = Vec::new();
    let (mut heading, mut lines) = ("", page.lines());
    while let Some(line) = lines.next() {
        if line.starts_with('#') {
            heading = line;
        } else if line == KEYS {
            let rows = lines.by_ref().skip(1).map_while(row);
            all.push((anchor(heading), object(rows)));
        } else if line == KEYS_OF_ENTRY {
            let rows: Vec<[&str; 2]> = lines.by_ref().skip(1).map_while(row).collect();
            let types: Vec<String> = rows.iter().map(|[_, of]| as_needed(of)).collect();
            let rows = rows.iter().zip(&types).map(|([names, _], of)| [*names, of.as_str(), ""]);
            all.push((anchor(heading), object(rows)));
        } else if line == WORDS {
            let rows = lines.by_ref().skip(1).map_while(row);
            let words = rows.flat_map(|[word, _]| quoted(word)).collect::<Vec<_>>();
            all.push((anchor(heading), Map::from_iter([("enum".to_owned(), json!(words))])));
        }
    }
    all
}

fn as_needed(of: &str) -> String {
    of.strip_suffix(", needed").map_or_else(|| format!("{of}, may be absent"), str::to_owned)
}

/// Adds what `page` says of the fields of entries.
pub fn describe(schema: &mut Json, page: &str) {
    let (mut entry, mut lines) = (String::new(), page.lines());
    while let Some(line) = lines.next() {
        if line == FIELDS {
            for [names, meaning] in lines.by_ref().skip(1).map_while(row) {
                say(&mut schema["properties"], names, meaning);
            }
        } else if line == FIELDS_OF_ENTRY {
            for [of, names, meaning] in lines.by_ref().skip(1).map_while(row) {
                if !of.is_empty() {
                    entry = of.trim_matches('`').to_owned();
                }
                say(&mut schema["$defs"][&entry]["properties"], names, meaning);
            }
        }
    }
}

fn say(properties: &mut Json, names: &str, meaning: &str) {
    for name in quoted(names) {
        if let Some(about) = properties.get_mut(name) {
            about["description"] = json!(unlinked(meaning));
        }
    }
}

/// The cells of a row.
fn row<const CELLS: usize>(line: &str) -> Option<[&str; CELLS]> {
    let cells = line.strip_prefix('|')?.strip_suffix('|')?.split(" | ").map(str::trim);
    let cells: Vec<&str> = cells.collect();
    cells.try_into().ok()
}

fn object<'p>(rows: impl Iterator<Item = [&'p str; 3]>) -> Map<String, Json> {
    let (mut keys, mut patterns, mut required) = (Map::new(), Map::new(), Vec::new());
    for [names, of, meaning] in rows {
        let (of, is_required) = of.strip_suffix(", may be absent").map_or((of, true), |of| (of, false));
        let mut about = kind(of);
        if !meaning.is_empty() {
            about.insert("description".into(), json!(unlinked(meaning)));
        }
        for name in quoted(names) {
            match name.split_once('…') {
                Some((before, after)) => {
                    patterns.insert(format!("^{before}.+{after}$"), Json::Object(about.clone()));
                }
                None => {
                    required.extend(is_required.then(|| json!(name)));
                    keys.insert(name.to_owned(), Json::Object(about.clone()));
                }
            }
        }
    }
    let mut object = Map::from_iter([
        ("type".to_owned(), json!("object")),
        ("properties".to_owned(), Json::Object(keys)),
        ("required".to_owned(), Json::Array(required)),
        ("additionalProperties".to_owned(), json!(false)),
    ]);
    if !patterns.is_empty() {
        object.insert("patternProperties".into(), Json::Object(patterns));
    }
    object
}

/// What a type allows.
fn kind(of: &str) -> Map<String, Json> {
    let kinds = alternatives(of);
    let schema = if kinds.len() > 1 {
        json!({ "anyOf": kinds.into_iter().map(kind).collect::<Vec<_>>() })
    } else if let Some(each) = of.strip_prefix("list of ") {
        json!({ "type": "array", "items": kind(each) })
    } else if let Some(each) = of.strip_prefix("by name: ") {
        json!({ "type": "object", "additionalProperties": kind(each) })
    } else if let Some(inner) = of.strip_prefix('(').and_then(|of| of.strip_suffix(')')) {
        return kind(inner);
    } else if let Some((_, anchor)) = of.split_once("](#") {
        json!({ "$ref": format!("#/$defs/{}", anchor.trim_end_matches(')')) })
    } else if of.starts_with('`') {
        json!({ "enum": quoted(of).collect::<Vec<_>>() })
    } else {
        plain(of)
    };
    match schema {
        Json::Object(schema) => schema,
        Json::Null | Json::Bool(_) | Json::Number(_) | Json::String(_) | Json::Array(_) => Map::new(),
    }
}

/// The types between ` or `, outside of brackets.
fn alternatives(of: &str) -> Vec<&str> {
    let (mut all, mut begin) = (Vec::new(), 0);
    for (at, word) in of.match_indices(" or ") {
        let one = &of[begin..at];
        if one.matches('(').count() == one.matches(')').count() {
            all.push(one);
            begin = at + word.len();
        }
    }
    all.push(&of[begin..]);
    all
}

/// A number as quantities are written.
const NUMBER: &str = r"\s*[0-9_]*\.?[0-9_]+\s*";

/// Types with a name. Texts with a unit are as the language reads them, which knows better what is wrong with one.
fn plain(of: &str) -> Json {
    let text = |pattern: String| json!({ "type": "string", "pattern": pattern });
    match of {
        "text" => json!({ "type": "string" }),
        "texts" => json!({ "type": ["string", "array"], "items": { "type": "string" } }),
        "instant" => json!({ "type": "string", "format": "date-time" }),
        "count" => json!({ "type": ["integer", "string"], "pattern": r"^\s*[0-9_]+\s*$", "minimum": 0 }),
        "share" => {
            json!({ "type": ["number", "string"], "pattern": format!("^{NUMBER}%?\\s*$"), "minimum": 0 })
        }
        "size" => text(format!(r"^{NUMBER}([kKMGTP]|[KMGTP]i)?B\s*$")),
        "rate" => text(format!(r"^{NUMBER}([kKMGTP]|[KMGTP]i)?(bps|(B|b|bit|bits)\s*(/|per)\s*[a-z]+)\s*$")),
        "span" => text(format!(r"^({NUMBER}[a-zµ]+[\s,]*)+$|^P[0-9A-Z.]+$")),
        "drawn" => text(r"^\s*(one of|uniform|log-uniform|lognormal|exponential) ".to_owned()),
        "limitless" => json!({ "enum": ["unlimited", "none", "never"] }),
        // What is none of these is refused by whoever reads the schema.
        other => json!({ "type": other }),
    }
}

/// What stands in backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// What a link to a heading is written with.
fn anchor(heading: &str) -> String {
    let heading = heading.trim_start_matches('#').trim().to_lowercase().replace(' ', "-");
    heading.chars().filter(|c| c.is_alphanumeric() || "-_".contains(*c)).collect()
}

/// Text in one line, without the targets of its links.
fn unlinked(text: &str) -> String {
    let text = text.replace('\n', " ");
    let mut parts = text.split("](");
    let first = parts.next().unwrap_or_default().to_owned();
    let rest = parts.filter_map(|part| part.split_once(')').map(|(_, after)| after));
    rest.fold(first, |all, after| {
        let (before, linked) = all.rsplit_once('[').unwrap_or(("", &all));
        format!("{before}{linked}{after}")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_read_from_the_outside_in() {
        let of = |text: &str| Json::Object(kind(text));
        let number = || json!({ "type": "number" });
        let or_null = |schema: Json| json!({ "anyOf": [schema, { "type": "null" }] });
        let list = |of: Json| json!({ "type": "array", "items": of });
        assert_eq!(of("list of list of (number or null)"), list(list(or_null(number()))));
        assert_eq!(of("list of number or null"), or_null(list(number())));
        assert_eq!(
            of("list of (text or [a](#a)) or number")["anyOf"],
            json!([list(json!({ "anyOf": [{ "type": "string" }, { "$ref": "#/$defs/a" }] })), number()])
        );
        assert_eq!(of("`a` · `b c` or null"), or_null(json!({ "enum": ["a", "b c"] })));
        assert_eq!(
            of("by name: [heat map](#heat-map)"),
            json!({ "type": "object", "additionalProperties": { "$ref": "#/$defs/heat-map" } })
        );
    }

    #[test]
    fn an_entry_may_lack_what_is_not_needed_and_another_page_says_what_its_keys_mean() {
        let page = "# T\n\nIt.\n\n| key | type |\n|---|---|\n| `a` | text |\n\n## `e`\n\n| key | type |\n|---|---|\n| `b`, `c` | text, needed |\n| `d` | text |\n";
        let mut schema = schema("t", "1", page);
        describe(
            &mut schema,
            "| field | meaning |\n|---|---|\n| `a` | of a |\n\n| entry | field | meaning |\n|---|---|---|\n| `e` | `b` | of b |\n| | `d`, `x` | of d |\n",
        );
        let entry = &schema["$defs"]["e"];
        assert_eq!((&schema["required"], &entry["required"]), (&json!([]), &json!(["b", "c"])));
        let said = |key: &str| entry["properties"][key]["description"].as_str();
        assert_eq!((said("b"), said("c"), said("d")), (Some("of b"), None, Some("of d")));
        assert_eq!(schema["properties"]["a"]["description"], "of a");
    }

    #[test]
    fn an_object_has_the_keys_of_its_table_and_no_others() {
        let page = "# T\n\nAll [of](x.md) it,\n[b](y).\n\n| key | type | meaning |\n|---|---|---|\n| `a`, `b` | text | [so](z) |\n\n## The `k_s`\n\n\
                    | key | type | meaning |\n|---|---|---|\n| `r_…_bps` | integer, may be absent | m |\n\n| `z` | text | none |\n\n\
                    ## W\n\n| word | meaning |\n|---|---|\n| `a b` | x |\n| `c` | y |\n";
        let schema = schema("t", "1.0", page);
        assert_eq!(schema["description"], "All of it, b.");
        assert_eq!(schema["properties"]["b"], json!({ "type": "string", "description": "so" }));
        assert_eq!(
            (&schema["required"], &schema["additionalProperties"]),
            (&json!(["a", "b"]), &json!(false))
        );
        let other = &schema["$defs"]["the-k_s"];
        assert_eq!(other["patternProperties"]["^r_.+_bps$"]["type"], "integer");
        assert_eq!((&other["properties"], &other["required"]), (&json!({}), &json!([])));
        assert_eq!(schema["$defs"]["w"], json!({ "enum": ["a b", "c"] }));
    }
}
