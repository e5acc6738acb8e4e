//! Reports, as files and in a browser.

pub mod reports;
pub mod workbook;
pub mod browser;
