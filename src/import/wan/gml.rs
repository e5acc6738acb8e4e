//! GML, as the Internet Topology Zoo and networkx write it: keys with numbers, quoted texts or lists, read in one pass.
//!
//! Attributes mean what they mean in GraphML. Lists within a place or link (`graphics [ … ]`) are passed over.

use super::super::fault::{Fault, Faults, quote};
use super::attributes::{Attributes, link, node};
use super::{Draft, LINKS_MAX, NODES_MAX, WanSource, WrittenAt, placed};

/// The source.
pub const SOURCE: WanSource = WanSource { name: "gml", recognises, read };

/// Most lists within each other.
const DEPTH_MAX: usize = 64;
/// Most attributes of a place or link.
const ATTRIBUTES_MAX: usize = 1000;

fn recognises(text: &str) -> bool {
    let mut tokens = Tokens { text, line: 1 };
    let mut before = None;
    // the graph comes soon: before it stand a creator, a version, a comment
    for _ in 0..32 {
        match (before, tokens.next()) {
            (None, Some(Ok(Token::Word(word)))) if !is_key(word) => return false,
            (None, Some(Ok(token))) if !matches!(token, Token::Word(_)) => return false,
            (Some(Token::Word(word)), Some(Ok(Token::Open))) if word.eq_ignore_ascii_case("graph") => {
                return true;
            }
            (_, Some(Ok(token))) => before = Some(token),
            (_, Some(Err(_)) | None) => return false,
        }
    }
    false
}

/// A piece of the text.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Token<'t> {
    /// A key or a number.
    Word(&'t str),
    /// A quoted text, without its quotes.
    Text(&'t str),
    Open,
    Close,
}

fn is_key(word: &str) -> bool {
    let mut letters = word.chars();
    letters.next().is_some_and(|first| first.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || c == '_')
}

struct Tokens<'t> {
    text: &'t str,
    line: u64,
}

impl<'t> Tokens<'t> {
    fn pass(&mut self, bytes: usize) -> &'t str {
        let (passed, rest) = self.text.split_at(bytes);
        self.line += passed.bytes().filter(|byte| *byte == b'\n').count() as u64;
        self.text = rest;
        passed
    }

    /// The next piece; a text without end is an error.
    fn next(&mut self) -> Option<Result<Token<'t>, &'static str>> {
        loop {
            let blank = self.text.len() - self.text.trim_start().len();
            self.pass(blank);
            if !self.text.starts_with('#') {
                break;
            }
            let end = self.text.find('\n').unwrap_or(self.text.len());
            self.pass(end);
        }
        let first = self.text.chars().next()?;
        Some(Ok(match first {
            '[' | ']' => {
                self.pass(1);
                if first == '[' { Token::Open } else { Token::Close }
            }
            '"' => match self.text[1..].find('"') {
                Some(end) => Token::Text(&self.pass(end + 2)[1..=end]),
                None => return Some(Err("a quoted text does not end")),
            },
            _ => {
                let ends = |c: char| c.is_whitespace() || matches!(c, '[' | ']' | '"');
                let end = self.text.find(ends).unwrap_or(self.text.len());
                Token::Word(self.pass(end))
            }
        }))
    }
}

/// What is being read in the graph.
struct Part<'t> {
    is_node: bool,
    line: u64,
    own: Attributes<'t>,
    count: usize,
}

struct Reader<'f> {
    file: &'f str,
    draft: Draft,
}

fn read(file: &str, text: &str, faults: &mut Faults) -> Draft {
    let mut reader = Reader { file, draft: Draft::default() };
    let mut tokens = Tokens { text, line: 1 };
    match reader.all(&mut tokens, faults) {
        Ok(()) => reader.draft,
        Err(reason) => {
            let remedy = "export it again; it may be cut short";
            faults
                .push(Fault::of(file, format!("the GML cannot be read: {reason}"), remedy).line(tokens.line));
            Draft::default()
        }
    }
}

