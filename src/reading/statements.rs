//! What the sentences and rows say: judgements, claims, follow-ups, analyses, the interval, the language.

use std::sync::LazyLock;

use regex::Regex;

use super::lexicon::{Lexicon, Marks, Term, words};
use super::model::Document;
use super::references::{self, Extra};
use super::units::{Form, Mood, Unit};
use crate::reading::{Analysis, Aspect, Assessment, Claim, ClaimKind, Interval};
use crate::text::Quote;

/// Classes of every section's title, with those of the sections around it.
pub struct Titles {
    own: Vec<Marks>,
    all: Vec<Marks>,
}

impl Titles {
    /// Reads the titles.
    pub fn of(doc: &Document, lexicon: &Lexicon) -> Self {
        let own: Vec<Marks> = doc.sections.iter().map(|section| lexicon.marks(&section.title)).collect();
        let mut all: Vec<Marks> = Vec::with_capacity(own.len());
        for (index, section) in doc.sections.iter().enumerate() {
            let mut marks = own[index];
            // The document's title says nothing about one section.
            if let Some(parent) = section.parent.filter(|parent| doc.sections[*parent].level > 1) {
                marks.join(all[parent]);
            }
            all.push(marks);
        }
        Titles { own, all }
    }

    /// Classes of a section's own title.
    pub fn own(&self, section: usize) -> Marks {
        self.own.get(section).copied().unwrap_or_default()
    }

    /// Classes of a section's title and of those around it, the document's title left out.
    pub fn all(&self, section: usize) -> Marks {
        self.all.get(section).copied().unwrap_or_default()
    }
}

const ASPECTS: [(Aspect, Term, Term, Term); 3] = [
    (Aspect::Completeness, Term::Completeness, Term::CompleteGood, Term::CompleteBad),
    (Aspect::Efficiency, Term::Efficiency, Term::EfficientGood, Term::EfficientBad),
    (Aspect::Resolution, Term::Resolution, Term::ResolvedGood, Term::ResolvedBad),
];

/// Judgements on completeness, efficiency and resolution.
pub fn assessments(doc: &Document, units: &[Unit], titles: &Titles) -> Vec<Assessment> {
    let mut out: Vec<Assessment> = Vec::new();
    for unit in units {
        if !unit.is_fact() || unit.has(Term::Placeholder) || unit.has(Term::Example) {
            continue;
        }
        let heading = titles.own(unit.section);
        if titles.all(unit.section).any(&[Term::ActionHeading, Term::FollowUp, Term::NotExamined]) {
            continue;
        }
        if let Some((aspect, favourable)) = measured(unit) {
            out.push(Assessment { aspect, favourable, quote: doc.quote(unit.span.clone()) });
            continue;
        }
        for (aspect, subject, good, bad) in ASPECTS {
            let under = heading.has(subject);
            // A row or a labelled item may name the aspect in its first words: "Completeness: …", "| Completeness | yes, … |".
            let label = labelled(unit, subject);
            let (good, bad) = (unit.has(good), unit.has(bad));
            let enough = unit.length >= 4;
            let stated = match (under || label, enough) {
                (true, true) => true,
                (true, false) => label && unit.length >= 2 && (good || bad),
                (false, true) => (good || bad) && about_handling(unit),
                (false, false) => false,
            };
            if stated {
                let favourable = match (good, bad) {
                    (true, false) => Some(true),
                    (false, true) => Some(false),
                    (true, true) | (false, false) => None,
                };
                out.push(Assessment { aspect, favourable, quote: doc.quote(unit.span.clone()) });
            }
        }
    }
    out
}

/// Marks and words by which a figure is held against its target.
const VERDICTS: [(&str, Option<bool>); 16] = [
    ("✅", Some(true)),
    ("🟢", Some(true)),
    ("✔", Some(true)),
    ("🔴", Some(false)),
    ("❌", Some(false)),
    ("🟡", None),
    ("🟠", None),
    ("⚠", None),
    ("below target", Some(false)),
    ("below the target", Some(false)),
    ("target missed", Some(false)),
    ("target met", Some(true)),
    ("on target", Some(true)),
    ("above target", Some(true)),
    ("ziel erreicht", Some(true)),
    ("ziel verfehlt", Some(false)),
];

