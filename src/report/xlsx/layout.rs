//! How sheets look on a screen and on paper. Excel alone would find the heights of rows by itself; other programs take those of the file.

use rust_xlsxwriter::{Format, FormatAlign, Worksheet, XlsxError};

/// Characters of a cell; more do not fit the format.
pub(super) const CELL_MAX: usize = 32_767;
/// Rows of a sheet below its head; more do not fit the format.
pub(super) const ROWS_MAX: usize = 1_048_575;
/// A4, as Excel counts paper.
const PAPER: u8 = 9;
/// Characters beside each other on a sheet of paper that can still be read.
const PRINTED: usize = 240;
/// Points that a line takes.
const LINE: f64 = 15.0;
/// Lines of a cell; a row cannot be higher.
const LINES_MAX: usize = 27;

/// Of a head, above words or above numbers.
pub(super) fn head(is_of_numbers: bool) -> Format {
    let align = if is_of_numbers { FormatAlign::Right } else { FormatAlign::Left };
    let head = Format::new().set_bold().set_text_wrap().set_align(FormatAlign::Top).set_align(align);
    if is_of_numbers { head.set_indent(1) } else { head }
}

/// Of a number, a little away from the words beside it.
pub(super) fn number(shown: &str) -> Format {
    Format::new().set_num_format(shown).set_align(FormatAlign::Right).set_indent(1)
}

/// A row as high as the most lines of these texts, each in so many characters.
pub(super) fn set_height<'t>(
    sheet: &mut Worksheet,
    row: u32,
    texts: impl IntoIterator<Item = (&'t str, usize)>,
) -> Result<(), XlsxError> {
    let most = texts.into_iter().map(|(text, wide)| lines(text, wide)).max().unwrap_or(1);
    sheet.set_row_height(row, LINE * f64::from(u8::try_from(most.clamp(1, LINES_MAX)).unwrap_or(u8::MAX)))?;
    Ok(())
}

/// Lines of a text whose words are wrapped.
fn lines(text: &str, wide: usize) -> usize {
    let wide = wide.max(1);
    let (mut lines, mut at) = (1, 0);
    for word in text.split(' ').map(|word| word.chars().count()) {
        if at > 0 && at + 1 + word > wide {
            (lines, at) = (lines + 1, 0);
        }
        at += word + usize::from(at > 0);
        lines += at.saturating_sub(1) / wide;
        at = if at > wide { at % wide } else { at };
    }
    lines
}

/// How a sheet of so many characters across prints: as wide as pages on which it can be read, its names on each.
pub(super) fn set_page(sheet: &mut Worksheet, wide: usize) -> Result<(), XlsxError> {
    let pages = u16::try_from(wide.div_ceil(PRINTED).max(1)).unwrap_or(u16::MAX);
    set_paper(sheet).set_print_fit_to_pages(pages, 0);
    if pages > 1 {
        sheet.set_repeat_columns(0, 0)?;
    }
    Ok(())
}

/// Paper, and at its foot the sheet's name and the number of the page.
pub(super) fn set_paper(sheet: &mut Worksheet) -> &mut Worksheet {
    sheet.set_paper_size(PAPER).set_landscape();
    sheet.set_margins(0.4, 0.4, 0.5, 0.6, 0.3, 0.3).set_footer("&L&A&R&P / &N")
}

/// The first characters of a text, as the format counts them.
pub(super) fn cut(text: &str, most: usize) -> String {
    let mut room = most;
    text.chars().take_while(|c| room.checked_sub(c.len_utf16()).map(|left| room = left).is_some()).collect()
}
