//! Which issues a document names, and which of them it says it has *not* examined: by heading, by the words before a list,
//! or in the same clause or table row.

use std::ops::Range;

use crate::facts::statements::Titles;
use crate::grammar::lexicon::{Lexicon, words};
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::Term;
use crate::grammar::units::{Unit, sentences};
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::Reference;
use crate::value::text::one_based;

/// Stretches of source that say what was not examined, by their starts.
#[derive(Default)]
pub(crate) struct Excluded(Vec<Range<usize>>);

impl Excluded {
    /// Does what stands there belong to what was not examined? Stretches don't overlap, so the last few that begin before a place
    /// are enough to look at.
    pub(crate) fn holds(&self, at: usize) -> bool {
        let next = self.0.partition_point(|span| span.start <= at);
        self.0[..next].iter().rev().take(4).any(|span| at < span.end)
    }
}

/// Every issue named, by line, once a line; and where the document speaks of what was not examined.
pub(crate) fn references(
    doc: &Document,
    units: &[Unit],
    titles: &Titles,
    lexicon: &Lexicon,
    extra: &Extra,
) -> (Vec<Reference>, Excluded) {
    let any = units.iter().any(|unit| unit.has(Term::NotExamined));
    let mut found = Found { doc, lexicon, extra, any, out: Vec::new(), excluded: Excluded::default() };
    // "Not examined:" before a list or table excludes what the list names.
    let mut announced = false;
    for block in &doc.blocks {
        let below = titles.all(block.section).has(Term::NotExamined);
        match &block.shape {
            Shape::Item { text, .. } => {
                found.text(text, below || announced);
                announced = announced || found.announces(text);
            }
            Shape::Paragraph(text) | Shape::Quote(text) => {
                found.text(text, below);
                announced = found.announces(text);
            }
            Shape::Heading(text) => {
                found.text(text, below);
                announced = false;
            }
            Shape::Table { header, rows } => {
                for cell in header {
                    found.text(cell, below);
                }
                for row in rows {
                    found.row(row, below || announced);
                }
                announced = false;
            }
        }
    }
    for pair in &doc.pairs {
        let mut text = Text::default();
        text.push(&pair.value, pair.span.start);
        found.text(&text, false);
    }
    found.excluded.0.sort_by_key(|span| span.start);
    for link in doc.links.iter().filter(|link| !link.image && link.url.starts_with("http")) {
        let out = titles.all(link.section).has(Term::NotExamined) || found.excluded.holds(link.at);
        found.add(references::of_link(&link.url), link.at, !out);
    }
    let Found { mut out, excluded, .. } = found;
    out.sort_by(|a, b| (a.line, &a.id, !a.examined).cmp(&(b.line, &b.id, !b.examined)));
    out.dedup_by(|a, b| a.line == b.line && a.id == b.id);
    (out, excluded)
}

struct Found<'a> {
    doc: &'a Document,
    lexicon: &'a Lexicon,
    extra: &'a Extra,
    /// Is anything in the document said not to be examined?
    any: bool,
    out: Vec<Reference>,
    excluded: Excluded,
}

impl Found<'_> {
    fn add(&mut self, id: String, at: usize, examined: bool) {
        self.out.push(Reference { id, line: one_based(self.doc.line_of(at)), examined, attachment: None });
    }

    fn text(&mut self, text: &Text, below: bool) {
        let named = references::find(&text.text, &text.code, self.extra);
        let whole = self.opened(text.whole());
        let next = self.doc.links.partition_point(|link| link.at < whole.start);
        let links = self.doc.links.get(next).is_some_and(|link| link.at < whole.end);
        if named.is_empty() && !links && !below && !self.any {
            return;
        }
        let out: Vec<Range<usize>> = if below {
            std::iter::once(0..text.text.len()).collect()
        } else if !self.any {
            Vec::new()
        } else {
            let all = sentences(&text.text).into_iter().flat_map(|sentence| clauses(&text.text, sentence));
            all.filter(|clause| excludes(self.lexicon, &text.text[clause.clone()])).collect()
        };
        let spans: Vec<Range<usize>> = out.iter().map(|clause| self.opened(text.span(clause.clone()))).collect();
        self.excluded.0.extend(spans);
        for name in named {
            let outside = out.iter().any(|clause| clause.contains(&name.range.start));
            self.add(name.id, text.source_of(name.range.start), !outside);
        }
    }

    /// The stretch with the brackets and stars of markup before it, where a link begins.
    fn opened(&self, span: Range<usize>) -> Range<usize> {
        let before = self.doc.source.as_bytes().get(..span.start).unwrap_or_default();
        span.start - before.iter().rev().take_while(|byte| b"[*_`(<".contains(byte)).count()..span.end
    }

    /// In a row one cell speaks for all.
    fn row(&mut self, row: &[Text], below: bool) {
        let out = below || self.any && row.iter().any(|cell| excludes(self.lexicon, &cell.text));
        for cell in row {
            self.text(cell, out);
        }
    }

    /// "The following were not examined:"
    fn announces(&self, text: &Text) -> bool {
        let last = text.text.trim_end();
        let sentence = sentences(last).pop().map_or(last, |range| &last[range]);
        self.any && last.ends_with(':') && excludes(self.lexicon, sentence)
    }
}

/// Words and signs at which a sentence turns to another matter.
const TURNS: [&str; 14] = [
    ";",
    " but ",
    " while ",
    " whereas ",
    " however",
    " except ",
    " and left out ",
    " aber ",
    " jedoch ",
    " während ",
    " außer ",
    " hingegen ",
    " dagegen ",
    " – ",
];

fn clauses(text: &str, sentence: Range<usize>) -> Vec<Range<usize>> {
    let slice = &text[sentence.clone()];
    let mut cuts: Vec<usize> = TURNS.iter().flat_map(|turn| slice.match_indices(turn).map(|(at, _)| at)).collect();
    cuts.sort_unstable();
    let mut out = Vec::new();
    let mut start = 0;
    for cut in cuts.into_iter().chain([slice.len()]) {
        if start < cut {
            out.push(sentence.start + start..sentence.start + cut);
        }
        start = cut;
    }
    out
}

/// Does a clause say that something was not examined? "Nothing was excluded" does not.
fn excludes(lexicon: &Lexicon, clause: &str) -> bool {
    let words = words(clause);
    lexicon.hits(&words).iter().any(|hit| {
        let own = clause[hit.range.clone()].to_lowercase();
        let negates =
            |word: &str| ["no", "none", "nothing", "never", "keine", "keiner", "nichts", "kein"].contains(&word);
        let before = words.iter().take_while(|word| word.range.start < hit.range.start);
        hit.term == Term::NotExamined
            && (own.contains("not") || own.contains("nicht") || !before.into_iter().any(|word| negates(&word.text)))
    })
}
