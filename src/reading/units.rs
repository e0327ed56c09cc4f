//! The document cut into what is judged: sentences, list items, table rows and headings, each with its place, its words'
//! classes and its mood.

use std::collections::HashSet;
use std::ops::Range;

use super::lexicon::{Hit, Lexicon, Marks, Term, Word, words};
use super::model::{Document, Shape, Text};
use crate::text::fold;

/// What a unit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
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
pub enum Mood {
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
pub struct Unit {
    /// Its words.
    pub text: String,
    /// Where it stands in the source.
    pub span: Range<usize>,
    /// Index into `Document::sections`.
    pub section: usize,
    /// What it is.
    pub form: Form,
    /// Classes of its words.
    pub marks: Marks,
    /// The phrases found.
    pub hits: Vec<Hit>,
    /// How it is said.
    pub mood: Mood,
    /// The number of its words.
    pub length: usize,
    /// State of its box.
    pub checked: Option<bool>,
    /// Does it tell of the past?
    pub told: bool,
    /// Does it begin with a command?
    pub commands: bool,
    /// Does it say what is done as a rule: "reports are triaged by the lead"?
    pub rule: bool,
    /// Does it begin with a date or a time of day, as the entries of a timeline do?
    pub stamped: bool,
}

impl Unit {
    /// Has the class?
    pub fn has(&self, term: Term) -> bool {
        self.marks.has(term)
    }

