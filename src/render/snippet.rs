//! One finding with its source snippet. Of the document only the quote is known: it is shown at its line and column.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};

use super::Style;
use super::escape::line;
use super::layout::{cut, wrap};
use crate::finding::{Finding, Level};
use crate::text::{Location, shorten};

/// Characters of a message, of a path, and the number of related places, that are shown.
const MESSAGE: usize = 2_000;
const PATH: usize = 300;
const RELATED: usize = 6;

/// Message, place, quoted line, related places and remedy. No line end at the end.
pub(super) fn render(finding: &Finding, style: &Style) -> String {
    let level = match finding.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let mut message = line(&shorten(&finding.message, MESSAGE));
    if let Some(constraint) = finding.constraint {
        message = format!("{message} ({constraint})");
    }
    let head = finding.level.word().len() + finding.rule.len() + 4;
    let mut group =
        level.primary_title(broken(&message, style.width, head)).id(finding.rule).elements(Vec::<Origin<'_>>::new());
    group = place(group, finding, style);
    for related in finding.related.iter().take(RELATED) {
        let mut text = line(&shorten(&related.message, MESSAGE));
        if let Some(location) = &related.location {
            text = format!("{}: {text}", position(location));
        }
        group = group.element(Title::NOTE.message(broken(&text, style.width, 10)));
    }
    if finding.related.len() > RELATED {
        let more = finding.related.len() - RELATED;
        group = group.element(Title::NOTE.message(format!("and {more} more places, see the JSON report")));
    }
    group = group.element(Title::HELP.message(broken(&line(&shorten(&finding.remedy, MESSAGE)), style.width, 10)));
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    renderer.decor_style(DecorStyle::Ascii).term_width(style.width).render(&[group])
}

/// Broken into lines; the renderer indents those that follow by the width of the head.
fn broken(text: &str, width: usize, head: usize) -> String {
    wrap(text, width.saturating_sub(head).max(20)).join("\n")
}

fn place<'a>(group: Group<'a>, finding: &Finding, style: &Style) -> Group<'a> {
    let Some(location) = &finding.location else { return group };
    let path = line(&shorten(&location.path, PATH));
    let mut origin = Origin::path(path);
    if let Some(at) = location.line {
        origin = origin.line(at.get() as usize);
        if let Some(column) = location.column {
            origin = origin.char_column(column.get() as usize);
        }
    }
    let group = group.element(origin);
    let Some(quote) = finding.quote.as_ref().filter(|quote| Some(quote.line) == location.line) else { return group };
    let text = cut(line(&quote.text).trim(), style.width.saturating_sub(12));
    if text.is_empty() {
        return group;
    }
    let end = text.len();
    group.element(
        Snippet::source(text).line_start(quote.line.get() as usize).annotation(AnnotationKind::Primary.span(0..end)),
    )
}

fn position(location: &Location) -> String {
    let path = line(&shorten(&location.path, PATH));
    location.line.map_or_else(|| path.clone(), |line| format!("{path}:{line}"))
}
