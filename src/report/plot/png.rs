//! A picture as PNG: drawn four times as large by plotters, then averaged down to twice its size, or its lines are stair-stepped.
//! Imports pictures and the font.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::font;
use super::picture::{Anchor, Ink, Picture, Shape};

/// How much larger it is drawn than the picture's pixels.
const DRAWN: f64 = 4.0;
/// Pixels averaged into one, in each direction: the file has twice the picture's pixels, for sharp text on today's screens.
const BOX: u32 = 2;

type Sheet<'a> = DrawingArea<BitMapBackend<'a>, plotters::coord::Shift>;

/// A file of its own, with its title in it.
pub fn file(picture: &Picture) -> Vec<u8> {
    let picture = &picture.titled();
    let size = (even(picture.width), even(picture.height));
    let mut pixels = vec![255; 3 * size.0 as usize * size.1 as usize];
    {
        let sheet = BitMapBackend::with_buffer(&mut pixels, size).into_drawing_area();
        for shape in &picture.shapes {
            draw(&sheet, shape).expect("drawing in memory cannot fail");
        }
    }
    encode(&shrink(&pixels, size), (size.0 / BOX, size.1 / BOX))
}

/// Drawn pixels, a multiple of the box.
fn even(length: f64) -> u32 {
    u32::try_from(crate::report::words::whole(length * DRAWN)).unwrap_or(u32::MAX) / BOX * BOX
}

fn draw<'a>(
    sheet: &Sheet<'a>,
    shape: &Shape,
) -> Result<(), DrawingAreaErrorKind<<BitMapBackend<'a> as DrawingBackend>::ErrorType>> {
    match shape {
        Shape::Line { points, ink, width, dashed } => {
            let style = colour(*ink, 1.0).stroke_width(u32::try_from(pixel(*width)).unwrap_or(1).max(1));
            // Stroke by stroke: plotters' joins of sharp corners stick out as spikes.
            let strokes =
                if *dashed { dashes(points) } else { points.windows(2).map(<[_]>::to_vec).collect() };
            strokes.iter().try_for_each(|stroke| sheet.draw(&PathElement::new(place(stroke), style)))
        }
        Shape::Area { points, ink, opacity } => {
            sheet.draw(&Polygon::new(place(points), colour(*ink, *opacity).filled()))
        }
        Shape::Bar { at: (x, y, w, h), ink, opacity, outlined, .. } => {
            let corners = [(pixel(*x), pixel(*y)), (pixel(x + w), pixel(y + h))];
            sheet.draw(&Rectangle::new(corners, colour(*ink, *opacity).filled()))?;
            if *outlined {
                sheet.draw(&Rectangle::new(corners, colour(Ink::Text, 1.0).stroke_width(4)))?;
            }
            Ok(())
        }
        Shape::Text { at, text, size, anchor, ink, .. } => {
            let across = match anchor {
                Anchor::Start => HPos::Left,
                Anchor::Middle => HPos::Center,
                Anchor::End => HPos::Right,
            };
            let style =
                font::font(size * DRAWN).color(&colour(*ink, 1.0)).pos(Pos::new(across, VPos::Bottom));
            // plotters aligns the box of the line, whose bottom lies a fifth below the base line.
            let below = size * 0.22;
            sheet.draw(&Text::new(text.as_str(), (pixel(at.0), pixel(at.1 + below)), style))
        }
    }
}

fn colour(ink: Ink, opacity: f64) -> RGBAColor {
    let (r, g, b) = ink.rgb();
    RGBColor(r, g, b).mix(opacity)
}

#[allow(clippy::cast_possible_truncation, reason = "pictures are thousands of pixels large")]
fn pixel(value: f64) -> i32 {
    (value * DRAWN).round() as i32
}

fn place(points: &[(f64, f64)]) -> Vec<(i32, i32)> {
    points.iter().map(|(x, y)| (pixel(*x), pixel(*y))).collect()
}

/// The strokes of a dashed line: five on, three off, along its length.
fn dashes(points: &[(f64, f64)]) -> Vec<Vec<(f64, f64)>> {
    let mut strokes = Vec::new();
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        let length = ((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)).sqrt();
        let at = |along: f64| {
            let share = (along / length).min(1.0);
            (x0 + (x1 - x0) * share, y0 + (y1 - y0) * share)
        };
        let mut along = 0.0;
        while along < length {
            strokes.push(vec![at(along), at(along + 5.0)]);
            along += 8.0;
        }
    }
    strokes
}

/// Every box of pixels becomes their mean.
fn shrink(pixels: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let value = |x: u32, y: u32, part: u32| u32::from(pixels[((y * width + x) * 3 + part) as usize]);
    let mut small = Vec::with_capacity(pixels.len() / (BOX * BOX) as usize);
    for y in (0..height).step_by(BOX as usize) {
        for x in (0..width).step_by(BOX as usize) {
            for part in 0..3 {
                let sum: u32 = (0..BOX * BOX).map(|at| value(x + at % BOX, y + at / BOX, part)).sum();
                small.push(u8::try_from(sum / (BOX * BOX)).unwrap_or(u8::MAX));
            }
        }
    }
    small
}

fn encode(pixels: &[u8], (width, height): (u32, u32)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    let written = "writing to memory cannot fail";
    encoder.write_header().expect(written).write_image_data(pixels).expect(written);
    bytes
}
