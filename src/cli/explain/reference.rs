//! What `drsim explain` is asked for: codes of problems, facts, behaviours, traps and sections of the model, as texts write them.

use std::fmt;

/// The name of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reference {
    /// Chapter and number of a fact: `1.20`.
    Fact(u32, u32),
    /// `S37`, a statement of the product's documentation.
    Behaviour(u32),
    /// `T10`.
    Trap(u32),
    /// A section of the model: `§3`.
    Section(u32),
}

impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reference::Fact(chapter, number) => write!(f, "fact {chapter}.{number}"),
            Reference::Behaviour(number) => write!(f, "S{number}"),
            Reference::Trap(number) => write!(f, "trap T{number}"),
            Reference::Section(number) => write!(f, "model §{number}"),
        }
    }
}

impl Reference {
    /// How far apart two names of one kind are; `None` for names of two kinds.
    pub fn distance(self, other: Reference) -> Option<(u32, u32)> {
        match (self, other) {
            (Reference::Fact(chapter, one), Reference::Fact(others, another)) => {
                Some((chapter.abs_diff(others), one.abs_diff(another)))
            }
            (Reference::Behaviour(one), Reference::Behaviour(another))
            | (Reference::Trap(one), Reference::Trap(another))
            | (Reference::Section(one), Reference::Section(another)) => Some((0, one.abs_diff(another))),
            (
                Reference::Fact(..) | Reference::Behaviour(_) | Reference::Trap(_) | Reference::Section(_),
                _,
            ) => None,
        }
    }

    /// The reference that is written so, in any case, without a word before it: `1.20`, `S37`, `T10`, `§3`.
    pub fn written(text: &str) -> Option<Reference> {
        Asked::default().reference(text)
    }
}

/// One of the things asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// All from the first to the last, which are of one kind and mostly the same.
    Rules(Reference, Reference),
    /// Anything else: the code of a problem, or a mistake.
    Other(String),
}

/// What is asked for, in its order: `facts 4.17, 4.32`, `1.20–1.31`, `S65, fact 6.16`, `model §3`, `W0302`.
pub fn items(text: &str) -> Vec<Item> {
    let mut asked = Asked::default();
    let words = text.split(|c: char| c.is_whitespace() || ",;:()\"'`".contains(c));
    words.filter_map(|word| asked.item(word.trim_end_matches('.'))).collect()
}

/// What numbers without a letter are of, by the word before them.
#[derive(Clone, Copy, Default)]
enum Kind {
    #[default]
    Fact,
    Behaviour,
    Trap,
    Section,
}

#[derive(Default)]
struct Asked {
    kind: Kind,
}

impl Asked {
    /// What a word asks for; `None` for one that only says of what kind the next is.
    fn item(&mut self, word: &str) -> Option<Item> {
        self.kind = match word.to_lowercase().as_str() {
            "" | "and" | "to" => return None,
            "fact" | "facts" => Kind::Fact,
            "behaviour" | "behaviours" | "behavior" | "behaviors" | "statement" | "statements" => {
                Kind::Behaviour
            }
            "trap" | "traps" => Kind::Trap,
            "model" | "section" | "sections" | "§" => Kind::Section,
            _ => {
                let range = word.split_once(['–', '-']).unwrap_or((word, word));
                let ends = self.reference(range.0).zip(self.reference(range.1));
                let rules = ends.filter(|(first, last)| first.distance(*last).is_some());
                let other = || Item::Other(word.to_owned());
                return Some(rules.map_or_else(other, |(first, last)| Item::Rules(first, last)));
            }
        };
        None
    }

    fn reference(&mut self, word: &str) -> Option<Reference> {
        let mut rest = word;
        for (mark, kind) in [('§', Kind::Section), ('S', Kind::Behaviour), ('T', Kind::Trap)] {
            if let Some(after) = word.strip_prefix([mark, mark.to_ascii_lowercase()]) {
                (self.kind, rest) = (kind, after);
            }
        }
        let number = |text: &str| {
            let digits = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
            if digits { text.parse::<u32>().ok() } else { None }
        };
        match (self.kind, rest.split_once('.')) {
            (Kind::Fact | Kind::Behaviour | Kind::Trap, Some((chapter, fact))) if rest == word => {
                self.kind = Kind::Fact;
                Some(Reference::Fact(number(chapter)?, number(fact)?))
            }
            (_, Some(_)) | (Kind::Fact, None) => None,
            (Kind::Behaviour, None) => number(rest).map(Reference::Behaviour),
            (Kind::Trap, None) => number(rest).map(Reference::Trap),
            (Kind::Section, None) => number(rest).map(Reference::Section),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(rule: Reference) -> Item {
        Item::Rules(rule, rule)
    }

    #[test]
    fn rules_are_read_as_texts_write_them() {
        let fact = |number| one(Reference::Fact(1, number));
        for text in ["fact 1.20", "1.20", "FACT 1.20", "(fact 1.20)", "facts 1.20."] {
            assert_eq!(items(text), [fact(20)], "{text}");
        }
        assert_eq!(items("facts 1.2, 1.20"), [fact(2), fact(20)]);
        let range = Item::Rules(Reference::Fact(1, 20), Reference::Fact(1, 31));
        for text in ["facts 1.20–1.31", "1.20-1.31"] {
            assert_eq!(items(text), std::slice::from_ref(&range), "{text}");
        }
        let sections = Item::Rules(Reference::Section(1), Reference::Section(7));
        assert_eq!(items("model §1–§7"), [sections]);
        assert_eq!(items("S65, fact 1.2"), [one(Reference::Behaviour(65)), fact(2)]);
        assert_eq!(items("fact 1.2, trap T5"), [fact(2), one(Reference::Trap(5))]);
        assert_eq!(items("trap T5, 1.2"), [one(Reference::Trap(5)), fact(2)]);
        for text in ["trap T10", "T10", "t10", "trap 10"] {
            assert_eq!(items(text), [one(Reference::Trap(10))], "{text}");
        }
        for text in ["model §3", "model 3", "§3", "section 3", "Model § 3"] {
            assert_eq!(items(text), [one(Reference::Section(3))], "{text}");
        }
        assert_eq!(
            items("model §3, T1–T31, S37"),
            [
                one(Reference::Section(3)),
                Item::Rules(Reference::Trap(1), Reference::Trap(31)),
                one(Reference::Behaviour(37))
            ]
        );
    }

    #[test]
    fn what_is_no_rule_is_left_to_others() {
        for text in ["W0302", "E0302x", "S", "T1x", "1.", "1.2.3", "S1.2", "§3.1", "20", "T1–S3", "99999.1"]
        {
            let word = text.trim_end_matches('.');
            assert_eq!(items(text), [Item::Other(word.to_owned())], "{text}");
        }
        assert_eq!(items("facts"), []);
    }
}
