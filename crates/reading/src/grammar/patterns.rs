//! Sentence patterns: what a word list cannot tell because the order of the words matters. The patterns and the
//! groups of words in them live in `sentences.toml`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::{Index, Range};
use std::sync::{Arc, LazyLock, OnceLock};

use regex::bytes::{self, Regex, RegexBuilder};
use serde::Deserialize;

use super::gate::{self, Needs, Present, Words};

/// The patterns, as a linguist edits them.
const SENTENCES: &str = include_str!("../words/sentences.toml");

/// How often a group may stand inside another.
const DEPTH: usize = 5;

/// How large a pattern may become, in bytes.
const SIZE: usize = 40 << 20;

/// Where the characters begin that stand for a group while it is told what a pattern needs.
const SIGNS: u32 = 0xe000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: BTreeMap<String, Vec<String>>,
    patterns: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, u32>,
}

/// Patterns of one name.
#[derive(Debug, Default)]
pub(crate) struct Patterns(Vec<Pattern>);

/// A pattern, compiled when a text is first held against it.
#[derive(Debug)]
struct Pattern {
    source: String,
    needs: Vec<Vec<usize>>,
    shared: Arc<Shared>,
    compiled: OnceLock<Regex>,
}

/// What all patterns share: the groups, and the words that the patterns need.
#[derive(Debug)]
struct Shared {
    groups: BTreeMap<String, String>,
    words: Words,
}

/// The text that was last held against patterns: one sentence meets many of them.
#[derive(Debug, Default)]
struct Held {
    text: String,
    plain: String,
    found: Present,
}

thread_local! {
    static HELD: RefCell<Held> = RefCell::default();
}

impl Pattern {
    /// Over bytes where the pattern names no sign beyond ASCII in brackets: stretches of "anything but" are then small.
    #[expect(clippy::expect_used, reason = "the file is part of the program, covered by tests")]
    fn compiled(&self) -> &Regex {
        self.compiled.get_or_init(|| {
            let source = expand(&self.source, &self.shared.groups);
            let build = |unicode| RegexBuilder::new(&source).unicode(unicode).size_limit(SIZE).build();
            build(false).or_else(|_| build(true)).expect("sentences.toml has well-formed patterns")
        })
    }
}

impl Patterns {
    /// Hands the text, as patterns see it, to a look at those that may stand in it.
    fn on<T>(&self, text: &str, look: impl FnOnce(&str, &mut dyn Iterator<Item = &Regex>) -> T) -> Option<T> {
        let words = &self.0.first()?.shared.words;
        let text = bounded(text);
        HELD.with_borrow_mut(|held| {
            if held.text != text || held.plain.is_empty() {
                text.clone_into(&mut held.text);
                held.plain = plain(text);
                words.find(&held.plain, &mut held.found);
            }
            let Held { plain, found, .. } = held;
            let open = self.0.iter().filter(|pattern| found.open(&pattern.needs));
            Some(look(plain, &mut open.map(Pattern::compiled)))
        })
    }

    /// Does any of them stand in the text?
    pub(crate) fn matches(&self, text: &str) -> bool {
        self.on(text, |plain, mut open| Iterator::any(&mut open, |regex| regex.is_match(plain.as_bytes())))
            .unwrap_or(false)
    }

    /// The first of them that stands in the text, in the order of the file.
    pub(crate) fn first<'t>(&self, text: &'t str) -> Option<Captures<'t>> {
        self.on(text, |plain, mut open| {
            let captures =
                |regex: &Regex| regex.captures(plain.as_bytes()).map(|found| Captures::of(text, regex, &found));
            Iterator::find_map(&mut open, captures)
        })?
    }

    /// Every place where one of them stands, pattern by pattern.
    pub(crate) fn all<'t>(&self, text: &'t str) -> Vec<Captures<'t>> {
        let each = |plain: &str, regex: &Regex| -> Vec<Captures<'t>> {
            regex.captures_iter(plain.as_bytes()).map(|found| Captures::of(text, regex, &found)).collect()
        };
        self.on(text, |plain, open| open.flat_map(|regex| each(plain, regex)).collect()).unwrap_or_default()
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
    if text.len() <= LONGEST {
        return text;
    }
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
            // A blank is any stretch of white space, also where there may be none.
            ' ' if !class => {
                let may_lack = chars.next_if(|next| matches!(next, '?' | '*')).is_some();
                out.push_str(if may_lack { r"(?-u:\s)*" } else { r"(?-u:\s)+" });
            }
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

/// A pattern with its groups put in, in the letters of [`plain`].
fn expand(pattern: &str, groups: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, (name, after))) = group_in(rest) {
        out.push_str(&over_plain(before));
        out.push_str(groups.get(name).map_or("", String::as_str));
        rest = after;
    }
    out + &over_plain(rest)
}

/// The text before the first group, its name, and the text after it.
fn group_in(pattern: &str) -> Option<(&str, (&str, &str))> {
    let (before, after) = pattern.split_once("<<")?;
    Some((before, after.split_once(">>")?))
}

/// The groups while they are put into each other.
struct Groups<'f> {
    file: &'f BTreeMap<String, Vec<String>>,
    /// Of each group that is done: its words as one pattern.
    expanded: BTreeMap<String, String>,
    /// And what it needs; its place is its sign.
    needs: Vec<(String, Needs)>,
}

