//! Bytes that an import puts by, to be read again from their beginning: held while there is room, else in a file without a name, which
//! is gone when the process is, however that ends.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::rc::Rc;

use super::fault::Fault;

/// Bytes that are held of all that an import puts by.
pub const ROOM_BYTES: usize = 64 << 20;
/// What a pile holds in any case.
const LEAST: usize = 512;
/// Into how many parts what is sorted would fill the room.
const PARTS: usize = 8;
/// What is read back of the file at a time.
const BLOCK: usize = 4096;

/// Room for all piles of an import; clones are the same room.
#[derive(Clone)]
pub struct Room(Rc<Inner>);

/// What is written and read again anywhere.
trait Store: Read + Write + Seek {}

impl<T: Read + Write + Seek> Store for T {}

type Make = fn() -> io::Result<Box<dyn Store>>;

struct Inner {
    most: usize,
    held: Cell<usize>,
    make: Make,
    file: RefCell<Option<Box<dyn Store>>>,
    end: Cell<u64>,
    failed: RefCell<Option<io::Error>>,
}

impl fmt::Debug for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Room({} of {})", self.0.held.get(), self.0.most)
    }
}

impl Default for Room {
    fn default() -> Room {
        Room::of(ROOM_BYTES)
    }
}

impl Room {
    /// Room for so many bytes.
    pub fn of(most: usize) -> Room {
        Room::with(most, || Ok(Box::new(tempfile::tempfile()?)))
    }

    fn with(most: usize, make: Make) -> Room {
        let (held, file, end, failed) = Default::default();
        Room(Rc::new(Inner { most, held, make, file, end, failed }))
    }

    /// Bytes of what is sorted at a time.
    pub fn part(&self) -> usize {
        (self.0.most / PARTS).max(LEAST)
    }

    /// What went wrong with the file: what was put by is not whole.
    pub fn fault(&self) -> Option<Fault> {
        let failed = self.0.failed.borrow();
        let reason = |error: &io::Error| {
            let most = self.0.most >> 20;
            format!("more than {most} MiB are to be put by, and a temporary file does not take them: {error}")
        };
        let remedy = "make room where temporary files are, or name another folder in the environment variable TMPDIR; or import fewer machines at a time";
        failed.as_ref().map(|error| Fault::of("import", reason(error), remedy))
    }

    /// Does something with the file; what goes wrong is kept.
    fn try_file(&self, at: u64, work: impl FnOnce(&mut dyn Store) -> io::Result<()>) -> bool {
        let mut file = self.0.file.borrow_mut();
        let done = match &mut *file {
            Some(file) => Ok(file),
            none => (self.0.make)().map(|made| none.insert(made)),
        };
        let done = done.and_then(|file| file.seek(SeekFrom::Start(at)).and_then(|_| work(&mut **file)));
        let is_done = done.is_ok();
        if let Err(error) = done {
            self.0.failed.borrow_mut().get_or_insert(error);
        }
        is_done
    }

    /// Writes at the end of the file; where that is, if it is done.
    fn put(&self, bytes: &[u8]) -> Option<u64> {
        let at = self.0.end.get();
        let is_done = self.0.failed.borrow().is_none() && self.try_file(at, |file| file.write_all(bytes));
        self.0.end.set(at + bytes.len() as u64);
        is_done.then_some(at)
    }
}

/// Bytes put by, in their order.
#[derive(Debug, Default)]
pub struct Pile {
    /// Without it all are held.
    room: Option<Room>,
    /// Where in the file what came first is, and how long it is.
    pieces: Vec<(u64, usize)>,
    held: Vec<u8>,
}

impl Pile {
    /// None yet.
    pub fn new(room: &Room) -> Pile {
        Pile { room: Some(room.clone()), pieces: Vec::new(), held: Vec::new() }
    }

    /// How many there are.
    pub fn len(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.1 as u64).sum::<u64>() + self.held.len() as u64
    }

    /// Adds a byte.
    pub fn push(&mut self, byte: u8) {
        if self.held.len() == self.held.capacity() {
            self.grow();
        }
        self.held.push(byte);
    }

    /// Makes place for more: twice as much while there is room, else what is held goes to the file.
    fn grow(&mut self) {
        let (len, more) = (self.held.len(), self.held.capacity().max(8));
        if let Some(room) = &self.room {
            let held = room.0.held.get() + more;
            if len > 0 && len >= LEAST.min(room.0.most) && held > room.0.most {
                // what is not taken is lost, as the fault tells
                self.pieces.extend(room.put(&self.held).map(|at| (at, len)));
                return self.held.clear();
            }
            room.0.held.set(held);
        }
        self.held.reserve_exact(more);
    }

    /// All of them, from the first.
    pub fn bytes(&self) -> Bytes<'_> {
        let (room, pieces) = (self.room.as_ref(), self.pieces.as_slice());
        Bytes { room, pieces, skip: 0, block: Vec::new(), at: 0, held: &self.held }
    }
}

