//! Inventories: machines with cores, memory and disks, their hosts and datastores, from what planners and hypervisors export.
//!
//! A source is one file and one line of [`SOURCES`]: it says which tables are its own and turns them into an [`Inventory`]. From there on
//! all are the same: [`scenario::scenario`] writes a whole scenario, [`summary::summary`] tells what was read, dropped and assumed.
//! Sizes called MB and GB are binary in all of them.

use std::io::Read;

use serde_json::Value;

use super::fault::{Fault, Faults, base, quote};
use super::field::{Claim, Form, Head, Kept};
use super::magic::{Accepts, ZIP};
use super::table::Table;
use super::{table, text, workbook, writers};

mod model;
mod power;
pub mod map;
mod options;
mod doubts;
mod estate;
mod azure_migrate;
mod join;
mod live_optics;
mod measured;
mod json;
mod sides;
mod hyper_v;
mod vmm;
mod placing;
mod replication;
mod places;
mod rvtools;
mod stand_ins;
pub mod scenario;
pub mod summary;

pub use map::NameMap;
pub use model::{Condition, Disk, Doubt, Host, Inventory, Machine, Measured, Replica, Resync, Store, Told};
pub use options::InventoryOptions;

/// All sources.
pub const SOURCES: [InventorySource; 5] =
    [rvtools::SOURCE, live_optics::SOURCE, azure_migrate::SOURCE, hyper_v::SOURCE, vmm::SOURCE];
/// Most bytes of one file that is no workbook, unpacked: 100,000 machines take about 50 MiB.
pub const FILE_BYTES_MAX: u64 = 128 << 20;
/// Most bytes of a JSON file, which takes a multiple of its size in memory.
pub const JSON_BYTES_MAX: usize = 64 << 20;
/// Most machines of an inventory, as many as a scenario has.
pub const MACHINES_MAX: usize = crate::scenario::VMS_MAX;

/// A mebibyte, which most exports call MB.
pub const MIB: u64 = 1 << 20;
/// A gibibyte.
pub const GIB: u64 = 1 << 30;

/// Whether an object of JSON is a machine of a source.
type IsMachine = fn(&json::Object) -> bool;

/// A kind of inventory.
#[derive(Clone, Copy, Debug)]
pub struct InventorySource {
    /// Name, as chosen on the command line.
    pub name: &'static str,
    /// What it is, for messages.
    pub about: &'static str,
    forms: &'static [Form],
    /// Whether an object of JSON is one of its machines; `None`: it is no JSON.
    json: Option<IsMachine>,
    read: fn(&Pieces, &InventoryOptions, &mut Faults) -> Inventory,
}

/// What was read, in the order of the files.
#[derive(Clone, Debug, Default)]
pub struct Pieces {
    /// Tables whose form is known.
    pub tables: Vec<Table>,
    /// JSON files with their names.
    pub json: Vec<(String, Value)>,
    /// Names of sheets and files that nobody wants.
    pub unused: Vec<String>,
    /// Tables that are left out for want of columns, and why.
    pub lacking: Vec<Fault>,
}

/// Names that are told, before the rest is counted.
const NAMES_TOLD: usize = 3;

