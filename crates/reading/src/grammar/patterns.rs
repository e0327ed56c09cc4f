//! Sentence patterns: what a word list cannot tell because the order of the words matters. The patterns and the
//! groups of words in them live in `sentences.toml`.

use std::collections::BTreeMap;
use std::ops::{Index, Range};
use std::sync::{LazyLock, OnceLock};

use regex::bytes::{self, Regex, RegexBuilder, RegexSet, RegexSetBuilder};
use serde::Deserialize;

/// The patterns, as a linguist edits them.
const SENTENCES: &str = include_str!("../words/sentences.toml");

/// How often a group may stand inside another.
const DEPTH: usize = 5;

/// How large the patterns of one name may become together, in bytes.
const SIZE: usize = 40 << 20;

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

    /// Over bytes where the patterns name no sign beyond ASCII in brackets: stretches of "anything but" are then small.
    fn any(&self) -> &RegexSet {
        self.any.get_or_init(|| {
            let build = |unicode| RegexSetBuilder::new(&self.sources).unicode(unicode).size_limit(SIZE).build();
            build(false).or_else(|_| build(true)).expect("sentences.toml has well-formed patterns")
        })
    }

    fn each(&self, index: usize) -> &Regex {
        self.each[index].get_or_init(|| {
            let build = |unicode| RegexBuilder::new(&self.sources[index]).unicode(unicode).size_limit(SIZE).build();
            build(false).or_else(|_| build(true)).expect("sentences.toml has well-formed patterns")
        })
    }

    /// Does any of them stand in the text?
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.any().is_match(plain(bounded(text)).as_bytes())
    }

    /// The first of them that stands in the text, in the order of the file.
    pub(crate) fn first<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        let plain = plain(bounded(text));
        let regex = self.any().matches(plain.as_bytes()).into_iter().next().map(|index| self.each(index))?;
        regex.captures(plain.as_bytes()).map(|found| Captures::of(text, regex, &found))
    }

    /// Every place where one of them stands, pattern by pattern.
    pub(crate) fn all<'t>(&self, text: &'t str) -> Vec<Captures<'t>> {
        let plain = plain(bounded(text));
        let regexes = self.any().matches(plain.as_bytes()).into_iter().map(|index| self.each(index));
        regexes
            .flat_map(|regex| regex.captures_iter(plain.as_bytes()).map(|found| Captures::of(text, regex, &found)))
            .collect()
    }
}

/// What a pattern found, in the words of the text itself.
#[derive(Debug)]
pub(crate) struct Captures<'t> {
    groups: Vec<Option<Part<'t>>>,
    names: Vec<Option<String>>,
}

/// A stretch of a text.
#[derive(Clone, Debug)]
pub(crate) struct Part<'t> {
    text: &'t str,
    range: Range<usize>,
}

impl<'t> Captures<'t> {
    fn of(text: &'t str, regex: &Regex, found: &bytes::Captures<'_>) -> Self {
        let part = |range: Range<usize>| Part { text, range: whole_characters(text, &range) };
        let groups = found.iter().map(|group| group.map(|group| part(group.range()))).collect();
        let names = regex.capture_names().map(|name| name.map(str::to_owned)).collect();
        Captures { groups, names }
    }

    /// A group by its number, 0 for all of it, if it took part.
    pub(crate) fn get(&self, number: usize) -> Option<&Part<'t>> {
        self.groups.get(number)?.as_ref()
    }

    /// A group by its name, if it took part.
    pub(crate) fn name(&self, name: &str) -> Option<&Part<'t>> {
        self.get(self.names.iter().position(|own| own.as_deref() == Some(name))?)
    }
}

impl Index<&str> for Captures<'_> {
    type Output = str;

    /// The words of a group; none where it took no part.
    fn index(&self, name: &str) -> &str {
        self.name(name).map_or("", Part::as_str)
    }
}

impl<'t> Part<'t> {
    /// Its words.
    pub(crate) fn as_str(&self) -> &'t str {
        &self.text[self.range.clone()]
    }

    /// Its place in the text.
    pub(crate) fn range(&self) -> Range<usize> {
        self.range.clone()
    }

    /// The number of its bytes.
    pub(crate) fn len(&self) -> usize {
        self.range.len()
    }

    /// Where it begins.
    pub(crate) fn start(&self) -> usize {
        self.range.start
    }

    /// Where it ends.
    pub(crate) fn end(&self) -> usize {
        self.range.end
    }
}