/// A figure on the handling that is held against its target: "MTTR (P1) | < 4 h | 3.2 h | ✅".
fn measured(unit: &Unit) -> Option<(Aspect, Option<bool>)> {
    if !unit.marks.any(&[Term::TimeFigure, Term::ClosedFigure])
        || unit.text.bytes().filter(u8::is_ascii_digit).count() < 2
    {
        return None;
    }
    let lower = unit.text.to_lowercase();
    let (_, favourable) = VERDICTS.iter().find(|(mark, _)| lower.contains(mark))?;
    let about = unit.marks.any(&[Term::Defect, Term::SecurityDefect]) || lower.contains("patch");
    let aspect = if unit.has(Term::TimeFigure) { Aspect::Efficiency } else { Aspect::Resolution };
    about.then_some((aspect, *favourable))
}

/// Are the unit's first words the subject itself?
fn labelled(unit: &Unit, subject: Term) -> bool {
    let head = unit.text.split([':', '|', '–', '—']).next().unwrap_or("");
    let marked = matches!(unit.form, Form::Row) || unit.text.contains([':', '–', '—']);
    marked
        && head.len() < 60
        && head.len() < unit.text.len()
        && unit.hits.iter().any(|hit| hit.term == subject && hit.range.end <= head.len() + 1)
}

/// Does a sentence speak of the handling of problems as a whole?
fn about_handling(unit: &Unit) -> bool {
    let collective = words(&unit.text).iter().any(|word| {
        [
            "all",
            "every",
            "each",
            "none",
            "no",
            "both",
            "alle",
            "jede",
            "keine",
            "sämtliche",
            "process",
            "management",
            "handling",
            "prozess",
            "bearbeitung",
            "issues",
            "defects",
            "vulnerabilities",
            "reports",
            "advisories",
            "median",
            "mean",
            "average",
        ]
        .contains(&word.text.as_str())
    });
    collective
        && unit.marks.any(&[Term::Defect, Term::SecurityDefect])
        && unit.marks.any(&[Term::Handling, Term::Past, Term::SecurityDefect])
}

static COUNTED: LazyLock<Vec<(Regex, fn(u32) -> ClaimKind)>> = LazyLock::new(|| {
    const N: &str = r"(?P<n>\d{1,5}|no|none|zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|keine|eine|zwei|drei|vier|fünf|sechs|sieben|acht|neun|zehn|elf|zwölf)";
    const WHAT: &str = r"(?:(?:security|cybersecurity|software|known|new|reported|sicherheitsrelevante[nr]?)[\s-]+)*(?:issues?|defects?|vulnerabilit(?:y|ies)|problems?|incidents?|findings?|reports?|schwachstellen?|mängel|sicherheitsmängel|sicherheitsprobleme?|meldungen?|probleme?|vorgänge|security[ -]related issues?)";
    const VERB: &str =
        r"(?:were\s+|was\s+|have been\s+|wurden?\s+(?:im\s+\w+\s+|in\s+\w+\s+\w+\s+|seit\s+der\s+\w+\s+\w+\s+)?)?";
    let make = |pattern: String, kind: fn(u32) -> ClaimKind| {
        #[expect(clippy::expect_used, reason = "constant patterns, covered by tests")]
        (
            Regex::new(&pattern.replace("{N}", N).replace("{W}", WHAT).replace("{V}", VERB)).expect("constant pattern"),
            kind,
        )
    };
    vec![
        make(r"(?i)\b{N}\s+(?:{W}\s+)?(?:are|is|were|was|remain(?:s|ed)?|still|sind|ist|bleiben|bleibt|waren)\s+(?:still\s+|noch\s+|left\s+)?(?:open|unresolved|offen)\b".into(), ClaimKind::Open),
        make(r"(?i)\b{N}\s+(?:open|unresolved|offene)\s+{W}\b".into(), ClaimKind::Open),
        make(r"(?i)\b(?:open at (?:the )?(?:cut[ -]?off|end)|still open|open at period end|offen am stichtag)[^:|\d\n]{0,20}[:|=]\s*{N}\b".into(), ClaimKind::Open),
        make(r"(?i)\b{N}\s+{W}\s+{V}(?:managed|examined|handled|reviewed|behandelt|untersucht|geprüft|bearbeitet|betrachtet)\b".into(), ClaimKind::Managed),
        make(r"(?i)\b{N}\s+{W}\s+{V}(?:newly\s+)?(?:opened|reported|identified|received|gemeldet|eröffnet|festgestellt|neu erfasst)\b".into(), ClaimKind::Opened),
        make(r"(?i)\b{N}\s+{W}\s+{V}(?:closed|resolved|fixed|geschlossen|behoben|gelöst)\b".into(), ClaimKind::Closed),
    ]
});

