//! The newest cuts of an application's VMs, and the one that speaks for it: of each need the oldest of as many of the youngest as it takes, of
//! these the oldest.

use crate::engine::min_tree::MinTree;

/// What becomes of the newest cut of a VM.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change {
    /// It has another one.
    Cut(u64),
    /// Its age does not count from now on.
    Leave,
    /// It counts from now on, with this one.
    Join(u64),
}

/// Cuts by place in the application.
#[derive(Clone, Debug)]
pub(super) enum Cuts {
    /// All are needed.
    All {
        /// Of all.
        tree: MinTree,
        /// How many of them do not count now.
        absent: usize,
    },
    /// Some stand in for others.
    Enough {
        /// Each, and whether it counts now.
        cuts: Vec<(u64, bool)>,
        /// Places, and how many of them are needed.
        needs: Vec<(Vec<usize>, usize)>,
    },
}

impl Cuts {
    /// All cut at the start of the run. `counts`: of each place, whether it counts then.
    pub(super) fn new(counts: &[bool], needs: Vec<(Vec<usize>, usize)>) -> Cuts {
        if needs.iter().any(|(of, at_least)| of.len() > *at_least) {
            return Cuts::Enough { cuts: counts.iter().map(|counts| (0, *counts)).collect(), needs };
        }
        let mut tree = MinTree::new(counts.len());
        (0..counts.len()).for_each(|place| tree.set(place, 0));
        Cuts::All { tree, absent: counts.iter().filter(|counts| !**counts).count() }
    }

    /// The cut that speaks; `None`: too few count.
    pub(super) fn oldest(&self) -> Option<u64> {
        match self {
            Cuts::All { tree, absent } => (*absent == 0).then(|| tree.min()),
            Cuts::Enough { cuts, needs } => {
                let of_need = |(of, at_least): &(Vec<usize>, usize)| {
                    let counting = of.iter().map(|place| cuts[*place]).filter(|(_, counts)| *counts);
                    let mut all: Vec<u64> = counting.map(|(cut, _)| cut).collect();
                    all.sort_unstable();
                    all.len().checked_sub(*at_least).map(|place| all[place])
                };
                let all: Option<Vec<u64>> = needs.iter().map(of_need).collect();
                all?.into_iter().min()
            }
        }
    }

    pub(super) fn get(&self, place: usize) -> u64 {
        match self {
            Cuts::All { tree, .. } => tree.get(place),
            Cuts::Enough { cuts, .. } => cuts[place].0,
        }
    }

    pub(super) fn change(&mut self, place: usize, change: Change) {
        match (self, change) {
            (Cuts::All { tree, .. }, Change::Cut(cut)) => tree.set(place, cut),
            (Cuts::All { absent, .. }, Change::Leave) => *absent += 1,
            (Cuts::All { tree, absent }, Change::Join(cut)) => {
                tree.set(place, cut);
                *absent -= 1;
            }
            (Cuts::Enough { cuts, .. }, Change::Cut(cut)) => cuts[place].0 = cut,
            (Cuts::Enough { cuts, .. }, Change::Leave) => cuts[place].1 = false,
            (Cuts::Enough { cuts, .. }, Change::Join(cut)) => cuts[place] = (cut, true),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_youngest_that_are_enough_count_and_the_oldest_of_them_speaks() {
        let mut cuts = Cuts::new(&[true; 4], vec![(vec![0, 1, 2], 2), (vec![3], 1)]);
        for (place, cut) in [50, 30, 40, 60].into_iter().enumerate() {
            cuts.change(place, Change::Cut(cut));
        }
        assert_eq!(cuts.oldest(), Some(40));
        cuts.change(0, Change::Leave);
        assert_eq!(cuts.oldest(), Some(30));
        cuts.change(1, Change::Leave);
        assert_eq!(cuts.oldest(), None);
        cuts.change(0, Change::Join(90));
        assert_eq!(cuts.oldest(), Some(40));
        cuts.change(3, Change::Cut(35));
        assert_eq!(cuts.oldest(), Some(35));
    }

    #[test]
    fn needing_all_in_parts_is_needing_all() {
        let mut cuts = Cuts::new(&[true, false], vec![(vec![0, 1], 2)]);
        assert!(matches!(cuts, Cuts::All { .. }) && cuts.oldest().is_none());
        cuts.change(1, Change::Join(7));
        cuts.change(0, Change::Cut(9));
        assert_eq!(cuts.oldest(), Some(7));
    }
}
