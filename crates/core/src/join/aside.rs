//! What a commit message says of ids beside fixing them: spoken of in passing, passed over by scanners, or no more so. Pure.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use crate::join::commit_claims::{FIXES_ID, ID, IDS, VERB, ids_in};
use crate::join::commit_words::{WORDS, any_word, pattern};
use crate::model::evidence::Resolution;

/// One or more ids behind words and up to five small ones between.
fn before_ids(words: &[String]) -> Regex {
    pattern(&format!(
        r"\b(?:{})[\s:(_-]+(?:(?:{})[\s:(_-]+){{0,5}}\[?{ID}(?:(?:\s*[,/&]\s*|\s+(?:and|or|und|oder)\s+|\s*,\s*and\s+){ID})*",
        words.join("|"),
        WORDS.between.join("|")
    ))
}
static PASSING: LazyLock<Regex> = LazyLock::new(|| before_ids(&WORDS.passing));
static SUPPRESSES: LazyLock<Regex> = LazyLock::new(|| before_ids(&WORDS.suppressing));
/// `Ignore some safety alerts`, `chore: ignore urllib3 CVE-…`, `Merge pull request #7 from acme/ignore-urllib3-CVE-…`.
static SUPPRESSES_ALL: LazyLock<Regex> = LazyLock::new(|| {
    let (suppressing, reports) = (WORDS.suppressing.join("|"), WORDS.reports.join("|"));
    pattern(&format!(
        r"\A\s*(?:[a-z]+(?:\([^)]*\))?!?:\s*|\[[^\]]*\]\s*)?(?:{suppressing})\b(?:[^\n(]*\b(?:{reports})\b|\s+(?:\S+\s+){{1,2}}{ID})|\AMerge [^\n]*/(?:{suppressing})-"
    ))
});
/// `CVE-… does not affect us`.
static NOT_OURS: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{ID}[^\n.;]{{0,40}}?\b(?:{})", WORDS.not_affected.join("|"))));
static NOT_AFFECTED: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\b(?:{})", WORDS.not_affected.join("|"))));
static LIFTS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\A.*?\b(?:{})\b", WORDS.lifting.join("|"))));
/// `Remove the suppression of …`, up to the word that suppresses.
static LIFTS_NEXT: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{}(?:\s+(?:{}))*\s+\z", any_word(&WORDS.lifting), WORDS.between.join("|"))));
static DENIED_BEFORE: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"\b(?:{})(?:\s+(?:to|be))?[\s-]*\z", WORDS.denied_before.join("|"))));
static DENIED_AFTER: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"\A[\s)\]]*(?:{})", WORDS.denied_after.join("|"))));
/// `CVE-… is no longer ignored`.
static LIFTED: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{ID}[^\n.;]{{0,40}}?\b(?:{})", WORDS.lifted.join("|"))));
static ONCE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\A(?:{})", WORDS.suppressed_once.join("|"))));
static UNTIL_NOW: LazyLock<Regex> = LazyLock::new(|| pattern(&any_word(&WORDS.until_now)));

/// What a message says of ids beside fixing them.
#[derive(Default)]
pub(crate) struct Aside {
    /// Scanners shall pass over them.
    pub(crate) suppressed: Vec<String>,
    /// Scanners shall pass over them no more.
    pub(crate) lifted: Vec<String>,
    /// Those of both, and those that are only spoken of.
    pub(crate) passing: Vec<String>,
    /// What becomes of the first; `None` where a suppression is taken back.
    pub(crate) disposal: Option<Resolution>,
}

/// Does a first line say that scanners shall pass over something?
pub(crate) fn suppresses(subject: &str) -> bool {
    SUPPRESSES_ALL.is_match(subject)
}

