//! File names from a scenario's names: harmless on every system, and each used once. Imports nothing of this crate.

use std::collections::BTreeSet;

/// Longest stem, so that paths stay short on every system.
const LONGEST: usize = 60;

/// Hands out names that are unique among those it handed out.
#[derive(Default)]
pub struct Names(BTreeSet<String>);

impl Names {
    /// `folder/prefix-stem.extension` for any text: lower-case ASCII letters, digits, `-` and `_`; numbered if taken.
    pub fn stem(&mut self, prefix: &str, name: &str) -> String {
        let safe = |c: char| if c.is_ascii_alphanumeric() || c == '_' { c.to_ascii_lowercase() } else { '-' };
        let mut text: String = name.chars().map(safe).take(LONGEST).collect();
        while text.contains("--") {
            text = text.replace("--", "-");
        }
        let text = text.trim_matches('-');
        let base = if text.is_empty() { format!("{prefix}-unnamed") } else { format!("{prefix}-{text}") };
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let free = std::iter::once(base.clone()).chain(numbered).find(|stem| !self.0.contains(stem));
        let free = free.expect("there are infinitely many numbers");
        self.0.insert(free.clone());
        free
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_harmless_and_unique() {
        let mut names = Names::default();
        assert_eq!(names.stem("age", "../../etc/passwd"), "age-etc-passwd");
        assert_eq!(names.stem("age", "ETC passwd"), "age-etc-passwd-2");
        assert_eq!(names.stem("age", "日本"), "age-unnamed");
        assert_eq!(names.stem("age", "…"), "age-unnamed-2");
        assert_eq!(names.stem("age", &"x".repeat(500)).len(), 4 + LONGEST);
    }
}
