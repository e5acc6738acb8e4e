//! A measured series: bytes per bin and column, with gaps, and the compact file it is kept in.
//!
//! The file is a magic word, a version, the blake3 checksum of the rest, and the rest as LEB128 varints: start (zigzag),
//! bin, columns; for each column its name, its number of bins, and runs of so many gaps, so many values, and the values,
//! each as the zigzag difference from the one before it. The same series always gives the same bytes.
//! Imports only `units`.

use crate::units::Span;

/// First bytes of every series file.
pub const MAGIC: &[u8; 8] = b"drseries";
/// Version of the format; another one is refused.
pub const VERSION: u8 = 1;
/// Most columns in a series.
pub const COLUMNS_MAX: usize = 65_536;
/// Most bins in all columns together: 300 machines for a year in bins of 5 minutes; 512 MiB in memory.
pub const CELLS_MAX: usize = 1 << 25;
/// Longest name of a column, in bytes.
pub const NAME_MAX: usize = 255;

/// Bytes per bin, in named columns on one grid of time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Start of the first bin, in microseconds since 1970 UTC.
    pub start_unix_us: i64,
    /// Length of a bin; never zero.
    pub bin: Span,
    /// One column per measured thing, names unique.
    pub columns: Vec<Column>,
}

/// One measured thing, usually the writes of a virtual machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// Name, unique within the series.
    pub name: String,
    /// Bytes of each bin; `None` where nothing was measured.
    pub bins: Vec<Option<u64>>,
}

/// Why a file is not a series.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SeriesError {
    /// It does not start with the magic word.
    #[error("this is not a drsim series; write one with `drsim import churn … -o NAME.series`")]
    Foreign,
    /// Another version of the format.
    #[error(
        "the series has format version {0}, this drsim reads version {VERSION}; import the original data again"
    )]
    Version(u8),
    /// It ends early.
    #[error("the series is cut short; copy the file again, or import the original data again")]
    Truncated,
    /// The checksum does not match.
    #[error("the series is damaged: its checksum does not match; copy the file again, or import it again")]
    Checksum,
    /// The checksum matches, but what it covers breaks a rule of the format.
    #[error("the series is malformed: {0}; import the original data again")]
    Malformed(&'static str),
    /// Larger than a named limit.
    #[error("the series has {what}, more than the {limit} allowed; import fewer machines or longer bins")]
    TooLarge {
        /// What there is too much of, with its number.
        what: String,
        /// The most allowed.
        limit: usize,
    },
}

impl Series {
    /// The column of that name.
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// The bytes of the file.
    pub fn encode(&self) -> Vec<u8> {
        let mut payload = Vec::new();
        encode_begin(&mut payload, (self.start_unix_us, self.bin), self.columns.len());
        for column in &self.columns {
            let bins = column.bins.iter().copied();
            encode_column(&mut payload, (&column.name, column.bins.len()), bins);
        }
        [head(blake3::hash(&payload)), payload].concat()
    }

    /// Reads the bytes of a file.
    ///
    /// # Errors
    /// Not a series, another version, cut short, damaged, or beyond a limit; memory stays within [`CELLS_MAX`].
    pub fn decode(file: &[u8]) -> Result<Series, SeriesError> {
        let Some(rest) = file.strip_prefix(MAGIC) else {
            let cut = MAGIC.starts_with(file) && !file.is_empty();
            return Err(if cut { SeriesError::Truncated } else { SeriesError::Foreign });
        };
        let (version, rest) = rest.split_first().ok_or(SeriesError::Truncated)?;
        if *version != VERSION {
            return Err(SeriesError::Version(*version));
        }
        let (sum, payload) = rest.split_at_checked(blake3::OUT_LEN).ok_or(SeriesError::Truncated)?;
        if blake3::hash(payload).as_bytes() != sum {
            return Err(SeriesError::Checksum);
        }
        let mut bytes = Bytes { rest: payload, cells: 0 };
        let series = bytes.series()?;
        if bytes.rest.is_empty() {
            Ok(series)
        } else {
            Err(SeriesError::Malformed("something follows its end"))
        }
    }
}

/// What stands in a file before all that the checksum is of.
pub(crate) fn head(checksum: blake3::Hash) -> Vec<u8> {
    [MAGIC.as_slice(), &[VERSION], checksum.as_bytes()].concat()
}

