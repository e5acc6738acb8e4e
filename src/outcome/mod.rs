//! What became of everything in a run: its facts gathered by what they are about. Ids, instants and enums; no names, no sentences.

mod spell;
pub mod declaration;
pub mod place;
pub mod history;
pub mod critical_path;
pub mod timeline;
mod run;
pub mod end;
pub mod application;
pub mod bound;
pub mod incident;

pub use run::Run;
