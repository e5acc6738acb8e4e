//! What a form knows of its columns: what they are called, what they hold, and how a table is told by its head.

use super::unit::{self, MIB, Measures, Unit};

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Names, ids, words.
    Text,
    /// Whole numbers of things.
    Count,
    /// Bytes, in this unit where neither header nor cell names one.
    Size(Unit),
    /// Bytes a second, likewise.
    Rate(Unit),
    /// Numbers that are not read, but tell how the file writes numbers.
    Witness,
}

/// A column of a form.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// What its header may be, plainly, the best name first.
    pub names: &'static [&'static str],
    /// What it holds.
    pub kind: Kind,
    /// Whether its program writes it without decimals, in a unit of a MiB or less.
    pub whole: bool,
}

impl Field {
    /// A column of text.
    pub const fn text(names: &'static [&'static str]) -> Field {
        Field { names, kind: Kind::Text, whole: false }
    }

    /// A column of whole numbers.
    pub const fn count(names: &'static [&'static str]) -> Field {
        Field { names, kind: Kind::Count, whole: true }
    }

    /// A column of whole mebibytes.
    pub const fn mib(names: &'static [&'static str]) -> Field {
        Field { names, kind: Kind::Size(MIB), whole: true }
    }

    /// A column of sizes in `unit` that may have decimals.
    pub const fn size(names: &'static [&'static str], unit: Unit) -> Field {
        Field { names, kind: Kind::Size(unit), whole: false }
    }

    /// A column of rates.
    pub const fn rate(names: &'static [&'static str], unit: Unit) -> Field {
        Field { names, kind: Kind::Rate(unit), whole: false }
    }

    /// What it measures, and its unit where none is named; `None` of what has no unit.
    pub fn measures(self) -> Option<(Measures, Unit)> {
        match self.kind {
            Kind::Size(unit) => Some((Measures::Size, unit)),
            Kind::Rate(unit) => Some((Measures::Rate, unit)),
            Kind::Text | Kind::Count | Kind::Witness => None,
        }
    }
}

/// What a table of one kind is asked for.
#[derive(Clone, Copy, Debug)]
pub struct Form {
    /// Name of the sheet or file, as the tool that exports it calls it.
    pub name: &'static str,
    /// Its columns: those that it must have stand first.
    pub columns: &'static [Field],
    /// How many of them it must have.
    pub needed: usize,
    /// How many, and further headers of which one, it must have to be told where it is not named like the form.
    pub tells: (usize, &'static [&'static str]),
    /// Whether the import goes on without it where a column that it must have is missing.
    pub optional: bool,
    /// Whether the first column counts as the first one of the form whatever its header says.
    pub first_is_any: bool,
    /// What of a header is compared.
    pub plain: fn(&str) -> String,
    /// Further columns to keep, after those of the form, told by their plain headers.
    pub more: fn(&str) -> Option<Field>,
    /// Bytes in what the tool calls a KB.
    pub kilo: u64,
    /// Units of which the tool's own documents say what their case does not.
    pub own: &'static [(&'static str, Unit)],
}

/// The head of a table.
#[derive(Clone, Copy, Debug)]
pub struct Head<'h> {
    /// Name of the sheet, or of the file without folder and endings.
    pub name: &'h str,
    /// Trimmed cells of the first line.
    pub header: &'h [String],
}

/// What a form says to a table.
#[derive(Clone, Debug)]
pub enum Claim {
    /// Not of this form.
    No,
    /// Named like it, but these columns are missing.
    Lacks(Vec<&'static str>),
    /// Of this form.
    Columns(Kept),
}

/// What is kept of a table.
#[derive(Clone, Debug)]
pub struct Kept {
    /// The form.
    pub form: &'static Form,
    /// Place of each of its columns, then of further ones.
    pub columns: Vec<Option<usize>>,
    /// What each holds.
    pub fields: Vec<Field>,
}

impl Form {
    /// A table that the import does without if it lacks one of the first `needed` columns, by which it is told. A KB is 1024 bytes.
    pub const fn optional(name: &'static str, columns: &'static [Field], needed: usize) -> Form {
        Form {
            name,
            columns,
            needed,
            tells: (needed, &[]),
            optional: true,
            first_is_any: false,
            plain,
            more: |_| None,
            kilo: 1024,
            own: &[],
        }
    }

    /// A table without which there is nothing to read.
    pub const fn needed(name: &'static str, columns: &'static [Field], needed: usize) -> Form {
        Form { optional: false, ..Form::optional(name, columns, needed) }
    }

    /// Whether a table with this head is of this form.
    pub fn claim(&'static self, head: Head<'_>) -> Claim {
        let header: Vec<String> = head.header.iter().map(|cell| (self.plain)(cell)).collect();
        let at = |name: &&str| header.iter().position(|cell| cell == name);
        let mut columns: Vec<Option<usize>> =
            self.columns.iter().map(|field| field.names.iter().find_map(at)).collect();
        if self.first_is_any && columns[0].is_none() {
            columns[0] = Some(0);
        }
        let named = self.is_named(head.name);
        let (needed, marks) = if named { (self.needed, &[][..]) } else { self.tells };
        let missing = (0..needed.max(self.needed)).filter(|at| columns[*at].is_none());
        let missing: Vec<&str> = missing.map(|at| self.columns[at].names[0]).collect();
        let marked = marks.is_empty() || marks.iter().any(|mark| at(mark).is_some());
        if !missing.is_empty() || !marked {
            return if named { Claim::Lacks(missing) } else { Claim::No };
        }
        let mut fields = self.columns.to_vec();
        for (place, plain) in header.iter().enumerate() {
            if let Some(field) = (self.more)(plain) {
                columns.push(Some(place));
                fields.push(field);
            }
        }
        Claim::Columns(Kept { form: self, columns, fields })
    }

    /// Whether a sheet or file of that name is called like the form, as `RVTools_tabvInfo` is vInfo.
    pub fn is_named(&self, name: &str) -> bool {
        let own = name.to_lowercase();
        own.rsplit("tab").next().unwrap_or_default() == self.name.to_lowercase()
    }
}

/// A header to compare: lower case, single spaces, a mebibyte spelt as every second export does.
pub fn plain(header: &str) -> String {
    let lower = header.to_lowercase().replace("mib", "mb").replace("gib", "gb");
    lower.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A header without its star, what stands in parentheses and a unit at its end: `*Memory (In MB)` is `memory`.
pub fn bare(header: &str) -> String {
    let mut words = String::new();
    let mut inside = false;
    for c in header.trim_matches(['*', ' ']).chars() {
        match c {
            '(' | '[' => inside = true,
            ')' | ']' => inside = false,
            _ if !inside => words.extend(c.to_lowercase()),
            _ => {}
        }
    }
    let mut words: Vec<&str> = words.split_whitespace().collect();
    if words.len() > 1 && words.last().is_some_and(|last| last.len() > 1 && is_unit(last)) {
        words.pop();
        words.pop_if(|last| *last == "in");
    }
    words.join(" ")
}

fn is_unit(word: &str) -> bool {
    word != "to" && unit::unit(word, Measures::Rate, 1024) != Err(unit::NotUnit::Unknown)
}