/// What stands before so many columns, and is followed by [`encode_column`] of each.
pub(crate) fn encode_begin(out: &mut impl Extend<u8>, (start_unix_us, bin): (i64, Span), columns: usize) {
    put(out, zigzag(start_unix_us));
    put(out, bin.0);
    put(out, columns as u64);
}

/// Appends a column of so many bins.
pub(crate) fn encode_column(
    out: &mut impl Extend<u8>,
    (name, count): (&str, usize),
    mut bins: impl Iterator<Item = Option<u64>> + Clone,
) {
    put(out, name.len() as u64);
    out.extend(name.bytes());
    put(out, count as u64);
    let (mut before, mut left, mut ahead) = (0, count, bins.clone().peekable());
    while left > 0 {
        // a run is gaps (perhaps none), then values (none only at the very end)
        let (mut gaps, mut values) = (0, 0);
        while ahead.next_if(Option::is_none).is_some() {
            gaps += 1;
        }
        while ahead.next_if(Option::is_some).is_some() {
            values += 1;
        }
        put(out, gaps as u64);
        put(out, values as u64);
        left -= (gaps + values).max(1).min(left);
        for value in bins.by_ref().take(gaps + values).flatten() {
            put(out, zigzag(value.wrapping_sub(before).cast_signed()));
            before = value;
        }
    }
}

/// What is left of a payload, and how many bins were promised so far.
struct Bytes<'a> {
    rest: &'a [u8],
    cells: usize,
}

impl Bytes<'_> {
    fn series(&mut self) -> Result<Series, SeriesError> {
        let start_unix_us = unzigzag(self.varint()?);
        let bin = Span(self.varint()?);
        if bin == Span::ZERO {
            return Err(SeriesError::Malformed("its bins have no length"));
        }
        let count = self.count("columns", COLUMNS_MAX)?;
        let mut columns: Vec<Column> = Vec::new();
        for _ in 0..count {
            columns.push(self.column()?);
        }
        let mut names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
        names.sort_unstable();
        if names.windows(2).any(|pair| pair[0] == pair[1]) {
            return Err(SeriesError::Malformed("two columns have the same name"));
        }
        Ok(Series { start_unix_us, bin, columns })
    }

    fn column(&mut self) -> Result<Column, SeriesError> {
        let length = self.count("bytes in a name", NAME_MAX)?;
        let (name, rest) = self.rest.split_at_checked(length).ok_or(SeriesError::Truncated)?;
        self.rest = rest;
        let name = std::str::from_utf8(name).map_err(|_| SeriesError::Malformed("a name is not UTF-8"))?;
        let count = self.count("bins", CELLS_MAX - self.cells)?;
        self.cells += count;
        Ok(Column { name: name.to_owned(), bins: self.bins(count)? })
    }

    fn bins(&mut self, count: usize) -> Result<Vec<Option<u64>>, SeriesError> {
        // a value has a byte at least
        let mut bins = Vec::with_capacity(count.min(self.rest.len()));
        let mut before = 0_u64;
        while bins.len() < count {
            let left = count - bins.len();
            let gaps = self.varint()?;
            let values = self.varint()?;
            let run = gaps.checked_add(values).and_then(|run| usize::try_from(run).ok());
            let (Some(1..), Ok(gaps)) = (run.filter(|run| *run <= left), usize::try_from(gaps)) else {
                return Err(SeriesError::Malformed("a run does not fit its column"));
            };
            bins.resize(bins.len() + gaps, None);
            for _ in 0..values {
                before = before.wrapping_add_signed(unzigzag(self.varint()?));
                bins.push(Some(before));
            }
        }
        Ok(bins)
    }

    fn count(&mut self, what: &str, limit: usize) -> Result<usize, SeriesError> {
        let count = self.varint()?;
        usize::try_from(count)
            .ok()
            .filter(|count| *count <= limit)
            .ok_or_else(|| SeriesError::TooLarge { what: format!("{count} {what}"), limit })
    }

    fn varint(&mut self) -> Result<u64, SeriesError> {
        let long = SeriesError::Malformed("a number is too long");
        varint(&mut self.rest).ok_or(if self.rest.is_empty() { SeriesError::Truncated } else { long })
    }
}

/// Takes a LEB128 varint; `None`: there is none, and what is left is nothing where it was cut off.
pub(crate) fn varint(rest: &mut &[u8]) -> Option<u64> {
    let mut value = 0_u64;
    for (place, byte) in rest.iter().enumerate() {
        let (shift, bits) = (7 * u32::try_from(place).ok()?, u64::from(byte & 0x7f));
        if shift >= u64::BITS || bits.leading_zeros() < shift {
            return None;
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            *rest = &rest[place + 1..];
            return Some(value);
        }
    }
    *rest = &[];
    None
}

