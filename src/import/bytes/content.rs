//! The text of a file of measurements: held, or, where it is long, read from its beginning each time that it is gone through.

use std::borrow::Cow;
use std::io::{self, Read};

use super::super::fault::Fault;
use super::super::pdh::is_log;
use super::magic::{Accepts, HEAD_BYTES};
use super::text::{self, LINE_BYTES_MAX, TEXT_BYTES_MAX};

/// Longest text that is held, in bytes.
pub const HELD_MAX: u64 = 64 << 20;
/// Most bytes of a file that is read again and again, unpacked.
pub const LONG_BYTES_MAX: u64 = 4 << 30;
/// What of the beginning of a long text is held: enough to tell what it is.
const BEGIN_BYTES: u64 = 5 << 20;
const BLOCK_BYTES: usize = 1 << 18;

/// Opens a file from its beginning.
pub type Open<'o> = dyn Fn() -> io::Result<Box<dyn Read>> + 'o;

/// A file that was looked through.
pub enum Content<'o> {
    /// Its text.
    Held(String),
    /// Too long to be held.
    Long(Long<'o>),
}

/// A file of UTF-8 that is read when it is gone through.
pub struct Long<'o> {
    open: &'o Open<'o>,
    is_gzip: bool,
    /// Bytes of its mark.
    mark: u64,
    /// All of its bytes, unpacked.
    bytes: u64,
    begin: String,
    /// Whether that is all.
    is_all: bool,
}

/// A text, wherever it is.
#[derive(Clone, Copy)]
pub enum Text<'a> {
    /// Held.
    Held(&'a str),
    /// In a file.
    Long(&'a Long<'a>),
}

impl<'a> From<&'a str> for Text<'a> {
    fn from(text: &'a str) -> Text<'a> {
        Text::Held(text)
    }
}

impl<'a> Text<'a> {
    /// All of a text that is held, the beginning of a long one; and whether it is all.
    pub fn begin(self) -> (&'a str, bool) {
        match self {
            Text::Held(text) => (text, true),
            Text::Long(long) => (&long.begin, long.is_all),
        }
    }

    /// All of it, from its beginning.
    pub fn read(self) -> Box<dyn Read + 'a> {
        match self {
            Text::Held(text) => Box::new(text.as_bytes()),
            Text::Long(long) => Box::new(Pass { content: long.content(), left: long.bytes - long.mark }),
        }
    }

    /// All of it at once.
    ///
    /// # Errors
    /// It is too long, or has changed.
    pub fn whole(self, file: &str) -> Result<Cow<'a, str>, Fault> {
        match self {
            Text::Held(text) => Ok(text.into()),
            Text::Long(long) if long.bytes > TEXT_BYTES_MAX => Err(text::too_large(file, TEXT_BYTES_MAX)),
            Text::Long(_) => {
                let mut whole = String::new();
                self.read().read_to_string(&mut whole).map_err(|error| text::unreadable(file, &error))?;
                Ok(whole.into())
            }
        }
    }
}

impl Long<'_> {
    fn content(&self) -> Box<dyn Read + '_> {
        let skipped = |mut content: Box<dyn Read>| {
            io::copy(&mut content.by_ref().take(self.mark), &mut io::sink()).map(|_| content)
        };
        match unpacked(self.open, self.is_gzip).and_then(skipped) {
            Ok(content) => content,
            Err(error) => Box::new(Failed(Some(error))),
        }
    }
}

/// A file that cannot be opened again.
struct Failed(Option<io::Error>);

impl Read for Failed {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// A long text gone through once: as far as it was when it was looked through, though its log may have grown.
struct Pass<'a> {
    content: Box<dyn Read + 'a>,
    left: u64,
}

impl Read for Pass<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.content.by_ref().take(self.left).read(into)?;
        if count == 0 && self.left > 0 && !into.is_empty() {
            return Err(io::Error::other("the file was cut while it was read"));
        }
        self.left -= count as u64;
        Ok(count)
    }
}

fn unpacked(open: &Open<'_>, is_gzip: bool) -> io::Result<Box<dyn Read>> {
    let content = open()?;
    Ok(if is_gzip {
        Box::new(flate2::read::MultiGzDecoder::new(io::BufReader::new(content)))
    } else {
        content
    })
}

