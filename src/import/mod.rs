//! Real data, read from exports with a report of what was found. No file is opened here: the caller hands readers.
//!
//! Churn is here: a source is one file and one line of [`SOURCES`]; it turns rows into [`Track`]s, bins on a grid of time, and from there on
//! all sources are the same [`Series`](crate::series::Series). Machines and hosts are in [`inventory`], wide-area networks in [`wan`], each with its `SOURCES`.
//! Imports `series`, `units` and a limit of `scenario`.

use crate::units::Span;

mod fault;
mod json;
mod layout;
mod pdh;
mod bytes;
mod room;
mod even;
mod sorted;
mod times;
mod number;
mod dialect;
mod unit;
mod names;
mod far;
mod sheet;
mod cell;
mod field;
pub mod table;
mod value;
mod writers;
mod marks;
mod book;
pub mod churn;
pub mod wan;
pub mod inventory;
pub mod measured;
mod reading;

pub use book::workbook;
pub use bytes::content::{HELD_MAX, LONG_BYTES_MAX};
pub use bytes::text::TEXT_BYTES_MAX;
pub use churn::assemble::Encoded;
pub use churn::found::Found;
pub use churn::track::{Oddities, Track, natural};
pub use churn::values::Values;
pub use dialect::Mark;
pub use fault::{FAULTS_MAX, Fault, Faults};
pub use layout::some_of;
pub use reading::Import;
pub use room::{ROOM_BYTES, Room};
pub use sheet::ROWS_MAX;
pub use times::clock::{instant, written};
pub use times::dates::Order;

use book::pages;
use bytes::{content, magic, text};
use churn::long::Long;
use churn::long::json::Json;
use sheet::Sheet;
use times::{clock, dates, moment};

/// All sources; the first that recognises a header reads the file.
pub const SOURCES: [ChurnSource; 22] = [
    ChurnSource { name: measured::tracks::NAME, form: Form::Replication },
    churn::counters::SOURCE,
    churn::bitbrains::SOURCE,
    churn::long::tools::iostat::SOURCE,
    ChurnSource { name: "iostat-json", form: Form::Json(&churn::long::tools::iostat_json::JSON) },
    ChurnSource { name: "get-counter", form: Form::Long(&churn::long::tools::get_counter::LONG) },
    ChurnSource { name: "sadf", form: Form::Long(&churn::long::tools::sadf::LONG) },
    ChurnSource { name: "sadf-json", form: Form::Json(&churn::long::tools::sadf_json::JSON) },
    churn::long::tools::sadf_p::SOURCE,
    ChurnSource { name: "victoria-metrics", form: Form::Json(&churn::long::tools::victoria_metrics::JSON) },
    ChurnSource { name: "prometheus-api", form: Form::Json(&churn::long::tools::prometheus_api::JSON) },
    ChurnSource { name: "az", form: Form::Json(&churn::long::tools::az_monitor::JSON) },
    ChurnSource { name: "log-analytics", form: Form::Long(&churn::long::tools::log_analytics::LONG) },
    ChurnSource { name: "get-stat", form: Form::Long(&churn::long::tools::get_stat::LONG) },
    ChurnSource { name: "zabbix-trends", form: Form::Long(&churn::long::tools::zabbix::TRENDS) },
    ChurnSource { name: "zabbix", form: Form::Long(&churn::long::tools::zabbix::LONG) },
    ChurnSource { name: "azure-monitor", form: Form::Long(&churn::long::tools::azure_monitor::LONG) },
    ChurnSource { name: "prometheus", form: Form::Long(&churn::long::tools::prometheus::LONG) },
    ChurnSource { name: "vrops", form: Form::Long(&churn::long::tools::vrops::LONG) },
    ChurnSource { name: "live-optics", form: Form::Long(&churn::long::tools::live_optics::LONG) },
    ChurnSource { name: "table", form: Form::Long(&churn::long::tools::table::LONG) },
    churn::wide::SOURCE,
];
/// Longest bin. The shortest is a second.
pub const BIN_MAX: Span = Span::seconds(86_400);
/// Most minutes between local time and UTC.
pub const BIAS_MAX: i64 = 24 * 60;
/// Furthest instant from 1970 that can be asked for, in microseconds: some 31,700 years.
pub const INSTANT_MAX: u64 = 1_000_000_000_000_000_000;

