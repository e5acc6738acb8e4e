//! Exit codes, and which of several counts.

/// How a command ends; of several the one that stands first here counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// An error of drsim itself.
    Internal,
    /// A requested file, or standard output, could not be written.
    NotWritten,
    /// Bad input or usage.
    BadInput,
    /// No answer: what was asked takes longer than was allowed, or cannot be told.
    Inconclusive,
    /// The answer is no: past a bound, worse than it was, different, not laid out.
    No,
    /// A warning that is denied.
    Denied,
    /// Delivered.
    Ok,
}

impl Exit {
    /// As the system takes it.
    pub fn code(self) -> u8 {
        match self {
            Exit::Internal => 70,
            Exit::NotWritten => 74,
            Exit::BadInput => 2,
            Exit::Inconclusive => 3,
            Exit::No => 1,
            Exit::Denied => 4,
            Exit::Ok => 0,
        }
    }

    /// The one that counts of those that occurred.
    pub fn worst(all: impl IntoIterator<Item = Exit>) -> Exit {
        all.into_iter().min().unwrap_or(Exit::Ok)
    }
}

#[cfg(test)]
mod tests {
    use super::Exit::{self, BadInput, Denied, Inconclusive, Internal, No, NotWritten, Ok};

    #[test]
    fn the_gravest_code_counts_whatever_else_occurred() {
        let order = [Internal, NotWritten, BadInput, Inconclusive, No, Denied, Ok];
        assert_eq!(order.map(Exit::code), [70, 74, 2, 3, 1, 4, 0]);
        for (at, grave) in order.iter().enumerate() {
            for light in &order[at..] {
                assert_eq!(Exit::worst([*light, *grave]), *grave);
                assert_eq!(Exit::worst([*grave, *light]), *grave);
            }
        }
        assert_eq!(Exit::worst([]), Ok);
    }
}