fn number(word: &str) -> Option<u32> {
    const WORDS: [(&str, u32); 26] = [
        ("no", 0),
        ("none", 0),
        ("zero", 0),
        ("keine", 0),
        ("one", 1),
        ("eine", 1),
        ("two", 2),
        ("zwei", 2),
        ("three", 3),
        ("drei", 3),
        ("four", 4),
        ("vier", 4),
        ("five", 5),
        ("fünf", 5),
        ("six", 6),
        ("sechs", 6),
        ("seven", 7),
        ("sieben", 7),
        ("eight", 8),
        ("acht", 8),
        ("nine", 9),
        ("neun", 9),
        ("ten", 10),
        ("zehn", 10),
        ("eleven", 11),
        ("elf", 11),
    ];
    let word = word.to_lowercase();
    word.parse().ok().or_else(|| WORDS.iter().find(|(name, _)| *name == word).map(|(_, n)| *n)).or(match &*word {
        "twelve" | "zwölf" => Some(12),
        _ => None,
    })
}

/// Statements that data can contradict.
pub fn claims(doc: &Document, units: &[Unit]) -> Vec<Claim> {
    let mut out = Vec::new();
    for unit in units {
        if unit.mood != Mood::Fact
            || matches!(unit.form, Form::Heading | Form::Quote)
            || unit.marks.any(&[Term::Placeholder, Term::Example])
            || unit.checked == Some(false)
        {
            continue;
        }
        let quote = || doc.quote(unit.span.clone());
        let firm = !unit.marks.any(&[Term::Exception, Term::Condition, Term::NotExamined]) && !bounded(&unit.text);
        let negated = |term: Term| {
            unit.hits.iter().filter(|hit| hit.term == term).all(|hit| {
                let before = unit.text[..hit.range.start].to_lowercase();
                before.ends_with("not ")
                    || before.ends_with("nicht ")
                    || unit.text[hit.range.clone()]
                        .to_lowercase()
                        .split_whitespace()
                        .any(|w| w == "not" || w == "nicht")
            })
        };
        if firm {
            for (term, kind) in [
                (Term::AllResolved, ClaimKind::AllResolved),
                (Term::WithinTargets, ClaimKind::WithinTargets),
                (Term::NoIssues, ClaimKind::NoIssues),
                (Term::AllExamined, ClaimKind::AllExamined),
            ] {
                let about = unit.form != Form::Row || unit.marks.any(&[Term::Defect, Term::SecurityDefect]);
                let other = kind == ClaimKind::NoIssues && !says_that_there_were_none(unit);
                if unit.has(term) && !negated(term) && about && !other {
                    out.push(Claim { kind, quote: quote() });
                }
            }
        }
        if unit.marks.any(&[Term::Defect, Term::SecurityDefect]) || unit.form == Form::Row {
            for (pattern, kind) in COUNTED.iter() {
                let Some(found) = pattern.captures(&unit.text) else { continue };
                let end = found.get(0).map_or(0, |whole| whole.end());
                if let Some(n) = number(&found["n"]).filter(|_| unbounded(&unit.text[end..])) {
                    let kind = kind(n);
                    // "None is open" and "all are resolved" are one claim.
                    let said = |claim: &Claim| {
                        claim.kind == kind || kind == ClaimKind::Open(0) && claim.kind == ClaimKind::AllResolved
                    };
                    if !out.iter().any(said) {
                        out.push(Claim { kind, quote: quote() });
                    }
                }
            }
        }
    }
    out
}

