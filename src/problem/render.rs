//! Problems as rustc shows them: title, source line with caret, why, remedy.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

use super::{Place, Problem, Problems, Severity};
use crate::inert::plain;

/// How many problems are shown in full.
const SHOWN_MAX: usize = 50;
/// Longest part of a line that is shown.
const LINE_MAX: usize = 240;
/// Longest sentence that is shown whole, in bytes.
const SENTENCE_MAX: usize = 4000;

impl Problems {
    /// All problems as text, with or without colour escapes; the first fifty in full.
    pub fn render(&self, colour: bool) -> String {
        let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
        let renderer = renderer.decor_style(DecorStyle::Ascii);
        let mut text = String::new();
        for problem in self.list.iter().take(SHOWN_MAX) {
            text += &renderer.render(&[self.group(problem)]);
            text += "\n\n";
        }
        match self.len().saturating_sub(SHOWN_MAX) {
            0 => {}
            more => text += &format!("... and {more} more\n\n"),
        }
        text
    }

    fn group<'p>(&'p self, problem: &'p Problem) -> Group<'p> {
        let level = match problem.severity() {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let mut group =
            Group::with_title(level.primary_title(short(plain(&problem.what))).id(problem.code.id));
        if let Some(snippet) = problem.place.as_ref().and_then(|place| self.snippet(place, None)) {
            group = group.element(snippet);
        } else if let Some(place) = &problem.place {
            group = group.element(Level::NOTE.message(format!("in {}", plain(&place.file))));
        }
        if let Some((place, label)) = problem.also.as_deref() {
            group = group.elements(self.snippet(place, Some(label)));
        }
        if !problem.code.why.is_empty() {
            group = group.element(Level::NOTE.message(problem.code.why));
        }
        group.element(Level::HELP.message(short(plain(&problem.remedy.to_string()))))
    }

    /// Only the line of the place: the renderer's cost grows with the text it is given.
    fn snippet<'p>(
        &'p self,
        place: &'p Place,
        label: Option<&'p str>,
    ) -> Option<Snippet<'p, annotate_snippets::Annotation<'p>>> {
        let text: &'p str = self.texts.get(&place.file)?;
        let (line_number, _) = self.line_column(place)?;
        let line_start = text[..place.span.start].rfind('\n').map_or(0, |newline| newline + 1);
        let start = boundary(text, line_start.max(place.span.start.saturating_sub(LINE_MAX / 2)));
        let line_end = text[place.span.start..].find('\n').map_or(text.len(), |at| place.span.start + at);
        let end = boundary(text, line_end.min(start + LINE_MAX));
        let middle = boundary(text, place.span.end.clamp(place.span.start, end));
        let [before, marked, after] =
            [start..place.span.start, place.span.start..middle, middle..end].map(|part| shown(&text[part]));
        let kind = if label.is_some() { AnnotationKind::Context } else { AnnotationKind::Primary };
        let annotation = kind.span(before.len()..before.len() + marked.len()).label(label.map(plain));
        Some(
            Snippet::source(before + &marked + &after)
                .path(plain(&place.file))
                .line_start(line_number)
                .annotation(annotation),
        )
    }
}

/// A part of a line, harmless; its tabs stay.
fn shown(part: &str) -> String {
    part.trim_end_matches('\r').split('\t').map(plain).collect::<Vec<_>>().join("\t")
}

/// The text, without the rest of what is too long to be read: names may be as long as a file.
fn short(mut text: String) -> String {
    if text.len() > SENTENCE_MAX {
        text.truncate(boundary(&text, SENTENCE_MAX));
        text += " …";
    }
    text
}

/// The nearest character boundary at or before `at`.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}