impl Groups<'_> {
    fn add(&mut self, name: &str, depth: usize) -> Result<(), String> {
        if self.expanded.contains_key(name) {
            return Ok(());
        }
        let words = self.file.get(name).ok_or_else(|| format!("no group `{name}`"))?;
        let whole = format!("(?:{})", words.join("|"));
        if depth == 0 {
            return Err(format!("`{name}` stands in itself"));
        }
        let needs = self.needs_of(&whole, depth - 1)?;
        let expanded = expand(&whole, &self.expanded);
        self.needs.push((name.to_owned(), needs));
        self.expanded.insert(name.to_owned(), expanded);
        Ok(())
    }

    /// What a pattern needs, with the groups that it names.
    fn needs_of(&mut self, pattern: &str, depth: usize) -> Result<Needs, String> {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, (name, after))) = group_in(rest) {
            self.add(name, depth)?;
            let place = self.needs.iter().position(|(own, _)| own == name).unwrap_or(0);
            out.push_str(before);
            out.extend(u32::try_from(place).ok().and_then(|place| char::from_u32(SIGNS + place)));
            rest = after;
        }
        out.push_str(rest);
        let group = |sign: char| {
            let place = u32::from(sign).checked_sub(SIGNS)?;
            self.needs.get(usize::try_from(place).ok()?).map(|(_, needs)| needs.clone())
        };
        gate::needs(&over_plain(&out), &group)
    }
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
        Sentences::new(&file.groups, file.patterns, file.numbers)
    }

    fn new(
        groups: &BTreeMap<String, Vec<String>>,
        patterns: BTreeMap<String, Vec<String>>,
        numbers: BTreeMap<String, u32>,
    ) -> Result<Self, String> {
        let mut groups = Groups { file: groups, expanded: BTreeMap::new(), needs: Vec::new() };
        let mut needed = Vec::new();
        for (name, pattern) in patterns.iter().flat_map(|(name, own)| own.iter().map(move |pattern| (name, pattern))) {
            needed.push(groups.needs_of(pattern, DEPTH).map_err(|error| format!("`{name}`, `{pattern}`: {error}"))?);
        }
        let shared = Arc::new(Shared { words: Words::new(needed.iter())?, groups: groups.expanded });
        let mut needed = needed.iter();
        let mut pattern = |source: String| {
            let needs = needed.next().map(|needs| shared.words.numbered(needs)).unwrap_or_default();
            Pattern { source, needs, shared: Arc::clone(&shared), compiled: OnceLock::new() }
        };
        let patterns =
            patterns.into_iter().map(|(name, own)| (name, Patterns(own.into_iter().map(&mut pattern).collect())));
        Ok(Sentences { patterns: patterns.collect(), numbers })
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

/// Does a sentence say why?
pub fn gives_reason(text: &str) -> bool {
    sentences().of("gives-reason").matches(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    use proptest::prelude::*;

    fn patterns(sources: &[&str]) -> Sentences {
        let sources: Vec<String> = sources.iter().map(|source| (*source).to_owned()).collect();
        Sentences::new(&BTreeMap::new(), BTreeMap::from([("one".to_owned(), sources)]), BTreeMap::new())
            .unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn capitals_umlauts_and_white_space_do_not_matter() {
        let all = patterns(&[r"\b(?P<what>überprüfung\w*|prüfungen?) (?:WURDE|wird) nicht\b", r"[^\w,]ende$"]);
        let held = all.of("one");
        for text in ["Die Überprüfung wurde nicht", "DIE ÜBERPRÜFUNG\u{a0}WURDE\nNICHT", "Ueberpruefungen wird nicht"]
        {
            assert!(held.matches(text), "{text}");
        }
        assert!(held.matches("Am Ende") && !held.matches("Legende"));
        // A blank that may lack is no blank that must be there.
        let lists = patterns(&[r"^\d+(?:(?:,|-) ?\d+)* ?%$"]);
        for text in ["21, 23-24 %", "21,23- 24%", "7%"] {
            assert!(lists.of("one").matches(text), "{text}");
        }
        let text = "– Die Überprüfung wurde nicht gehalten";
        let found = held.first(text).unwrap_or_else(|| panic!("not found"));
        assert_eq!((&found["what"], &found["other"]), ("Überprüfung", ""));
        assert_eq!(found.get(0).map(Part::as_str), Some("Überprüfung wurde nicht"));
    }

    proptest! {
        #[test]
        fn a_plain_text_is_as_long_and_a_part_has_whole_characters(text in "\\PC{0,40}", pattern in "[a-z.]{1,2}") {
            prop_assert_eq!(plain(&text).len(), text.len());
            for found in patterns(&[&pattern]).of("one").all(&text) {
                prop_assert!(found.get(0).is_some_and(|part| text.contains(part.as_str())));
            }
        }
    }

    #[test]
    fn the_patterns_are_well_formed_and_the_gate_hides_no_match() {
        let sentences = [
            include_str!("../../tests/data/held.tsv"),
            include_str!("../../tests/data/judging.tsv"),
            include_str!("../../tests/data/claiming.tsv"),
        ];
        let texts: Vec<String> =
            sentences.iter().flat_map(|text| text.lines()).map(|line| plain(line.trim())).collect();
        let all = Sentences::parse(SENTENCES).unwrap_or_else(|error| panic!("{error}"));
        let mut found = Present::default();
        let mut matches = 0;
        for (name, pattern) in
            all.patterns.iter().flat_map(|(name, patterns)| patterns.0.iter().map(move |pattern| (name, pattern)))
        {
            for text in texts.iter().filter(|text| pattern.compiled().is_match(text.as_bytes())) {
                pattern.shared.words.find(text, &mut found);
                assert!(found.open(&pattern.needs), "`{name}` is hidden from {text}");
                matches += 1;
            }
        }
        assert!(matches > 1_000, "only {matches} sentences were matched");
    }
}
