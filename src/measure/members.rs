//! Of which applications a VM is part: looked up with every log, so all lists stand in one.

use crate::engine::order::Rows;

/// Of which applications each VM is part.
#[derive(Debug)]
pub(super) struct Members {
    /// From where to where in the list.
    of: Rows<(u32, u32)>,
    /// Application and place in it.
    list: Vec<(u32, u32)>,
}

impl Members {
    pub(super) fn new(all: &Rows<Vec<(u32, u32)>>) -> Members {
        let mut list = Vec::new();
        let of = all.map(|own| {
            let from = place(&list);
            list.extend(own);
            (from, place(&list))
        });
        Members { of, list }
    }

    pub(super) fn of(&self, vm: usize) -> &[(u32, u32)] {
        let (from, to) = self.of[vm];
        &self.list[from as usize..to as usize]
    }
}

fn place(list: &[(u32, u32)]) -> u32 {
    u32::try_from(list.len()).expect("fewer than 2^32 places")
}
