//! Networks of SNDlib in its native format, and what its capacities mean.
//!
//! ```text
//! ?SNDlib native format; type: network; version: 1.0
//! NODES ( Berlin ( 13.40 52.52 ) … )
//! LINKS ( L1 ( Berlin Hamburg ) installed cost cost cost ( offered cost … ) … )
//! ```

use super::super::fault::{Fault, Faults, quote};
use super::speed::rate;
use super::{Draft, DraftLink, DraftNode, LINKS_MAX, NODES_MAX, WanSource, WrittenAt};
use crate::units::Rate;

/// The source.
pub const SOURCE: WanSource = WanSource { name: "sndlib", recognises, read };

fn recognises(text: &str) -> bool {
    text.trim_start().starts_with("?SNDlib native format")
}

/// What a link carries.
#[derive(Debug, Default)]
pub(super) struct Capacity {
    pub rate: Option<Rate>,
    /// What is written and not used, and why.
    pub unread: Option<String>,
}

/// What is installed on a link is its rate, where the file names the unit; what may be installed is not.
pub(super) fn capacity(installed: Option<&str>, offered: bool, unit: Option<&str>) -> Capacity {
    let told = |why: String| Capacity { rate: None, unread: Some(why) };
    let bare = |text: &str| text.chars().all(|c| matches!(c, '0' | '.'));
    match (installed.filter(|text| !bare(text)), unit) {
        (None, _) if offered => told("capacities that may be installed are no rate of the link".into()),
        (None, _) => Capacity::default(),
        (Some(text), None) => told(format!("capacity `{}` has no unit", quote(text))),
        (Some(text), Some(unit)) => {
            let bits = match unit.to_ascii_uppercase().as_str() {
                "MBITPERSEC" => "Mbps",
                "GBITPERSEC" => "Gbps",
                "KBITPERSEC" => "kbps",
                _ => {
                    return told(format!(
                        "capacity `{}` is in `{}`, which is no rate",
                        quote(text),
                        quote(unit)
                    ));
                }
            };
            match rate(text, bits, "capacity") {
                Ok(rate) => Capacity { rate: Some(rate), unread: None },
                Err(why) => told(why),
            }
        }
    }
}

/// Words and parentheses, with their lines; comments are left out.
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

    fn next(&mut self) -> Result<&'t str, String> {
        loop {
            let blank = self.text.len() - self.text.trim_start().len();
            self.pass(blank);
            if !self.text.starts_with('#') {
                break;
            }
            let end = self.text.find('\n').unwrap_or(self.text.len());
            self.pass(end);
        }
        let ends = |c: char| c.is_whitespace() || matches!(c, '(' | ')');
        match self.text.find(ends).unwrap_or(self.text.len()) {
            0 if self.text.is_empty() => Err("it ends early".into()),
            0 => Ok(self.pass(1)),
            end => Ok(self.pass(end)),
        }
    }

    fn word(&mut self) -> Result<&'t str, String> {
        match self.next()? {
            found @ ("(" | ")") => Err(format!("`{found}` stands where a name or a number is due")),
            word => Ok(word),
        }
    }

    fn due(&mut self, what: &str) -> Result<(), String> {
        let found = self.next()?;
        if found == what { Ok(()) } else { Err(format!("`{}` stands where `{what}` is due", quote(found))) }
    }

    /// Past the parenthesis that closes the one before.
    fn close(&mut self) -> Result<(), String> {
        let mut depth = 1_u64;
        while depth > 0 {
            match self.next()? {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
        }
        Ok(())
    }
}

fn read(file: &str, text: &str, faults: &mut Faults) -> Draft {
    let mut tokens = Tokens { text, line: 1 };
    let head = text.len() - text.trim_start().len();
    tokens.pass(head);
    tokens.pass(tokens.text.find('\n').unwrap_or(tokens.text.len()));
    match sections(&mut tokens) {
        Ok(draft) => draft,
        Err(reason) => {
            let reason = format!("the network cannot be read: {reason}");
            faults.push(Fault::of(file, reason, "export it again; it may be cut short").line(tokens.line));
            Draft::default()
        }
    }
}

fn sections(tokens: &mut Tokens) -> Result<Draft, String> {
    let (mut draft, mut unit) = (Draft::default(), None);
    loop {
        let section = match tokens.next() {
            Ok(section) => section,
            Err(_) if !draft.links.is_empty() => return Ok(draft),
            Err(_) => return Err("there is no section `LINKS`".into()),
        };
        tokens.due("(")?;
        match section {
            "META" => unit = meta(tokens)?,
            "NODES" => nodes(tokens, &mut draft)?,
            "LINKS" => links(tokens, &mut draft, unit)?,
            _ => tokens.close()?,
        }
    }
}

/// The unit that is named.
fn meta<'t>(tokens: &mut Tokens<'t>) -> Result<Option<&'t str>, String> {
    let mut unit = None;
    loop {
        match tokens.next()? {
            ")" => return Ok(unit),
            "unit" => {
                tokens.due("=")?;
                unit = Some(tokens.word()?);
            }
            "(" => tokens.close()?,
            _ => {}
        }
    }
}

fn nodes(tokens: &mut Tokens, draft: &mut Draft) -> Result<(), String> {
    loop {
        let id = match tokens.next()? {
            ")" => return Ok(()),
            id => id.to_owned(),
        };
        tokens.due("(")?;
        let position = [tokens.word()?, tokens.word()?].map(|text| text.parse::<f64>().ok());
        tokens.due(")")?;
        if draft.nodes.len() <= NODES_MAX {
            let position = position[0].zip(position[1]);
            draft.nodes.push(DraftNode { name: id.clone(), id, position });
        }
    }
}

fn links(tokens: &mut Tokens, draft: &mut Draft, unit: Option<&str>) -> Result<(), String> {
    loop {
        if tokens.next()? == ")" {
            return Ok(());
        }
        let place = WrittenAt::Line(tokens.line);
        tokens.due("(")?;
        let ends = [tokens.word()?.to_owned(), tokens.word()?.to_owned()];
        tokens.due(")")?;
        let installed = tokens.word()?;
        for _cost in 0..3 {
            tokens.word()?;
        }
        tokens.due("(")?;
        let offered = tokens.next()? != ")";
        if offered {
            tokens.close()?;
        }
        if draft.links.len() <= LINKS_MAX {
            let Capacity { rate, unread } = capacity(Some(installed), offered, unit);
            draft.links.push(DraftLink { ends, metres: None, rate, unread, place });
        }
    }
}
