//! As Apache Parquet: instants are timestamps in UTC to the microsecond, times are seconds, texts have a dictionary.

use std::io::{self, Write};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::data_type::{BoolType, ByteArray, ByteArrayType, DoubleType, Int64Type};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::{SerializedColumnWriter, SerializedFileWriter};
use parquet::schema::parser::parse_message_type;

use super::{Cell, Columns, Kind, Table};
use crate::scenario::Scenario;
use crate::units::Span;

/// Rows that wait in memory, and lie together in the file.
const GROUP: usize = 1 << 17;

pub(super) struct Parquet<W: Write + Send> {
    /// Of the run, µs since 1970.
    start: i64,
    file: SerializedFileWriter<W>,
    columns: Vec<Column>,
}

/// Values of a column that wait.
enum Column {
    /// Without what is missing: which there are, where one may be missing.
    Texts(Vec<ByteArray>, Option<Vec<i16>>),
    Wholes(Vec<i64>),
    Seconds(Vec<f64>),
    Flags(Vec<bool>),
}

impl<W: Write + Send> Parquet<W> {
    pub(super) fn new(scenario: &Scenario, (name, columns): (&str, Columns), to: W) -> io::Result<Self> {
        let field = |(key, kind): &(&str, Kind)| match kind {
            Kind::Text => format!("required binary {key} (UTF8);"),
            Kind::MaybeText => format!("optional binary {key} (UTF8);"),
            Kind::At => format!("required int64 {key} (TIMESTAMP(MICROS,true));"),
            Kind::Seconds => format!("required double {key};"),
            Kind::Whole => format!("required int64 {key};"),
            Kind::Flag => format!("required boolean {key};"),
        };
        let fields: Vec<String> = columns.iter().map(field).collect();
        let schema =
            parse_message_type(&format!("message {name} {{ {} }}", fields.join(" "))).map_err(failed)?;
        let by = format!("drsim version {}", env!("CARGO_PKG_VERSION"));
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).set_created_by(by);
        let file =
            SerializedFileWriter::new(to, Arc::new(schema), Arc::new(properties.build())).map_err(failed)?;
        let empty = |(_, kind): &(&str, Kind)| match kind {
            Kind::Text => Column::Texts(Vec::new(), None),
            Kind::MaybeText => Column::Texts(Vec::new(), Some(Vec::new())),
            Kind::At | Kind::Whole => Column::Wholes(Vec::new()),
            Kind::Seconds => Column::Seconds(Vec::new()),
            Kind::Flag => Column::Flags(Vec::new()),
        };
        Ok(Parquet { start: scenario.start_unix_us, file, columns: columns.iter().map(empty).collect() })
    }

    /// Writes what waits.
    fn write(&mut self) -> Result<(), ParquetError> {
        let mut group = self.file.next_row_group()?;
        for column in &mut self.columns {
            let Some(mut writer) = group.next_column()? else { break };
            column.write(&mut writer)?;
            writer.close()?;
        }
        group.close().map(drop)
    }
}

impl Column {
    fn len(&self) -> usize {
        match self {
            Column::Texts(texts, are_there) => are_there.as_ref().map_or(texts.len(), Vec::len),
            Column::Wholes(values) => values.len(),
            Column::Seconds(values) => values.len(),
            Column::Flags(values) => values.len(),
        }
    }

    fn push(&mut self, cell: Cell, start: i64) {
        let whole = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        match (self, cell) {
            (Column::Texts(texts, are_there), Cell::Text(text)) => {
                texts.push(ByteArray::from(text.into_bytes()));
                are_there.iter_mut().for_each(|it| it.push(1));
            }
            (Column::Texts(_, Some(are_there)), Cell::Nothing) => are_there.push(0),
            (Column::Wholes(values), Cell::At(at)) => values.push(start.saturating_add(whole(at.0))),
            (Column::Wholes(values), Cell::Whole(number)) => values.push(whole(number)),
            (Column::Seconds(values), Cell::Seconds(micros)) => values.push(Span(micros).as_seconds()),
            (Column::Flags(values), Cell::Flag(is)) => values.push(is),
            (Column::Texts(..) | Column::Wholes(_) | Column::Seconds(_) | Column::Flags(_), _) => {
                unreachable!("cells are of their columns' kinds")
            }
        }
    }

    fn write(&mut self, writer: &mut SerializedColumnWriter<'_>) -> Result<(), ParquetError> {
        match self {
            Column::Texts(texts, are_there) => {
                let levels = are_there.as_deref();
                writer.typed::<ByteArrayType>().write_batch(texts, levels, None)?;
                texts.clear();
                are_there.iter_mut().for_each(Vec::clear);
            }
            Column::Wholes(values) => {
                writer.typed::<Int64Type>().write_batch(values, None, None)?;
                values.clear();
            }
            Column::Seconds(values) => {
                writer.typed::<DoubleType>().write_batch(values, None, None)?;
                values.clear();
            }
            Column::Flags(values) => {
                writer.typed::<BoolType>().write_batch(values, None, None)?;
                values.clear();
            }
        }
        Ok(())
    }
}

impl<W: Write + Send> Table for Parquet<W> {
    fn row(&mut self, cells: Vec<Cell>) -> io::Result<()> {
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            column.push(cell, self.start);
        }
        if self.columns[0].len() < GROUP { Ok(()) } else { self.write().map_err(failed) }
    }

    fn end(mut self: Box<Self>) -> io::Result<()> {
        if self.columns[0].len() > 0 {
            self.write().map_err(failed)?;
        }
        self.file.close().map(drop).map_err(failed)
    }
}

/// What the writer beneath said, if that it was.
fn failed(error: ParquetError) -> io::Error {
    if let ParquetError::External(error) = error {
        return error.downcast::<io::Error>().map_or_else(io::Error::other, |error| *error);
    }
    io::Error::other(error)
}
