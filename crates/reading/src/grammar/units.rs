//! The document cut into what is judged: sentences, list items, table rows and headings, each with its place, its words'
//! classes and its mood.

use std::cell::OnceCell;
use std::collections::HashSet;
use std::ops::Range;
use std::rc::Rc;

use crate::grammar::learned::{Scores, scores, scores_with};
use crate::grammar::lexicon::{Hit, Lexicon, words};
use crate::grammar::patterns::{self, Captures};
use crate::grammar::tense::{is_done, passive, stamped, tells};
use crate::grammar::terms::{Marks, Term};
use crate::value::document::{Document, Shape, Text};
use crate::value::text::fold;

/// The most words of an answer that says nothing without what it answers.
const ANSWER: usize = 6;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    /// A heading.
    Heading,
    /// A sentence of running text.
    Sentence,
    /// A list item (or a sentence of one).
    Item,
    /// A table row.
    Row,
    /// A quoted sentence.
    Quote,
}

/// How something is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mood {
    /// It happened, or is so.
    Fact,
    /// It is demanded.
    Obligation,
    /// It is intended.
    Plan,
    /// It is asked or supposed.
    Supposed,
}

/// One sentence, item, row or heading.
#[derive(Clone, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about its words")]
pub(crate) struct Unit {
    /// Its words.
    pub(crate) text: String,
    /// Where it stands in the source.
    pub(crate) span: Range<usize>,
    /// Index into `Document::sections`.
    pub(crate) section: usize,
    /// Index into `Document::blocks`.
    pub(crate) block: usize,
    /// What it is.
    pub(crate) form: Form,
    /// Classes of its words.
    pub(crate) marks: Marks,
    /// The phrases found.
    pub(crate) hits: Vec<Hit>,
    /// How it is said.
    pub(crate) mood: Mood,
    /// The number of its words.
    pub(crate) length: usize,
    /// State of its box.
    pub(crate) checked: Option<bool>,
    /// Does it tell of the past?
    pub(crate) told: bool,
    /// Does it begin with a command?
    pub(crate) commands: bool,
    /// Does it say what is done as a rule: "reports are triaged by the lead"?
    pub(crate) rule: bool,
    /// Does it begin with a date or a time of day, as the entries of a timeline do?
    pub(crate) stamped: bool,
    /// What it stands under: the question before it, else its section's heading; nothing under the document's title.
    pub(crate) context: Rc<str>,
    /// The cells of a row, each below the head of its column, or beside the label of its row.
    cells: Vec<(Rc<str>, String)>,
    /// What the model makes of it, once somebody asked.
    scores: OnceCell<Scores>,
}

impl Unit {
    /// How plainly it says each thing that the model knows.
    pub(crate) fn said(&self) -> Scores {
        *self.scores.get_or_init(|| {
            let below = scores_with(&self.context, &self.text, &self.hits);
            // An answer needs its question; a sentence stands for itself.
            let whole = if self.length > ANSWER && !self.context.is_empty() { below.or(self.alone()) } else { below };
            self.cells.iter().fold(whole, |best, (context, text)| {
                let parts = sentences(text).into_iter().map(|range| scores(context, &text[range]));
                parts.fold(best, Scores::or)
            })
        })
    }

    /// The same without what it stands under.
    pub(crate) fn alone(&self) -> Scores {
        scores_with("", &self.text, &self.hits)
    }

    /// Has the class?
    pub(crate) fn has(&self, term: Term) -> bool {
        self.marks.has(term)
    }

    /// Is it a heading, or the words of others?
    pub(crate) fn is_quoted(&self) -> bool {
        matches!(self.form, Form::Heading | Form::Quote)
    }

    /// A statement of fact outside headings and quotations?
    pub(crate) fn is_fact(&self) -> bool {
        self.mood == Mood::Fact && !matches!(self.form, Form::Heading | Form::Quote) && self.checked != Some(false)
    }
}

/// Does a procedure demand it here? In a procedure the plain present demands too: "The author writes a post-mortem."
pub(crate) fn prescribes(unit: &Unit) -> bool {
    unit.form != Form::Quote && (unit.mood != Mood::Fact || !unit.told)
}

/// Does it demand an act: by an obligation, a command, what is done as a rule or what will be done? "The root causes of these attacks
/// include:" prescribes nothing.
pub(crate) fn demands(unit: &Unit) -> bool {
    unit.form != Form::Quote
        && (matches!(unit.mood, Mood::Obligation | Mood::Plan) || unit.commands || !unit.told && unit.rule)
}

