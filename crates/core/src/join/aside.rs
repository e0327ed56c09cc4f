//! What a commit message says of ids beside fixing them: spoken of in passing, passed over by scanners, or no more so. Pure.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::join::commit_claims::{FIXES_ID, ID, IDS, VERB, ids_in};
use crate::join::commit_words::{WORDS, any_word, pattern};
use crate::model::issue::Resolution;

/// One id, or several side by side.
static ID_LISTS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\b{}", id_list())));

fn id_list() -> String {
    format!(r"{ID}(?:(?:\s*[,/&]\s*|\s+(?:and|or|und|oder)\s+|\s*,\s*and\s+){ID})*")
}

/// Words, and up to five small ones between them and ids.
fn words_before(words: &[String]) -> String {
    format!(r"\b(?:{})[\s:(_-]+(?:(?:{})[\s:(_-]+){{0,5}}\[?", words.join("|"), WORDS.between.join("|"))
}

/// Ids behind such words.
fn before_ids(words: &[String]) -> Regex {
    pattern(&format!("{}{}", words_before(words), id_list()))
}

/// Such words at the end of what stands before ids.
fn right_before(words: &[String]) -> Regex {
    pattern(&format!(r"{}\z", words_before(words)))
}

/// Words at the beginning of what stands behind ids.
fn right_behind(words: &[String]) -> Regex {
    let (auxiliary, words) = (WORDS.auxiliary.join("|"), words.join("|"));
    pattern(&format!(r"\A[\s)\]]*(?:\([^)\n]{{0,40}}\)\s*)?(?:(?:{auxiliary})\s+)*(?:{words})"))
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
/// The ids that a first line goes on with.
static IDS_NEXT: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\A[\s:(\[-]*(?:{})?", id_list())));
/// `CVE-… does not affect us`.
static NOT_OURS: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{ID}[^\n.;]{{0,40}}?\b({})", WORDS.not_affected.join("|"))));
static NOT_AFFECTED: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\b(?:{})", WORDS.not_affected.join("|"))));
static LIFTS: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\A.*?\b(?:{})\b", WORDS.lifting.join("|"))));
/// `Remove the suppression of …`, up to the word that suppresses.
static LIFTS_NEXT: LazyLock<Regex> =
    LazyLock::new(|| pattern(&format!(r"{}(?:\s+(?:{}))*\s+\z", any_word(&WORDS.lifting), WORDS.between.join("|"))));
static DENIED_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    let (denied, then) = (WORDS.denied_before.join("|"), WORDS.after_denied.join("|"));
    pattern(&format!(r"\b(?:{denied})(?:\s+(?:{then}))*[\s-]*\z"))
});
static DENIED_AFTER: LazyLock<Regex> = LazyLock::new(|| right_behind(&WORDS.denied_after));
/// `Unsuppress CVE-…`.
static LIFTING: LazyLock<Regex> = LazyLock::new(|| right_before(&WORDS.lifting_an_id));
/// `CVE-… is no longer ignored`.
static LIFTED: LazyLock<Regex> = LazyLock::new(|| right_behind(&WORDS.lifted));
static REMOVING: LazyLock<Regex> = LazyLock::new(|| right_before(&WORDS.removing));
static REMOVED: LazyLock<Regex> = LazyLock::new(|| right_behind(&WORDS.removed));
static ADDING: LazyLock<Regex> = LazyLock::new(|| right_before(&WORDS.adding));
static ADDED: LazyLock<Regex> = LazyLock::new(|| right_behind(&WORDS.added));
static FIXED_SINCE: LazyLock<Regex> = LazyLock::new(|| pattern(&any_word(&WORDS.fixed_since)));
static ONCE: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\A(?:{})", WORDS.suppressed_once.join("|"))));
static UNTIL_NOW: LazyLock<Regex> = LazyLock::new(|| pattern(&any_word(&WORDS.until_now)));

/// What a message says of ids beside fixing them.
#[derive(Default)]
pub(crate) struct Aside {
    /// Scanners shall pass over them.
    pub(crate) suppressed: Vec<String>,
    /// Scanners shall pass over them no more.
    pub(crate) lifted: Vec<String>,
    /// Where a list of what scanners shall pass over is all that changes: it gets them.
    pub(crate) added: Vec<String>,
    /// The same: it loses them.
    pub(crate) removed: Vec<String>,
    /// Those of the first two, and those that are only spoken of.
    pub(crate) passing: Vec<String>,
    /// What becomes of what scanners shall pass over; `None` where a suppression is all that is taken back.
    pub(crate) disposal: Option<Resolution>,
}

/// Does a first line say that scanners shall pass over something?
pub(crate) fn suppresses(subject: &str) -> bool {
    SUPPRESSES_ALL.is_match(subject)
}

/// Reads a message that names these ids.
pub(crate) fn aside(text: &str, ids: &[String]) -> Aside {
    if ids.is_empty() {
        return Aside::default();
    }
    let mut message =
        Message { text, told: Aside::default(), gone: Vec::new(), no_more: Vec::new(), fixed: Vec::new() };
    let all = message.opens_with_a_suppression();
    message.suppressions();
    message.lists();
    message.settle(ids, all)
}

/// A message, and what was read of it so far.
struct Message<'a> {
    text: &'a str,
    told: Aside,
    /// Sentences that speak of what scanners passed over: they claim no fix.
    gone: Vec<Range<usize>>,
    /// Ids that scanners passed over until now.
    no_more: Vec<String>,
    /// Ids beside which it says that something is fixed.
    fixed: Vec<String>,
}