static WHOLE_PERIOD: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?ix)^\s*(?:$ | [.,;:|)] | (?:and|or|but|und|aber|oder|of\ which|davon)\b
        | (?:in|during|over|within|for|throughout|across|im|während|in\ dem|in\ der)\s+(?:(?:the|this|that|our|whole|entire|review|reporting|reviewed|diesem|dieser|der|dem|den|des|gesamten)\s+){0,3}(?:period|year|cycle|interval|quarter|window|months|berichts\w*|zeitraum\w*|überprüfungs\w*|jahr\w*|quartal\w*|20\d\d|q[1-4])
        | (?:in|during|im\ jahr)\s+(?:q[1-4]|20\d\d)
        | since\b | seit\b | between\b | zwischen\b | from\s+\d | vom\b
        | (?:at|by|on|as\ of|as\ at|until|am|zum|per|bis)\s+(?:the\s+)?(?:(?:data|period|review)\s+)?(?:cut|end|close|closing|\d|stichtag|ende)
        )").expect("constant pattern")
});

/// Does a count hold for the whole period? "3 were reported by researchers" or "2 were open at its start" counts a part.
fn unbounded(rest: &str) -> bool {
    WHOLE_PERIOD.is_match(rest)
}

/// "No security issues were reported" does; "no security issue was open" and "no security issue missed its target" do not: the
/// clause goes on to a state.
fn says_that_there_were_none(unit: &Unit) -> bool {
    unit.hits.iter().filter(|hit| hit.term == Term::NoIssues).any(|none| {
        let end =
            unit.text[none.range.start..].find([',', ';', ':']).map_or(unit.text.len(), |at| none.range.start + at);
        !unit.hits.iter().any(|hit| hit.term == Term::StillOpen && (none.range.start..end).contains(&hit.range.start))
    })
}

/// Is the claim about some only: of one severity, one list, one release?
fn bounded(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["of these", "of those", "in this section", "listed here", "davon", "of them", "above listed"]
        .iter()
        .any(|w| lower.contains(w))
}

/// Sentences and rows that follow up earlier actions.
pub fn follow_ups(doc: &Document, units: &[Unit], titles: &Titles) -> Vec<Quote> {
    units
        .iter()
        .filter(|unit| {
            unit.form != Form::Heading
                && !unit.has(Term::Placeholder)
                && unit.mood != Mood::Obligation
                && (titles.all(unit.section).has(Term::FollowUp)
                    || (unit.has(Term::FollowUp) && unit.is_fact() && unit.length > 5))
        })
        .map(|unit| doc.quote(unit.span.clone()))
        .collect()
}

/// Analyses of security defects: sentences with a cause, under or about a security defect.
pub fn analyses(doc: &Document, units: &[Unit], titles: &Titles, extra: &Extra, security: bool) -> Vec<Analysis> {
    let mut out = Vec::new();
    for unit in units {
        if matches!(unit.form, Form::Heading | Form::Quote)
            || unit.mood != Mood::Fact
            || unit.length < 5
            || unit.marks.any(&[Term::Placeholder, Term::Example])
        {
            continue;
        }
        let heading = titles.all(unit.section);
        let escape = unit.has(Term::LifeCycle) && unit.marks.any(&[Term::Missed, Term::Improve]);
        let analyses = unit.has(Term::Cause) || heading.has(Term::Cause) || escape;
        let about = security
            || unit.marks.any(&[Term::SecurityDefect, Term::Attack])
            || heading.any(&[Term::SecurityDefect, Term::Attack, Term::Cause]);
        let ids: Vec<String> = references::find(&unit.text, &[], extra).into_iter().map(|named| named.id).collect();
        if !analyses
            || (!about && ids.is_empty())
            || !unit.marks.any(&[Term::Past, Term::Missed, Term::Improve, Term::Cause])
        {
            continue;
        }
        let quote = doc.quote(unit.span.clone());
        out.push(Analysis { references: ids, cause: escape.then(|| quote.clone()), quote });
        if out.len() >= 60 {
            break;
        }
    }
    out
}

static EVERY: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)\b(?:every|each|alle|at least every|mindestens alle|within)?\s*(?P<n>\d{1,3}|one|two|three|four|six|twelve|other|second|zwei|drei|sechs|zwölf|second)[\s-]+(?P<u>days?|weeks?|months?|quarters?|years?|tagen?|tage|wochen?|monaten?|monate|quartale|jahren?|jahre)\b").expect("constant pattern")
});

