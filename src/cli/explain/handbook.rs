//! The pages that `drsim explain` quotes, as of the build: `docs/facts.md`, whose tables have a row for each rule and for each source, and
//! `docs/model.md`, whose sections begin with `## 3. Title`. Tests hold the pages to that shape.

use super::reference::Reference;
use crate::report::terminal::wrap;

const FACTS: &str = include_str!("../../../docs/facts.md");
const MODEL: &str = include_str!("../../../docs/model.md");
/// Columns of what is printed.
const WIDTH: usize = 80;

/// A rule: a row of the facts or a section of the model.
pub struct Rule {
    /// Its name.
    pub name: Reference,
    /// The chapter it stands in, or a section's own title.
    pub title: &'static str,
    /// What it says, in Markdown.
    pub text: &'static str,
    /// Keys of sources and names of other rules, separated by commas; empty for a section.
    sources: &'static str,
}

/// A row of the table of sources.
struct Source {
    key: &'static str,
    title: &'static str,
    place: &'static str,
}

/// All rules, by name.
pub struct Handbook {
    rules: Vec<Rule>,
    sources: Vec<Source>,
}

impl Handbook {
    /// Reads the pages.
    pub fn read() -> Handbook {
        let (mut rules, mut sources) = (Vec::new(), Vec::new());
        for chapter in FACTS.split("\n## ") {
            let title = chapter.lines().next().unwrap_or_default();
            let title = title.trim_start_matches(|c: char| c.is_ascii_digit() || ". ".contains(c));
            for line in chapter.lines() {
                let cells = line.strip_prefix("| ").and_then(|line| line.strip_suffix(" |"));
                let cells: Vec<&'static str> =
                    cells.map_or_else(Vec::new, |cells| cells.split(" | ").collect());
                let [code, text, from] = cells[..] else { continue };
                match Reference::written(code) {
                    Some(name) => rules.push(Rule { name, title, text, sources: from }),
                    None => sources.push(Source { key: code, title: text, place: from }),
                }
            }
        }
        for section in MODEL.split("\n## ").skip(1) {
            let (head, text) = section.split_once('\n').unwrap_or((section, ""));
            let Some((number, title)) = head.split_once(". ") else { continue };
            let Ok(number) = number.parse() else { continue };
            rules.push(Rule { name: Reference::Section(number), title, text: text.trim(), sources: "" });
        }
        rules.sort_by_key(|rule| rule.name);
        Handbook { rules, sources }
    }

    /// All rules from the first to the last.
    ///
    /// # Errors
    /// The end that there is not.
    pub fn find(&self, first: Reference, last: Reference) -> Result<&[Rule], Reference> {
        let at = |name| self.rules.binary_search_by_key(&name, |rule| rule.name).map_err(|_| name);
        let (first, last) = (at(first)?, at(last)?);
        Ok(&self.rules[first.min(last)..=first.max(last)])
    }

    /// The three rules of its kind whose numbers are closest, by name.
    pub fn near(&self, name: Reference) -> Vec<&Rule> {
        let distance = |rule: &&Rule| Some((rule.name.distance(name)?, rule.name));
        let mut near: Vec<&Rule> = self.rules.iter().filter(|rule| distance(rule).is_some()).collect();
        near.sort_by_key(distance);
        near.truncate(3);
        near.sort_by_key(|rule| rule.name);
        near
    }

    /// First and last of a kind, for each kind.
    pub fn kinds(&self) -> Vec<(Reference, Reference)> {
        let kinds = self.rules.chunk_by(|one, next| !is_new_kind(one.name, next.name));
        kinds.filter_map(|kind| Some((kind.first()?.name, kind.last()?.name))).collect()
    }

    /// The names of all rules without a word before them.
    pub fn names(&self) -> Vec<String> {
        let bare = |rule: &Rule| rule.name.to_string().rsplit(' ').next().map(str::to_owned);
        self.rules.iter().filter_map(bare).collect()
    }

