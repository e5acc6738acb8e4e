//! The JSON of sysstat, whose tools differ in what they say of an instant.

use serde::Deserialize;

/// A file.
#[derive(Deserialize)]
pub(super) struct Whole<S> {
    pub(super) sysstat: Hosts<S>,
}

/// All hosts of it.
#[derive(Deserialize)]
pub(super) struct Hosts<S> {
    pub(super) hosts: Vec<Host<S>>,
}

/// What was measured on one.
#[derive(Deserialize)]
pub(super) struct Host<S> {
    pub(super) nodename: String,
    #[serde(default = "Vec::new")]
    pub(super) statistics: Vec<S>,
}