/// Appends a LEB128 varint.
pub(crate) fn put(out: &mut impl Extend<u8>, mut value: u64) {
    while value >= 0x80 {
        out.extend([value.to_le_bytes()[0] | 0x80]);
        value >>= 7;
    }
    out.extend([value.to_le_bytes()[0]]);
}

/// Small magnitudes of either sign as small numbers: 0, −1, 1, −2 … as 0, 1, 2, 3 …
pub(crate) fn zigzag(value: i64) -> u64 {
    ((value << 1) ^ (value >> 63)).cast_unsigned()
}

/// The number of a zigzag.
pub(crate) fn unzigzag(value: u64) -> i64 {
    (value >> 1).cast_signed() ^ -(value & 1).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEAD: usize = MAGIC.len() + 1 + blake3::OUT_LEN;

    fn small() -> Series {
        let bins = vec![None, Some(3), Some(u64::MAX), None, None, Some(0), None];
        let columns = vec![
            Column { name: "vm25".into(), bins },
            Column { name: "é".into(), bins: Vec::new() },
            Column { name: String::new(), bins: vec![Some(7); 300] },
        ];
        Series { start_unix_us: -5, bin: Span::seconds(300), columns }
    }

    fn file(payload: &[u8]) -> Vec<u8> {
        [MAGIC.as_slice(), &[VERSION], blake3::hash(payload).as_bytes(), payload].concat()
    }

    #[test]
    fn a_series_comes_back() {
        assert_eq!(Series::decode(&small().encode()), Ok(small()));
        assert_eq!(small().encode(), small().encode());
        assert_eq!(small().column("vm25").map(|column| column.bins.len()), Some(7));
        assert_eq!(small().column("vm26"), None);
    }

    #[test]
    fn the_file_is_compact() {
        let steady = Column { name: "steady".into(), bins: vec![Some(1_000_000); 10_000] };
        let gone = Column { name: "gone".into(), bins: vec![None; 10_000] };
        let series = Series { start_unix_us: 0, bin: Span(1), columns: vec![steady, gone] };
        assert!(series.encode().len() < 10_100);
    }

    #[test]
    fn cut_foreign_and_damaged_files_are_refused() {
        let good = small().encode();
        assert_eq!(Series::decode(b""), Err(SeriesError::Foreign));
        assert_eq!(Series::decode(b"PK\x03\x04"), Err(SeriesError::Foreign));
        for length in 1..good.len() {
            let error = Series::decode(&good[..length]).unwrap_err();
            let expected = if length < HEAD { SeriesError::Truncated } else { SeriesError::Checksum };
            assert_eq!(error, expected, "{length}");
        }
        for at in 9..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 0x10;
            assert_eq!(Series::decode(&bad), Err(SeriesError::Checksum));
        }
        let mut bad = good.clone();
        bad[8] = 9;
        assert_eq!(Series::decode(&bad), Err(SeriesError::Version(9)));
    }

    #[test]
    fn hostile_lengths_are_refused_without_memory() {
        let huge = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f];
        let after = |head: &[u8]| Series::decode(&file(&[head, &huge].concat())).unwrap_err();
        assert!(matches!(after(&[0, 1]), SeriesError::TooLarge { .. }));
        assert!(matches!(after(&[0, 1, 1]), SeriesError::TooLarge { .. }));
        assert!(matches!(after(&[0, 1, 1, 1, b'a']), SeriesError::TooLarge { .. }));
        assert!(matches!(after(&[0, 1, 1, 1, b'a', 9, 0]), SeriesError::Malformed(_)));
        assert!(matches!(
            Series::decode(&file(&[0, 1, 1, 1, b'a', 9, 0, 0])),
            Err(SeriesError::Malformed(_))
        ));
        assert!(matches!(Series::decode(&file(&[0, 0, 0])), Err(SeriesError::Malformed(_))));
        assert!(matches!(Series::decode(&file(&[0, 1, 0, 0])), Err(SeriesError::Malformed(_))));
        assert!(matches!(Series::decode(&file(&[0xff; 11])), Err(SeriesError::Malformed(_))));
        assert!(matches!(
            Series::decode(&file(&[0, 1, 2, 1, 97, 0, 1, 97, 0])),
            Err(SeriesError::Malformed(_))
        ));
    }
}
