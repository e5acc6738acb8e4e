//! A picture as SVG text: dashes, titles, fractions of a pixel, no style sheet. Imports pictures.

use std::fmt::Write;

use super::picture::{Anchor, Ink, Picture, Shape};
use crate::report::words::plain;

/// A file of its own.
pub fn file(picture: &Picture) -> String {
    let (width, height) = (short(picture.width), short(picture.height));
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" font-family=\"DejaVu Sans, Verdana, Arial, sans-serif\">\n"
    );
    let paper = format!("<rect width=\"{width}\" height=\"{height}\" fill=\"{}\"/>\n", hex(Ink::Paper));
    format!("{head}{}{paper}{}</svg>\n", words(picture), shapes(picture))
}

/// For the inside of an HTML page, which gives font and background.
pub fn inline(picture: &Picture) -> String {
    let (width, height) = (short(picture.width), short(picture.height));
    let head = format!(
        "<svg viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\">\n"
    );
    format!("{head}{}{}</svg>", words(picture), shapes(picture))
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
            let (list, ink, width) = (list(points), hex(*ink), short(*width));
            writeln!(
                svg,
                "<polyline points=\"{list}\" fill=\"none\" stroke=\"{ink}\" stroke-width=\"{width}\" stroke-linejoin=\"round\"{dash}/>"
            )
        }
        Shape::Area { points, ink, opacity } => {
            let (list, ink, opacity) = (list(points), hex(*ink), short(*opacity));
            writeln!(svg, "<polygon points=\"{list}\" fill=\"{ink}\" fill-opacity=\"{opacity}\"/>")
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
            let (x, y, size, ink) = (short(*x), short(*y), short(*size), hex(*ink));
            writeln!(
                svg,
                "<text x=\"{x}\" y=\"{y}\" font-size=\"{size}\" fill=\"{ink}\"{anchor}{bold}>{}</text>",
                escape(text)
            )
        }
    }
}

fn list(points: &[(f64, f64)]) -> String {
    points.iter().map(|(x, y)| format!("{},{}", short(*x), short(*y))).collect::<Vec<_>>().join(" ")
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
