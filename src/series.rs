//! Measured series: bytes per bin and column, and their file format.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::units::Span;

/// Columns of equal bins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Start of the first bin, in microseconds since 1970.
    pub start_unix_us: i64,
    /// Length of a bin.
    pub bin: Span,
    /// The columns.
    pub columns: Vec<Column>,
}

/// One measured disk or VM.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// Unique name.
    pub name: String,
    /// Bytes written in each bin; `None` is a gap.
    pub bins: Vec<Option<u64>>,
}

/// Why a series could not be read.
#[derive(Debug, Error)]
#[error("{0}")]
pub struct SeriesError(String);

#[derive(Serialize, Deserialize)]
struct Form {
    start_unix_us: i64,
    bin_us: u64,
    columns: Vec<Column>,
}

impl Series {
    /// Reads a series file.
    ///
    /// # Errors
    /// Not a series file.
    pub fn decode(bytes: &[u8]) -> Result<Series, SeriesError> {
        let form: Form = serde_json::from_slice(bytes).map_err(|error| SeriesError(error.to_string()))?;
        Ok(Series { start_unix_us: form.start_unix_us, bin: Span(form.bin_us), columns: form.columns })
    }

    /// Writes a series file.
    pub fn encode(&self) -> Vec<u8> {
        let (start_unix_us, bin_us) = (self.start_unix_us, self.bin.0);
        let form = Form { start_unix_us, bin_us, columns: self.columns.clone() };
        serde_json::to_vec(&form).unwrap_or_default()
    }
}
