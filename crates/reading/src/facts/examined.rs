//! Which issues a document names, and which of them it says it has *not* examined: by heading, by the words before a list, in the
//! same clause, the next sentence, the row or its column. What is said of one issue beats lists, ranges and attachments.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::facts::actions;
use crate::facts::bare_numbers::{bare_numbers, numbers_alone};
use crate::facts::left_out::{
    before_bracket, brackets, clauses, examines, excepted, leaves_out, may_leave_out, negates, nothing, part_of,
};
use crate::facts::statements::Titles;
use crate::grammar::learned::Said;
use crate::grammar::lexicon::{Lexicon, words};
use crate::grammar::names::key;
use crate::grammar::patterns::sentences as patterns;
use crate::grammar::references;
use crate::grammar::references::{Extra, Named};
use crate::grammar::terms::Term;
use crate::grammar::units::{Unit, sentences};
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::{Answer, Reference};
use crate::value::text::{Quote, one_based};

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
    let says = |unit: &Unit| {
        unit.has(Term::NotExamined)
            || unit.said().answer(Said::Unexamined) != Answer::Absent
            || unit
                .text
                .split('|')
                .any(|cell| ["excludes", "excludes-plainly"].iter().any(|name| patterns().of(name).matches(cell)))
            || patterns().of("part-of-list").matches(&unit.text)
            || patterns()
                .of("excepting")
                .matches(&references::with_ids(&unit.text, &references::find(&unit.text, &[], extra)))
    };
    let any = units.iter().any(says);
    let mut found = Found {
        doc,
        lexicon,
        extra,
        any,
        out: Vec::new(),
        excluded: Excluded::default(),
        said: BTreeSet::new(),
        denied: BTreeSet::new(),
        doubted: BTreeMap::new(),
        marked: Vec::new(),
    };
    // "Not examined:" before a list or table excludes what the list names.
    let mut announced = false;
    for block in &doc.blocks {
        let heading = titles.all(block.section);
        let below = heading.has(Term::NotExamined);
        match &block.shape {
            Shape::Item { text, .. } => {
                found.footnote(text);
                found.text(text, below || announced);
                announced = announced || found.announces(text);
            }
            // "Issue 5 of 3 May 2024" in the head is an edition.
            Shape::Paragraph(text) if block.section <= 1 && patterns().of("edition-line").matches(&text.text) => {}
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
                let own = !actions::is_list(header) && !heading.any(&[Term::ActionHeading, Term::FollowUp]);
                let table = if own { Columns::of(header, rows) } else { Columns::default() };
                for row in rows {
                    found.row(row, &table, below || announced);
                }
                announced = false;
            }
        }
    }
    for pair in &doc.pairs {
        let mut text = Text::default();
        text.push(&pair.value, pair.span.start);
        found.text(&text, patterns().of("excluded-key").matches(&key(&pair.key).replace('_', " ")));
    }
    found.excluded.0.sort_by_key(|span| span.start);
    for link in doc.links.iter().filter(|link| !link.image && link.url.starts_with("http")) {
        let out = titles.all(link.section).has(Term::NotExamined) || found.excluded.holds(link.at);
        found.add(references::of_link(&link.url), link.at, !out);
    }
    let Found { mut out, excluded, said, denied, doubted, .. } = found;
    for reference in out.iter_mut().filter(|reference| !said.contains(&reference.id)) {
        if denied.contains(&reference.id) {
            reference.examined = Some(false);
        } else if let Some(words) = doubted.get(&reference.id) {
            reference.examined = None;
            reference.doubt = Some(words.clone());
        }
    }
    // Of one line what was examined stands first, doubt last.
    let rank = |examined: Option<bool>| examined.map_or(2, |yes| u8::from(!yes));
    out.sort_by(|a, b| (a.line, &a.id, rank(a.examined)).cmp(&(b.line, &b.id, rank(b.examined))));
    out.dedup_by(|a, b| a.line == b.line && a.id == b.id);
    (out, excluded)
}

