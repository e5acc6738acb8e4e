//! The same rate for ever: constant.

use crate::scenario::reading::fields::Fields;
use crate::workload::Layer;

/// `(constant: "200 KB/s")`
pub fn read(fields: &Fields) -> Option<Layer> {
    Some(Layer::Constant(fields.quantity("constant")?))
}
