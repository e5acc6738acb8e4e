//! What it meant: facts become results. Pure.

pub mod distribution;
pub mod trace;
pub mod grid;
pub mod health;
pub mod window;
pub mod monitor;
pub mod strip;
mod cuts;
mod members;
pub mod age;
pub mod watch;
pub mod rises;
pub mod results;
pub mod operations;
mod beside;
mod verdict;
pub mod outage;
