//! Who carries out an action, and by when, as sentences and items name them.

use std::sync::LazyLock;

use regex::Regex;

use crate::facts::actions::vague;
use crate::grammar::lexicon::lexicon;
use crate::grammar::terms::Term;
use crate::value::text::fold;

static OWNER: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)(?:\b(?:owner|responsible|assigned to|assignee|verantwortlich|zuständig)\s*[:=]?\s*(?P<a>[^,;()|\n]{2,60}))|(?P<b>@[A-Za-z0-9][A-Za-z0-9-]{1,38})").expect("constant pattern")
});

static DUE: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)\b(?:due(?:\s+(?:date|by|on))?|deadline|by|until|bis(?:\s+zum)?|fällig(?:\s+am)?|frist|termin|target(?:\s+date)?)\s*[:=]?\s*").expect("constant pattern")
});

/// Who does it, and by when: labelled, in brackets, behind a dash, or as the subject of the sentence.
pub(crate) fn owner_and_due(text: &str) -> (Option<String>, Option<String>) {
    let mut owner = OWNER
        .captures(text)
        .and_then(|found| found.name("a").or(found.name("b")))
        .map(|m| fold(m.as_str().split(". ").next().unwrap_or_default()))
        .map(|name| name.trim_end_matches('.').to_owned())
        .filter(|name| !vague(name));
    let mut due = None;
    for found in DUE.find_iter(text) {
        let rest = &text[found.end()..];
        if let Some(date) = crate::grammar::dates::find(rest).first().filter(|date| date.range.start == 0) {
            due = Some(rest[date.range.clone()].to_owned());
            break;
        }
    }
    // "… (J. Doe, 2025-06-30)"
    if let Some(inner) = text.rsplit_once('(').and_then(|(_, rest)| rest.split_once(')')).map(|(inner, _)| inner) {
        for part in inner.split([',', ';']).map(str::trim) {
            if let Some(date) = crate::grammar::dates::find(part).first() {
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
    // "— L. Brandvold, by 30 September", "Ingrid: …, until 31 July", "Ingrid Paulsen adds … by 31 July".
    if due.is_some() && owner.is_none() {
        let named = [&*BEHIND_A_DASH, &*BEFORE_A_COLON, &*AS_SUBJECT].into_iter().find_map(|form| form.captures(text));
        owner = named.map(|found| fold(&found["name"])).filter(|name| !vague(name) && !is_word(name));
    }
    (owner, due)
}

/// A word that begins a sentence and names nobody.
fn is_word(name: &str) -> bool {
    let marks = lexicon().marks(name);
    marks.any(&[Term::Article, Term::Pronoun, Term::ThisRecord, Term::ActionHeading, Term::ThisReview])
}

const NAME: &str = r"\p{Lu}[\p{L}.'’-]*(?: (?:van|von|de|der|den|da|di|del|la|le)\b| \p{Lu}[\p{L}.'’-]*){0,3}";

fn form(pattern: &str) -> Regex {
    #[expect(clippy::expect_used, reason = "constant patterns, covered by tests")]
    Regex::new(&pattern.replace("{N}", NAME)).expect("constant pattern")
}

static BEHIND_A_DASH: LazyLock<Regex> = LazyLock::new(|| form(r"[–—-] (?P<name>{N}),"));
static BEFORE_A_COLON: LazyLock<Regex> = LazyLock::new(|| form(r"^\W*(?P<name>{N}): "));
static AS_SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    form(r"^\W*(?P<name>{N}) (?:will |shall |is to |has to |to |wird |soll |muss )?\p{Ll}\p{L}+(?:s|t|e|d)?\b")
});