/// The interval that a text states, in months.
pub fn interval_in(text: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let words = words(&lower);
    for found in EVERY.captures_iter(&lower) {
        let n = match &found["n"] {
            "one" => 1,
            "two" | "other" | "second" | "zwei" => 2,
            "three" | "drei" => 3,
            "four" => 4,
            "six" | "sechs" => 6,
            "twelve" | "zwölf" => 12,
            n => n.parse().ok()?,
        };
        let before = &lower[..found.get(0)?.start() + found[0].len().min(30)];
        let recurring = ["every", "alle ", "each", "review_in", "review in"].iter().any(|w| before.contains(w))
            || lower.trim() == found[0].trim();
        if !recurring {
            continue;
        }
        let unit = &found["u"];
        return Some(if unit.starts_with("da") || unit.starts_with("tag") {
            n / 30
        } else if unit.starts_with('w') {
            n / 4
        } else if unit.starts_with('m') {
            n
        } else if unit.starts_with('q') {
            n * 3
        } else {
            n * 12
        });
    }
    let has = |prefixes: &[&str]| words.iter().any(|word| prefixes.iter().any(|p| word.text.starts_with(p)));
    if has(&["weekly", "daily", "wöchentlich", "täglich", "fortnightly"]) {
        return Some(0);
    }
    if has(&["monthly", "monatlich"]) {
        return Some(1);
    }
    if has(&["quarterly", "vierteljährlich", "quartalsweise"])
        || lower.contains("every quarter")
        || lower.contains("each quarter")
        || lower.contains("jedes quartal")
    {
        return Some(3);
    }
    if has(&["semiannual", "biannual", "halbjährlich"])
        || lower.contains("semi-annual")
        || lower.contains("half-year")
        || lower.contains("twice a year")
        || lower.contains("zweimal im jahr")
        || lower.contains("zweimal pro jahr")
    {
        return Some(6);
    }
    if has(&["biennial"]) {
        return Some(24);
    }
    let yearly = has(&["annual", "yearly", "jährlich"])
        || [
            "every year",
            "each year",
            "once a year",
            "once per year",
            "once every year",
            "per calendar year",
            "each calendar year",
            "jedes jahr",
            "einmal pro jahr",
            "einmal im jahr",
            "pro kalenderjahr",
            "jedem kalenderjahr",
            "once in twelve months",
        ]
        .iter()
        .any(|w| lower.contains(w));
    yearly.then_some(12)
}

/// The interval of the review of how security defects are handled.
pub fn interval(doc: &Document, units: &[Unit], titles: &Titles, about: bool) -> Option<Interval> {
    let mut best: Option<(u32, usize)> = None;
    for (index, unit) in units.iter().enumerate() {
        if !unit.has(Term::Periodic) && !unit.text.contains("review_in") {
            continue;
        }
        if unit.form == Form::Quote
            || unit.has(Term::Placeholder)
            || unit.has(Term::Example)
            || interval_in(&unit.text).is_none()
        {
            continue;
        }
        let heading = titles.all(unit.section);
        let lower = unit.text.to_lowercase();
        let reviews = ["review", "überprüf", "bewert", "assess"].iter().any(|w| lower.contains(w));
        if !reviews && !heading.has(Term::Periodic) && !heading.has(Term::ReviewTitle) {
            continue;
        }
        let document = [
            "this procedure",
            "this document",
            "this policy",
            "diese verfahrensanweisung",
            "dieses dokument",
            "this plan",
        ]
        .iter()
        .any(|w| lower.contains(w));
        let score = 1
            + u32::from(unit.marks.any(&[Term::SecurityDefect])) * 3
            + u32::from(unit.marks.any(&[Term::Security])) * 2
            + u32::from(unit.has(Term::Handling)) * 2
            + u32::from(heading.any(&[Term::ReviewTitle, Term::SecurityDefect])) * 2
            + u32::from(lower.contains("review") || lower.contains("überprüf"))
            + u32::from(unit.mood == Mood::Obligation)
            + u32::from(about);
        let score = if document { 1 } else { score };
        if score >= 3 && best.is_none_or(|(most, _)| score > most) {
            best = Some((score, index));
        }
    }
    let unit = &units[best?.1];
    Some(Interval { months: interval_in(&unit.text)?, quote: doc.quote(unit.span.clone()) })
}

