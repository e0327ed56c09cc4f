//! Statements that data can contradict: counts, "all resolved", "none reported", "within the targets".

use std::sync::LazyLock;

use regex::{Regex, RegexSet};

use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::Document;
use crate::value::reading::{Claim, ClaimKind};

/// All of `COUNTED` in one pass: most sentences count nothing.
static ANY_COUNTED: LazyLock<RegexSet> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "patterns that were compiled one by one")]
    RegexSet::new(COUNTED.iter().map(|(pattern, _)| pattern.as_str())).expect("constant patterns")
});

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
pub(crate) fn claims(doc: &Document, units: &[Unit]) -> Vec<Claim> {
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
            for index in ANY_COUNTED.matches(&unit.text) {
                let (pattern, kind) = &COUNTED[index];
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