/// The first names, and how many there are beside them.
fn names_of(names: &[&str]) -> String {
    let shown = quote(&names[..names.len().min(NAMES_TOLD)].join(", "));
    match names.len().saturating_sub(NAMES_TOLD) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// Whether some object is one, wherever it stands.
fn holds(value: &Value, is_one: IsMachine) -> bool {
    match value {
        Value::Object(object) => is_one(object) || object.values().any(|value| holds(value, is_one)),
        Value::Array(values) => values.iter().any(|value| holds(value, is_one)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

/// Name of the form of a table with this header, if it is one of an inventory.
pub fn form_of(header: &[String]) -> Option<&'static str> {
    let head = Head { name: "", header };
    let mut forms = SOURCES.iter().flat_map(|source| source.forms);
    forms.find(|form| matches!(form.claim(head), Claim::Columns(_))).map(|form| form.name)
}

/// An import under way: files go in one by one.
#[derive(Debug)]
pub struct Import {
    options: InventoryOptions,
    source: Option<InventorySource>,
    pieces: Pieces,
    /// Heads of tables that no form fits, for the message when nothing is found.
    strangers: Vec<Fault>,
    faults: Faults,
}

impl Import {
    /// An import of nothing yet.
    pub fn new(options: InventoryOptions) -> Import {
        let (source, pieces) = (options.source, Pieces::default());
        Import { options, source, pieces, strangers: Vec::new(), faults: Faults::default() }
    }

    /// Reads a file: CSV, workbook or JSON, plain or gzip; what is wrong with it is kept for [`Import::finish`].
    pub fn file(&mut self, name: &str, content: impl Read) {
        let mut faults = Faults::default();
        // a workbook is packed, and counted on its own when unpacked
        match text::unpacked(name, content, FILE_BYTES_MAX, Accepts::Workbooks) {
            Ok(bytes) if bytes.starts_with(ZIP) => self.workbook(name, &bytes, &mut faults),
            Ok(bytes) => match text::decoded(name, bytes) {
                Ok(text) => self.text(name, &text, &mut faults),
                Err(fault) => faults.push(fault),
            },
            Err(fault) => faults.push(fault),
        }
        self.faults.append(faults);
    }

    fn workbook(&mut self, name: &str, bytes: &[u8], faults: &mut Faults) {
        let mut tables = workbook::tables(
            name,
            bytes,
            &mut |file, sheet, head, faults| self.keep(file, sheet, head, faults),
            faults,
        );
        self.pieces.tables.append(&mut tables);
    }

    fn text(&mut self, name: &str, text: &str, faults: &mut Faults) {
        if text.trim_start().starts_with(['{', '[']) {
            return self.json(name, text, faults);
        }
        let table = table::of_csv(
            name,
            text,
            &mut |file, sheet, head, faults| self.keep(file, sheet, head, faults),
            faults,
        );
        self.pieces.tables.extend(table);
    }

    fn json(&mut self, name: &str, text: &str, faults: &mut Faults) {
        if text.len() > JSON_BYTES_MAX {
            let reason = format!("more than {} MiB of JSON", JSON_BYTES_MAX >> 20);
            faults.push(Fault::of(
                name,
                reason,
                "select the properties that are needed, or export host by host",
            ));
            return;
        }
        let chosen = self.options.source.map_or(SOURCES.to_vec(), |source| vec![source]);
        let chosen: Vec<InventorySource> =
            chosen.into_iter().filter(|source| source.json.is_some()).collect();
        let Some(first) = chosen.first().copied() else {
            faults.push(Fault::of(name, "this is JSON, not what --from says", "leave --from out"));
            return;
        };
        match super::json::value(text) {
            Ok(value) => {
                let has = |source: &InventorySource| source.json.is_some_and(|is| holds(&value, is));
                let source = chosen.into_iter().find(has).or(self.source).unwrap_or(first);
                self.settle(name, source, faults);
                self.pieces.json.push((name.to_owned(), value));
            }
            Err(error) => {
                let reason = format!("the JSON cannot be read: {}", quote(&error.to_string()));
                let line = u64::try_from(error.line()).unwrap_or(1);
                faults.push(Fault::of(name, reason, "export it again; it may be cut short").line(line));
            }
        }
    }

    /// Which columns of a table to keep.
    fn keep(&mut self, file: &str, sheet: Option<&str>, head: Head<'_>, faults: &mut Faults) -> Option<Kept> {
        let fault = |reason: String, remedy: &str| {
            let fault = Fault::of(file, reason, remedy);
            sheet.map_or_else(|| fault.clone().line(1), |sheet| fault.clone().cell(sheet))
        };
        let sources: Vec<InventorySource> =
            self.options.source.map_or(SOURCES.to_vec(), |source| vec![source]);
        let mut forms: Vec<(InventorySource, &'static Form)> =
            sources.iter().flat_map(|source| source.forms.iter().map(|form| (*source, form))).collect();
        // what it is called counts first
        forms.sort_by_key(|(_, form)| !form.is_named(head.name));
        let mut lacks = None;
        for (source, form) in forms {
            match form.claim(head) {
                Claim::Columns(kept) => {
                    self.settle(file, source, faults);
                    return Some(kept);
                }
                Claim::Lacks(missing) => lacks = lacks.or(Some((form, missing))),
                Claim::No => {}
            }
        }
        if let Some((form, missing)) = lacks {
            let missing: Vec<String> = missing.iter().map(|name| format!("`{name}`")).collect();
            let reason = format!("{} has no column {}", form.name, missing.join(" and no "));
            let fault = fault(reason, "export the table again with all its columns");
            if form.optional {
                self.pieces.lacking.push(fault);
            } else {
                faults.push(fault);
            }
            return None;
        }
        if super::churn::counters::recognises(head.header) {
            let reason = "this is a log of performance counters";
            faults.push(fault(
                reason.into(),
                "read it with `drsim import churn`, and give its series to --churn",
            ));
            return None;
        }
        self.pieces.unused.push(head.name.to_owned());
        let shown: Vec<String> =
            head.header.iter().take(4).map(|name| format!("`{}`", quote(name))).collect();
        let reason = format!("no known table has the headers {} …", shown.join(", "));
        let remedy =
            "`drsim import inventory --help` names the exports that are read; their headers are English";
        self.strangers.push(fault(reason, remedy));
        None
    }

    /// All files of an import are of one kind.
    fn settle(&mut self, file: &str, source: InventorySource, faults: &mut Faults) {
        let known = *self.source.get_or_insert(source);
        if known.name != source.name {
            let reason = format!("this is {}, the files before it {}", source.about, known.about);
            faults.push(Fault::of(file, reason, "import them one by one"));
        }
    }

    /// The inventory of all files.
    ///
    /// # Errors
    /// All that was wrong with the files, or that there is no machine in them.
    pub fn finish(mut self) -> Result<Inventory, Faults> {
        let found = !self.pieces.tables.is_empty() || !self.pieces.json.is_empty();
        if !found {
            let why = self.strangers.into_iter().chain(self.pieces.lacking.drain(..));
            why.for_each(|fault| self.faults.push(fault));
        }
        let (Some(source), true) = (self.source, self.faults.is_empty() && found) else {
            if self.faults.is_empty() {
                self.faults.push(Fault::of("import", "there is no table in the files", "export them again"));
            }
            return Err(self.faults);
        };
        let mut faults = Faults::default();
        let told = writers::settle(&mut self.pieces.tables, self.options.decimal, &mut faults);
        if !faults.is_empty() {
            return Err(faults);
        }
        let mut inventory = (source.read)(&self.pieces, &self.options, &mut faults);
        inventory.source = source.name;
        inventory.told.read.extend(told);
        inventory.told.dropped.extend(self.pieces.lacking.iter().map(|fault| {
            let place = fault.cell.as_deref().map_or_else(|| base(&fault.file), quote);
            format!("{place}: {}.", fault.reason)
        }));
        if !self.pieces.unused.is_empty() {
            let names = quote(&self.pieces.unused.join(", "));
            inventory.told.read.push(format!("Not needed: {names}."));
        }
        estate::complete(&mut inventory, &self.options, &mut faults);
        if let Some(measured) = self.options.churn {
            measured::attach(&mut inventory, measured, &self.options.map, &mut faults);
        }
        if faults.is_empty() { Ok(inventory) } else { Err(faults) }
    }
}
