//! Closed lists: enums of which each variant has its words, which stand in reports and in the JSON alike. Code matches the variant.

use std::fmt;
use std::marker::PhantomData;

use serde::{Deserializer, Serializer, de};

/// An enum made by `closed!`.
pub trait Closed: Copy + 'static {
    /// All variants, in order.
    const ALL: &'static [Self];

    /// What reports and the JSON call it.
    fn words(self) -> &'static str;
}

/// The variant with these words.
pub fn find<T: Closed>(words: &str) -> Option<T> {
    T::ALL.iter().copied().find(|it| it.words() == words)
}

/// Writes the words.
///
/// # Errors
/// If the serializer has one.
pub fn serialize<T: Closed, S: Serializer>(it: &T, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(it.words())
}

/// Reads the words.
///
/// # Errors
/// If they are of no variant.
pub fn deserialize<'de, T: Closed, D: Deserializer<'de>>(from: D) -> Result<T, D::Error> {
    from.deserialize_str(Words(PhantomData))
}

struct Words<T>(PhantomData<T>);

impl<T: Closed> de::Visitor<'_> for Words<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Vec<String> = T::ALL.iter().map(|it| format!("`{}`", it.words())).collect();
        write!(f, "one of {}", all.join(", "))
    }

    fn visit_str<E: de::Error>(self, words: &str) -> Result<T, E> {
        find(words).ok_or_else(|| E::invalid_value(de::Unexpected::Str(words), &self))
    }
}

/// An enum, its list of variants, and the words of each.
macro_rules! closed {
    ($(#[$about:meta])* pub enum $name:ident { $($(#[$each:meta])* $variant:ident = $words:literal,)* }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$each])* $variant,)* }

        impl $crate::closed::Closed for $name {
            const ALL: &'static [$name] = &[$($name::$variant),*];

            fn words(self) -> &'static str {
                match self { $($name::$variant => $words),* }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad($crate::closed::Closed::words(*self))
            }
        }

        impl $name {
            /// What reports and the JSON call it.
            pub fn words(self) -> &'static str {
                $crate::closed::Closed::words(self)
            }
        }
    };
}

/// Serialises closed lists as their words, and reads them back.
macro_rules! as_words {
    ($($name:ident),*) => {$(
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                $crate::closed::serialize(self, to)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<$name, D::Error> {
                $crate::closed::deserialize(from)
            }
        }
    )*};
}

pub(crate) use {as_words, closed};

#[cfg(test)]
mod tests {
    use super::Closed;

    closed! {
        /// Two.
        pub enum Light {
            /// Go.
            Green = "green, go",
            /// Stop.
            Red = "red",
        }
    }

    as_words!(Light);

    #[test]
    fn a_variant_is_written_as_its_words_and_read_back_by_them_only() {
        assert_eq!(Light::Green.words(), "green, go");
        assert_eq!(serde_json::to_string(Light::ALL).unwrap(), r#"["green, go","red"]"#);
        assert_eq!(serde_json::from_str::<Light>(r#""red""#).unwrap(), Light::Red);
        let refused = serde_json::from_str::<Light>(r#""Red""#).unwrap_err().to_string();
        assert!(refused.contains("expected one of `green, go`, `red`"), "{refused}");
    }
}
