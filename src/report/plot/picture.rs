//! A drawing as a list of shapes, in pixels at 1x; every chart makes one, every backend replays it. Imports nothing of this crate.
//!
//! Why not plotters' chart contexts: they place ticks and legends without looking for collisions, and their SVG has neither
//! dashes, nor titles, nor fractions of a pixel. Plotters rasterises and measures text.

/// Height of a title.
const TITLE: f64 = 24.0;

/// A finished drawing.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
    /// What it shows.
    pub title: String,
    /// What is to be seen in it, for those who cannot see it.
    pub description: String,
    /// Back to front.
    pub shapes: Vec<Shape>,
}

/// Colours by purpose; data colours are those of Okabe and Ito, which colour-blind readers tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ink {
    /// Words and emphasis.
    Text,
    /// Words on a light data colour: dark on a dark page too.
    OnColour,
    /// Words of less weight, axes.
    Muted,
    /// Grid.
    Grid,
    /// Background.
    Paper,
    /// Blue.
    Blue,
    /// Sky blue.
    Sky,
    /// Bluish green.
    Green,
    /// Orange.
    Orange,
    /// Vermillion.
    Vermillion,
    /// Reddish purple.
    Purple,
    /// Yellow.
    Yellow,
    /// Grey.
    Grey,
}

impl Ink {
    /// Red, green, blue.
    pub fn rgb(self) -> (u8, u8, u8) {
        match self {
            Ink::Text => (0x1b, 0x1f, 0x24),
            Ink::OnColour => (0x14, 0x17, 0x1a),
            Ink::Muted => (0x5a, 0x63, 0x6e),
            Ink::Grid => (0xe3, 0xe6, 0xea),
            Ink::Paper => (0xff, 0xff, 0xff),
            Ink::Blue => (0x00, 0x72, 0xb2),
            Ink::Sky => (0x56, 0xb4, 0xe9),
            Ink::Green => (0x00, 0x9e, 0x73),
            Ink::Orange => (0xe6, 0x9f, 0x00),
            Ink::Vermillion => (0xd5, 0x5e, 0x00),
            Ink::Purple => (0xcc, 0x79, 0xa7),
            Ink::Yellow => (0xf0, 0xe4, 0x42),
            Ink::Grey => (0x9a, 0xa1, 0xa9),
        }
    }
}

/// Where a text stands relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// It begins there.
    Start,
    /// It is centred there.
    Middle,
    /// It ends there.
    End,
}

/// One shape.
#[derive(Clone, Debug, PartialEq)]
pub enum Shape {
    /// A line through points.
    Line {
        /// Through where.
        points: Vec<(f64, f64)>,
        /// Colour.
        ink: Ink,
        /// Thickness.
        width: f64,
        /// Dashed or solid.
        dashed: bool,
    },
    /// A filled polygon.
    Area {
        /// Its corners.
        points: Vec<(f64, f64)>,
        /// Colour.
        ink: Ink,
        /// 0 to 1.
        opacity: f64,
    },
    /// A filled rectangle.
    Bar {
        /// Left, top, width, height.
        at: (f64, f64, f64, f64),
        /// Colour.
        ink: Ink,
        /// 0 to 1.
        opacity: f64,
        /// With an outline in the colour of text.
        outlined: bool,
        /// Shown when pointed at.
        tip: Option<String>,
    },
    /// A line of text.
    Text {
        /// Point on the base line.
        at: (f64, f64),
        /// The words.
        text: String,
        /// Height.
        size: f64,
        /// Alignment.
        anchor: Anchor,
        /// Colour.
        ink: Ink,
        /// In bold where the backend can.
        bold: bool,
    },
}

impl Picture {
    /// An empty drawing.
    pub fn new(width: f64, height: f64, title: String, description: String) -> Picture {
        Picture { width, height, title, description, shapes: Vec::new() }
    }

    /// With its title written above it, as it stands by itself: on a slide nobody knows otherwise what it shows.
    #[must_use]
    pub fn titled(&self) -> Picture {
        let mut own = Picture { height: self.height + TITLE, shapes: Vec::new(), ..self.clone() };
        own.bold(
            (2.0, 14.0),
            Anchor::Start,
            super::font::fit(&self.title, super::font::SIZE, self.width * 0.9),
        );
        let down = |(x, y): (f64, f64)| (x, y + TITLE);
        let all = |points: &[(f64, f64)]| points.iter().copied().map(down).collect();
        own.shapes.extend(self.shapes.iter().cloned().map(|shape| match shape {
            Shape::Line { points, ink, width, dashed } => {
                Shape::Line { points: all(&points), ink, width, dashed }
            }
            Shape::Area { points, ink, opacity } => Shape::Area { points: all(&points), ink, opacity },
            Shape::Bar { at: (x, y, w, h), ink, opacity, outlined, tip } => {
                Shape::Bar { at: (x, y + TITLE, w, h), ink, opacity, outlined, tip }
            }
            Shape::Text { at, text, size, anchor, ink, bold } => {
                Shape::Text { at: down(at), text, size, anchor, ink, bold }
            }
        }));
        own
    }

    /// Adds a solid line.
    pub fn line(&mut self, points: Vec<(f64, f64)>, ink: Ink, width: f64) {
        self.shapes.push(Shape::Line { points, ink, width, dashed: false });
    }

    /// Adds a dashed line.
    pub fn dashes(&mut self, points: Vec<(f64, f64)>, ink: Ink, width: f64) {
        self.shapes.push(Shape::Line { points, ink, width, dashed: true });
    }

    /// Adds a shaded rectangle: left, top, width, height.
    pub fn shade(&mut self, at: (f64, f64, f64, f64), ink: Ink, opacity: f64, tip: Option<String>) {
        self.shapes.push(Shape::Bar { at, ink, opacity, outlined: false, tip });
    }

    /// Adds text of the ordinary size.
    pub fn text(&mut self, at: (f64, f64), anchor: Anchor, ink: Ink, text: impl Into<String>) {
        let text = text.into();
        self.shapes.push(Shape::Text { at, text, size: super::font::SIZE, anchor, ink, bold: false });
    }

    /// Adds text in bold.
    pub fn bold(&mut self, at: (f64, f64), anchor: Anchor, text: impl Into<String>) {
        let text = text.into();
        self.shapes.push(Shape::Text {
            at,
            text,
            size: super::font::SIZE,
            anchor,
            ink: Ink::Text,
            bold: true,
        });
    }
}