/// Reads a message that names these ids.
pub(crate) fn aside(text: &str, ids: &[String]) -> Aside {
    let mut told = Aside::default();
    if ids.is_empty() {
        return told;
    }
    if SUPPRESSES_ALL.is_match(title(text)) && !FIXES_ID.is_match(text) {
        told.suppressed = ids_in(text);
        told.passing = passing(text, told.suppressed.clone());
        told.disposal = Some(disposal(text));
        return told;
    }
    // Denied, or so until now: the sentence says nothing of what shall be from now on.
    let (mut no_more, mut gone): (Vec<String>, Vec<Range<usize>>) = Default::default();
    for found in SUPPRESSES.find_iter(text) {
        let sentence = sentence(text, &found.range());
        let (before, after) = (&text[sentence.start..found.start()], &text[found.end()..sentence.end]);
        let ids = ids_in(found.as_str());
        if DENIED_BEFORE.is_match(before) || DENIED_AFTER.is_match(after) || LIFTS_NEXT.is_match(before) {
            told.lifted.extend(ids);
            gone.push(sentence);
        } else if ONCE.is_match(found.as_str()) && (UNTIL_NOW.is_match(before) || UNTIL_NOW.is_match(after)) {
            no_more.extend(ids);
            gone.push(sentence);
        } else {
            told.suppressed.extend(ids);
        }
    }
    for found in LIFTED.find_iter(text) {
        told.lifted.extend(ids_in(found.as_str()));
        gone.push(sentence(text, &found.range()));
    }
    if told.suppressed.is_empty() && (!told.lifted.is_empty() || LIFTS.is_match(text)) {
        told.disposal = None;
    } else {
        told.disposal = Some(disposal(text));
    }
    let mut aside = told.suppressed.clone();
    if !gone.is_empty() {
        let rest = without(text, gone);
        let title = rest.trim_start().lines().next().unwrap_or_default();
        if FIXES_ID.is_match(&rest) || VERB.is_match(title) {
            // It tells of a fix as well.
            told.lifted.clear();
        } else {
            aside.extend(told.lifted.iter().chain(&no_more).cloned());
        }
    }
    told.passing = passing(text, aside);
    told
}

/// What a commit is called: the first line of its message, or of the pull request that it merges.
fn title(text: &str) -> &str {
    let text = text.trim_start();
    let merges = text.starts_with("Merge pull request ") && !SUPPRESSES_ALL.is_match(text);
    if merges { text.split_once('\n').map_or(text, |(_, body)| body.trim_start()) } else { text }
}

/// Bytes of a sentence on each side of what is looked at.
const SENTENCE: usize = 200;

/// The sentence around a place, as far as it matters.
fn sentence(text: &str, place: &Range<usize>) -> Range<usize> {
    let whole = |at: &usize| text.is_char_boundary(*at);
    let near = (place.start.saturating_sub(SENTENCE)..=place.start).find(whole).unwrap_or(place.start);
    let far = (place.end..=(place.end + SENTENCE).min(text.len())).rev().find(whole).unwrap_or(place.end);
    let ends = |at: usize, c: char| match c {
        '\n' | ';' | '!' | '?' => true,
        '.' => text[at + 1..].chars().next().is_none_or(char::is_whitespace),
        _ => false,
    };
    let before = text[near..place.start].char_indices().rev().find(|(at, c)| ends(near + at, *c));
    let after = text[place.end..far].char_indices().find(|(at, c)| ends(place.end + at, *c));
    before.map_or(near, |(at, _)| near + at + 1)..after.map_or(far, |(at, _)| place.end + at)
}

/// A text without some of its sentences.
fn without(text: &str, mut sentences: Vec<Range<usize>>) -> String {
    sentences.sort_by_key(|sentence| sentence.start);
    let (mut rest, mut at) = (String::with_capacity(text.len()), 0);
    for sentence in sentences {
        rest.push_str(text.get(at..sentence.start).unwrap_or_default());
        at = at.max(sentence.end);
    }
    rest.push_str(&text[at..]);
    rest
}

/// Ids that stand nowhere but where they are spoken of in passing, and these.
fn passing(text: &str, mut aside: Vec<String>) -> Vec<String> {
    let spoken: [Vec<Range<usize>>; 2] =
        [&*PASSING, &*NOT_OURS].map(|pattern| pattern.find_iter(text).map(|found| found.range()).collect());
    // Matches of one pattern do not overlap: the last that begins before an id is the only one that can hold it.
    let holds = |spans: &Vec<Range<usize>>, id: &Range<usize>| {
        let before = spans.partition_point(|span| span.start <= id.start);
        before.checked_sub(1).is_some_and(|at| id.end <= spans[at].end)
    };
    let (mut meant, mut all) = (BTreeSet::new(), BTreeSet::new());
    for found in IDS.find_iter(text) {
        let ids = ids_in(found.as_str());
        if !spoken.iter().any(|spans| holds(spans, &found.range())) {
            meant.extend(ids.iter().cloned());
        }
        all.extend(ids);
    }
    aside.extend(all.difference(&meant).cloned());
    aside
}

/// What becomes of ids that scanners shall pass over.
fn disposal(text: &str) -> Resolution {
    if NOT_AFFECTED.is_match(text) { Resolution::NotAffected } else { Resolution::Accepted }
}
