//! Single documents: those that `--out` asks for and the one that is printed, of which none is half written.

use std::path::{Path, PathBuf};

use super::form::{Form, TEXT};
use super::output::{STDOUT, document, write_file};
use super::printer::{print, print_as_is, tell_text};
use super::refusal::Refusal;

/// A format of an answer of kind `A`.
pub(super) struct Format<A: 'static> {
    /// Its name.
    pub name: &'static str,
    /// The ending of files that tells it, where one does.
    pub ending: Option<&'static str>,
    /// Its writer.
    pub write: fn(&A) -> String,
    /// Whether it commands the log it is printed to, and has rules of its own for names.
    pub is_command: bool,
}

/// What is to be written and printed.
pub(super) struct Documents<A: 'static> {
    all: Vec<(PathBuf, &'static Format<A>)>,
    /// The format that is printed; `None`: text for people, which the command writes.
    printed: Option<&'static Format<A>>,
}

impl<A> Documents<A> {
    /// Reads what is asked for.
    ///
    /// # Errors
    /// What names no format and file, and more than one document for standard output: whoever reads it would find neither.
    pub fn read(out: &[String], form: &Form, formats: &'static [Format<A>]) -> Result<Documents<A>, Refusal> {
        let known: Vec<_> = formats.iter().map(|format| (format.name, format.ending)).collect();
        let of_name = |name: &str| formats.iter().find(|format| format.name == name);
        let mut all = Vec::new();
        for text in out {
            let (name, path) = document(text, &known)?;
            all.extend(of_name(name).map(|format| (path, format)));
        }
        let printed = of_name(form.name()).filter(|format| format.name != TEXT);
        let documents = Documents { all, printed };
        if documents.to_stdout() + usize::from(printed.is_some()) > 1 {
            let what = "more than one document is to be printed on standard output";
            return Err(Refusal::wrong(what, "give all but one a file: --out FORMAT=FILE"));
        }
        Ok(documents)
    }

    fn to_stdout(&self) -> usize {
        self.all.iter().filter(|(path, _)| path == Path::new(STDOUT)).count()
    }

    /// Writes all and prints the answer: as `text` where no format is asked for, on standard error where a document takes standard
    /// output. Where some cannot be written, the others are all the same.
    ///
    /// # Errors
    /// Those that could not be written.
    pub fn deliver(&self, answer: &A, text: impl FnOnce() -> String) -> Result<(), Refusal> {
        let put = |format: &Format<A>| {
            // Names in commands to a log are made harmless there.
            let put = if format.is_command { print_as_is } else { print };
            put(&(format.write)(answer))
        };
        let one = |(path, format): &(PathBuf, &Format<A>)| match path == Path::new(STDOUT) {
            true => put(format),
            false => write_file(path, (format.write)(answer).as_bytes()),
        };
        let mut wrong: Vec<Refusal> = self.all.iter().filter_map(|it| one(it).err()).collect();
        match self.printed {
            Some(format) => wrong.extend(put(format).err()),
            None if self.to_stdout() > 0 => tell_text(&text()),
            None => wrong.extend(print(&text()).err()),
        }
        if wrong.is_empty() { Ok(()) } else { Err(Refusal::All(wrong)) }
    }
}
