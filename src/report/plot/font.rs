//! The embedded font: measuring words, and cutting them to fit. Same widths on every machine. Imports nothing of this crate.

use std::sync::OnceLock;

use plotters::style::{FontDesc, FontFamily, FontStyle, register_font};

/// Ordinary text.
pub const SIZE: f64 = 11.5;

/// Plotters takes a size as the height from ascent to descent, everyone else as the em; of this font that is so many ems.
const HEIGHT: f64 = 1.164;

/// A subset of DejaVu Sans: Latin and a few signs; its licence stands beside it.
static BYTES: &[u8] = include_bytes!("../font/DejaVuSans-subset.ttf");

/// The font at a size, registered with plotters on first use.
pub fn font(size: f64) -> FontDesc<'static> {
    static REGISTERED: OnceLock<()> = OnceLock::new();
    REGISTERED.get_or_init(|| {
        let done = register_font("drsim", FontStyle::Normal, BYTES);
        assert!(done.is_ok(), "the embedded font is a font");
    });
    FontDesc::new(FontFamily::Name("drsim"), size * HEIGHT, FontStyle::Normal)
}

/// How wide `text` is at `size`.
pub fn width(text: &str, size: f64) -> f64 {
    // Measured large, because plotters measures in whole pixels.
    let (wide, _) = font(size * 8.0).box_size(text).unwrap_or((0, 0));
    f64::from(wide) / 8.0
}

/// `text`, cut with `…` to be at most `room` wide.
pub fn fit(text: &str, size: f64, room: f64) -> String {
    if width(text, size) <= room {
        return text.into();
    }
    let mut kept: String = text.into();
    while kept.pop().is_some() {
        let cut = format!("{}…", kept.trim_end());
        if width(&cut, size) <= room {
            return cut;
        }
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_measured_and_cut() {
        assert!(width("mm", SIZE) > width("m", SIZE) * 1.9);
        assert_eq!(fit("short", SIZE, 100.0), "short");
        let cut = fit("a very long name of a virtual machine", SIZE, 100.0);
        assert!(cut.ends_with('…') && width(&cut, SIZE) <= 100.0, "{cut}");
    }
}
