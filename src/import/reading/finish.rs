//! What all files come to.

use super::super::churn::assemble::{Assembly, Encoded, assemble};
use super::super::churn::found::Found;
use super::super::churn::quirks;
use super::super::dialect::Told;
use super::super::fault::{Faults, quote};
use super::super::layout::some_of;
use super::super::measured;
use super::super::room::Room;
use super::Import;
use crate::series::Series;

/// Most names of files and sheets that are left out.
const LEFT_TOLD: usize = 12;

impl Import {
    /// The series of all files, columns in natural order of their names, and what was found.
    ///
    /// # Errors
    /// All that was wrong with the files, or that keeps them from being one series.
    pub fn finish(self) -> Result<(Series, Found), Faults> {
        self.finished(|assembly, _| assembly.series())
    }

    /// The same as the bytes of its file, which are not held.
    ///
    /// # Errors
    /// As [`Import::finish`].
    pub fn encoded(self) -> Result<(Encoded, Found), Faults> {
        self.finished(Assembly::encode)
    }

    fn finished<T>(self, into: impl Fn(&Assembly, &Room) -> T) -> Result<(T, Found), Faults> {
        let room = self.options.room.clone();
        let finished = self.assembled().map(|(assembly, found)| (into(&assembly, &room), found));
        // what follows from it is no news
        room.fault().map_or(finished, |fault| Err(fault.into()))
    }

    fn assembled(mut self) -> Result<(Assembly, Found), Faults> {
        if !self.faults.is_empty() {
            return Err(self.faults);
        }
        if self.replication.files > 0 {
            self.sources.push(measured::tracks::NAME);
            self.tracks.extend(measured::tracks::tracks(&self.replication, &self.options)?);
        }
        let assembly = assemble(self.tracks, &self.options)?;
        let mut found = Found::new(&assembly, self.sources.join(", "), &self.options);
        found.quirks = quirks::sentences(&found, &self.options);
        found.doubtful = quirks::doubtful(&found);
        found.quirks.extend(found.doubtful.iter().cloned());
        found.quirks.extend(Told::of_files(&self.told));
        if !assembly.doubled.is_empty() {
            let names: Vec<String> = assembly.doubled.iter().map(|name| quote(name)).collect();
            found
                .quirks
                .push(format!("Left out, for others hold the same bytes: {}.", some_of(&names, LEFT_TOLD)));
        }
        if !self.left.is_empty() {
            found.quirks.push(format!("Not of measurements: {}.", some_of(&self.left, LEFT_TOLD)));
            found.left = self.left;
        }
        if self.replication.files > 0 {
            found.quirks.extend(measured::tracks::told(&self.replication, &self.options));
        }
        Ok((assembly, found))
    }
}