    /// A rule as it is printed, within 80 columns.
    pub fn text(&self, rule: &Rule) -> String {
        let mut page = format!("{}: {}\n\n{}", rule.name, rule.title, markdown(rule.text));
        let sources: Vec<String> =
            rule.sources.split(", ").filter_map(|source| self.source(source)).collect();
        if !sources.is_empty() {
            page += &format!("\nSource{}:\n", if sources.len() == 1 { "" } else { "s" });
            page.extend(sources.iter().map(|source| block(&format!("- {source}"), 0)));
        }
        page
    }

    fn source(&self, name: &str) -> Option<String> {
        if let Some(source) = self.sources.iter().find(|source| source.key == name) {
            return Some(format!("{} ({})", source.title, source.place));
        }
        let name = Reference::written(name)?;
        let rule = self.find(name, name).ok()?.first()?;
        Some(format!("{name}: {}", rule.text))
    }
}

fn is_new_kind(one: Reference, next: Reference) -> bool {
    one.distance(next).is_none()
}

/// A line for a list of rules, cut at 80 columns.
pub fn line(rule: &Rule) -> String {
    let name = format!("  {}  ", rule.name);
    let said = if rule.sources.is_empty() { rule.title } else { rule.text };
    let lines = wrap(said, WIDTH - name.chars().count() - 2, (0, 0));
    format!("{name}{}{}\n", lines[0], if lines.len() > 1 { " …" } else { "" })
}

/// Markdown for a terminal: paragraphs and lists wrapped, without marks of emphasis.
fn markdown(text: &str) -> String {
    let mut page = String::new();
    let mut open = String::new();
    let mut indent = 0;
    for raw in text.lines() {
        let line = raw.trim();
        let is_head = line.starts_with('#');
        if line.is_empty() || is_head || line.starts_with("- ") || line.starts_with('|') {
            page += &block(&open, indent);
            open.clear();
        }
        if is_head {
            page += &block(line.trim_start_matches(['#', ' ']), 0);
        } else if line.is_empty() {
            page.push('\n');
        } else if !line.trim_matches(['|', '-', ' ', ':']).is_empty() {
            if open.is_empty() {
                indent = raw.len() - raw.trim_start().len();
            } else {
                open.push(' ');
            }
            open += &line.replace(" * ", " × ").replace('*', "");
        }
    }
    page + &block(&open, indent)
}

/// A paragraph, or an entry of a list with its lines below its first word.
fn block(text: &str, indent: usize) -> String {
    let hanging = indent + if text.starts_with("- ") { 2 } else { 0 };
    let lines = wrap(text, WIDTH, (indent, hanging));
    let lines = lines.iter().filter(|line| !line.is_empty()).enumerate();
    let line = |(at, line): (usize, &String)| {
        format!("{}{line}\n", " ".repeat(if at == 0 { indent } else { hanging }))
    };
    lines.map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_and_paragraphs_are_wrapped_without_marks() {
        let text =
            "### Head\n**Bold** first\n  *line*.\n\n- one\n  more\n  - two\n| a | b |\n|---|---|\n| c | d |";
        assert_eq!(markdown(text), "Head\nBold first line.\n\n- one more\n  - two\n| a | b |\n| c | d |\n");
        let long = format!("- {}", "word ".repeat(30));
        let page = markdown(&long);
        assert!(page.lines().all(|line| line.len() <= WIDTH) && page.lines().count() == 2);
        assert!(page.lines().nth(1).is_some_and(|line| line.starts_with("  word")));
    }

    #[test]
    fn every_source_of_a_rule_is_resolved() {
        let handbook = Handbook::read();
        for rule in handbook.rules.iter().filter(|rule| !rule.sources.is_empty()) {
            for source in rule.sources.split(", ") {
                assert!(handbook.source(source).is_some(), "{}: `{source}`", rule.name);
            }
        }
    }

    #[test]
    fn no_rule_stands_twice() {
        let rules = Handbook::read().rules;
        assert!(rules.windows(2).all(|pair| pair[0].name < pair[1].name));
    }
}