/// ISO 639-1 code of the language, by its small words or its script; `None` when there is too little text.
pub fn language(lexicon: &Lexicon, text: &str) -> Option<String> {
    let mut scripts = [0usize; 8];
    const SCRIPTS: [(&str, std::ops::RangeInclusive<u32>); 8] = [
        ("th", 0x0E00..=0x0E7F),
        ("ja", 0x3040..=0x30FF),
        ("ko", 0xAC00..=0xD7AF),
        ("zh", 0x4E00..=0x9FFF),
        ("ru", 0x0400..=0x04FF),
        ("ar", 0x0600..=0x06FF),
        ("he", 0x0590..=0x05FF),
        ("hi", 0x0900..=0x097F),
    ];
    let head: String = text.chars().take(20_000).collect();
    let mut letters = 0;
    for c in head.chars().filter(|c| c.is_alphabetic()) {
        letters += 1;
        if !c.is_ascii()
            && let Some(index) = SCRIPTS.iter().position(|(_, range)| range.contains(&(c as u32)))
        {
            scripts[index] += 1;
        }
    }
    if letters < 20 {
        return None;
    }
    // Japanese mixes scripts: its own syllables decide.
    if scripts[1] * 20 > letters {
        return Some("ja".to_owned());
    }
    if let Some(index) = (0..8).max_by_key(|i| scripts[*i]).filter(|i| scripts[*i] * 3 > letters) {
        return Some(SCRIPTS[index].0.to_owned());
    }
    let words = words(&head);
    let mut best: Option<(usize, &str)> = None;
    for (code, small) in &lexicon.languages {
        let count = words.iter().filter(|word| small.contains(&word.text)).count();
        if best.is_none_or(|(most, _)| count > most) {
            best = Some((count, code));
        }
    }
    let (count, code) = best?;
    (count >= 3 && count * 25 >= words.len()).then(|| code.to_owned())
}

/// FNV-1a hashes of the sentences with digits and punctuation left out, sorted, each once.
pub fn fingerprint(units: &[Unit]) -> Vec<u32> {
    let mut out: Vec<u32> = units
        .iter()
        .filter(|unit| unit.form != Form::Heading)
        .filter_map(|unit| {
            let mut hash = 0x811c_9dc5_u32;
            let mut length = 0;
            for word in words(&unit.text) {
                if word.text.bytes().any(|byte| byte.is_ascii_digit()) || super::dates::starts_with_month(&word.text) {
                    continue;
                }
                length += 1;
                for byte in word.text.bytes().chain([b' ']) {
                    hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
                }
            }
            (length >= 3).then_some(hash)
        })
        .collect();
    out.sort_unstable();
    out.dedup();
    out
}

#[cfg(test)]
mod tests {
    use crate::reading::{ClaimKind, Reader};

    /// The claims of a sentence in the record of a review.
    fn claims(sentence: &str) -> Vec<ClaimKind> {
        let text = format!("# Security review 2025\n\nDate held: 2025-03-14\n\n{sentence}\n");
        Reader::new(&[], &[]).read("review.md", text.as_bytes()).claims.into_iter().map(|claim| claim.kind).collect()
    }

    #[test]
    fn what_a_sentence_claims() {
        for (sentence, expected) in [
            ("No security issues were reported in the period.", vec![ClaimKind::NoIssues, ClaimKind::Opened(0)]),
            ("There were no security issues.", vec![ClaimKind::NoIssues]),
            ("No security issue was open at the cut-off.", vec![ClaimKind::AllResolved]),
            ("Both issues were fixed and no security issue was open at the cut-off.", vec![ClaimKind::AllResolved]),
            ("No security issues remain unresolved.", vec![ClaimKind::AllResolved]),
            ("No security issue missed its target.", vec![]),
            ("3 security issues were open at the cut-off.", vec![ClaimKind::Open(3)]),
            ("3 security issues were open at the start of the period.", vec![]),
            ("Four security issues were closed in the period, two by the supplier.", vec![ClaimKind::Closed(4)]),
            ("Four security issues were closed by the supplier.", vec![]),
            ("12 security issues were reported since the last review.", vec![ClaimKind::Opened(12)]),
            ("12 security issues were reported through the bug bounty.", vec![]),
            ("Zwölf Schwachstellen wurden im Berichtszeitraum gemeldet.", vec![ClaimKind::Opened(12)]),
            ("7 vulnerabilities were examined.", vec![ClaimKind::Managed(7)]),
        ] {
            let mut found = claims(sentence);
            found.sort_by_key(|kind| format!("{kind:?}"));
            assert_eq!(found, expected, "{sentence}");
        }
    }
}
