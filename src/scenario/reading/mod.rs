//! How a file is read: its sources, its shape, fields, quantities, instants, and the names it defines.

pub(super) mod node;
pub(super) mod top;
pub(super) mod paths;
pub(super) mod sources;
pub(super) mod quantity;
pub(super) mod calendar;
pub(super) mod diagnostics;
pub(super) mod fields;
pub(super) mod sections;
pub(super) mod context;
pub(super) mod set;
