//! What questions of one plan share, so that it is found once.

use super::own::{Own, own};
use crate::ids::Id;
use crate::plan::ask::{Progress, Stopped};
use crate::plan::needs::Need;
use crate::plan::rates::Precision;
use crate::scenario::Scenario;
use crate::topology::Link;

/// What is known so far, of one scenario.
#[derive(Clone, Debug, Default)]
pub struct Known {
    own: Vec<Own>,
    /// What is needed, as found so far.
    pub needs: Vec<Need>,
}

impl Known {
    /// What applications need of a link, each for its own share of the time.
    ///
    /// # Errors
    /// `progress` said stop.
    pub fn own(
        &mut self,
        scenario: &Scenario,
        link: Id<Link>,
        step: Precision,
        progress: Progress<'_>,
    ) -> Result<&Own, Stopped> {
        let place = match self.own.iter().position(|own| own.link == link) {
            Some(place) => place,
            None => {
                self.own.push(own(scenario, link, step, progress)?);
                self.own.len() - 1
            }
        };
        Ok(&self.own[place])
    }

    /// It was found on the way.
    pub fn learn(&mut self, own: Own) {
        self.own.retain(|other| other.link != own.link);
        self.own.push(own);
    }
}
