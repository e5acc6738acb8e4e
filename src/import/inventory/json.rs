//! Objects of JSON as `ConvertTo-Json` writes them: values may be text, enumerations numbers or words, properties in any case.

use serde_json::{Map, Value};

use super::super::fault::{Fault, Faults, quote};
use super::super::number::{SCALE, decimal};

/// An object.
pub type Object = Map<String, Value>;

/// A property: by its name as the product writes it, else in any case, as somebody selected it.
pub fn get<'o>(object: &'o Object, key: &str) -> Option<&'o Value> {
    let in_any_case = || object.iter().find(|(own, _)| own.eq_ignore_ascii_case(key)).map(|(_, value)| value);
    object.get(key).or_else(in_any_case)
}

/// Whether it has all of these properties.
pub fn has(object: &Object, keys: &[&str]) -> bool {
    keys.iter().all(|key| get(object, key).is_some())
}

/// The first of these properties that is text, and not empty; else nothing.
pub fn text<'o>(object: &'o Object, keys: &[&str]) -> &'o str {
    keys.iter().find_map(|key| get(object, key)?.as_str().filter(|text| !text.is_empty())).unwrap_or_default()
}

/// The text of a property, or the name of the object that it is.
pub fn name<'o>(object: &'o Object, key: &str) -> &'o str {
    match get(object, key) {
        Some(Value::String(name)) => name,
        Some(Value::Object(inner)) => text(inner, &["Name"]),
        Some(_) | None => "",
    }
}

/// Names and paths on Windows are the same in any case.
pub fn key(text: &str) -> String {
    text.to_lowercase()
}

/// The name of a computer without its domain, in lower case.
pub fn computer(text: &str) -> String {
    let address = text.split('.').all(|part| part.parse::<u8>().is_ok());
    let name = if address { text } else { text.split('.').next().unwrap_or(text) };
    key(name)
}

/// A whole number, however it is written: `4294967296`, `"4294967296"`, `1.07E+11`. `Ok(None)`: there is none.
///
/// # Errors
/// What is there instead, as text.
pub fn number(object: &Object, key: &str) -> Result<Option<u64>, String> {
    let written = match get(object, key) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) if text.trim().is_empty() => return Ok(None),
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(other @ (Value::Bool(_) | Value::Array(_) | Value::Object(_))) => return Err(other.to_string()),
    };
    let value = decimal(written.as_bytes()).map_err(|_| written.clone())?;
    match u64::try_from(value / SCALE) {
        Ok(whole) if value % SCALE == 0 => Ok(Some(whole)),
        Ok(_) | Err(_) => Err(written),
    }
}

/// The same, where it is a fault if something else is there.
pub fn whole(object: &Object, key: &str, of: &str, file: &str, faults: &mut Faults) -> Option<u64> {
    number(object, key).unwrap_or_else(|written| {
        let reason = format!("{key} of {of} is `{}`", quote(&written));
        faults.push(Fault::of(file, reason, "a whole number is needed, sizes in bytes; export it again"));
        None
    })
}

/// Cores, memory as it is written, and the generation of a machine, by the names of its properties.
pub fn shape(
    object: &Object,
    [cores, memory]: [&str; 2],
    (name, file): (&str, &str),
    faults: &mut Faults,
) -> (u32, u64, Option<u8>) {
    let of = format!("machine `{}`", quote(name));
    let mut count = |key| whole(object, key, &of, file, faults);
    let cores = u32::try_from(count(cores).unwrap_or(0)).unwrap_or(u32::MAX);
    let generation = count("Generation").and_then(|number| u8::try_from(number).ok());
    (cores, count(memory).unwrap_or(0), generation.filter(|number| matches!(number, 1 | 2)))
}

/// What is written at these properties, words and numbers alike.
pub fn words(object: &Object, keys: &[&str]) -> Vec<String> {
    let written = |key: &&str| match get(object, key)? {
        Value::Null => None,
        Value::String(text) => Some(text.trim().to_owned()),
        value @ (Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            Some(value.to_string())
        }
    };
    keys.iter().filter_map(written).filter(|text| !text.is_empty()).collect()
}

/// Whether a property is true, as JSON or PowerShell's tables write it; `None` if it does not say.
pub fn is_true(object: &Object, key: &str) -> Option<bool> {
    match get(object, key)? {
        Value::Bool(is) => Some(*is),
        Value::String(text) => text.to_lowercase().parse().ok(),
        Value::Null | Value::Number(_) | Value::Array(_) | Value::Object(_) => None,
    }
}

/// A value of an enumeration, by its number or its word.
pub fn is_one_of(object: &Object, keys: &[&str], numbers: &[u64], words: &[&str]) -> bool {
    keys.iter().filter_map(|key| get(object, key)).any(|value| match value {
        Value::Number(number) => number.as_u64().is_some_and(|number| numbers.contains(&number)),
        Value::String(text) => {
            let number = text.parse().is_ok_and(|number: u64| numbers.contains(&number));
            number || words.iter().any(|word| word.eq_ignore_ascii_case(text))
        }
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_however_it_is_written() {
        let value = |json: &str| {
            let object: Object = serde_json::from_str(&format!("{{\"a\": {json}}}")).expect("it is JSON");
            number(&object, "a")
        };
        for text in ["107374182400", "\"107374182400\"", "1.073741824E+11", "\" 1.073741824E+11 \""] {
            assert_eq!(value(text), Ok(Some(107_374_182_400)), "{text}");
        }
        for text in ["null", "\"\""] {
            assert_eq!(value(text), Ok(None), "{text}");
        }
        for text in ["\"4 GB\"", "1.5", "-1", "true", "{}", "1e30"] {
            assert!(value(text).is_err(), "{text}");
        }
    }

    #[test]
    fn computers_are_known_without_their_domain_but_not_addresses() {
        assert_eq!(computer("DR01.contoso.com"), "dr01");
        assert_eq!(computer("10.0.0.7"), "10.0.0.7");
    }
}