impl Message<'_> {
    /// Does the first line say that scanners shall pass over all that the message names? One that takes this back does not.
    fn opens_with_a_suppression(&mut self) -> bool {
        let (text, title) = (self.text, title(self.text));
        let Some(found) = SUPPRESSES_ALL.find(title).filter(|_| !FIXES_ID.is_match(text)) else { return false };
        let at = text.len() - title.len();
        let end = found.end() + IDS_NEXT.find(&title[found.end()..]).map_or(0, |next| next.end());
        let sentence = sentence(text, &(at..at + end));
        let denied = DENIED_AFTER.is_match(&text[at + end..sentence.end]);
        if denied {
            self.told.lifted.extend(ids_in(&text[sentence.clone()]));
            self.gone.push(sentence);
        }
        !denied
    }

    /// What is said of ids right behind a word that suppresses. Denied, or so until now: the sentence says nothing of what shall be from
    /// now on.
    fn suppressions(&mut self) {
        for found in SUPPRESSES.find_iter(self.text) {
            let sentence = sentence(self.text, &found.range());
            let (before, after) = (&self.text[sentence.start..found.start()], &self.text[found.end()..sentence.end]);
            let ids = ids_in(found.as_str());
            if DENIED_BEFORE.is_match(before) || DENIED_AFTER.is_match(after) || LIFTS_NEXT.is_match(before) {
                self.told.lifted.extend(ids);
                self.gone.push(sentence);
            } else if ONCE.is_match(found.as_str()) && (UNTIL_NOW.is_match(before) || UNTIL_NOW.is_match(after)) {
                self.no_more.extend(ids);
                self.gone.push(sentence);
            } else {
                self.told.suppressed.extend(ids);
            }
        }
    }

    /// What is said right before ids and right behind them: as far as the ids before and behind, for the rest is said of those.
    fn lists(&mut self) {
        let lists: Vec<Range<usize>> = ID_LISTS.find_iter(self.text).map(|found| found.range()).collect();
        let mut from = 0;
        for (n, list) in lists.iter().enumerate() {
            let own = sentence(self.text, list);
            let until = lists.get(n + 1).map_or(self.text.len(), |next| next.start).min(own.end);
            let (before, after) = (&self.text[own.start.max(from)..list.start], &self.text[list.end..until]);
            from = list.end;
            let ids = ids_in(&self.text[list.clone()]);
            if is_said(&FIXED_SINCE, &self.text[own.clone()]) {
                self.fixed.extend(ids.iter().cloned());
            }
            if LIFTING.is_match(before) || LIFTED.is_match(after) {
                self.told.lifted.extend(ids);
                self.gone.push(own);
            } else if REMOVING.is_match(before) || REMOVED.is_match(after) {
                self.told.removed.extend(ids);
            } else if ADDING.is_match(before) || ADDED.is_match(after) {
                self.told.added.extend(ids);
            }
        }
    }

    fn settle(self, ids: &[String], all: bool) -> Aside {
        let Message { text, mut told, gone, no_more, fixed } = self;
        if all {
            let not: BTreeSet<&String> = told.lifted.iter().chain(&no_more).collect();
            told.suppressed = ids_in(text);
            told.suppressed.retain(|id| !not.contains(id));
        }
        let kept = !told.suppressed.is_empty() || !told.added.is_empty();
        if !kept && told.lifted.is_empty() && told.removed.is_empty() && LIFTS.is_match(text) {
            told.removed = ids.to_vec();
        }
        if kept || told.lifted.is_empty() && told.removed.is_empty() {
            told.disposal = Some(disposal(text));
        }
        let mut aside = told.suppressed.clone();
        if !gone.is_empty() {
            let rest = without(text, gone);
            let title = rest.trim_start().lines().next().unwrap_or_default();
            // Else it tells of a fix as well.
            if all || !FIXES_ID.is_match(&rest) && !VERB.is_match(title) {
                aside.extend(told.lifted.iter().chain(&no_more).cloned());
            }
        }
        let fixed: BTreeSet<String> = fixed.into_iter().collect();
        for lifted in [&mut told.lifted, &mut told.removed] {
            lifted.retain(|id| !fixed.contains(id));
        }
        told.passing = passing(text, aside);
        told
    }
}

/// Is it said in a text, and not denied?
fn is_said(words: &Regex, text: &str) -> bool {
    words.find_iter(text).any(|found| !DENIED_BEFORE.is_match(last(&text[..found.start()])))
}

/// The end of a text, in which alone a denial of what follows can stand.
fn last(text: &str) -> &str {
    let near = (text.len().saturating_sub(SENTENCE)..=text.len()).find(|at| text.is_char_boundary(*at));
    text.get(near.unwrap_or_default()..).unwrap_or_default().rsplit(['\n', ';', '!', '?']).next().unwrap_or_default()
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
    let ours = |found: &Captures<'_>| {
        let (whole, word) = (found.get(0)?, found.get(1)?);
        (!DENIED_BEFORE.is_match(&text[whole.start()..word.start()])).then(|| whole.range())
    };
    let spoken: [Vec<Range<usize>>; 2] = [
        PASSING.find_iter(text).map(|found| found.range()).collect(),
        NOT_OURS.captures_iter(text).filter_map(|found| ours(&found)).collect(),
    ];
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
    if is_said(&NOT_AFFECTED, text) { Resolution::NotAffected } else { Resolution::Accepted }
}