/// Cuts a document into units.
pub(crate) fn of(doc: &Document, lexicon: &Lexicon) -> Vec<Unit> {
    let mut out = Vec::new();
    let contents = contents(doc);
    let titled = |section: usize| if section > 1 { doc.sections.get(section) } else { None };
    let headings: Vec<Rc<str>> =
        (0..doc.sections.len()).map(|at| titled(at).map_or("", |section| section.title.as_str()).into()).collect();
    let none: Rc<str> = "".into();
    // A question is answered in its own paragraph or the next.
    let mut question: (usize, Rc<str>) = (usize::MAX, Rc::clone(&none));
    for (index, block) in doc.blocks.iter().enumerate() {
        if contents.contains(&index) {
            continue;
        }
        let mut push = |text: String, span: Range<usize>, form: Form, checked: Option<bool>, cells: Cells| {
            let words = words(&text);
            if words.is_empty() {
                return;
            }
            let mut hits = lexicon.hits(&words);
            hits.retain(|hit| !matches!(hit.term, Term::Example | Term::MadeUp) || !names_other(&text, &hit.range));
            let mut marks = Marks::default();
            for hit in &hits {
                marks.add(hit.term);
            }
            let told = hits.iter().any(|hit| hit.term == Term::Told && !passive(&words, hit)) || tells(&words);
            let begin = words[0].range.start;
            let commands = hits.iter().any(|hit| hit.term == Term::Imperative && hit.range.start == begin);
            let mood = mood(&text, marks, told);
            let length = words.len();
            let section = block.section;
            let rule = !told && is_done(&words);
            let stamped = length > 3 && stamped(&text);
            let asked = question.0 == index || question.0.checked_add(1) == Some(index) && form != Form::Heading;
            let context = Rc::clone(if asked { &question.1 } else { headings.get(section).unwrap_or(&none) });
            let context = if form == Form::Heading { Rc::clone(&none) } else { context };
            if text.trim_end().ends_with('?') {
                question = (index, text.as_str().into());
            }
            out.push(Unit {
                text,
                span,
                section,
                block: index,
                form,
                marks,
                hits,
                mood,
                length,
                checked,
                told,
                commands,
                rule,
                stamped,
                context,
                cells,
                scores: OnceCell::new(),
            });
        };
        match &block.shape {
            Shape::Heading(text) => {
                for piece in pieces(&text.text, 0..text.text.len()) {
                    push(text.text[piece].to_owned(), text.whole(), Form::Heading, None, Cells::new());
                }
            }
            Shape::Paragraph(text) => each_sentence(text, |t, s| push(t, s, Form::Sentence, None, Cells::new())),
            Shape::Quote(text) => each_sentence(text, |t, s| push(t, s, Form::Quote, None, Cells::new())),
            Shape::Item { text, checked } => each_sentence(text, |t, s| push(t, s, Form::Item, *checked, Cells::new())),
            Shape::Table { header, rows } => {
                for row in rows {
                    let (text, span) = joined(row);
                    // The cells are judged once, with the first piece of a row that is cut.
                    let mut cells = cells(header, row);
                    for piece in pieces(&text, 0..text.len()) {
                        push(text[piece].to_owned(), span.clone(), Form::Row, None, std::mem::take(&mut cells));
                    }
                }
            }
        }
    }
    out
}

/// The blocks of a table of contents: items and lines that repeat the headings that follow.
fn contents(doc: &Document) -> HashSet<usize> {
    let plain = |text: &str| {
        let text = text.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' ' | '…' | '\t'));
        fold(text.trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ' '))).to_lowercase()
    };
    let titles: HashSet<String> = doc.sections.iter().skip(1).map(|section| plain(&section.title)).collect();
    let mut out = HashSet::new();
    for (index, block) in doc.blocks.iter().enumerate() {
        if let Shape::Item { text, .. } | Shape::Paragraph(text) = &block.shape {
            let mut lines = text.text.lines().filter(|line| !line.trim().is_empty()).peekable();
            if lines.peek().is_some() && lines.all(|line| line.len() < 200 && titles.contains(&plain(line))) {
                out.insert(index);
            }
        }
    }
    // One line may repeat a heading by chance.
    if out.len() >= 3 { out } else { HashSet::new() }
}

/// The cells of a row and what each stands under.
type Cells = Vec<(Rc<str>, String)>;

/// Each cell below the head of its column; in a table of two columns beside the first, which then is a label.
fn cells(header: &[Text], row: &[Text]) -> Cells {
    let filled = row.iter().filter(|cell| !cell.is_blank()).count();
    let label = if row.len() == 2 && filled == 2 { row.first() } else { None };
    let own = row.iter().enumerate().filter(|(at, cell)| !cell.is_blank() && (label.is_none() || *at > 0));
    own.filter(|(_, cell)| cell.text.len() <= LONGEST)
        .map(|(at, cell)| {
            let above = label.or_else(|| header.get(at).filter(|_| filled > 1));
            let above = above.map_or("", |above| above.text.trim());
            (Rc::from(above), cell.text.trim().to_owned())
        })
        .collect()
}

/// A row's cells in one text, and the stretch from its first to its last.
pub(crate) fn joined(row: &[Text]) -> (String, Range<usize>) {
    let mut text = String::new();
    let mut span: Option<Range<usize>> = None;
    for cell in row.iter().filter(|cell| !cell.is_blank()) {
        if !text.is_empty() {
            text.push_str(" | ");
        }
        text.push_str(cell.text.trim());
        let own = cell.whole();
        span = Some(span.map_or(own.clone(), |span| span.start.min(own.start)..span.end.max(own.end)));
    }
    (text, span.unwrap_or(0..0))
}