impl Reader<'_> {
    fn all<'t>(&mut self, tokens: &mut Tokens<'t>, faults: &mut Faults) -> Result<(), String> {
        let (mut depth, mut in_graph, mut part): (usize, bool, Option<Part<'t>>) = (0, false, None);
        while let Some(token) = tokens.next() {
            let line = tokens.line;
            let key = match token? {
                Token::Word(word) if is_key(word) => word,
                Token::Close if depth > 0 => {
                    depth -= 1;
                    if depth == 1
                        && let Some(part) = part.take()
                    {
                        self.take(&part, faults);
                    }
                    if depth == 0 && in_graph {
                        return Ok(());
                    }
                    continue;
                }
                Token::Close => return Err("`]` closes nothing".into()),
                Token::Open => return Err("a list has no key".into()),
                Token::Word(text) | Token::Text(text) => {
                    return Err(format!("`{}` stands where a key is due", quote(text)));
                }
            };
            match (tokens.next().transpose()?, depth) {
                (Some(Token::Open), _) => {
                    depth += 1;
                    if depth > DEPTH_MAX {
                        return Err(format!("more than {DEPTH_MAX} lists within each other"));
                    }
                    in_graph |= depth == 1 && key.eq_ignore_ascii_case("graph");
                    let is_node = key.eq_ignore_ascii_case("node");
                    if in_graph && depth == 2 && (is_node || key.eq_ignore_ascii_case("edge")) {
                        part = Some(Part { is_node, line, own: Attributes::default(), count: 0 });
                    }
                }
                (Some(Token::Word(text) | Token::Text(text)), depth) => {
                    if let Some(part) = part.as_mut().filter(|_| depth == 2) {
                        part.count += 1;
                        if part.count > ATTRIBUTES_MAX {
                            return Err(format!(
                                "more than {ATTRIBUTES_MAX} attributes of one place or link"
                            ));
                        }
                        part.own.put(key, text.trim());
                    } else if in_graph && depth == 1 {
                        self.of_graph(key, text);
                    }
                }
                (Some(Token::Close) | None, _) => return Err(format!("`{}` has no value", quote(key))),
            }
        }
        Err(if in_graph { "its graph does not end".into() } else { "there is no `graph [ … ]`".into() })
    }

    fn of_graph(&mut self, key: &str, text: &str) {
        match key.to_ascii_lowercase().as_str() {
            "directed" => self.draft.directed = text == "1",
            "network" => self.draft.name = unescaped(text),
            "name" | "label" if self.draft.name.is_empty() => self.draft.name = unescaped(text),
            _ => {}
        }
    }

    /// A place or link is read whole.
    fn take(&mut self, part: &Part, faults: &mut Faults) {
        let draft = &mut self.draft;
        if part.is_node {
            match part.own.first(&["id"]) {
                None => faults.push(Fault::of(self.file, "a place has no id", "give it one").line(part.line)),
                Some(id) if draft.nodes.len() <= NODES_MAX => {
                    let mut node = node(id, &part.own);
                    node.name = unescaped(&node.name);
                    draft.nodes.push(node);
                }
                Some(_) => {}
            }
        } else if draft.links.len() <= LINKS_MAX {
            let place = WrittenAt::Line(part.line);
            match link(["source", "target"].map(|end| part.own.first(&[end])), &part.own, place) {
                Ok(link) => draft.links.push(link),
                Err(reason) => {
                    faults.push(placed(self.file, place, reason, "give both ends, and lengths in km"));
                }
            }
        }
    }
}

/// With the characters that GML writes as `&amp;`, `&quot;`, `&#228;`.
fn unescaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.bytes().take(10).position(|byte| byte == b';');
        let meant = end.and_then(|end| match &rest[1..end] {
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "lt" => Some('<'),
            "gt" => Some('>'),
            number => number.strip_prefix('#')?.parse().ok().and_then(char::from_u32),
        });
        match meant.zip(end) {
            Some((meant, end)) => {
                out.push(meant);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}
