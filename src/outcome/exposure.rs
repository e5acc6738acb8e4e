//! Times in which the newest common recovery point of a running application was older than its RPO, and what an outage added to them.

use crate::units::{Span, Time};

/// Stretches kept: the longest. Of the rest only the sum is known.
const KEPT: usize = 64;

/// A time in which an age was above its objective.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Older {
    /// When it passed the objective.
    pub since: Time,
    /// When it was within it again, or there was no age any more; `None`: not within the run.
    pub until: Option<Time>,
    /// The oldest that it got.
    pub oldest: Span,
}

impl Older {
    fn lasted(&self, end: Time) -> Span {
        self.until.unwrap_or(end).since(self.since)
    }
}

/// What an outage added to the time in which the copies of an application that runs on were older than its RPO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exposure {
    /// The longest such time that the run without the outage does not have.
    pub longest: Older,
    /// By how much all such times together pass those of the run without the outage.
    pub added: Span,
}

/// The times in which one age was above its objective, as it rises and falls.
#[derive(Clone, Debug)]
pub struct AboveObjective {
    objective: u64,
    /// Σ of all stretches, open or closed, from the start of the run on.
    total: u64,
    open: Option<(u64, u64)>,
    longest: Vec<Older>,
}

impl AboveObjective {
    /// No time yet; `None`: there is no objective to pass.
    pub fn new(objective: Option<u64>) -> Self {
        let objective = objective.unwrap_or(u64::MAX);
        AboveObjective { objective, total: 0, open: None, longest: Vec::new() }
    }

    /// Goes on from here, with the sum so far and none of the stretches that are over.
    #[must_use]
    pub fn fork(&self) -> Self {
        AboveObjective { longest: Vec::new(), ..*self }
    }

    /// The age was `low` at `since` and has risen until `at`.
    pub fn rise(&mut self, low: u64, since: u64, at: u64) {
        let high = low + (at - since);
        if high <= self.objective {
            return;
        }
        let passed = since + self.objective.saturating_sub(low);
        self.total += at - passed;
        let (_, oldest) = self.open.get_or_insert((passed, high));
        *oldest = (*oldest).max(high);
    }

    /// From `at` on the age is `age`; `None`: there is none.
    pub fn fall(&mut self, at: u64, age: Option<u64>) {
        if age.is_some_and(|age| age > self.objective) {
            return;
        }
        if let Some((since, oldest)) = self.open.take() {
            self.keep(Older { since: Time(since), until: Some(Time(at)), oldest: Span(oldest) });
        }
    }

    /// By how much its sum passes that of the run without the outage, which went on from the same instant; `None`: by nothing.
    pub fn added_to(&self, without: &AboveObjective) -> Option<Span> {
        self.total.checked_sub(without.total).filter(|added| *added > 0).map(Span)
    }

    /// Its sum; what is open at the end of the run counts to there.
    pub fn total(&self) -> Span {
        Span(self.total)
    }

    fn keep(&mut self, older: Older) {
        if older.until == Some(older.since) {
            return;
        }
        self.longest.push(older);
        if self.longest.len() == 2 * KEPT {
            self.longest.sort_by_key(|it| std::cmp::Reverse(it.lasted(Time::START)));
            self.longest.truncate(KEPT);
        }
    }

    /// What this run, which ends at `end`, has more than the one without the outage, which went on from the same instant.
    pub fn beside(&self, without: &AboveObjective, end: Time) -> Option<Exposure> {
        let added = self.added_to(without)?;
        let all = || self.all();
        let is_new =
            |older: &Older| without.all().all(|it| (it.since, it.until) != (older.since, older.until));
        let length = |older: &Older| (older.lasted(end), std::cmp::Reverse(older.since));
        let longest = all().filter(is_new).max_by_key(length).or_else(|| all().max_by_key(length))?;
        Some(Exposure { longest, added })
    }

    fn all(&self) -> impl Iterator<Item = Older> {
        let open =
            self.open.map(|(since, oldest)| Older { since: Time(since), until: None, oldest: Span(oldest) });
        self.longest.iter().copied().chain(open)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An age with cuts every 10 that arrive at once, but for those at 30 to 60; at most 12 is allowed.
    fn cut_off() -> AboveObjective {
        let mut above = AboveObjective::new(Some(12));
        let (mut cut, mut since) = (0, 0);
        for at in [10, 20, 70, 80] {
            above.rise(since - cut, since, at);
            above.fall(at, Some(0));
            (cut, since) = (at, at);
        }
        above
    }

    #[test]
    fn a_stretch_begins_where_the_age_passes_and_ends_at_the_fall() {
        let above = cut_off();
        assert_eq!(above.total(), Span(38));
        let whole = above.beside(&AboveObjective::new(Some(12)), Time(80)).expect("it was older");
        let longest = Older { since: Time(32), until: Some(Time(70)), oldest: Span(50) };
        assert_eq!(whole, Exposure { longest, added: Span(38) });
        assert_eq!(above.beside(&cut_off(), Time(80)), None);
    }

    #[test]
    fn what_goes_on_at_the_end_has_no_end_and_a_fall_that_stays_above_is_none() {
        let mut above = AboveObjective::new(Some(5));
        above.rise(0, 0, 20);
        above.fall(20, Some(8));
        above.rise(8, 20, 30);
        let whole = above.beside(&AboveObjective::new(Some(5)), Time(30)).expect("it was older");
        assert_eq!(whole.longest, Older { since: Time(5), until: None, oldest: Span(20) });
        assert_eq!(whole.added, Span(25));
    }

    #[test]
    fn a_fork_goes_on_counting() {
        let mut whole = cut_off();
        let mut fork = whole.fork();
        for above in [&mut whole, &mut fork] {
            above.rise(0, 80, 100);
            above.fall(100, None);
        }
        assert_eq!(fork.total(), whole.total());
        assert_eq!(fork.beside(&cut_off(), Time(100)).expect("it was older").added, Span(8));
    }
}