/// What the columns of a table hold.
#[derive(Default)]
struct Columns {
    /// Numbers of issues without a sign.
    issue: Option<usize>,
    /// Whether the row was examined.
    examined: Option<usize>,
    /// What the issue is called: "check skipped on rollback" excludes nothing.
    title: Option<usize>,
}

impl Columns {
    fn of(header: &[Text], rows: &[Vec<Text>]) -> Self {
        let at = |name: &str| header.iter().position(|cell| patterns().of(name).matches(cell.text.trim()));
        let issue = at("issue-column").filter(|column| {
            // "No. | 1, 2, 3" counts the rows.
            let counts = rows.iter().enumerate().all(|(index, row)| {
                row.get(*column).is_some_and(|cell| cell.text.trim().trim_end_matches('.') == (index + 1).to_string())
            });
            !(counts && patterns().of("counter-column").matches(header[*column].text.trim()))
        });
        Columns { issue, examined: at("examined-column"), title: at("title-column") }
    }
}

struct Found<'a> {
    doc: &'a Document,
    lexicon: &'a Lexicon,
    extra: &'a Extra,
    /// Is anything in the document said not to be examined?
    any: bool,
    out: Vec<Reference>,
    excluded: Excluded,
    /// Ids of which a sentence of their own says that they were examined.
    said: BTreeSet<String>,
    /// Ids that are said not to be examined.
    denied: BTreeSet<String>,
    /// Ids of which the words come near to that.
    doubted: BTreeMap<String, Quote>,
    /// Ids with the sign of a footnote behind them.
    marked: Vec<(char, String)>,
}

/// Signs of footnotes.
const MARKS: [char; 6] = ['*', '†', '‡', '¹', '²', '³'];

/// Does a label lead a list of what was examined? What a sentence takes out of it is out.
fn lists(words: &str) -> bool {
    patterns()
        .of("examined-label")
        .first(words)
        .and_then(|found| found.get(0).map(|label| label.start() <= 2))
        .unwrap_or(false)
}

