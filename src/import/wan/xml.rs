//! XML of networks, bounded before anything is kept of it.

use roxmltree::{Document, Node, ParsingOptions};

use super::super::fault::{Fault, Faults, quote};

/// Most elements and texts of a document: ninety for each place and link.
pub(super) const PARTS_MAX: u32 = 1 << 21;

/// Most attributes of an element: the reader compares each with all before it.
const ATTRIBUTES_MAX: usize = 1000;

/// What is no element ends with its own mark, whatever quotes stand in it.
const OTHER: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];

/// Name of the outermost element, without its namespace's prefix.
pub(super) fn root(text: &str) -> Option<&str> {
    let mut rest = text.trim_start();
    loop {
        let other = OTHER.into_iter().find(|(begin, _)| rest.starts_with(begin));
        let length = match other {
            Some((_, end)) => rest.find(end)? + end.len(),
            None if rest.starts_with("<!DOCTYPE") => doctype(rest)?,
            None => break,
        };
        rest = rest[length..].trim_start();
    }
    let name = rest.strip_prefix('<')?;
    let end = name.find(|c: char| c.is_whitespace() || matches!(c, '>' | '/')).unwrap_or(name.len());
    name[..end].rsplit(':').next().filter(|name| !name.is_empty())
}

/// Length of a document type, with what it declares in brackets.
fn doctype(text: &str) -> Option<usize> {
    let first = text.find(['[', '>'])?;
    let declared = if text[first..].starts_with('[') { text[first..].find(']')? } else { 0 };
    Some(first + declared + text[first + declared..].find('>')? + 1)
}

/// Whether bytes say that they are in the code page of Western Europe.
pub(super) fn is_latin(bytes: &[u8]) -> bool {
    let head = &bytes[..bytes.len().min(200)];
    let declared = String::from_utf8_lossy(head).to_lowercase();
    declared.starts_with("<?xml")
        && ["iso-8859-1", "windows-1252"]
            .iter()
            .any(|name| declared.split("?>").next().is_some_and(|declaration| declaration.contains(name)))
}

/// The line of the first element with too many attributes.
fn overloaded(text: &str) -> Option<u64> {
    let mut rest = text;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if let Some((_, end)) = OTHER.into_iter().find(|(begin, _)| rest.starts_with(begin)) {
            rest = &rest[rest.find(end)? + end.len()..];
            continue;
        }
        let (mut quote, mut count, mut length) = (None, 0, rest.len());
        for (at, byte) in rest.bytes().enumerate() {
            match (quote, byte) {
                (Some(open), _) if byte == open => quote = None,
                (Some(_), _) => {}
                (None, b'"' | b'\'') => (quote, count) = (Some(byte), count + 1),
                (None, b'>') => {
                    length = at + 1;
                    break;
                }
                (None, _) => {}
            }
        }
        if count > ATTRIBUTES_MAX {
            let before = &text[..text.len() - rest.len()];
            return Some(1 + before.bytes().filter(|byte| *byte == b'\n').count() as u64);
        }
        rest = &rest[length..];
    }
    None
}

/// The document, or `None` with a fault.
pub(super) fn parse<'t>(file: &str, text: &'t str, faults: &mut Faults) -> Option<Document<'t>> {
    if let Some(line) = overloaded(text) {
        let reason = format!("an element has more than {ATTRIBUTES_MAX} attributes");
        faults.push(Fault::of(file, reason, "export it again; no network needs so many").line(line));
        return None;
    }
    // a document type may define entities that unfold without end: not allowed
    let options = ParsingOptions { allow_dtd: false, nodes_limit: PARTS_MAX, ..ParsingOptions::default() };
    match Document::parse_with_options(text, options) {
        Ok(document) => Some(document),
        Err(error) => {
            let reason = format!("the XML cannot be read: {}", quote(&error.to_string()));
            let fault = Fault::of(file, reason, "export it again; it may be cut short");
            faults.push(fault.line(error.pos().row.into()));
            None
        }
    }
}

/// The line of an element.
pub(super) fn line(document: &Document, node: Node) -> u64 {
    u64::from(document.text_pos_at(node.range().start).row)
}

/// Tag names, whatever their namespace.
pub(super) trait Tagged<'d>: Sized {
    /// Whether it is an element of that name.
    fn is_a(&self, name: &str) -> bool;
    /// The first child of that name.
    fn child(&self, name: &str) -> Option<Self>;
    /// The text of the first child of that name, without blanks around it.
    fn told(&self, name: &str) -> Option<&'d str>;
}

impl<'d> Tagged<'d> for Node<'d, '_> {
    fn is_a(&self, name: &str) -> bool {
        self.is_element() && self.tag_name().name() == name
    }

    fn child(&self, name: &str) -> Option<Self> {
        self.children().find(|child| child.is_a(name))
    }

    fn told(&self, name: &str) -> Option<&'d str> {
        self.child(name)?.text().map(str::trim)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_outermost_element_tells_what_a_document_is() {
        for (text, name) in [
            ("<?xml version=\"1.0\"?>\n<!-- <graphml> -->\n<network xmlns=\"x\">", Some("network")),
            ("<!DOCTYPE x [<!ENTITY a \"b\">]>\n<graphml>", Some("graphml")),
            ("<!DOCTYPE graphml>", None),
            ("<g:graphml/>", Some("graphml")),
            ("<", None),
            ("graph [", None),
            ("<!-- never ends", None),
        ] {
            assert_eq!(root(text), name, "{text}");
        }
    }

    #[test]
    fn an_old_encoding_is_told_by_the_declaration_alone() {
        assert!(is_latin(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><network/>"));
        assert!(!is_latin(b"<?xml version=\"1.0\"?><network note=\"iso-8859-1\"/>"));
        assert!(!is_latin(b"graph [ Note \"iso-8859-1\" ]"));
    }
}
