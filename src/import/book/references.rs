//! Cell references of a sheet, watched while it is unpacked: the reader of workbooks counts rows and columns in 32 bits, and a
//! reference longer than any that Excel has would overflow them.

use std::io::{Result, Write};

/// Letters of the longest reference, `XFD1048576`.
const LETTERS_MAX: usize = 3;
/// Digits of the longest reference.
const DIGITS_MAX: usize = 7;

/// Takes the bytes of a sheet, keeps nothing, and notices values of `r` and `ref` that are no references.
#[derive(Debug, Default)]
pub struct Watch {
    /// Whether comments are refused.
    strict: bool,
    /// Inside an element's brackets.
    tag: bool,
    /// Right after the opening bracket.
    first: bool,
    /// The quote that will end the value; 0 outside of values.
    quote: u8,
    /// The attribute's name, as far as it matters.
    name: Vec<u8>,
    /// Whether the next letter begins another name.
    fresh: bool,
    /// Letters and digits in a row, of a value that is watched.
    runs: Option<(usize, usize)>,
    /// The number in the value of `uniqueCount` that is watched.
    count: Option<u64>,
    /// How many texts a part says that it has: the reader of workbooks takes memory for as many.
    pub promised: u64,
    /// Whether a reference was too long, or comments keep from telling.
    pub broken: bool,
}

impl Watch {
    /// A watch that takes comments for broken, if it is strict.
    pub fn new(strict: bool) -> Watch {
        Watch { strict, ..Watch::default() }
    }

    fn byte(&mut self, byte: u8) {
        let first = std::mem::take(&mut self.first);
        match byte {
            _ if self.quote != 0 => self.value(byte),
            b'<' => (self.tag, self.first, self.fresh) = (true, true, true),
            _ if !self.tag => {}
            // what stands in a comment would have to be read to know where it ends; Excel writes none
            b'!' if first => (self.tag, self.broken) = (false, self.broken || self.strict),
            b'>' => self.tag = false,
            b'"' | b'\'' => {
                self.quote = byte;
                self.runs = matches!(self.name.as_slice(), b"r" | b"ref").then_some((0, 0));
                self.count = (self.name.as_slice() == b"uniqueCount").then_some(0);
            }
            b'=' => {}
            _ if byte.is_ascii_whitespace() => self.fresh = true,
            _ => {
                if std::mem::take(&mut self.fresh) {
                    self.name.clear();
                }
                if self.name.len() < 12 {
                    self.name.push(byte);
                }
            }
        }
    }

    fn value(&mut self, byte: u8) {
        if byte == self.quote {
            (self.quote, self.fresh) = (0, true);
            self.promised = self.promised.max(self.count.take().unwrap_or(0));
        } else if let Some(count) = self.count.filter(|_| byte.is_ascii_digit()) {
            self.count = Some(count.saturating_mul(10).saturating_add(u64::from(byte - b'0')));
        } else if let Some((letters, digits)) = &mut self.runs {
            match byte {
                _ if byte.is_ascii_alphabetic() => *letters += 1,
                _ if byte.is_ascii_digit() => *digits += 1,
                _ => (*letters, *digits) = (0, 0),
            }
            self.broken |= *letters > LETTERS_MAX || *digits > DIGITS_MAX;
        }
    }
}

impl Write for Watch {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        bytes.iter().for_each(|byte| self.byte(*byte));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_references_that_excel_cannot_have_are_noticed() {
        let broken = |text: &str| {
            let mut watch = Watch::new(true);
            watch.write_all(text.as_bytes()).unwrap();
            watch.broken
        };
        for good in [
            "<?xml version=\"1.0\"?><dimension ref=\"A1:XFD1048576\"/>",
            "<c r=\"XFD1048576\" s=\"12345678901234\" spans='1:99999999'/>",
            "<c s=\"1\"><v>12345678901234!</v></c>",
            "<c r='A1' t='str'><v> r=\"99999999999\"</v></c>",
            "<hyperlink ref=\"A1\" r:id=\"rId12345678\"/>",
        ] {
            assert!(!broken(good), "{good}");
        }
        for bad in [
            "<row r=\"12345678\">",
            "<c s=\">\" r = 'ZZZZ1'/>",
            "<x\tref=\"A1:A12345678901\"/>",
            "<!-- ' --><c r=\"A1\"/>",
        ] {
            assert!(broken(bad), "{bad}");
        }
    }
}
