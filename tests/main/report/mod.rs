//! Reports, as files and in a browser.

pub mod assumptions;
pub mod around;
pub mod curves;
pub mod pictures;
pub mod reports;
pub mod workbook;
pub mod readers;
pub mod browser;
pub mod alive;
pub mod variants;
pub mod again;
pub mod series;
pub mod office;
pub mod judged;
pub mod light;
