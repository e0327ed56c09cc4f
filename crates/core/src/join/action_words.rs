//! Is a text about an action: by its id, or by most of its words? Pure.

use std::collections::BTreeSet;

/// Words of a text that tell what it is about, in small letters.
pub fn significant(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() > 3).map(str::to_lowercase).collect()
}

/// Does the text hold the word as one of its own?
pub(crate) fn has_word(text: &str, word: &str) -> bool {
    tokens(text).any(|part| part.eq_ignore_ascii_case(word))
}

/// The words of a text, ids whole (`A1`, `#41`, `acme/pump#41`, `SEC-41`).
pub fn tokens(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | '#' | '/')))
        .map(|part| part.trim_matches(['.', '/', '-']))
        .filter(|part| !part.is_empty())
}

/// Does a text of these words tell of an action of those, in other words? Three words are too few to be chance, two thirds are most.
pub fn told_by(action: &BTreeSet<String>, text: &BTreeSet<String>) -> bool {
    let shared = action.intersection(text).count();
    !action.is_empty() && shared * 3 >= action.len() * 2
}

/// Does the action name the file: by its path, or by all the words that its name is made of (`fuzzing-plan.md`, "the fuzzing plan")?
pub fn names_file(action: &str, words: &BTreeSet<String>, path: &str) -> bool {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    if action.contains(path) || file.len() > 6 && has_word(action, file) {
        return true;
    }
    let stem = file.split('.').find(|part| !part.is_empty()).unwrap_or(file);
    let own: Vec<String> = named_words(stem);
    let parent: Vec<String> = named_words(folder.rsplit('/').next().unwrap_or_default());
    let all = |own: &[String]| own.len() >= 2 && own.iter().all(|word| words.contains(word));
    all(&own) || all(&parent)
}

fn named_words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_alphabetic()).filter(|part| part.chars().count() > 3);
    parts.map(str::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_named_by_their_path_or_by_all_their_words() {
        let named = |action: &str, path: &str| names_file(action, &significant(action), path);
        for (action, path) in [
            ("Extend the fuzzing plan to the serial port", "docs/fuzzing-plan.md"),
            ("Extend the fuzzing plan to the serial port", "docs/security/Fuzzing_Plan.v2.docx"),
            ("Add the service interface to the threat model", "docs/threat-model/service.md"),
            ("Change docs/a.md", "docs/a.md"),
            ("Run nightly.yml on every branch", ".github/workflows/nightly.yml"),
        ] {
            assert!(named(action, path), "{action}: {path}");
        }
        for (action, path) in [
            ("Extend the fuzzing plan to the serial port", "src/plan.c"),
            ("Extend the fuzzing plan to the serial port", "docs/fuzzing.md"),
            ("Extend the plan", "docs/fuzzing-plan.md"),
            ("Train the team", "README.md"),
        ] {
            assert!(!named(action, path), "{action}: {path}");
        }
    }

    #[test]
    fn ids_are_words_of_their_own() {
        assert!(has_word("Follow-up: A1 done.", "a1") && !has_word("A11: done", "A1"));
        assert!(tokens("Closes acme/pump#41, see #42.").any(|token| token == "acme/pump#41"));
        assert!(tokens("(#42)").eq(["#42"]));
    }
}