impl Drop for Pile {
    fn drop(&mut self) {
        if let Some(room) = &self.room {
            room.0.held.set(room.0.held.get().saturating_sub(self.held.capacity()));
        }
    }
}

impl Extend<u8> for Pile {
    fn extend<I: IntoIterator<Item = u8>>(&mut self, bytes: I) {
        bytes.into_iter().for_each(|byte| self.push(byte));
    }
}

/// Bytes that are still to come.
#[derive(Clone, Debug)]
pub struct Bytes<'p> {
    room: Option<&'p Room>,
    pieces: &'p [(u64, usize)],
    /// How many of the first of these were read.
    skip: usize,
    block: Vec<u8>,
    at: usize,
    held: &'p [u8],
}

impl Bytes<'_> {
    /// Reads on in the file; false where all in it was read.
    fn next_block(&mut self) -> bool {
        let (Some((start, len)), Some(room)) = (self.pieces.first().copied(), self.room) else {
            return false;
        };
        self.at = 0;
        self.block.resize(BLOCK.min(len - self.skip), 0);
        let block = &mut self.block;
        if !room.try_file(start + self.skip as u64, |file| file.read_exact(block)) {
            (self.pieces, self.held) = (&[], &[]);
            self.block.clear();
            return false;
        }
        self.skip += self.block.len();
        if self.skip == len {
            (self.pieces, self.skip) = (&self.pieces[1..], 0);
        }
        true
    }
}

impl Iterator for Bytes<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.at < self.block.len() || self.next_block() {
            self.at += 1;
            return Some(self.block[self.at - 1]);
        }
        let (byte, rest) = self.held.split_first()?;
        self.held = rest;
        Some(*byte)
    }
}

impl Read for Bytes<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        if self.at < self.block.len() || self.next_block() {
            let count = (&self.block[self.at..]).read(into)?;
            self.at += count;
            return Ok(count);
        }
        match self.room.filter(|room| room.0.failed.borrow().is_some()) {
            Some(_) => Err(io::Error::other("what was put by in a temporary file cannot be read back")),
            None => self.held.read(into),
        }
    }
}

/// Takes a LEB128 varint off the front; what is cut counts as it is.
pub fn varint(bytes: &mut impl Iterator<Item = u8>) -> Option<u64> {
    let (mut value, mut shift) = (0, 0);
    loop {
        let byte = bytes.next().filter(|_| shift < 64)?;
        value |= u64::from(byte & 0x7f) << shift;
        shift += 7;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pile(room: &Room, from: u8, count: usize) -> Pile {
        let mut pile = Pile::new(room);
        pile.extend((0..count).map(|at| from.wrapping_add(u8::try_from(at % 251).unwrap_or(0))));
        pile
    }

    #[test]
    fn what_is_put_by_comes_back_however_little_room_there_is() {
        for most in [0, 1, 600, 5000, 1 << 20] {
            let room = Room::of(most);
            let piles = [pile(&room, 0, 10_000), pile(&room, 7, 3), pile(&room, 9, 0), pile(&room, 3, 999)];
            assert!(room.0.held.get() <= most + 4 * 2 * LEAST, "{most}: {}", room.0.held.get());
            for (pile, (from, count)) in piles.iter().zip([(0, 10_000), (7, 3), (9, 0), (3, 999)]) {
                let free = Room::of(usize::MAX);
                let expected = self::pile(&free, from, count).held.clone();
                assert_eq!(pile.bytes().collect::<Vec<_>>(), expected, "{most}");
                let mut read = Vec::new();
                pile.bytes().read_to_end(&mut read).unwrap();
                assert_eq!((read, pile.len()), (expected, count as u64));
            }
            assert_eq!(room.0.file.borrow().is_some(), most < 10_000);
            drop(piles);
            assert_eq!((room.0.held.get(), room.fault()), (0, None));
        }
    }

    #[test]
    fn a_file_that_takes_or_gives_nothing_is_told_with_what_to_do() {
        let room = Room::with(10, || Err(io::Error::other("no space left")));
        let lost = pile(&room, 0, 2000);
        let told = room.fault().unwrap().to_string();
        assert!(told.contains("a temporary file does not take them: no space left"), "{told}");
        assert!(told.contains("help: make room where temporary files are"), "{told}");
        assert!(lost.bytes().count() < 2000 && room.0.held.get() < 2000);
        let room = Room::with(10, || Ok(Box::new(Full(io::Cursor::new(Vec::new())))));
        let cut = pile(&room, 0, 2000);
        assert!(cut.bytes().count() < 2000 && room.fault().is_some());
        assert!(cut.bytes().read_to_end(&mut Vec::new()).is_err());
    }

    /// Takes a hundred bytes.
    struct Full(io::Cursor<Vec<u8>>);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.0.position() > 100 { Ok(0) } else { self.0.write(bytes) }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Read for Full {
        fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
            self.0.read(into)
        }
    }

    impl Seek for Full {
        fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }
}