fn each_sentence(text: &Text, mut push: impl FnMut(String, Range<usize>)) {
    for range in sentences(&text.text).into_iter().flat_map(|range| pieces(&text.text, range)) {
        push(text.text[range.clone()].to_owned(), text.span(range));
    }
}

/// The longest unit, in bytes. No sentence that people write is longer; what is longer is cut between two words, so that
/// the work stays linear in the document.
const LONGEST: usize = 2_500;

fn pieces(text: &str, range: Range<usize>) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = range.start;
    while range.end - start > LONGEST {
        let end = (start..=start + LONGEST).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(range.end);
        let space = text[start..end].rfind(char::is_whitespace).filter(|at| *at > 0);
        let cut = space.map_or(end, |at| start + at);
        trimmed(text, start..cut, &mut out);
        start = cut;
    }
    trimmed(text, start..range.end, &mut out);
    out
}

/// Sentences of a text: cut at `.`, `!`, `?` before a new beginning, and at line breaks that begin a new field.
pub(crate) fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut chars = text.char_indices().peekable();
    let mut word_start = 0;
    while let Some((at, c)) = chars.next() {
        let next = chars.peek().map(|(_, next)| *next);
        let after = at + c.len_utf8();
        let cut = match c {
            '!' | '?' => next.is_none_or(char::is_whitespace),
            '.' => {
                next.is_none_or(char::is_whitespace)
                    && begins_anew(&text[after..])
                    && (!abbreviated(&text[word_start..at]) || counts(&text[..word_start], &text[word_start..at], &text[after..]))
                    // A row of dots leads on.
                    && !text[..at].ends_with("...")
            }
            '\n' => is_field(text[after..].lines().next().unwrap_or("")),
            _ => false,
        };
        if cut {
            trimmed(text, start..after, &mut out);
            start = after;
        }
        if c.is_whitespace() || matches!(c, '(' | '"' | '„' | '“') {
            word_start = after;
        }
    }
    trimmed(text, start..text.len(), &mut out);
    out
}

fn trimmed(text: &str, range: Range<usize>, out: &mut Vec<Range<usize>>) {
    let slice = &text[range.clone()];
    let start = range.start + (slice.len() - slice.trim_start().len());
    let end = range.start + slice.trim_end().len();
    if start < end {
        out.push(start..end);
    }
}

fn begins_anew(rest: &str) -> bool {
    rest.trim_start().chars().next().is_none_or(|c| !c.is_lowercase())
}

fn abbreviated(word: &str) -> bool {
    let word = word.trim_start_matches(['*', '_', '-']).to_lowercase();
    patterns::sentences().of("abbreviations").matches(&word)
        || word.chars().count() == 1
        || (word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Is a number with a full stop a count that ends its sentence, and no ordinal: "a target of 45. It led to …", and not "am 30. September",
/// nor "2. It" at the head of a line?
fn counts(before: &str, number: &str, rest: &str) -> bool {
    let inside = before.trim_end_matches(' ').ends_with(|c: char| !c.is_whitespace());
    let beyond_days = number.parse::<u8>().is_ok_and(|number| number > 31);
    let opens = || patterns::sentences().of("opens-sentence").matches(rest.trim_start());
    inside && number.bytes().all(|byte| byte.is_ascii_digit()) && (rest.starts_with('\n') || beyond_days || opens())
}

/// `Key: value` with a short key.
pub(crate) fn is_field(line: &str) -> bool {
    line.split_once(':').is_some_and(|(key, _)| {
        let key = key.trim();
        !key.is_empty() && key.len() <= 40 && key.split_whitespace().count() <= 4 && !key.contains(['.', '/', ','])
    })
}

fn mood(text: &str, marks: Marks, told: bool) -> Mood {
    if text.trim_end().ends_with('?') {
        return Mood::Supposed;
    }
    if marks.has(Term::StrongObligation) || marks.has(Term::Obligation) && !told {
        Mood::Obligation
    } else if marks.has(Term::Plan) && !told {
        Mood::Plan
    } else if marks.has(Term::Condition) && !told {
        Mood::Supposed
    } else {
        Mood::Fact
    }
}

/// Does it stand in a path or an address, or introduce one case of many? `tests/mock/pump.c` and "for example, on phones" make nothing
/// up.
fn names_other(text: &str, at: &Range<usize>) -> bool {
    let one_of_many =
        |found: &Captures<'_>| found.get(0).is_some_and(|whole| whole.start() <= at.start && at.end <= whole.end());
    if patterns::sentences().of("one-of-many").all(text).iter().any(one_of_many) {
        return true;
    }
    let start = text[..at.start].rfind(char::is_whitespace).map_or(0, |blank| blank + 1);
    let end = text[at.end..].find(char::is_whitespace).map_or(text.len(), |blank| at.end + blank);
    text[start..end].matches('/').count() > 1
}