impl Found<'_> {
    fn add(&mut self, id: String, at: usize, examined: bool) {
        if !examined {
            self.denied.insert(id.clone());
        }
        let line = one_based(self.doc.line_of(at));
        self.out.push(Reference { id, line, examined: Some(examined), doubt: None, attachment: None });
    }

    fn text(&mut self, text: &Text, below: bool) {
        let mut named = references::find(&text.text, &text.code, self.extra);
        named.extend(bare_numbers(&text.text, &named));
        named.sort_by_key(|name| name.range.start);
        let whole = self.opened(text.whole());
        let next = self.doc.links.partition_point(|link| link.at < whole.start);
        let links = self.doc.links.get(next).is_some_and(|link| link.at < whole.end);
        if named.is_empty() && !links && !below && !self.any {
            return;
        }
        for name in &named {
            let sign = text.text[name.range.end..].chars().next().filter(|c| MARKS.contains(c));
            self.marked.extend(sign.map(|sign| (sign, name.id.clone())));
        }
        let noted = text.text.trim_start().chars().next().filter(|c| self.any && MARKS.contains(c));
        if let Some(sign) = noted.filter(|_| self.excludes(&text.text)) {
            self.denied.extend(self.marked.iter().filter(|(own, _)| *own == sign).map(|(_, id)| id.clone()));
        }
        let mut out: Vec<Range<usize>> = Vec::new();
        if below {
            out.push(0..text.text.len());
        } else if self.any {
            let mut before: Vec<Named> = Vec::new();
            for sentence in sentences(&text.text) {
                let inside = |name: &&Named| sentence.start <= name.range.start && name.range.end <= sentence.end;
                let own: Vec<Named> = named.iter().filter(inside).cloned().collect();
                let words = &text.text[sentence.clone()];
                let all = clauses(&text.text, sentence.clone());
                // "The supplier had not looked at #77, we did."
                let others = ["others-not-we", "after-all"].iter().any(|name| patterns().of(name).matches(words));
                let mut excluding: Vec<Range<usize>> = all
                    .iter()
                    .filter(|clause| !others && self.excludes(&text.text[(*clause).clone()]))
                    .flat_map(|clause| self.narrowed(&text.text, clause.clone()))
                    .collect();
                if excluding.is_empty() && leaves_out(words) {
                    // Of several statements the one that leaves something out by itself.
                    let alone = all.iter().filter(|clause| all.len() > 1 && leaves_out(&text.text[(*clause).clone()]));
                    excluding.extend(alone.cloned());
                    if excluding.is_empty() {
                        excluding.push(sentence.clone());
                    }
                }
                // "#12 to #14, excluding #13" leaves out the one.
                let except = excepted(&text.text, &sentence, &own);
                let holds_one = |clause: &Range<usize>| {
                    except.iter().any(|part| clause.start <= part.start && part.end <= clause.end && *clause != *part)
                };
                excluding.retain(|clause| !holds_one(clause));
                let listed = if own.is_empty() { &before } else { &own };
                let ids: Vec<String> = listed.iter().map(|name| name.id.clone()).collect();
                if let Some(part) = part_of(words, &ids, |clause| self.excludes(clause) || leaves_out(clause)) {
                    self.denied.extend(part);
                    if !own.is_empty() {
                        before = own;
                    }
                    continue;
                }
                // "#44: nobody had time for it, not examined": what names nothing is said of what stands before it.
                let names = |clause: &Range<usize>| own.iter().any(|name| clause.contains(&name.range.start));
                let more = |clause: &Range<usize>| patterns().of("nothing-more").matches(&text.text[clause.clone()]);
                excluding.retain(|clause| names(clause) || own.is_empty() || !more(clause));
                if !own.is_empty() {
                    let said = |clause: &Range<usize>| examines(&text.text[clause.clone()], 1);
                    let meant = |nameless: &Range<usize>| {
                        let before = all.iter().rfind(|clause| clause.start < nameless.start && names(clause)).cloned();
                        let whole =
                            before.filter(|clause| own.len() == 1 || !said(clause) && !excluding.iter().any(names));
                        before_bracket(&text.text, nameless.start, &own).or(whole)
                    };
                    let of: Vec<Range<usize>> =
                        excluding.iter().filter(|clause| !names(clause)).filter_map(meant).collect();
                    excluding.extend(of);
                }
                // "It was not discussed."
                let meant = if own.is_empty() && patterns().of("goes-on").matches(words) { &before } else { &own };
                if own.is_empty() && !excluding.is_empty() {
                    self.denied.extend(meant.iter().map(|name| name.id.clone()));
                } else if excluding.is_empty() && !lists(words) && examines(words, own.len()) {
                    self.said.extend(own.iter().map(|name| name.id.clone()));
                } else if own.is_empty() && patterns().of("examines-all").matches(words) {
                    self.said.extend(before.iter().map(|name| name.id.clone()));
                } else if excluding.is_empty() && except.is_empty() && !meant.is_empty() && may_leave_out(words) {
                    self.doubt(meant, text.span(sentence.clone()));
                }
                out.extend(excluding);
                out.extend(except);
                if !own.is_empty() {
                    before = own;
                }
            }
        }
        let spans: Vec<Range<usize>> = out.iter().map(|clause| self.opened(text.span(clause.clone()))).collect();
        self.excluded.0.extend(spans);
        for name in named {
            let outside = out.iter().any(|clause| clause.contains(&name.range.start));
            self.add(name.id, text.source_of(name.range.start), !outside);
        }
    }

    /// "* not examined" below "#12, #13*, #14": in Markdown and AsciiDoc the sign of the note makes it an item.
    fn footnote(&mut self, text: &Text) {
        let starred = self.marked.iter().any(|(sign, _)| *sign == '*');
        if self.any && starred && self.excludes(&text.text) && references::find(&text.text, &[], self.extra).is_empty()
        {
            self.denied.extend(self.marked.iter().filter(|(sign, _)| *sign == '*').map(|(_, id)| id.clone()));
        }
    }

    /// Words at a place come near to saying that these issues were not examined.
    fn doubt(&mut self, names: &[Named], span: Range<usize>) {
        for name in names {
            self.doubted.entry(name.id.clone()).or_insert_with(|| self.doc.quote(span.clone()));
        }
    }

    /// The stretch with the brackets and stars of markup before it, where a link begins.
    fn opened(&self, span: Range<usize>) -> Range<usize> {
        let before = self.doc.source.as_bytes().get(..span.start).unwrap_or_default();
        span.start - before.iter().rev().take_while(|byte| b"[*_`(<".contains(byte)).count()..span.end
    }

    /// In a row one cell speaks for all.
    fn row(&mut self, row: &[Text], columns: &Columns, below: bool) {
        let no = columns
            .examined
            .and_then(|at| row.get(at))
            .is_some_and(|cell| patterns().of("examined-no").matches(cell.text.trim()));
        let excludes = |(at, cell): (usize, &Text)| {
            let plain = columns.title != Some(at) || patterns().of("not-examined-plainly").matches(&cell.text);
            plain && self.excludes(&cell.text)
        };
        let out = below || no || self.any && row.iter().enumerate().any(excludes);
        for (at, cell) in row.iter().enumerate() {
            self.text(cell, out);
            if columns.issue == Some(at) {
                for id in numbers_alone(&cell.text) {
                    self.add(id, cell.source_of(0), !out);
                }
            }
        }
    }

    /// The parts of an excluding clause that exclude, where the rest does not: "all were treated, only #42 was put aside", "#41 (not
    /// discussed), #42".
    fn narrowed(&self, text: &str, clause: Range<usize>) -> Vec<Range<usize>> {
        let words = &text[clause.clone()];
        let brackets: Vec<Range<usize>> =
            brackets(words).into_iter().filter(|inner| self.excludes(&words[inner.clone()])).collect();
        let outside = brackets.iter().rev().fold(words.to_owned(), |mut rest, inner| {
            rest.replace_range(inner.clone(), "");
            rest
        });
        if !brackets.is_empty() && !self.excludes(&outside) {
            return brackets.into_iter().map(|inner| clause.start + inner.start..clause.start + inner.end).collect();
        }
        let mut cuts = words.match_indices(',').map(|(at, _)| at + 1);
        let states = |part: &str| patterns().of("has-verb").matches(part);
        let cut =
            cuts.rfind(|at| states(&words[..*at]) && !self.excludes(&words[..*at]) && self.excludes(&words[*at..]));
        vec![cut.map_or(clause.clone(), |at| clause.start + at..clause.end)]
    }

    /// "The following were not examined:"
    fn announces(&self, text: &Text) -> bool {
        let last = text.text.trim_end();
        let sentence = sentences(last).pop().map_or(last, |range| &last[range]);
        self.any && last.ends_with(':') && self.excludes(sentence)
    }

    /// Does a clause say that something was not examined? "Nothing was excluded" does not, and a fix that was put off is another
    /// matter.
    fn excludes(&self, clause: &str) -> bool {
        let all = patterns();
        if all.of("excludes-plainly").matches(clause) || all.of("left-label").matches(clause) {
            return true;
        }
        // "#15 Signature of export is not checked", "the pen-test left out the lock screen".
        if all.of("tells-a-flaw").matches(clause) {
            return false;
        }
        if all.of("excludes").matches(clause) {
            let put_off = all.of("deferred-work").matches(clause);
            return !put_off && !nothing(clause);
        }
        let words = words(clause);
        self.lexicon.hits(&words).iter().any(|hit| {
            let turned = all.of("turns-verb").matches(&clause[hit.range.clone()]);
            let before = words.iter().take_while(|word| word.range.start < hit.range.start);
            hit.term == Term::NotExamined
                && !(all.of("deferred-work").matches(clause))
                && (turned || !before.into_iter().any(|word| negates(&word.text)))
        })
    }
}
