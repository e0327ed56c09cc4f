//! What a rule says of one case, or a source of what it did not see, in the language of the page: the English sentence is recognised by
//! its own words, and said again in those of `told.XX.toml`. What is not recognised as a whole stays as it is, marked as English; nothing
//! is half translated.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use crate::render::dossier::phrase::{filled, parts};

/// A text, and the language it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct CaseText {
    pub text: String,
    pub lang: &'static str,
}

/// The sentences of a language.
#[derive(Clone, Debug, Default)]
pub(crate) struct CaseWords {
    whole: Vec<Sentence>,
    part: Vec<Sentence>,
}

/// An English sentence as the rules write it, and what it is here.
#[derive(Clone, Debug)]
struct Sentence {
    english: String,
    own: String,
}

/// How often a text is tried before it stays as it is: one that repeats the words between the places could be cut in too many ways.
const TRIES: usize = 20_000;

/// Parts within parts.
const DEEP: usize = 4;

impl CaseWords {
    /// Of several that fit, the one with the most words of its own goes first.
    pub(crate) fn read(text: &str) -> Self {
        let table: toml::Table = text.parse().unwrap_or_default();
        let of = |sections: &[&str]| {
            let rows = sections.iter().filter_map(|section| table.get(*section)?.as_table()).flatten();
            let mut all: Vec<Sentence> = rows
                .filter_map(|(english, own)| Some(Sentence { english: english.clone(), own: own.as_str()?.to_owned() }))
                .collect();
            all.sort_by_key(|sentence| std::cmp::Reverse(sentence.weight()));
            all
        };
        CaseWords { whole: of(&["whole"]), part: of(&["part", "limit"]) }
    }

    /// The text in this language; `None` where nothing fits.
    pub(crate) fn say(&self, text: &str) -> Option<String> {
        let mut tries = TRIES;
        self.first(&self.whole, text, DEEP, &mut tries)
    }

    fn first(&self, of: &[Sentence], text: &str, deep: usize, tries: &mut usize) -> Option<String> {
        of.iter().find_map(|sentence| {
            let mut values = BTreeMap::new();
            let fits = self.fits(&parts(&sentence.english), text, deep, tries, &mut values);
            let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
            fits.then(|| filled(&sentence.own, &values))
        })
    }

    /// Does the text consist of these words and places? Every way to cut it is tried, the shortest place first.
    fn fits<'s>(
        &self,
        pattern: &[Result<&'s str, &'s str>],
        text: &str,
        deep: usize,
        tries: &mut usize,
        values: &mut BTreeMap<&'s str, String>,
    ) -> bool {
        match pattern {
            [] => text.is_empty(),
            [Ok(words), rest @ ..] => {
                text.strip_prefix(words).is_some_and(|after| self.fits(rest, after, deep, tries, values))
            }
            [Err(name)] => self.takes(name, text, deep, tries, values),
            [Err(name), rest @ ..] => {
                let next = if let [Ok(words), ..] = rest { words } else { "" };
                text.match_indices(next).any(|(at, _)| {
                    if *tries == 0 {
                        return false;
                    }
                    *tries -= 1;
                    self.fits(rest, &text[at..], deep, tries, values)
                        && self.takes(name, &text[..at], deep, tries, values)
                })
            }
        }
    }

    /// Is it what stands at such a place? Then it is kept.
    fn takes<'s>(
        &self,
        name: &'s str,
        text: &str,
        deep: usize,
        tries: &mut usize,
        values: &mut BTreeMap<&'s str, String>,
    ) -> bool {
        let mut part =
            |text: &str| deep.checked_sub(1).and_then(|deep| self.first(&self.part, text, deep, &mut *tries));
        let plain = |fits: bool| fits.then(|| text.to_owned());
        let value = match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "day" => plain(text.parse::<NaiveDate>().is_ok()),
            "n" => plain(!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())),
            "told" => part(text),
            "list" => text.split(", ").map(part).collect::<Option<Vec<_>>>().map(|all| all.join(", ")),
            "may" => part(text).or_else(|| plain(!text.is_empty())),
            "what" => part(text).or_else(|| plain(!text.is_empty() && !text.contains(char::is_whitespace))),
            _ => plain(!text.is_empty()),
        };
        value.map(|value| values.insert(name, value)).is_some()
    }
}