    /// A statement of fact outside headings and quotations?
    pub fn is_fact(&self) -> bool {
        self.mood == Mood::Fact && !matches!(self.form, Form::Heading | Form::Quote) && self.checked != Some(false)
    }
}

/// Cuts a document into units.
pub fn of(doc: &Document, lexicon: &Lexicon) -> Vec<Unit> {
    let mut out = Vec::new();
    let contents = contents(doc);
    for (index, block) in doc.blocks.iter().enumerate() {
        if contents.contains(&index) {
            continue;
        }
        let mut push = |text: String, span: Range<usize>, form: Form, checked: Option<bool>| {
            let words = words(&text);
            if words.is_empty() {
                return;
            }
            let hits = lexicon.hits(&words);
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
            out.push(Unit {
                text,
                span,
                section,
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
            });
        };
        match &block.shape {
            Shape::Heading(text) => push(text.text.clone(), text.whole(), Form::Heading, None),
            Shape::Paragraph(text) => each_sentence(text, |t, s| push(t, s, Form::Sentence, None)),
            Shape::Quote(text) => each_sentence(text, |t, s| push(t, s, Form::Quote, None)),
            Shape::Item { text, checked } => each_sentence(text, |t, s| push(t, s, Form::Item, *checked)),
            Shape::Table { rows, .. } => {
                for row in rows {
                    let (text, span) = joined(row);
                    push(text, span, Form::Row, None);
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

/// A row's cells in one text, and the stretch from its first to its last.
pub fn joined(row: &[Text]) -> (String, Range<usize>) {
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
    for range in sentences(&text.text) {
        push(text.text[range.clone()].to_owned(), text.span(range));
    }
}

const ABBREVIATIONS: [&str; 28] = [
    "e.g", "i.e", "z.b", "d.h", "u.a", "bzw", "nr", "no", "vs", "dr", "ca", "etc", "approx", "st", "prof", "inkl",
    "ggf", "vgl", "abs", "art", "fig", "sec", "resp", "incl", "bspw", "usw", "mr", "ms",
];

/// Sentences of a text: cut at `.`, `!`, `?` before a new beginning, and at line breaks that begin a new field.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    let mut previous = ' ';
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
                    && !abbreviated(&text[word_start..at])
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
        previous = c;
    }
    let _ = previous;
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
    ABBREVIATIONS.contains(&word.as_str())
        || word.chars().count() == 1
        || (word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `Key: value` with a short key.
pub fn is_field(line: &str) -> bool {
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

/// Who acts in the past: `we fixed`.
const ACTORS: [&str; 22] = [
    "we",
    "i",
    "they",
    "he",
    "she",
    "it",
    "who",
    "team",
    "customer",
    "users",
    "user",
    "researcher",
    "attacker",
    "attackers",
    "engineer",
    "developers",
    "maintainers",
    "vendor",
    "reporter",
    "also",
    "then",
    "and",
];

/// What is acted on: `implemented a fix`.
const OBJECTS: [&str; 20] = [
    "the", "a", "an", "our", "all", "this", "that", "its", "their", "his", "her", "two", "three", "four", "several",
    "some", "it", "them", "us", "into",
];

/// Words after which a form in `-ed` is no verb of the past.
const NOT_TOLD_AFTER: [&str; 22] = [
    "be", "is", "are", "being", "the", "a", "an", "as", "when", "if", "any", "each", "all", "of", "to", "by", "with",
    "no", "that", "newly", "get", "must",
];

/// Forms in `-ed` that begin notes without telling anything.
const NO_DEEDS: [&str; 14] = [
    "based",
    "required",
    "related",
    "recommended",
    "needed",
    "proposed",
    "expected",
    "detailed",
    "unauthorized",
    "limited",
    "automated",
    "advanced",
    "shared",
    "embedded",
];

/// Is the word a participle of the present or the future: "is held yearly", "will be found"?
fn passive(words: &[Word], hit: &Hit) -> bool {
    let index = words.partition_point(|word| word.range.start < hit.range.start);
    let before = index.checked_sub(1).and_then(|i| words.get(i));
    before.is_some_and(|word| ["be", "is", "are", "being", "get", "gets", "to"].contains(&word.text.as_str()))
}

/// English participles that do not end in `-ed`.
const PARTICIPLES: [&str; 22] = [
    "held",
    "kept",
    "made",
    "done",
    "sent",
    "given",
    "taken",
    "found",
    "written",
    "run",
    "set",
    "put",
    "led",
    "met",
    "brought",
    "built",
    "shown",
    "known",
    "chosen",
    "drawn",
    "undertaken",
    "seen",
];

/// "is reviewed", "are kept": English present passive, which tells how something is done, not that it was.
fn is_done(words: &[Word]) -> bool {
    words.windows(2).any(|pair| {
        let done = &pair[1].text;
        matches!(pair[0].text.as_str(), "is" | "are")
            && (done.len() > 4 && done.ends_with("ed") && !done.ends_with("eed")
                || PARTICIPLES.contains(&done.as_str()))
    })
}

/// Does the text begin with a date or a time of day?
fn stamped(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let time = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        matches!(digits, 1 | 2)
            && text.as_bytes().get(digits) == Some(&b':')
            && text.as_bytes().get(digits + 1..digits + 3).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit))
    };
    let month = || {
        const MONTHS: [&str; 16] = [
            "jan", "feb", "mar", "mär", "apr", "may", "mai", "jun", "jul", "aug", "sep", "oct", "okt", "nov", "dec",
            "dez",
        ];
        let head = start.chars().take(3).flat_map(char::to_lowercase).collect::<String>();
        MONTHS.contains(&head.as_str())
    };
    if !start.starts_with(|c: char| c.is_ascii_digit()) && !month() {
        return false;
    }
    let mut head = start.len().min(24);
    while !start.is_char_boundary(head) {
        head -= 1;
    }
    time(start)
        || super::dates::find(&start[..head])
            .first()
            .is_some_and(|date| date.range.start == 0 && matches!(date.written, super::dates::Written::Day(_)))
}

/// English verbs of the past by their ending, where a subject or an object shows that they are verbs.
fn tells(words: &[Word]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        if word.text.len() < 5
            || !word.text.ends_with("ed")
            || word.text.ends_with("eed")
            || NO_DEEDS.contains(&word.text.as_str())
        {
            return false;
        }
        let near = |list: &[&str], index: Option<usize>| {
            index.and_then(|i| words.get(i)).is_some_and(|word| list.contains(&word.text.as_str()))
        };
        let before = at.checked_sub(1);
        if at == 0 {
            return !near(&["by", "in", "to", "on", "for"], Some(1)) && words.len() > 1;
        }
        near(&ACTORS, before) || near(&OBJECTS, Some(at + 1)) && !near(&NOT_TOLD_AFTER, before)
    })
}
