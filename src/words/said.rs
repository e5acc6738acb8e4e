//! What is said and what it means, as one value: nobody needs to read the sentence to know.

use std::borrow::Borrow;
use std::fmt;
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A sentence and its code, which only this module's neighbours put together. Equal, and written, by the text: a result that is read back
/// has no codes.
#[derive(Clone)]
pub struct Said<C> {
    code: Option<C>,
    text: String,
}

impl<C> Said<C> {
    pub(super) fn new(code: C, text: String) -> Said<C> {
        Said { code: Some(code), text }
    }

    /// What it means; `None`: it was read from a stored result.
    pub fn code(&self) -> Option<&C> {
        self.code.as_ref()
    }
}

impl<C> From<String> for Said<C> {
    fn from(text: String) -> Said<C> {
        Said { code: None, text }
    }
}

impl<C> From<&str> for Said<C> {
    fn from(text: &str) -> Said<C> {
        Said::from(text.to_owned())
    }
}

impl<C> Deref for Said<C> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

impl<C> Borrow<str> for Said<C> {
    fn borrow(&self) -> &str {
        &self.text
    }
}

impl<C> PartialEq for Said<C> {
    fn eq(&self, other: &Said<C>) -> bool {
        self.text == other.text
    }
}

impl<C> Eq for Said<C> {}

impl<C> PartialEq<String> for Said<C> {
    fn eq(&self, other: &String) -> bool {
        self.text == *other
    }
}

impl<C> PartialEq<&str> for Said<C> {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl<C> fmt::Display for Said<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl<C> fmt::Debug for Said<C> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.text, f)
    }
}

impl<C> Serialize for Said<C> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

impl<'de, C> Deserialize<'de> for Said<C> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Said<C>, D::Error> {
        String::deserialize(from).map(Said::from)
    }
}

#[cfg(test)]
mod tests {
    use super::Said;

    #[test]
    fn what_is_said_is_written_and_compared_by_its_text() {
        let said = Said::new(7, "seven".to_owned());
        assert_eq!(said.code(), Some(&7));
        assert_eq!(serde_json::to_string(&said).unwrap(), r#""seven""#);
        let read: Said<i32> = serde_json::from_str(r#""seven""#).unwrap();
        assert_eq!(read.code(), None);
        assert_eq!(read, said);
        assert_ne!(read, Said::from("eight"));
    }
}
