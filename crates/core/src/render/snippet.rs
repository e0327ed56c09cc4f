//! One finding with its source snippet. Of the document only the quote is known: it is shown at its line and column.

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level as Title, Origin, Renderer, Snippet};
use anstream::adapter::strip_str;

use unicode_width::UnicodeWidthStr;

use crate::judge::catalog;
use crate::model::finding::{Finding, Level};
use crate::render::escape::line;
use crate::render::layout::{cut, wrap};
use crate::render::style::Style;
use crate::render::words::not_committed;
use lookback_reading::{Location, count, listed, shorten};

/// Characters of a message, of a path, and the number of related places, that are shown.
const MESSAGE: usize = 2_000;
const PATH: usize = 300;
/// Blanks that stand for what precedes a quote; a column beyond is not believed.
const COLUMN: usize = 10_000;
const RELATED: usize = 6;

/// Columns before what is said below a place, with line numbers of four digits.
const MARGIN: usize = 13;
/// Cases at one place in full when concise; more are counted and named.
const ALIKE: usize = 3;
/// Cases named by what they are about.
const NAMED: usize = 7;

/// Message, place, quoted line, related places and remedy of cases alike, the place once. No line end at the end.
/// `again`: the words stand above already, and only the place is named.
pub(crate) fn render(cases: &[&Finding], again: bool, style: &Style) -> String {
    let Some(finding) = cases.first() else { return String::new() };
    let level = match finding.level {
        Level::Error => Title::ERROR,
        Level::Warning => Title::WARNING,
        Level::Note => Title::NOTE,
    };
    let mut message = match cases {
        [one] => said(one),
        _ => format!("{}: {}", count(cases.len(), "case"), catalog::find(finding.rule).map_or("", |rule| rule.title)),
    };
    if let Some(constraint) = finding.constraint {
        message = format!("{message} ({})", constraint.id());
    }
    let title = level.primary_title(message).id(finding.rule);
    let mut group = place(Group::with_title(title), finding, again, style);
    if let [one] = cases {
        for text in related(one) {
            group = group.element(Title::NOTE.message(broken(&text, style.width, MARGIN)));
        }
    } else {
        for text in several(cases, style) {
            group = group.element(Title::NOTE.no_name().message(broken(&text, style.width, MARGIN - 4)));
        }
    }
    group = group.element(Title::HELP.message(broken(&line(&shorten(&finding.remedy, MESSAGE)), style.width, MARGIN)));
    let renderer = if style.color { Renderer::styled() } else { Renderer::plain() };
    let text = renderer.decor_style(DecorStyle::Ascii).term_width(style.width).render(&[group]);
    let text = if style.verbosity > 0 { text } else { dense(&text) };
    let text = titled(&text, style.width);
    if finding.uncommitted { marked(&text) } else { text }
}

