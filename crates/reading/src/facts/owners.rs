//! Who carries out an action, and by when, as sentences and items name them.

use std::sync::LazyLock;

use regex::Regex;

use crate::grammar::dates;
use crate::grammar::lexicon::{lexicon, words};
use crate::grammar::patterns::sentences;
use crate::grammar::terms::Term;
use crate::value::reading::Stated;
use crate::value::text::fold;

/// Words that name nobody and no day: "tbd", "offen", "to be named".
pub(crate) fn vague(text: &str) -> bool {
    sentences().of("nobody").matches(text)
}

/// Who does it, and by when: labelled, in brackets, behind a dash, as the subject of the sentence, or one of those who took part.
pub(crate) fn owner_and_due(text: &str, people: &[Stated<String>]) -> (Option<String>, Option<String>) {
    let all = sentences();
    let labelled = all.of("owner-label").first(text);
    let mut owner = labelled
        .as_ref()
        .and_then(|found| found.name("n"))
        .map(|name| fold(first_sentence(name.as_str())).trim_end_matches('.').to_owned())
        .filter(|name| !vague(name));
    let mut due = None;
    for found in all.of("due-label").all(text) {
        let rest = found.get(0).map_or("", |label| &text[label.end()..]);
        if let Some(date) = dates::find(rest).first().filter(|date| date.range.start == 0) {
            due = Some(rest[date.range.clone()].to_owned());
            break;
        }
    }
    // "… (J. Doe, 2025-06-30)"
    if let Some(inner) = text.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner) {
        for part in inner.split([',', ';']).map(str::trim) {
            if let Some(date) = dates::find(part).first() {
                due.get_or_insert_with(|| part[date.range.clone()].to_owned());
            } else if owner.is_none()
                && inner.contains([',', ';'])
                && !part.contains('#')
                && part.split_whitespace().count() <= 4
                && part.starts_with(char::is_uppercase)
            {
                owner = Some(part.to_owned());
            }
        }
    }
    // "– Bram de Wit – 31 Jan 2026", "Budarick   bis 31.01.2026"
    if due.is_none()
        && owner.is_none()
        && let Some(found) = BETWEEN_DASHES.captures(text)
    {
        let rest = &text[found.get(0).map_or(0, |whole| whole.end())..];
        due = dates::find(rest)
            .first()
            .filter(|date| date.range.start <= 2)
            .map(|date| rest[date.range.clone()].to_owned());
        owner = due.as_ref().map(|_| fold(&found["n"])).filter(|name| !vague(name) && !is_word(name));
    }
    // "→ I. Brandl, 2025-09-30"
    if due.is_none()
        && let Some(found) = BEHIND_AN_ARROW.captures(text)
    {
        let rest = &text[found.get(0).map_or(0, |whole| whole.end())..];
        due = dates::find(rest)
            .first()
            .filter(|date| date.range.start <= 2)
            .map(|date| rest[date.range.clone()].to_owned());
        owner = owner.or_else(|| due.as_ref().map(|_| fold(&found["n"])).filter(|name| !vague(name)));
    }
    // "— L. Brandvold, by 30 September", "Ingrid: …, until 31 July", "Ingrid Paulsen adds … by 31 July".
    if due.is_some() && owner.is_none() {
        let named = [&*BEHIND_A_DASH, &*BEFORE_A_GAP, &*BEFORE_A_COLON, &*AS_SUBJECT]
            .into_iter()
            .find_map(|form| form.captures(text));
        owner = named
            .map(|found| fold(&found["n"]))
            .filter(|name| !vague(name) && !is_word(name))
            .or_else(|| took_part(text, people))
            .or_else(|| led_by_a_word(text));
    }
    (owner, due)
}

/// One of those who took part, by the name that the text gives: "… is extended; Ines Brandl takes care of this".
fn took_part(text: &str, people: &[Stated<String>]) -> Option<String> {
    let names = people.iter().map(|person| person.value.split(['(', ',']).next().unwrap_or_default().trim());
    names.filter(|name| name.contains(' ')).find_map(|name| {
        let last = name.rsplit(' ').next().filter(|last| last.chars().count() > 2)?;
        words(text).iter().any(|word| &text[word.range.clone()] == last).then(|| name.to_owned())
    })
}

/// Whom a word for the doer leads to, by two names that are no words of the field: "is extended by I. Brandl until 30 September".
fn led_by_a_word(text: &str) -> Option<String> {
    let person = |name: &str| {
        name.contains([' ', '.'])
            && words(name).iter().all(|word| lexicon().hits(&words(&name[word.range.clone()])).is_empty())
    };
    let led = sentences().of("leads-to-doer").all(text);
    let behind = led.iter().filter_map(|found| found.get(0).and_then(|word| text.get(word.end()..)));
    let mut named = behind.filter_map(|rest| A_NAME.captures(rest)).map(|found| fold(&found["n"]));
    named.find(|name| person(name) && !vague(name) && !is_word(name))
}

/// What stands before a full stop that ends a word: "A. Bee. Due: May" → "A. Bee".
fn first_sentence(text: &str) -> &str {
    let ends = |at: &usize| text[..*at].chars().rev().take_while(|c| c.is_alphanumeric()).count() > 2;
    text.match_indices(". ").map(|(at, _)| at).find(ends).map_or(text, |at| &text[..at])
}

/// A word that begins a sentence and names nobody.
fn is_word(name: &str) -> bool {
    let marks = lexicon().marks(name);
    marks.any(&[Term::Article, Term::Pronoun, Term::ThisRecord, Term::ActionHeading, Term::ThisReview])
}

const NAME: &str = r"\p{Lu}[\p{L}.'’-]*(?: (?:\p{Ll}{1,3} ){0,2}\p{Lu}[\p{L}.'’-]*){0,3}";

fn form(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constant patterns, covered by tests")]
    Regex::new(&pattern.replace("{N}", NAME)).expect("constant pattern")
}

static BEHIND_AN_ARROW: LazyLock<Regex> = LazyLock::new(|| form(r"(?:→|⇒|->|=>)\s*(?P<n>{N})\W*"));
static A_NAME: LazyLock<Regex> = LazyLock::new(|| form(r"^(?P<n>{N})"));
static BEHIND_A_DASH: LazyLock<Regex> = LazyLock::new(|| form(r"[–—-] (?P<n>{N}),"));
static BETWEEN_DASHES: LazyLock<Regex> = LazyLock::new(|| form(r"[–—-] (?P<n>{N}) [–—-] "));
/// Columns that blanks set apart.
static BEFORE_A_GAP: LazyLock<Regex> = LazyLock::new(|| form(r"\s{2,}(?P<n>{N})\s{2,}"));
static BEFORE_A_COLON: LazyLock<Regex> = LazyLock::new(|| form(r"^\W*(?P<n>{N}): "));
static AS_SUBJECT: LazyLock<Regex> = LazyLock::new(|| form(r"^\W*(?P<n>{N}) \p{Ll}{2}"));
