//! Words of a human language in literals: they belong into the word lists, into errors or into what is rendered.

use std::collections::BTreeSet;

use super::tree::read;

/// So many words in a row are a sentence.
const SENTENCE: usize = 3;
/// Shorter words are also marks of a format.
const SHORTEST: usize = 3;
const LISTS: &str = "crates/reading/src/words";
/// Numbers by signs, and no words.
const WEIGHTS: &str = "weights.toml";
/// The folder of the sentences to learn from.
const SENTENCES: &str = "said";

/// Whether a text is worded for people: three words in a row, or a word with an umlaut.
pub fn worded(text: &str) -> bool {
    let mut row = 0;
    for word in text.split_whitespace() {
        let bare = word.trim_matches(|c: char| c.is_ascii_punctuation() && c != '\\' && c != '{');
        let plain = bare.chars().count() > 1 && bare.chars().all(char::is_lowercase);
        row = if plain { row + 1 } else { 0 };
        if row >= SENTENCE || bare.contains(['ä', 'ö', 'ü', 'ß', 'Ä', 'Ö', 'Ü']) {
            return true;
        }
    }
    false
}

/// Single words of the lists, except those that also name a class of phrases.
pub fn listed() -> BTreeSet<String> {
    let mut words = BTreeSet::new();
    let mut names = BTreeSet::new();
    for entry in std::fs::read_dir(format!("{}/{LISTS}", env!("CARGO_MANIFEST_DIR"))).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        // What the model learns from is sentences, not words.
        if name == WEIGHTS || name == SENTENCES {
            continue;
        }
        let path = format!("{LISTS}/{name}");
        let table: toml::Table = read(&path).parse().unwrap_or_else(|error| panic!("{path}: {error}"));
        collect(&toml::Value::Table(table), &mut words, &mut names);
    }
    words.retain(|word| !names.contains(word));
    words
}

fn collect(value: &toml::Value, words: &mut BTreeSet<String>, names: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => {
            for (name, value) in table {
                names.insert(name.clone());
                collect(value, words, names);
            }
        }
        toml::Value::Array(values) => values.iter().for_each(|value| collect(value, words, names)),
        toml::Value::String(text) => {
            let bare = text.trim_matches('*');
            if bare.chars().count() >= SHORTEST && bare.chars().all(char::is_lowercase) {
                words.insert(bare.to_owned());
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::worded;

    #[test]
    fn sentences_are_told_from_names() {
        for text in ["the review was held", "Prüfung", "No record, but {} says so because of this"] {
            assert!(worded(text), "{text}");
        }
        for text in ["review-overdue", "{} {}", "docs/quality", "a b c", "crate name", r"\bon (\d+) of"] {
            assert!(!worded(text), "{text}");
        }
    }
}
