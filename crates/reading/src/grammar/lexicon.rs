//! The vocabulary, compiled: finds its phrases in a text in one pass over the words. The words live in `vocabulary.toml`.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::sync::LazyLock;

use serde::Deserialize;

use crate::grammar::terms::{Marks, TERMS, Term};

/// The words, as a linguist edits them.
const VOCABULARY: &str = include_str!("../words/vocabulary.toml");

/// The words that refuse a record, or let it through.
const REFUSALS: &str = include_str!("../words/refusals.toml");

/// The most words that `…` skips, and that `..` does.
const WIDEST_GAP: usize = 6;
const NARROW_GAP: usize = 2;

/// A phrase found.
#[derive(Clone, Debug)]
pub(crate) struct Hit {
    /// Its class.
    pub(crate) term: Term,
    /// Where in the text.
    pub(crate) range: Range<usize>,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct File {
    terms: BTreeMap<String, BTreeMap<String, Vec<String>>>,
    fields: BTreeMap<String, Vec<String>>,
    languages: BTreeMap<String, Vec<String>>,
    months: BTreeMap<String, [String; 12]>,
}

#[derive(Clone, Debug)]
enum Piece {
    /// One of these words; a trailing or leading `*` leaves the end or the beginning open.
    Words(Vec<Form>),
    /// Up to so many words.
    Gap(usize),
}

#[derive(Clone, Debug)]
enum Form {
    Exact(String),
    Prefix(String),
    Suffix(String),
    Inside(String),
}

impl Form {
    fn of(word: &str) -> Form {
        match (word.strip_prefix('*'), word.strip_suffix('*')) {
            (Some(rest), Some(_)) => Form::Inside(rest.trim_end_matches('*').to_owned()),
            (Some(rest), None) => Form::Suffix(rest.to_owned()),
            (None, Some(rest)) => Form::Prefix(rest.to_owned()),
            (None, None) => Form::Exact(word.to_owned()),
        }
    }

    fn fits(&self, word: &str) -> bool {
        match self {
            Form::Exact(own) => own == word,
            Form::Prefix(own) => word.starts_with(own.as_str()),
            Form::Suffix(own) => word.ends_with(own.as_str()),
            Form::Inside(own) => word.contains(own.as_str()),
        }
    }
}

#[derive(Debug)]
struct Phrase {
    term: Term,
    rest: Vec<Piece>,
}

/// The compiled vocabulary.
#[derive(Debug, Default)]
pub(crate) struct Lexicon {
    exact: HashMap<String, Vec<usize>>,
    /// Open forms by their first two bytes.
    open: HashMap<[u8; 2], Vec<(String, usize)>>,
    /// Forms that begin anywhere in a word.
    inside: Vec<(Form, usize)>,
    phrases: Vec<Phrase>,
    /// Field by the name under which it is written.
    pub(crate) fields: HashMap<String, String>,
    /// Codes of the languages that are told apart.
    pub(crate) languages: Vec<String>,
    /// Small words with the languages (indexes into `languages`) that use them.
    pub(crate) small_words: HashMap<String, Vec<usize>>,
    /// Months by name, 1 to 12, in languages of which only dates are read.
    pub(crate) months: BTreeMap<String, u32>,
}

/// The vocabulary that ships with the reader.
pub(crate) fn lexicon() -> &'static Lexicon {
    static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the file is part of the program, covered by tests")]
        Lexicon::parse(&[VOCABULARY, REFUSALS]).expect("vocabulary.toml is well-formed")
    });
    &LEXICON
}

/// A word of a text, in lower case.
#[derive(Clone, Debug)]
pub(crate) struct Word {
    /// In lower case.
    pub(crate) text: String,
    /// Where it stands.
    pub(crate) range: Range<usize>,
}

/// The words of a text: runs of letters and digits.
pub(crate) fn words(text: &str) -> Vec<Word> {
    let mut out = Vec::with_capacity(text.len() / 6);
    let mut start = None;
    let push = |out: &mut Vec<Word>, range: Range<usize>| {
        let slice = &text[range.clone()];
        let lower = if slice.is_ascii() { slice.to_ascii_lowercase() } else { slice.to_lowercase() };
        out.push(Word { text: lower, range });
    };
    for (at, c) in text.char_indices() {
        if c.is_alphanumeric() {
            start.get_or_insert(at);
        } else if let Some(from) = start.take() {
            push(&mut out, from..at);
        }
    }
    if let Some(from) = start {
        push(&mut out, from..text.len());
    }
    out
}