impl Sentence {
    /// How much of it is its own.
    fn weight(&self) -> usize {
        parts(&self.english).into_iter().filter_map(Result::ok).map(str::len).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::dossier::phrase::names;

    fn german() -> CaseWords {
        CaseWords::read(include_str!("told.de.toml"))
    }

    #[test]
    fn sentences_have_the_same_places() {
        let sentences = german();
        assert!(sentences.whole.len() > 80 && sentences.part.len() > 80);
        for Sentence { english, own } in sentences.whole.iter().chain(&sentences.part) {
            let sorted = |text| {
                let mut all = names(text);
                all.sort_unstable();
                all
            };
            assert_eq!(sorted(english), sorted(own), "{english}");
        }
    }

    #[test]
    fn a_case_is_told_whole_or_stays_as_it_is() {
        for (english, own) in [
            (
                "#18 (high, opened 2025-11-09, closed 2025-12-14) was managed in the period up to 2026-01-06 and is not named in the record: Titel (alt) was managed",
                "#18 (hoch, bekannt seit 2025-11-09, geschlossen 2025-12-14) wurde im Zeitraum bis 2026-01-06 behandelt und ist in der Aufzeichnung nicht genannt: Titel (alt) was managed",
            ),
            (
                "The record says \"It is so\", but not all\", but 2 issues were open at the cut-off 2026-01-06: #3, #17.",
                "Die Aufzeichnung sagt „It is so\", but not all“, aber 2 Probleme waren am Stichtag 2026-01-06 offen: #3, #17.",
            ),
            (
                "7 of 30 security defects of deployed software managed up to 2026-01-06 are analysed; no document analyses how #1, #2 and 11 more escaped.",
                "Von 30 bis 2026-01-06 behandelten Sicherheitsfehlern ausgelieferter Software sind 7 analysiert; kein Dokument analysiert, wodurch #1, #2 und 11 weitere unbemerkt blieb.",
            ),
            (
                "The review does not count as held: it says what is planned (line 16: \"TODO (line 3: \"x\")\").",
                "Die Überprüfung zählt nicht als durchgeführt: es sagt, was geplant ist (Zeile 16: „TODO (line 3: \"x\")“).",
            ),
        ] {
            assert_eq!(german().say(english).as_deref(), Some(own));
        }
        for text in ["", "Something that no rule says.", "The review of 2026-13-45 does not judge efficiency."] {
            assert_eq!(german().say(text), None);
        }
    }

    #[test]
    fn what_was_not_seen_is_told_in_german() {
        for (english, own) in [
            ("issues of acme/pump", "Probleme von acme/pump"),
            (
                "permission missing: issues: read (403: Resource not accessible)",
                "Berechtigung fehlt: issues: read (403: Resource not accessible)",
            ),
            ("DOC is not read: save it as DOCX or PDF", "DOC wird nicht gelesen: als DOCX oder PDF speichern"),
            ("written in French: not judged", "geschrieben auf Französisch: nicht beurteilt"),
            ("PDF not read: it is damaged", "PDF nicht gelesen: die Datei ist beschädigt"),
            (
                "pages 1–4, 7: no text layer (scanned?): run text recognition on it, or keep the record as text",
                "Seiten 1–4, 7: keine Textebene (gescannt?): mit Texterkennung behandeln, oder die Aufzeichnung als Text führen",
            ),
            (
                "issues.csv: no date of closing of 12 issues (#1, #2 and 10 more)",
                "issues.csv: kein Datum der Schließung: 12 Probleme (#1, #2 und 10 weitere)",
            ),
            ("pump: the history before the shallow boundary", "pump: die Historie vor der Grenze des flachen Klons"),
            // A reason of the judgement is what was not seen, and why.
            (
                "issues of acme/pump: --offline: the network is not used",
                "Probleme von acme/pump: --offline: das Netz wird nicht verwendet",
            ),
            (
                "docs/a.doc: DOC is not read: save it as DOCX or PDF",
                "docs/a.doc: DOC wird nicht gelesen: als DOCX oder PDF speichern",
            ),
            (
                "docs/a.doc (and 2 more) could not be read and may say what is missed here",
                "docs/a.doc (und 2 weitere) ließ sich nicht lesen und sagt vielleicht, was hier fehlt",
            ),
        ] {
            assert_eq!(german().say(english).as_deref(), Some(own), "{english}");
        }
        for text in ["docs/a.doc", "error 7", "the clone is deep", "issues.csv: something else"] {
            assert_eq!(german().say(text), None, "{text}");
        }
    }

    /// A title may hold the words of the sentence a thousand times.
    #[test]
    fn a_text_that_fits_in_too_many_ways_ends() {
        let words = " (high) was managed in the period up to 2026-13-06 and is not named in the record: ".repeat(2_000);
        assert_eq!(german().say(&words), None);
        assert_eq!(german().say(&" was closed on 2026-13-06 by a (b) with ".repeat(5_000)), None);
    }
}
