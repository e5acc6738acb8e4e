//! The guest of a virtual machine.
//!
//! - vm: shutdown, generation, highly_available, integration_services, shared_disk, backups
//! - backup: days, from, to (in the zone of the VM's site)

use crate::scenario::defaults as default;
use crate::scenario::reading::context::{Context, in_range};
use crate::scenario::reading::fields::Fields;
use crate::units::Span;
use crate::workload::Guest;

/// The guest of a VM at this site.
pub fn guest(context: &Context, fields: &Fields, site: usize) -> Guest {
    let guest = Guest {
        shutdown: fields.or("shutdown", &default::VM_SHUTDOWN),
        generation: fields.or("generation", &default::VM_GENERATION),
        highly_available: fields.flag("highly_available", &default::VM_HIGHLY_AVAILABLE),
        integration_services: fields.flag("integration_services", &default::VM_INTEGRATION),
        shared_disk: fields.flag("shared_disk", &default::VM_SHARED_DISK),
        backups: context
            .open_times(fields, "backups", "backup", &context.zone_of(Some(site)), Span::ZERO)
            .unwrap_or_default(),
    };
    in_range(fields, "generation", guest.generation, 1, 2, "1 or 2");
    guest
}
