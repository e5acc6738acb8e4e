//! What it meant: facts become results. Pure.

pub mod distribution;
pub mod trace;
pub mod grid;
pub mod health;
pub mod window;
pub mod monitor;
pub mod age;
pub mod results;
mod spell;
pub mod place;
pub mod history;
pub mod critical_path;
pub(crate) mod instant;
pub mod words;
pub mod timeline;
pub mod watch;
pub mod operations;
mod beside;
pub mod outage;
mod standing;
mod verdict;
