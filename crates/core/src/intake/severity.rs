//! How severe an issue is, as words, scores and labels say it. Pure.

use std::collections::BTreeSet;

use crate::intake::words::tokens;
use crate::model::issue::Severity;

/// A severity word; `None` for anything else, priorities included.
pub fn word(text: &str) -> Option<Severity> {
    match text.trim().to_lowercase().as_str() {
        "critical" | "kritisch" => Some(Severity::Critical),
        "high" | "hoch" | "important" => Some(Severity::High),
        "medium" | "moderate" | "mittel" => Some(Severity::Medium),
        "low" | "niedrig" | "gering" => Some(Severity::Low),
        _ => None,
    }
}

/// Severity of a priority: the word alone, or behind its rank (`1 - Critical`).
pub fn rank(text: &str) -> Option<Severity> {
    let words = tokens(text);
    match words.as_slice() {
        [rank, own] if rank.bytes().all(|b| b.is_ascii_digit()) => word(own),
        [own] => word(own),
        _ => None,
    }
}

/// Severity of a CVSS base score.
pub fn score(text: &str) -> Option<Severity> {
    let number = text.trim().split(|c: char| !c.is_ascii_digit() && c != '.').next()?;
    let score: f64 = number.parse().ok()?;
    match score {
        s if !(0.1..=10.0).contains(&s) => None,
        s if s >= 9.0 => Some(Severity::Critical),
        s if s >= 7.0 => Some(Severity::High),
        s if s >= 4.0 => Some(Severity::Medium),
        _ => Some(Severity::Low),
    }
}

/// Severity of a cell: a word, a score, or both (`High (7.5)`).
pub fn cell(text: &str) -> Option<Severity> {
    tokens(text).iter().find_map(|own| word(own)).or_else(|| score(text))
}

/// The highest severity that labels state: `severity: high`, `sev/critical`, `high`; not `priority: high`.
pub fn labels(labels: &BTreeSet<String>) -> Option<Severity> {
    const LEADS: [&str; 7] = ["severity", "sev", "cvss", "security", "vulnerability", "vuln", "schweregrad"];
    let of = |label: &String| {
        let words = tokens(label);
        let alone = words.len() == 1;
        let led = words.iter().any(|word| LEADS.contains(&word.as_str()));
        (alone || led).then(|| words.iter().filter_map(|own| word(own)).max()).flatten()
    };
    labels.iter().filter_map(of).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn severities() {
        for (label, severity) in [
            ("severity: high", Some(Severity::High)),
            ("sev/critical", Some(Severity::Critical)),
            ("severity-moderate", Some(Severity::Medium)),
            ("High Severity", Some(Severity::High)),
            ("low", Some(Severity::Low)),
            ("priority: high", None),
            ("P0", None),
            ("highlight", None),
        ] {
            assert_eq!(labels(&BTreeSet::from([label.to_owned()])), severity, "{label}");
        }
        for (text, severity) in [
            ("7.5 (High)", Some(Severity::High)),
            ("9.0", Some(Severity::Critical)),
            ("6.9", Some(Severity::Medium)),
            ("3.9", Some(Severity::Low)),
            ("0", None),
            ("11", None),
            ("CVSS:3.1/AV:N", None),
            ("P1", None),
        ] {
            assert_eq!(cell(text), severity, "{text}");
        }
        assert_eq!(rank("1 - Critical"), Some(Severity::Critical));
        assert_eq!(rank("P1"), None);
    }
}