/// A kind of export.
#[derive(Clone, Copy, Debug)]
pub struct ChurnSource {
    /// Name, as chosen on the command line.
    pub name: &'static str,
    form: Form,
}

/// How a kind of export is laid out.
#[derive(Clone, Copy, Debug)]
enum Form {
    /// In a way of its own: whether a header is of it, and how it is read.
    Own(fn(&[String]) -> bool, fn(&mut Sheet<'_>, &ChurnOptions, &mut Faults) -> Vec<Track>),
    /// A row for each sample.
    Long(&'static Long),
    /// The same in JSON.
    Json(&'static Json),
    /// Measured replication, which becomes tracks when all files are read.
    Replication,
}

impl ChurnSource {
    /// Whether a header of it is a tool's, not of any table of measurements.
    fn is_of_a_tool(self) -> bool {
        match self.form {
            Form::Own(..) => self.name != churn::wide::SOURCE.name,
            Form::Long(long) => long.own_names,
            Form::Json(_) | Form::Replication => true,
        }
    }

    fn is_replication(self) -> bool {
        matches!(self.form, Form::Replication)
    }

    fn recognises(self, header: &[String], options: &ChurnOptions) -> bool {
        match self.form {
            Form::Own(recognises, _) => recognises(header),
            Form::Long(long) => churn::long::recognises(long, header, &options.columns),
            Form::Replication => measured::tracks::recognises(header),
            Form::Json(_) => false,
        }
    }

    fn read(self, sheet: &mut Sheet<'_>, options: &ChurnOptions, faults: &mut Faults) -> Vec<Track> {
        match self.form {
            Form::Own(_, read) => read(sheet, options, faults),
            Form::Long(long) => churn::long::read(long, sheet, options, faults),
            Form::Json(_) => {
                let reason = format!("this is a table, not the JSON of {}", self.name);
                faults.push(Fault::of(sheet.file, reason, "leave --from out").line(1));
                Vec::new()
            }
            Form::Replication => Vec::new(),
        }
    }
}

/// What the caller decides.
#[derive(Clone, Debug)]
pub struct ChurnOptions {
    /// The kind of export; told by its header if not given.
    pub source: Option<ChurnSource>,
    /// Start of the first bin, in microseconds since 1970 UTC; by default the bin of the first sample, bins counted from 1970.
    pub start_us: Option<i64>,
    /// Where the series ends; by default after the last sample.
    pub end: Option<End>,
    /// Length of a bin: whole seconds, at most [`BIN_MAX`]; by default the source's own.
    pub bin: Option<Span>,
    /// Bytes in a KB, which monitoring leaves undefined: 1000 or 1024.
    pub kb: u32,
    /// Zone of local times in files that do not say theirs, and of the local hours in the report, which else are UTC.
    pub zone: Option<jiff::tz::TimeZone>,
    /// Minutes from local time to UTC in files that do not say theirs, when they begin; at most [`BIAS_MAX`] either way.
    pub bias: Option<i64>,
    /// Order of day and month, where a file leaves it open.
    pub dates: Option<Order>,
    /// What the numbers of tables are; by default what their headers say.
    pub values: Option<Values>,
    /// Headers of columns by what they hold: `time`, `machine`, `disk`, `metric`, `value`, `unit`.
    pub columns: Vec<(String, String)>,
    /// The decimal mark of the files; told by their cells if not given.
    pub decimal: Option<Mark>,
    /// What is held of all files.
    pub room: Room,
}

/// Where a series ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// After that many bins.
    Bins(usize),
    /// At this instant, in microseconds since 1970 UTC.
    Before(i64),
}

impl Default for ChurnOptions {
    fn default() -> ChurnOptions {
        ChurnOptions {
            source: None,
            start_us: None,
            end: None,
            bin: None,
            kb: 1000,
            zone: None,
            bias: None,
            dates: None,
            values: None,
            columns: Vec::new(),
            decimal: None,
            room: Room::default(),
        }
    }
}