fn whole_characters(text: &str, range: &Range<usize>) -> Range<usize> {
    let start = (0..=range.start).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let end = (range.end..=text.len()).find(|at| text.is_char_boundary(*at)).unwrap_or(text.len());
    start..end
}

/// As much of a text as is looked at: no sentence that people write is longer, and the work stays linear in the document.
fn bounded(text: &str) -> &str {
    const LONGEST: usize = 2_000;
    text.char_indices().nth(LONGEST).map_or(text, |(at, _)| &text[..at])
}

/// A text as the patterns see it, byte for byte as long: small letters, `ae` for `ä`, a blank for any white space. Patterns
/// over ASCII are small and fast; those over all of Unicode took a second to compile.
fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ä' | 'Ä' => out.push_str("ae"),
            'ö' | 'Ö' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            _ if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            _ if c.is_whitespace() => out.extend(std::iter::repeat_n(' ', c.len_utf8())),
            _ => {
                let mut lower = c.to_lowercase();
                let same = lower.len() == 1 && lower.clone().all(|small| small.len_utf8() == c.len_utf8());
                out.push(if same { lower.next().unwrap_or(c) } else { c });
            }
        }
    }
    out
}

/// A pattern in the letters of [`plain`].
fn over_plain(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut class = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match (chars.next(), class) {
                (Some('w'), true) => out.push_str("0-9a-z_"),
                (Some('d'), true) => out.push_str("0-9"),
                (Some('s'), true) => out.push_str(r" \t\n\r"),
                (Some(sign @ ('b' | 'w' | 'd' | 's')), false) => out.push_str(&format!(r"(?-u:\{sign})")),
                (Some('W'), false) => out.push_str("[^0-9a-z_]"),
                (Some(sign), _) => out.extend(['\\', sign]),
                (None, _) => out.push('\\'),
            },
            '[' | ']' => {
                class = c == '[';
                out.push(c);
            }
            ' ' if !class => out.push_str(r"(?-u:\s)+"),
            'P' if out.ends_with("(?") => out.push('P'),
            _ if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            _ => {
                let letters = plain(c.encode_utf8(&mut [0; 4]));
                let repeated = chars.peek().is_some_and(|next| matches!(next, '?' | '*' | '+' | '{'));
                out.push_str(&if repeated { format!("(?:{letters})") } else { letters });
            }
        }
    }
    out
}

/// A pattern with its groups put in.
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
    inner(pattern, groups, depth).map(|whole| over_plain(&whole))
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

    use proptest::prelude::*;

    fn patterns(sources: &[&str]) -> Patterns {
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        Patterns::new(&sources, &BTreeMap::new()).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn capitals_umlauts_and_white_space_do_not_matter() {
        let held = patterns(&[r"\b(?P<what>überprüfung\w*|prüfungen?) (?:WURDE|wird) nicht\b", r"[^\w,]ende$"]);
        for text in ["Die Überprüfung wurde nicht", "DIE ÜBERPRÜFUNG\u{a0}WURDE\nNICHT", "Ueberpruefungen wird nicht"]
        {
            assert!(held.matches(text), "{text}");
        }
        assert!(held.matches("Am Ende") && !held.matches("Legende"));
        let text = "– Die Überprüfung wurde nicht gehalten";
        let found = held.first(text).unwrap_or_else(|| panic!("not found"));
        assert_eq!((&found["what"], &found["other"]), ("Überprüfung", ""));
        assert_eq!(found.get(0).map(Part::as_str), Some("Überprüfung wurde nicht"));
    }

    proptest! {
        #[test]
        fn a_plain_text_is_as_long_and_a_part_has_whole_characters(text in "\\PC{0,40}", pattern in "[a-z.]{1,2}") {
            prop_assert_eq!(plain(&text).len(), text.len());
            for found in patterns(&[&pattern]).all(&text) {
                prop_assert!(found.get(0).is_some_and(|part| text.contains(part.as_str())));
            }
        }
    }

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
