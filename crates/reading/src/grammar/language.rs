//! The language of a text, and the fingerprint of its sentences.

use crate::grammar::lexicon::{Lexicon, words};
use crate::grammar::units::{Form, Unit};
use crate::value::document::Document;

/// So many words of prose it takes to call a text foreign.
const RELIABLE: usize = 20;

/// ISO 639-1 code of the language, by its small words or its script; `None` when there is too little prose. A table of links is no
/// prose, and a text of which a good part is English or German is read as such.
pub(crate) fn language(lexicon: &Lexicon, doc: &Document) -> Option<String> {
    let mut scripts = [0usize; 8];
    const SCRIPTS: [(&str, std::ops::RangeInclusive<u32>); 8] = [
        ("th", 0x0E00..=0x0E7F),
        ("ja", 0x3040..=0x30FF),
        ("ko", 0xAC00..=0xD7AF),
        ("zh", 0x4E00..=0x9FFF),
        ("ru", 0x0400..=0x04FF),
        ("ar", 0x0600..=0x06FF),
        ("he", 0x0590..=0x05FF),
        ("hi", 0x0900..=0x097F),
    ];
    let head = prose(doc);
    let mut letters = 0;
    for c in head.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        if !c.is_ascii()
            && let Some(index) = SCRIPTS.iter().position(|(_, range)| range.contains(&(c as u32)))
        {
            scripts[index] += 1;
        }
    }
    if letters < 20 {
        return None;
    }
    // Japanese mixes scripts: its own syllables decide.
    if scripts[1] * 20 > letters {
        return Some("ja".to_owned());
    }
    if let Some(index) = (0..8).max_by_key(|i| scripts[*i]).filter(|i| scripts[*i] * 3 > letters) {
        return Some(SCRIPTS[index].0.to_owned());
    }
    let words = words(&head);
    let mut counts = vec![0_usize; lexicon.languages.len()];
    for word in &words {
        for index in lexicon.small_words.get(&word.text).into_iter().flatten() {
            counts[*index] += 1;
        }
    }
    // The first of those that are equal.
    let most = |own: &dyn Fn(&str) -> bool| {
        let of = counts.iter().enumerate().rev().filter(|(index, _)| own(&lexicon.languages[*index]));
        of.max_by_key(|(_, count)| **count).map(|(index, count)| (&lexicon.languages[index], *count))
    };
    let judged = |code: &str| matches!(code, "en" | "de");
    let enough = |count: usize| count >= 3 && count * 25 >= words.len();
    let own = most(&judged).filter(|(_, count)| enough(*count));
    let other = most(&|code| !judged(code)).filter(|(_, count)| enough(*count) && words.len() >= RELIABLE);
    match (own, other) {
        (Some((_, own)), Some((code, other))) if other > 2 * own => Some(code.clone()),
        (None, Some((code, _))) => Some(code.clone()),
        (own, _) => own.map(|(code, _)| code.clone()),
    }
}

/// The running words of a document: no code, no names, ids or addresses.
fn prose(doc: &Document) -> String {
    const LONGEST: usize = 20_000;
    let mut out = String::new();
    for (text, _) in doc.texts() {
        let mut at = 0;
        for word in text.text.split_inclusive(char::is_whitespace) {
            let start = at;
            at += word.len();
            let code = text.code.iter().any(|code| code.start <= start && start < code.end);
            let bare = word.trim_matches(|c: char| !c.is_alphanumeric());
            let plain = bare.chars().all(|c| c.is_alphabetic() || matches!(c, '\'' | '-') || !c.is_ascii());
            if !code && plain && !bare.starts_with(char::is_uppercase) {
                out.push_str(bare);
                out.push(' ');
            }
        }
        if out.len() >= LONGEST {
            break;
        }
    }
    out
}

/// FNV-1a hashes of the sentences with digits and punctuation left out, sorted, each once.
pub(crate) fn fingerprint(units: &[Unit]) -> Vec<u32> {
    let mut out: Vec<u32> = units
        .iter()
        .filter(|unit| unit.form != Form::Heading)
        .filter_map(|unit| {
            let mut hash = 0x811c_9dc5_u32;
            let mut length = 0;
            for word in words(&unit.text) {
                if word.text.bytes().any(|byte| byte.is_ascii_digit())
                    || crate::grammar::dates::starts_with_month(&word.text)
                {
                    continue;
                }
                length += 1;
                for byte in word.text.bytes().chain([b' ']) {
                    hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
                }
            }
            (length >= 3).then_some(hash)
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}
