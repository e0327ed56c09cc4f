//! Sentence patterns: what a word list cannot tell because the order of the words matters. The patterns and the
//! groups of words in them live in `sentences.toml`.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::{Index, Range};
use std::sync::{Arc, LazyLock, OnceLock};

use regex::bytes::{self, Regex, RegexBuilder};

use super::gate::{Present, Words};
use super::plain::{plain, with_groups};

/// The patterns, as the build made them of what a linguist edits.
const SENTENCES: &str = include_str!(concat!(env!("OUT_DIR"), "/sentences.txt"));

/// How large a pattern may become, in bytes.
const SIZE: usize = 40 << 20;

/// Patterns of one name.
#[derive(Debug, Default)]
pub(crate) struct Patterns(Vec<Pattern>);

/// A pattern, compiled when a text is first held against it.
#[derive(Debug)]
struct Pattern {
    source: &'static str,
    needs: Vec<usize>,
    shared: Arc<Shared>,
    compiled: OnceLock<Regex>,
}

/// What all patterns share: the groups, and the words that the patterns need.
#[derive(Debug)]
struct Shared {
    groups: BTreeMap<&'static str, &'static str>,
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
            let source = with_groups(self.source, |name| self.shared.groups.get(name).copied());
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
            let open = self.0.iter().filter(|pattern| words.open(&pattern.needs, found));
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

/// All patterns by name, and the numbers that are written as words.
#[derive(Debug, Default)]
pub(crate) struct Sentences {
    patterns: BTreeMap<&'static str, Patterns>,
    numbers: BTreeMap<&'static str, u32>,
}

impl Sentences {
    /// The patterns of a table that the build made.
    fn of_table(table: &'static str) -> Result<Self, String> {
        let (mut words, mut clauses, mut groups) = (Vec::new(), Vec::new(), BTreeMap::new());
        let (mut patterns, mut numbers) = (Vec::new(), BTreeMap::new());
        for line in table.lines() {
            let parts: Vec<&'static str> = line.split('\t').collect();
            match parts[..] {
                ["word", word] => words.push(word),
                ["clause", of] => clauses.push(counted(of)),
                ["group", name, source] => _ = groups.insert(name, source),
                ["pattern", name, needs, source] => patterns.push((name, counted(needs), source)),
                ["number", word, number] => _ = numbers.insert(word, number.parse().unwrap_or(0)),
                _ => return Err(format!("no line of a table: {line}")),
            }
        }
        let shared = Arc::new(Shared { groups, words: Words::new(&words, clauses)? });
        let mut out = Sentences { numbers, ..Sentences::default() };
        for (name, needs, source) in patterns {
            let pattern = Pattern { source, needs, shared: Arc::clone(&shared), compiled: OnceLock::new() };
            out.patterns.entry(name).or_default().0.push(pattern);
        }
        Ok(out)
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
        word.parse().ok().or_else(|| self.numbers.get(word.as_str()).copied())
    }
}

fn counted(numbers: &str) -> Vec<usize> {
    numbers.split_whitespace().filter_map(|number| number.parse().ok()).collect()
}

/// The patterns that ship with the reader.
pub(crate) fn sentences() -> &'static Sentences {
    static ALL: LazyLock<Sentences> = LazyLock::new(|| {
        #[expect(clippy::expect_used, reason = "the file is part of the program, covered by tests")]
        Sentences::of_table(SENTENCES).expect("the build makes well-formed tables")
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

    use crate::grammar::table::table;

    fn patterns(sources: &[&str]) -> Sentences {
        let toml = format!("groups = {{}}\nnumbers = {{}}\npatterns = {{ one = {sources:?} }}");
        let table = table(&toml).unwrap_or_else(|error| panic!("{error}"));
        Sentences::of_table(table.leak()).unwrap_or_else(|error| panic!("{error}"))
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
        let tables = [
            include_str!("../../tests/data/held.tsv"),
            include_str!("../../tests/data/judging.tsv"),
            include_str!("../../tests/data/claiming.tsv"),
        ];
        let texts: Vec<String> = tables.iter().flat_map(|text| text.lines()).map(|line| plain(line.trim())).collect();
        let all = sentences();
        let mut found = Present::default();
        let mut matches = 0;
        for (name, pattern) in
            all.patterns.iter().flat_map(|(name, patterns)| patterns.0.iter().map(move |pattern| (name, pattern)))
        {
            for text in texts.iter().filter(|text| pattern.compiled().is_match(text.as_bytes())) {
                pattern.shared.words.find(text, &mut found);
                assert!(pattern.shared.words.open(&pattern.needs, &found), "`{name}` is hidden from {text}");
                matches += 1;
            }
        }
        assert!(matches > 1_000, "only {matches} sentences were matched");
    }
}
