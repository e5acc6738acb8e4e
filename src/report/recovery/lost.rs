//! Where what was lost was when the outage struck, in words.

use crate::measure::results::LostRow;
use crate::report::words::bytes;

/// `90 MB in logs that were not yet cut, 3 MB cut and waiting`; what is nothing is not told.
pub fn parts(lost: &LostRow) -> String {
    let all = [
        (lost.in_log_bytes, "in logs that were not yet cut"),
        (lost.waiting_bytes, "cut and waiting to be sent"),
        (lost.under_way_bytes, "partly sent"),
    ];
    let told: Vec<String> = all
        .iter()
        .filter(|part| part.0 > 0)
        .map(|(count, what)| format!("{} {what}", bytes(*count)))
        .collect();
    let saved = match lost.received_bytes {
        0 => String::new(),
        received => format!("; {} had been received and were applied first", bytes(received)),
    };
    let told = if told.is_empty() { "nothing".to_owned() } else { told.join(", ") };
    format!("{told}{saved}")
}
