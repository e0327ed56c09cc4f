//! Sentence patterns: what a word list cannot tell because the order of the words matters. The patterns and the
//! groups of words in them live in `sentences.toml`.

use std::collections::BTreeMap;
use std::sync::{LazyLock, OnceLock};

use regex::{Captures, Regex, RegexSet};
use serde::Deserialize;

/// The patterns, as a linguist edits them.
const SENTENCES: &str = include_str!("../words/sentences.toml");

/// How often a group may stand inside another.
const DEPTH: usize = 5;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: BTreeMap<String, Vec<String>>,
    patterns: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, u32>,
}

/// Patterns of one name, compiled when a text is first held against them.
#[derive(Debug, Default)]
pub(crate) struct Patterns {
    sources: Vec<String>,
    any: OnceLock<RegexSet>,
    each: Vec<OnceLock<Regex>>,
}

#[expect(clippy::expect_used, reason = "the file is part of the program, covered by tests")]
impl Patterns {
    fn new(patterns: &[String], groups: &BTreeMap<String, Vec<String>>) -> Result<Self, String> {
        let sources: Vec<String> =
            patterns.iter().map(|pattern| expand(pattern, groups, DEPTH)).collect::<Result<_, _>>()?;
        let each = sources.iter().map(|_| OnceLock::new()).collect();
        Ok(Patterns { sources, any: OnceLock::new(), each })
    }

    fn any(&self) -> &RegexSet {
        self.any.get_or_init(|| RegexSet::new(&self.sources).expect("sentences.toml has well-formed patterns"))
    }

    fn each(&self, index: usize) -> &Regex {
        self.each[index]
            .get_or_init(|| Regex::new(&self.sources[index]).expect("sentences.toml has well-formed patterns"))
    }

    /// Does any of them stand in the text?
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.any().is_match(bounded(text))
    }

    /// The first of them that stands in the text, in the order of the file.
    pub(crate) fn first<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        let text = bounded(text);
        self.any().matches(text).into_iter().next().and_then(|index| self.each(index).captures(text))
    }

    /// Every place where one of them stands, pattern by pattern.
    pub(crate) fn all<'t>(&self, text: &'t str) -> Vec<Captures<'t>> {
        let text = bounded(text);
        self.any().matches(text).into_iter().flat_map(|index| self.each(index).captures_iter(text)).collect()
    }
}

/// As much of a text as is looked at: no sentence that people write is longer, and the work stays linear in the document.
fn bounded(text: &str) -> &str {
    const LONGEST: usize = 2_000;
    text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at])
}

/// A pattern with its groups put in; a space stands for any white space, and the whole for words in any case.
fn expand(pattern: &str, groups: &BTreeMap<String, Vec<String>>, depth: usize) -> Result<String, String> {
    fn inner(pattern: &str, groups: &BTreeMap<String, Vec<String>>, depth: usize) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, after)) = rest.split_once("<<") {
            let (name, after) =
                after.split_once(">>").ok_or_else(|| format!("`{pattern}`: a group without its end"))?;
            let words = groups.get(name).ok_or_else(|| format!("`{pattern}`: no group `{name}`"))?;
            if depth == 0 {
                return Err(format!("`{name}` stands in itself"));
            }
            let words: Vec<String> =
                words.iter().map(|word| inner(word, groups, depth - 1)).collect::<Result<_, _>>()?;
            out.push_str(before);
            out.push_str(&format!("(?:{})", words.join("|")));
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
    Ok(format!("(?i){}", inner(pattern, groups, depth)?.replace(' ', r"\s+")))
}

/// All patterns by name, and the numbers that are written as words.
#[derive(Debug, Default)]
pub(crate) struct Sentences {
    patterns: BTreeMap<String, Patterns>,
    numbers: BTreeMap<String, u32>,
}

impl Sentences {
    fn parse(text: &str) -> Result<Self, String> {
        let file: File = toml::from_str(text).map_err(|error| error.to_string())?;
        let compile = |(name, patterns): (&String, &Vec<String>)| {
            let compiled = Patterns::new(patterns, &file.groups).map_err(|error| format!("`{name}`: {error}"))?;
            Ok::<_, String>((name.clone(), compiled))
        };
        let patterns = file.patterns.iter().map(compile).collect::<Result<_, _>>()?;
        Ok(Sentences { patterns, numbers: file.numbers })
    }

    /// The patterns of a name; a name that the file lacks has none, and is a mistake of ours.
    pub(crate) fn of(&self, name: &str) -> &Patterns {
        debug_assert!(self.patterns.contains_key(name), "no patterns for `{name}`");
        static NONE: LazyLock<Patterns> = LazyLock::new(Patterns::default);
        self.patterns.get(name).unwrap_or(&NONE)
    }

    /// A number in digits or as a word.
    pub(crate) fn number(&self, word: &str) -> Option<u32> {
        let word = word.to_lowercase();
        word.parse().ok().or_else(|| self.numbers.get(&word).copied())
    }
}

/// The patterns that ship with the reader.
pub(crate) fn sentences() -> &'static Sentences {
    static ALL: LazyLock<Sentences> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the file is part of the program, covered by tests")]
        Sentences::parse(SENTENCES).expect("sentences.toml is well-formed")
    });
    &ALL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_patterns_are_well_formed() {
        let all = Sentences::parse(SENTENCES).unwrap_or_else(|error| panic!("{error}"));
        assert!(!all.patterns.is_empty());
        for patterns in all.patterns.values() {
            assert_eq!(patterns.any().len(), patterns.each.len());
            assert!((0..patterns.each.len()).all(|index| !patterns.each(index).as_str().is_empty()));
        }
    }
}