/// The first line broken where it is too wide; the renderer would indent what follows by the width of the rule's name.
fn titled(text: &str, width: usize) -> String {
    let (title, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut out = String::new();
    let mut used = 0;
    for word in title.split(' ') {
        // Colour codes have no width.
        let wide = strip_str(word).to_string().width();
        if used > 0 && used + 1 + wide > width {
            out.push_str("\n   ");
            used = 3;
        }
        if used > 0 {
            out.push(' ');
            used += 1;
        }
        out.push_str(word);
        used += wide;
    }
    if rest.is_empty() { out } else { format!("{out}\n{rest}") }
}

/// Without the lines that only decorate: what is quoted is the whole of what is meant.
fn dense(text: &str) -> String {
    let decorates = |line: &&str| strip_str(line).to_string().chars().all(|c| c == ' ' || c == '|' || c == '^');
    text.lines().filter(|line| !decorates(line)).collect::<Vec<_>>().join("\n")
}

fn said(finding: &Finding) -> String {
    line(&shorten(&finding.message, MESSAGE))
}

/// What else shows a finding.
fn related(finding: &Finding) -> Vec<String> {
    let shown = finding.related.iter().take(RELATED).map(|related| {
        let text = line(&shorten(&related.message, MESSAGE));
        related.location.as_ref().map_or(text.clone(), |location| format!("{}: {text}", position(location)))
    });
    let more = finding.related.len().saturating_sub(RELATED);
    let more = (more > 0).then(|| format!("and {more} more places, see the JSON report"));
    shown.chain(more).collect()
}

/// A line a case; when concise the first ones, and the others by what they are about.
fn several(cases: &[&Finding], style: &Style) -> Vec<String> {
    // One more in full is shorter than a line that says so.
    let shown = if style.verbosity > 0 || cases.len() <= ALIKE + 1 { cases.len() } else { ALIKE };
    let (shown, rest) = cases.split_at(shown);
    // Of many a line each is enough.
    let width = style.width.saturating_sub(MARGIN);
    let whole = |text: String| if rest.is_empty() { text } else { one_line(&text, width) };
    let mut out: Vec<String> = shown
        .iter()
        .map(|finding| {
            let related = if style.verbosity > 0 { related(finding) } else { Vec::new() };
            whole(std::iter::once(said(finding)).chain(related).collect::<Vec<_>>().join("; "))
        })
        .collect();
    if !rest.is_empty() {
        out.push(format!("and {} more (-v shows each): {}", rest.len(), subjects(rest)));
    }
    out
}

/// As much as fits into a line: how it begins, and the title that it ends with.
fn one_line(text: &str, width: usize) -> String {
    let (said, title) = text.rsplit_once(": ").unwrap_or((text, ""));
    if text.width() <= width || title.is_empty() {
        return cut(text, width);
    }
    let title = cut(title, width / 2);
    format!("{} {title}", cut(said, width.saturating_sub(title.width() + 1)))
}

/// What findings are about, at most so many named.
pub(crate) fn subjects(findings: &[&Finding]) -> String {
    let mut subjects: Vec<_> = findings.iter().map(|finding| line(&shorten(&finding.subject, 80))).collect();
    subjects.dedup();
    listed(&subjects, NAMED)
}

/// With the mark behind the place, where terminals and editors still know path and line for what they are.
fn marked(text: &str) -> String {
    let Some(at) = text.find("--> ") else { return text.to_owned() };
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    format!("{}{}{}", &text[..end], not_committed(true), &text[end..])
}

/// Broken into lines; the renderer indents those that follow by the width of the head.
fn broken(text: &str, width: usize, head: usize) -> String {
    wrap(text, width.saturating_sub(head).max(20)).join("\n")
}

fn place<'a>(group: Group<'a>, finding: &Finding, again: bool, style: &Style) -> Group<'a> {
    let Some(location) = &finding.location else { return group };
    let path = line(&shorten(&location.path, PATH));
    let (row, column) = (location.line.map(|at| at.get() as usize), location.column.map(|at| at.get() as usize));
    if location.place.is_some() {
        let words =
            finding.quote.as_ref().filter(|_| !again).map(|quote| format!("“{}”", line(&shorten(&quote.text, 300))));
        let group = group.element(Origin::path(position(location)));
        return match words {
            Some(words) => group.element(Title::NOTE.message(broken(&words, style.width, MARGIN))),
            None => group,
        };
    }
    let quote = finding.quote.as_ref().filter(|quote| Some(quote.line) == location.line && !again);
    let words = quote.map(|quote| cut(line(&quote.text).trim(), style.width.saturating_sub(12))).unwrap_or_default();
    if let (Some(row), false) = (row, words.is_empty()) {
        // The words before the quote are not known; blanks stand for them, so that line and column are right.
        let before = column.unwrap_or(1).saturating_sub(1).min(COLUMN);
        let source = format!("{}{words}", " ".repeat(before));
        let span = before..source.len();
        return group.element(
            Snippet::source(source).path(path).line_start(row).annotation(AnnotationKind::Primary.span(span)),
        );
    }
    let mut origin = Origin::path(path);
    if let Some(row) = row {
        origin = origin.line(row);
        if let Some(column) = column {
            origin = origin.char_column(column);
        }
    }
    group.element(origin)
}

fn position(location: &Location) -> String {
    let path = line(&shorten(&location.path, PATH));
    line(&location.position(&path))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::sample;
    use lookback_reading::Quote;

    #[test]
    fn place_is_exact_wherever_the_quote_stands() {
        let mut finding = sample::report().findings[3].clone();
        for column in [1, 14, 90, 250, 9_000] {
            let quote = Quote::at(7, column, "held on 審査 2025-02-03 at noon");
            finding.location = Some(Location::of("a.md", &quote));
            finding.quote = Some(quote);
            let text = render(&[&finding], false, &Style::default());
            assert!(text.contains(&format!("--> a.md:7:{column}\n")), "{text}");
            assert!(text.contains("held on 審査 2025-02-03 at noon\n"), "{text}");
        }
        finding.quote = Some(Quote::at(7, 5, "very long ".repeat(500)));
        let text = render(&[&finding], false, &Style { width: 60, ..Style::default() });
        insta::assert_snapshot!(text, @r#"
        error[review-overdue]: the last review was held on
            2025-02-03, the next was due on 2026-02-03: 101 days
            late (4.1.8#d)
         --> a.md:7:9000
        7 | ...   very long very long very long very long very lo…
          = help: hold the review and commit its record;
                  `lookback draft` writes one with the data
                  filled in
        "#);
    }

    #[test]
    fn places_without_words_and_no_place_at_all() {
        let mut finding = sample::report().findings[8].clone();
        insta::assert_snapshot!(render(&[&finding], false, &Style::default()), @r#"
        note[review-altered]: the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on
            2025-02-10 (4.1.8#d)
        --> docs/quality/SR-2024.md
         = help: approve the changed record again
        "#);
        finding.location = None;
        insta::assert_snapshot!(render(&[&finding], false, &Style::default()), @r#"
        note[review-altered]: the record changed in 1a2b3c4d5e6f on 2025-03-20, after its approval on
            2025-02-10 (4.1.8#d)
         = help: approve the changed record again
        "#);
    }
}
