//! A sentence as the model sees it: its words, pairs of words and parts of words, and the words of the label or heading above it, each
//! a number.

use crate::grammar::lexicon::Hit;
use crate::grammar::terms::{TERMS, Term};

/// One thing about a sentence.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Feature {
    /// Its number, spread over 32 bits.
    hash: u32,
    /// Is it a part of a word? Those are many and say little each.
    pub(super) part: bool,
}

impl Feature {
    /// Its bucket among so many, a power of two.
    pub(super) fn bucket(self, buckets: usize) -> usize {
        self.hash as usize & (buckets - 1)
    }
}

/// The shortest word that is cut into parts, and the length of a part, in characters.
const CUT: usize = 5;
const PART: usize = 4;

/// The most bytes of a context.
const ABOVE: usize = 300;

/// Answers up to so many words are read together with what they answer.
const SHORT: usize = 6;

/// What a sentence has below its context (a label, a question, a heading; may be empty), in order, each once. `hits`: the phrases
/// found in it.
pub(super) fn features(context: &str, whole: &str, hits: &[Hit]) -> Vec<Feature> {
    let mut out = Vec::with_capacity(16 * (whole.len() / 6 + 4));
    let (label, text) = labelled(whole);
    let (above, around) = if label.is_empty() { (context, "") } else { (label, context) };
    let (own, above, around) = (tokens(text), tokens(start(above)), tokens(start(around)));
    let mut add = |kind: &str, parts: &[&str]| {
        out.push(Feature { hash: hash(kind, parts), part: matches!(kind, "c" | "i") });
    };
    let padded: Vec<&str> = std::iter::once("^").chain(own.iter().map(String::as_str)).chain(["$"]).collect();
    for (at, word) in padded.iter().enumerate() {
        add("w", &[word]);
        if let Some(next) = padded.get(at + 1) {
            add("b", &[word, next]);
        }
        if let Some(next) = padded.get(at + 2) {
            add("k", &[word, next]);
        }
        for part in parts(word) {
            add("c", &[part]);
        }
    }
    for word in &above {
        add("h", &[word]);
        for part in parts(word) {
            add("i", &[part]);
        }
        if own.len() <= SHORT {
            for answer in &own {
                add("x", &[word, answer]);
            }
        }
    }
    // What follows a label is its end.
    let begin = whole.len() - text.len();
    let mut hits: Vec<&Hit> = hits.iter().filter(|hit| hit.range.start >= begin).collect();
    hits.sort_by_key(|hit| (hit.range.start, hit.term as u8));
    for (at, hit) in hits.iter().enumerate() {
        add("t", &[name(hit.term)]);
        let next = hits[at + 1..].iter().filter(|next| next.range.start >= hit.range.end);
        for next in next.take(4) {
            add("u", &[name(hit.term), name(next.term)]);
        }
    }
    for word in &around {
        add("g", &[word]);
    }
    add(
        "l",
        &[["0", "1", "2", "4", "8", "16", "32"][usize::BITS.saturating_sub(own.len().leading_zeros()).min(6) as usize]],
    );
    add("a", &[if above.is_empty() { "0" } else { "1" }]);
    out.sort_unstable();
    out.dedup();
    out
}

/// The start of what stands above a sentence: it is looked at for each of them, and has to stay short.
fn start(context: &str) -> &str {
    let end = (0..=context.len().min(ABOVE)).rev().find(|at| context.is_char_boundary(*at)).unwrap_or(0);
    &context[..end]
}

fn name(term: Term) -> &'static str {
    TERMS.get(term as usize).map_or("", |(name, _)| name)
}

/// A short label before a colon or the first cell of a row, and what follows it.
pub(super) fn labelled(text: &str) -> (&str, &str) {
    let cut = text.find(": ").into_iter().chain(text.find(" | ")).min();
    let parts = cut.map(|at| (text[..at].trim(), text[at..].trim_start_matches([':', ' ', '|'])));
    parts.filter(|(label, rest)| label.split_whitespace().count() <= 6 && !rest.is_empty()).unwrap_or(("", text))
}

/// Words in lower case, numbers as `0`, and the signs that carry meaning.
fn tokens(text: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut digits = false;
    let mut end = |word: &mut String| {
        if !word.is_empty() {
            out.push(std::mem::take(word));
        }
    };
    for c in text.chars() {
        if c.is_numeric() {
            if !digits {
                end(&mut word);
            }
            digits = true;
            word.clear();
            word.push('0');
        } else if c.is_alphabetic() {
            if digits {
                end(&mut word);
            }
            digits = false;
            word.extend(c.to_lowercase());
        } else if matches!(c, '\'' | '’') && !word.is_empty() && !digits {
            // "wasn't" is one word.
        } else {
            end(&mut word);
            digits = false;
            if matches!(c, '?' | '#' | '%' | '<' | '[' | '…' | '|' | ':' | '(' | '>') {
                word.push(c);
                end(&mut word);
            }
        }
    }
    end(&mut word);
    out
}

/// The parts of a long word.
fn parts(word: &str) -> Vec<&str> {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).chain([word.len()]).collect();
    if starts.len() <= CUT {
        return Vec::new();
    }
    starts.windows(PART + 1).map(|window| &word[window[0]..window[PART]]).collect()
}

/// FNV-1a, its high bits folded into the low ones.
fn hash(kind: &str, parts: &[&str]) -> u32 {
    let mut hash: u32 = 0x811c_9dc5;
    for part in std::iter::once(&kind).chain(parts) {
        for byte in part.bytes().chain([0xff]) {
            hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        }
    }
    hash ^ (hash >> 15)
}
