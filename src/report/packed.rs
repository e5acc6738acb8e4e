//! Columns of whole numbers in letters, as pages and results carry curves: how many there are in a column, then the columns one after the
//! other, each number in base 128 (LEB128), deflated, in base 64. Imports words and charts.

use std::io::{Read, Write};

use data_encoding::BASE64;
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;

use super::words;
use crate::measure::results::LinkChart;
use crate::series::{put, varint};

/// Most bytes that letters become again: as many numbers as the longest curves have, each in its longest form.
const BYTES_MAX: u64 = 256 << 20;

/// Columns, all as long as the first.
pub(super) fn pack(columns: &[Vec<u64>]) -> String {
    let mut bytes = Vec::new();
    put(&mut bytes, columns.first().map_or(0, Vec::len) as u64);
    columns.iter().flatten().for_each(|value| put(&mut bytes, *value));
    deflated(&bytes)
}

/// A direction of a link: in each bin bits per second carried and possible, whether throttled, and bytes that wait at its end.
pub(super) fn of_link(chart: &LinkChart) -> String {
    let whole = |values: &[f64]| values.iter().map(|value| words::whole(*value)).collect();
    let throttled = chart.throttled.iter().map(|throttled| u64::from(*throttled)).collect();
    pack(&[whole(&chart.carried_bps), whole(&chart.capacity_bps), throttled, whole(&chart.backlog_bytes)])
}

/// Bytes as letters.
pub(super) fn deflated(bytes: &[u8]) -> String {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).expect("memory can be written to");
    BASE64.encode(&encoder.finish().expect("memory can be written to"))
}

/// So many columns again; `None`: these letters were not packed so.
pub(super) fn unpack<const COLUMNS: usize>(letters: &str) -> Option<[Vec<u64>; COLUMNS]> {
    let packed = BASE64.decode(letters.as_bytes()).ok()?;
    let mut bytes = Vec::new();
    DeflateDecoder::new(packed.as_slice()).take(BYTES_MAX).read_to_end(&mut bytes).ok()?;
    let mut rest = bytes.as_slice();
    let count = usize::try_from(varint(&mut rest)?).ok()?;
    // A number has a byte at least.
    if count.checked_mul(COLUMNS)? > rest.len() {
        return None;
    }
    let mut columns = [const { Vec::new() }; COLUMNS];
    for column in &mut columns {
        *column = (0..count).map(|_| varint(&mut rest)).collect::<Option<_>>()?;
    }
    rest.is_empty().then_some(columns)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back_and_nothing_else_does() {
        let columns = [vec![0, 127, 128, u64::MAX], vec![7; 4]];
        let letters = pack(&columns);
        assert_eq!(unpack::<2>(&letters), Some(columns));
        assert_eq!(unpack::<1>(&letters), None);
        assert_eq!(unpack::<3>(&letters), None);
        assert_eq!(unpack::<0>(&pack(&[])), Some([]));
        for wrong in ["", "!", "AAAA", &letters[..letters.len() - 4]] {
            assert_eq!(unpack::<2>(wrong), None, "{wrong}");
        }
        // A count that no memory holds.
        let mut huge = Vec::new();
        put(&mut huge, u64::MAX);
        assert_eq!(unpack::<2>(&deflated(&huge)), None);
    }
}
