//! Workbooks: what is in the archive, and its sheets as tables or as texts.

pub mod references;
pub mod workbook;
pub mod pages;
