//! Extra writing in a recurring window, such as a nightly backup: window, days, rate.

use super::Owner;
use crate::scenario::reading::calendar;
use crate::scenario::reading::context::Context;
use crate::scenario::reading::fields::Fields;
use crate::workload::Layer;

/// `(window: "22:00 to 02:00", days: "Mon-Fri", rate: "30 MB/s")`, in the zone of the VM's site.
pub fn read(context: &Context, fields: &Fields, owner: &Owner) -> Option<Layer> {
    let rate = fields.need("rate");
    let window = context.window_text(fields, "window")?;
    let steps = context.shape(format!("window {window:?} {}", owner.site), || {
        calendar::steps(&context.calendar.openings(&window, &context.zone_of(Some(owner.site))))
    });
    Some(Layer::Shaped { rate, steps })
}
