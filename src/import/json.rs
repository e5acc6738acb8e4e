//! JSON in which no object has a property twice: nobody knows which of the two is meant, and the usual readers keep the last in silence.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

/// The value of a text.
///
/// # Errors
/// It is no JSON, or an object has a property twice.
pub fn value(text: &str) -> serde_json::Result<Value> {
    serde_json::from_str(text).map(|Once(value)| value)
}

/// Whether a text is a JSON object or a list of them, by how it begins.
pub fn is_json(begin: &str) -> bool {
    begin.trim_start().trim_start_matches('[').trim_start().starts_with('{')
}

/// A value all objects of which have each property once.
struct Once(Value);

/// Names and the texts that they have, in order, for a field that is such an object.
///
/// # Errors
/// It is no such object, or has a name twice.
pub fn texts<'t, D: Deserializer<'t>>(from: D) -> Result<Vec<(String, String)>, D::Error> {
    let Once(Value::Object(object)) = Once::deserialize(from)? else {
        return Err(D::Error::custom("expected an object"));
    };
    let text = |(name, value): (String, Value)| match value {
        Value::String(text) => Ok((name, text)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            Err(D::Error::custom(format!("`{name}` is no text")))
        }
    };
    object.into_iter().map(text).collect()
}

impl<'t> Deserialize<'t> for Once {
    fn deserialize<D: Deserializer<'t>>(from: D) -> Result<Once, D::Error> {
        from.deserialize_any(Any)
    }
}

struct Any;

impl<'t> Visitor<'t> for Any {
    type Value = Once;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Once, E> {
        Ok(Once(Value::Null))
    }

    fn visit_bool<E>(self, is: bool) -> Result<Once, E> {
        Ok(Once(is.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Once, E> {
        Ok(Once(number.into()))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Once, E> {
        Ok(Once(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Once, E> {
        Ok(Once(Number::from_f64(number).map_or(Value::Null, Value::Number)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Once, E> {
        Ok(Once(text.into()))
    }

    fn visit_string<E>(self, text: String) -> Result<Once, E> {
        Ok(Once(text.into()))
    }

    fn visit_seq<A: SeqAccess<'t>>(self, mut list: A) -> Result<Once, A::Error> {
        let mut values = Vec::new();
        while let Some(Once(value)) = list.next_element()? {
            values.push(value);
        }
        Ok(Once(Value::Array(values)))
    }

    fn visit_map<A: MapAccess<'t>>(self, mut map: A) -> Result<Once, A::Error> {
        let mut object = Map::new();
        while let Some((name, Once(value))) = map.next_entry::<String, Once>()? {
            if object.contains_key(&name) {
                return Err(A::Error::custom(format!("property `{name}` is there twice")));
            }
            object.insert(name, value);
        }
        Ok(Once(Value::Object(object)))
    }
}
