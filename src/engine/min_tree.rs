//! The earliest of many instants that change one at a time, with the lowest index among equals: O(log n) to set, O(1) to ask.

use super::instant::NEVER;

/// A complete binary tree of minima over `n` instants, all [`NEVER`] at first.
#[derive(Clone, Debug)]
pub struct MinTree {
    leaves: usize,
    nodes: Vec<u64>,
}

impl MinTree {
    /// A tree of `n` instants.
    pub fn new(n: usize) -> Self {
        let leaves = n.next_power_of_two();
        MinTree { leaves, nodes: vec![NEVER; 2 * leaves] }
    }

    /// Changes instant `index`.
    pub fn set(&mut self, index: usize, value: u64) {
        let mut node = self.leaves + index;
        self.nodes[node] = value;
        while node > 1 {
            node /= 2;
            let least = self.nodes[2 * node].min(self.nodes[2 * node + 1]);
            if self.nodes[node] == least {
                return;
            }
            self.nodes[node] = least;
        }
    }

    /// The instant at `index`.
    pub fn get(&self, index: usize) -> u64 {
        self.nodes[self.leaves + index]
    }

    /// The earliest instant.
    pub fn min(&self) -> u64 {
        self.nodes[1]
    }

    /// Calls `each` with every index whose instant is at most `limit`, in ascending order.
    pub fn at_most(&self, limit: u64, each: &mut impl FnMut(usize)) {
        let mut node = 1;
        while self.nodes[node] <= limit {
            while node < self.leaves {
                node *= 2;
                node += usize::from(self.nodes[node] > limit);
            }
            each(node - self.leaves);
            // On to the nearest subtree to the right that has one; above the root there is none.
            loop {
                node >>= node.trailing_ones();
                if node == 0 {
                    return;
                }
                node += 1;
                if self.nodes[node] <= limit {
                    break;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{MinTree, NEVER};

    #[test]
    fn the_minimum_follows_every_change() {
        let mut tree = MinTree::new(5);
        assert_eq!(tree.min(), NEVER);
        for (index, value) in [(3, 7), (1, 9), (4, 7), (3, 20), (0, 8)] {
            tree.set(index, value);
        }
        assert_eq!((tree.min(), tree.get(3)), (7, 20));
        let mut found = Vec::new();
        tree.at_most(9, &mut |index| found.push(index));
        assert_eq!(found, [0, 1, 4]);
    }
}
