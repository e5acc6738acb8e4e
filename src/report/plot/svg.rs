//! A picture as SVG text: dashes, titles, fractions of a pixel, no style sheet. Imports pictures.

use std::fmt::Write;

use super::font::SIZE;
use super::picture::{Anchor, Ink, Picture, Shape};
use crate::report::words::plain;

/// Lines of more points are thinned for a page.
const DENSE: usize = 600;

/// A file of its own, with its title in it.
pub fn file(picture: &Picture) -> String {
    let picture = &picture.titled();
    let (width, height) = (short(picture.width), short(picture.height));
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" {} font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\">\n",
        defaults()
    );
    let paper = format!("<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n", hex(Ink::Paper));
    format!("{head}{}{paper}{}</svg>\n", words(picture), shapes(picture))
}

/// For the inside of an HTML page, which gives font and background.
pub fn inline(picture: &Picture) -> String {
    let (width, height) = (short(picture.width), short(picture.height));
    let head = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" {}>\n",
        defaults()
    );
    format!("{head}{}{}</svg>", words(picture), shapes(&thinned(picture)))
}

/// What most shapes have, once for all of them.
fn defaults() -> String {
    format!("fill=\"none\" stroke-linejoin=\"round\" font-size=\"{}\"", short(SIZE))
}

/// Lines with the lowest and the highest of each three pixels across, where they have more: what fits a page, and every peak.
fn thinned(picture: &Picture) -> Picture {
    let mut picture = picture.clone();
    for shape in &mut picture.shapes {
        if let Shape::Line { points, width, .. } = shape
            && points.len() > DENSE
        {
            *points = extremes(points);
            *width = 1.2;
        }
    }
    picture
}

fn extremes(points: &[(f64, f64)]) -> Vec<(f64, f64)> {
    let place = |point: &(f64, f64)| libm::floor(point.0 / 3.0);
    let mut kept = Vec::new();
    for bucket in points.chunk_by(|a, b| (place(a) - place(b)).abs() < 0.5) {
        let by_height = |a: &&(f64, f64), b: &&(f64, f64)| a.1.total_cmp(&b.1);
        let ends = bucket.iter().min_by(by_height).zip(bucket.iter().max_by(by_height));
        let (a, b) = ends.expect("a chunk is not empty");
        let (first, last) = if a.0 <= b.0 { (a, b) } else { (b, a) };
        let round = |(x, y): &(f64, f64)| ((x * 10.0).round() / 10.0, (y * 10.0).round() / 10.0);
        kept.extend([first, last].map(round));
        kept.dedup();
    }
    kept
}

fn words(picture: &Picture) -> String {
    format!("<title>{}</title>\n<desc>{}</desc>\n", escape(&picture.title), escape(&picture.description))
}

fn shapes(picture: &Picture) -> String {
    picture.shapes.iter().fold(String::new(), |mut svg, shape| {
        write_shape(&mut svg, shape).expect("writing to memory cannot fail");
        svg
    })
}

fn write_shape(svg: &mut String, shape: &Shape) -> std::fmt::Result {
    match shape {
        Shape::Line { points, ink, width, dashed } => {
            let dash = if *dashed { " stroke-dasharray=\"5 3\"" } else { "" };
            let (path, ink, width) = (path(points), hex(*ink), unless(1.0, "stroke-width", *width));
            writeln!(svg, "<path d=\"{path}\" stroke=\"{ink}\"{width}{dash}/>")
        }
        Shape::Area { points, ink, opacity } => {
            let (path, ink, opacity) = (path(points), hex(*ink), short(*opacity));
            writeln!(svg, "<path d=\"{path}z\" fill=\"{ink}\" fill-opacity=\"{opacity}\"/>")
        }
        Shape::Bar { at: (x, y, w, h), ink, opacity, outlined, tip } => {
            let edge = if *outlined {
                format!(" stroke=\"{}\" stroke-width=\"1.2\"", hex(Ink::Text))
            } else {
                String::new()
            };
            let (x, y, w, h) = (short(*x), short(*y), short(*w), short(*h));
            let (ink, opacity) = (hex(*ink), short(*opacity));
            write!(
                svg,
                "<rect x=\"{x}\" y=\"{y}\" width=\"{w}\" height=\"{h}\" fill=\"{ink}\" fill-opacity=\"{opacity}\"{edge}"
            )?;
            match tip {
                Some(tip) => writeln!(svg, "><title>{}</title></rect>", escape(tip)),
                None => writeln!(svg, "/>"),
            }
        }
        Shape::Text { at: (x, y), text, size, anchor, ink, bold } => {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            };
            let bold = if *bold { " font-weight=\"bold\"" } else { "" };
            let (x, y, size, ink) = (short(*x), short(*y), unless(SIZE, "font-size", *size), hex(*ink));
            writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\"{size} fill=\"{ink}\"{anchor}{bold}>{}</text>",
                escape(text)
            )
        }
    }
}

/// From point to point, each told by how far it is from the one before: to a tenth of a pixel, and no error adds up.
fn path(points: &[(f64, f64)]) -> String {
    let tenths = |(x, y): &(f64, f64)| ((x * 10.0).round(), (y * 10.0).round());
    let mut path = String::new();
    let mut before: Option<(f64, f64)> = None;
    let mut letter = ' ';
    for point in points.iter().map(tenths) {
        let (to, coordinates) = match before.map(|(x, y)| (point.0 - x, point.1 - y)) {
            None => ('M', vec![point.0, point.1]),
            Some((x, 0.0)) => ('h', vec![x]),
            Some((0.0, y)) => ('v', vec![y]),
            Some((x, y)) => ('l', vec![x, y]),
        };
        let mut is_apart = to != letter;
        if is_apart {
            path.push(to);
        }
        for text in coordinates.into_iter().map(tenth) {
            if !is_apart && !text.starts_with('-') {
                path.push(' ');
            }
            path.push_str(&text);
            is_apart = false;
        }
        (before, letter) = (Some(point), to);
    }
    path
}

/// So many tenths, without a needless nought.
#[allow(clippy::cast_possible_truncation, reason = "pixels")]
fn tenth(tenths: f64) -> String {
    let tenths = tenths as i64;
    let sign = if tenths < 0 { "-" } else { "" };
    match (tenths.abs() / 10, tenths.abs() % 10) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, part) => format!("{sign}.{part}"),
        (whole, part) => format!("{sign}{whole}.{part}"),
    }
}

/// An attribute, where it is not as usual.
fn unless(usual: f64, name: &str, value: f64) -> String {
    if value.total_cmp(&usual).is_eq() { String::new() } else { format!(" {name}=\"{}\"", short(value)) }
}

/// To a hundredth of a pixel, without trailing zeros.
fn short(value: f64) -> String {
    format!("{}", (value * 100.0).round() / 100.0 + 0.0)
}

/// `#0072b2`.
pub fn hex(ink: Ink) -> String {
    let (r, g, b) = ink.rgb();
    format!("#{r:02x}{g:02x}{b:02x}")
}

/// Text made safe inside XML.
pub fn escape(text: &str) -> String {
    let text = plain(text);
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
