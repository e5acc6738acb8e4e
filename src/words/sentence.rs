//! What is said and what it means, as one value: nobody needs to read the sentence to know.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A sentence and its code, which only this module's neighbours put together. Equal, and written, by the text: a result that is read back
/// has no codes.
#[derive(Clone)]
pub struct Sentence<C> {
    code: Option<C>,
    text: String,
}

impl<C> Sentence<C> {
    pub(super) fn new(code: C, text: String) -> Sentence<C> {
        Sentence { code: Some(code), text }
    }

    /// What it means; `None`: it was read from a stored result.
    pub fn code(&self) -> Option<&C> {
        self.code.as_ref()
    }
}

impl<C> From<String> for Sentence<C> {
    fn from(text: String) -> Sentence<C> {
        Sentence { code: None, text }
    }
}

impl<C> From<&str> for Sentence<C> {
    fn from(text: &str) -> Sentence<C> {
        Sentence::from(text.to_owned())
    }
}

impl<C> Deref for Sentence<C> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl<C> Borrow<str> for Sentence<C> {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl<C> PartialEq for Sentence<C> {
    fn eq(&self, other: &Sentence<C>) -> bool {
        self.text == other.text
    }
}

impl<C> Eq for Sentence<C> {}

impl<C> PartialEq<String> for Sentence<C> {
    fn eq(&self, other: &String) -> bool {
        self.text == *other
    }
}

impl<C> PartialEq<&str> for Sentence<C> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<C> fmt::Display for Sentence<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<C> fmt::Debug for Sentence<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<C> Serialize for Sentence<C> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

impl<'de, C> Deserialize<'de> for Sentence<C> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Sentence<C>, D::Error> {
        String::deserialize(from).map(Sentence::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Sentence;

    #[test]
    fn what_is_said_is_written_and_compared_by_its_text() {
        let said = Sentence::new(7, "seven".to_owned());
        assert_eq!(said.code(), Some(&7));
        assert_eq!(serde_json::to_string(&said).unwrap(), r#""seven""#);
        let read: Sentence<i32> = serde_json::from_str(r#""seven""#).unwrap();
        assert_eq!(read.code(), None);
        assert_eq!(read, said);
        assert_ne!(read, Sentence::from("eight"));
    }
}