impl Lexicon {
    /// Compiles a vocabulary of several files; the error names what is wrong.
    pub(crate) fn parse(texts: &[&str]) -> Result<Self, String> {
        let mut file = File::default();
        for text in texts {
            let part: File = toml::from_str(text).map_err(|error| error.to_string())?;
            file.terms.extend(part.terms);
            file.fields.extend(part.fields);
            file.languages.extend(part.languages);
            file.months.extend(part.months);
        }
        let mut lexicon = Lexicon::default();
        for (name, languages) in &file.terms {
            let term = TERMS.iter().find(|(own, _)| own == name).ok_or_else(|| format!("unknown term `{name}`"))?.1;
            for phrase in languages.values().flatten() {
                lexicon.add(term, phrase).ok_or_else(|| format!("`{name}`: cannot use `{phrase}`"))?;
            }
        }
        if let Some((name, _)) = TERMS.iter().find(|(name, _)| !file.terms.contains_key(*name)) {
            return Err(format!("no words for `{name}`"));
        }
        for (field, names) in &file.fields {
            for name in names {
                lexicon.fields.insert(name.clone(), field.clone());
            }
        }
        for (index, month) in file.months.into_values().flat_map(|year| year.into_iter().enumerate()) {
            let number = u32::try_from(index).unwrap_or(0) + 1;
            if lexicon.months.insert(month.clone(), number).is_some_and(|other| other != number) {
                return Err(format!("`months`: `{month}` names two months"));
            }
        }
        for (index, (code, words)) in file.languages.into_iter().enumerate() {
            lexicon.languages.push(code);
            for word in words {
                lexicon.small_words.entry(word).or_default().push(index);
            }
        }
        Ok(lexicon)
    }

    fn add(&mut self, term: Term, phrase: &str) -> Option<()> {
        let mut pieces: Vec<Piece> = Vec::new();
        for word in phrase.to_lowercase().split_whitespace() {
            if let "…" | ".." = word {
                pieces.push(Piece::Gap(if word == "…" { WIDEST_GAP } else { NARROW_GAP }));
                continue;
            }
            // `follow-up` is two words, `opened/reported` is one of two.
            let parts: Vec<&str> = if word.contains('/') {
                vec![word]
            } else {
                word.split(['-', '\'', '’']).filter(|p| !p.is_empty()).collect()
            };
            for part in parts {
                pieces.push(Piece::Words(part.split('/').map(Form::of).collect()));
            }
        }
        let mut rest = pieces.into_iter();
        let Some(Piece::Words(first)) = rest.next() else { return None };
        let index = self.phrases.len();
        self.phrases.push(Phrase { term, rest: rest.collect() });
        for form in first {
            match form {
                Form::Exact(word) => self.exact.entry(word).or_default().push(index),
                Form::Prefix(word) => {
                    let key = *word.as_bytes().first_chunk::<2>()?;
                    self.open.entry(key).or_default().push((word, index));
                }
                form => self.inside.push((form, index)),
            }
        }
        Some(())
    }

    /// Every phrase in the words of a text.
    pub(crate) fn hits(&self, words: &[Word]) -> Vec<Hit> {
        let mut out = Vec::new();
        for (at, word) in words.iter().enumerate() {
            let mut try_phrase = |index: usize| {
                let phrase = &self.phrases[index];
                if let Some(end) = follow(&phrase.rest, words, at + 1) {
                    out.push(Hit { term: phrase.term, range: word.range.start..words[end - 1].range.end });
                }
            };
            for index in self.exact.get(&word.text).into_iter().flatten() {
                try_phrase(*index);
            }
            if let Some(key) = word.text.as_bytes().first_chunk::<2>() {
                for (prefix, index) in self.open.get(key).into_iter().flatten() {
                    if word.text.starts_with(prefix.as_str()) {
                        try_phrase(*index);
                    }
                }
            }
            if word.text.len() > 8 {
                for (form, index) in &self.inside {
                    if form.fits(&word.text) {
                        try_phrase(*index);
                    }
                }
            }
        }
        out
    }

    /// The classes of a text.
    pub(crate) fn marks(&self, text: &str) -> Marks {
        let mut marks = Marks::default();
        for hit in self.hits(&words(text)) {
            marks.add(hit.term);
        }
        marks
    }
}

/// Matches the rest of a phrase; returns the index after its last word.
fn follow(pieces: &[Piece], words: &[Word], at: usize) -> Option<usize> {
    let Some((first, rest)) = pieces.split_first() else { return Some(at) };
    match first {
        Piece::Words(forms) => {
            let word = words.get(at)?;
            forms.iter().any(|form| form.fits(&word.text)).then(|| follow(rest, words, at + 1))?
        }
        Piece::Gap(widest) => (at..=at + widest).find_map(|next| follow(rest, words, next)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_is_well_formed() {
        let lexicon = Lexicon::parse(&[VOCABULARY, REFUSALS]).unwrap_or_else(|error| panic!("{error}"));
        assert!(TERMS.len() <= 256);
        assert!(!lexicon.languages.is_empty());
    }

    #[test]
    fn phrases_with_gaps_and_open_ends() {
        let mut lexicon = Lexicon::default();
        lexicon.add(Term::AllResolved, "all … issue*/defect* … resolved/closed").unwrap();
        lexicon.add(Term::Security, "*sicherheit*").unwrap();
        lexicon.add(Term::FollowUp, "follow-up").unwrap();
        assert!(lexicon.marks("All of the security defects were closed.").has(Term::AllResolved));
        assert!(!lexicon.marks("All people like closed doors.").has(Term::AllResolved));
        assert!(lexicon.marks("Informationssicherheit").has(Term::Security));
        assert!(lexicon.marks("the follow-up").has(Term::FollowUp));
    }
}
