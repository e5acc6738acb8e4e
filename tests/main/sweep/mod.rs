//! `drsim sweep`: what an outage costs at every instant, held against single runs.

mod single;
mod random;
mod document;
mod cli;