/// Looks a file through; a text of at most `held` bytes is held, and so is one in another encoding than UTF-8.
///
/// # Errors
/// As [`text::text`]; longer than can be read.
pub fn look<'o>(file: &str, open: &'o Open<'o>, held: u64) -> Result<Content<'o>, Fault> {
    let fault = |error: io::Error| text::unreadable(file, &error);
    let mut first = Vec::new();
    open().and_then(|content| content.take(HEAD_BYTES as u64).read_to_end(&mut first)).map_err(fault)?;
    let is_gzip = first.starts_with(b"\x1f\x8b");
    let mut content = unpacked(open, is_gzip).map_err(fault)?;
    let most = held.max(BEGIN_BYTES);
    let mut begin = text::up_to(file, &mut content, most + 1, Accepts::Text)?;
    if begin.len() as u64 <= held {
        return text::of_bytes(file, begin).map(Content::Held);
    }
    let in_other = || text::text(file, open().map_err(fault)?).map(Content::Held);
    if text::is_utf16(&begin) {
        return in_other();
    }
    let is_all = begin.len() as u64 <= most;
    let mut scan = Scan::default();
    match scan.all(file, &begin, &mut content) {
        Ok(()) => {}
        Err(Wrong::NotText(_)) if is_log(&begin) => return in_other(),
        Err(Wrong::NotText(line)) => return Err(text::not_utf8(file, line)),
        Err(Wrong::Line(line)) => return Err(text::long_line(file, line)),
        Err(Wrong::Fault(fault)) => return Err(fault),
    }
    let mark = if begin.starts_with("\u{feff}".as_bytes()) { 3 } else { 0 };
    begin.drain(..mark);
    begin.truncate(usize::try_from(BEGIN_BYTES).unwrap_or(usize::MAX));
    begin.shrink_to_fit();
    let whole = std::str::from_utf8(&begin).map_or_else(|error| error.valid_up_to(), str::len);
    begin.truncate(whole);
    let begin = String::from_utf8(begin).unwrap_or_default();
    Ok(Content::Long(Long { open, is_gzip, mark: mark as u64, bytes: scan.bytes, begin, is_all }))
}

/// Why a long text cannot be read as it is.
enum Wrong {
    /// This line is no UTF-8.
    NotText(u64),
    /// This line is too long.
    Line(u64),
    Fault(Fault),
}

/// A long text looked through, block by block.
#[derive(Default)]
struct Scan {
    bytes: u64,
    /// Lines that have ended, and how long the one under way is.
    lines: u64,
    line: usize,
    /// A letter that a block ended in.
    letter: Vec<u8>,
    /// Whether anything but blanks is in it.
    ink: bool,
}

impl Scan {
    fn all(&mut self, file: &str, begin: &[u8], content: &mut dyn Read) -> Result<(), Wrong> {
        self.block(begin)?;
        let mut block = vec![0; BLOCK_BYTES];
        loop {
            match content.read(&mut block) {
                Ok(0) if self.letter.is_empty() && !self.ink => return Err(Wrong::Fault(text::empty(file))),
                Ok(0) if self.letter.is_empty() => return Ok(()),
                Ok(0) => return Err(Wrong::NotText(self.lines + 1)),
                Ok(count) => self.block(&block[..count])?,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Wrong::Fault(text::unfinished(file, &error, self.bytes))),
            }
            if self.bytes > LONG_BYTES_MAX {
                return Err(Wrong::Fault(text::too_large(file, LONG_BYTES_MAX)));
            }
        }
    }

    fn block(&mut self, block: &[u8]) -> Result<(), Wrong> {
        self.bytes += block.len() as u64;
        let mut joined = std::mem::take(&mut self.letter);
        let block = if joined.is_empty() {
            block
        } else {
            joined.extend_from_slice(block);
            &joined
        };
        let text = match std::str::from_utf8(block) {
            Ok(text) => text,
            Err(error) => {
                let (text, rest) = block.split_at(error.valid_up_to());
                if error.error_len().is_some() {
                    let lines: u64 = text.iter().map(|byte| u64::from(*byte == b'\n')).sum();
                    return Err(Wrong::NotText(self.lines + lines + 1));
                }
                self.letter = rest.to_vec();
                std::str::from_utf8(text).unwrap_or_default()
            }
        };
        self.ink |= !text.trim_start_matches('\u{feff}').trim_start().is_empty();
        let mut lines = text.split('\n');
        self.line += lines.next().map_or(0, str::len);
        for line in lines {
            self.ended()?;
            (self.lines, self.line) = (self.lines + 1, line.len());
        }
        self.ended()
    }

    fn ended(&self) -> Result<(), Wrong> {
        if self.line > LINE_BYTES_MAX { Err(Wrong::Line(self.lines + 1)) } else { Ok(()) }
    }
}
