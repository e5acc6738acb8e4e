//! At how many instants a quantity is more than so much.

use std::collections::BTreeMap;

use super::curve::{Curve, Piece, Slope, Value};

impl Curve {
    /// How many of all instants it speaks of have more than so much, from the least to the most: straight between two, and two of one number
    /// where many instants have that number. What is not within the run, or never, is more than any number.
    pub fn exceeding(&self) -> Vec<(u64, u64)> {
        let open = self.lasts(Value::Unfinished) + self.lasts(Value::Never);
        let mut above = open + self.counted();
        // By number: instants that have it, and how many more or fewer lines pass it from there on.
        let mut edges: BTreeMap<u64, (u64, i64)> = BTreeMap::new();
        for piece in self.pieces() {
            let Some((least, _)) = piece.least() else { continue };
            if let Value::Line(_, Slope::Level) = piece.value {
                edges.entry(least).or_default().0 += piece.instants();
            } else {
                edges.entry(least).or_default().1 += 1;
                edges.entry(least + piece.instants()).or_default().1 -= 1;
            }
        }
        let (mut points, mut lines, mut before) = (Vec::new(), 0_u64, 0);
        for (number, (instants, more)) in edges {
            above -= lines * (number - before);
            points.push((number, above));
            if instants > 0 {
                above -= instants;
                points.push((number, above));
            }
            (lines, before) = (lines.saturating_add_signed(more), number);
        }
        points
    }

    /// How many instants it speaks of.
    pub fn instants(&self) -> u64 {
        self.pieces().iter().map(Piece::instants).sum()
    }
}
