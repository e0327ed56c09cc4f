//! `lookback.confirmations.toml` ↔ confirmations. An entry that is not understood costs itself.

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::model::confirmation::{Confirmation, ConfirmedFact, ConfirmedValue};

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfirmationsRead {
    /// Those that are understood.
    pub found: Vec<Confirmation>,
    /// What is wrong with the others, each with its line.
    pub wrong: Vec<(usize, ConfirmationError)>,
}

/// Why an entry, or the whole file, is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ConfirmationError {
    /// It is no TOML, or lacks a key, or has one too many.
    #[error("{0}")]
    Toml(String),
    /// There is no such fact.
    #[error("`fact` = \"{0}\" is nothing that can be confirmed")]
    Fact(String),
    /// The fact bears on another constraint.
    #[error("`constraint` of this fact is \"{0}\"")]
    OtherConstraint(&'static str),
    /// The fact has no such value.
    #[error("`value` = \"{0}\" is none that this fact can have")]
    Value(String),
    /// It is no day.
    #[error("`on` = \"{0}\" is not a date: write YYYY-MM-DD")]
    Day(String),
    /// Nobody answers for it.
    #[error("`by` names nobody")]
    Nobody,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    confirmation: Vec<Spanned<toml::Value>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenEntry {
    path: String,
    blob: String,
    constraint: String,
    fact: String,
    value: String,
    by: String,
    on: String,
    quote: Option<String>,
}

/// Reads the file.
pub fn read(text: &str) -> ConfirmationsRead {
    let mut out = ConfirmationsRead::default();
    let written: Written = match toml::from_str(text) {
        Ok(written) => written,
        Err(error) => {
            let line = error.span().map_or(1, |span| 1 + newlines(text.get(..span.start)));
            out.wrong.push((line, ConfirmationError::Toml(error.message().to_owned())));
            return out;
        }
    };
    // Each stands behind the one before.
    let (mut line, mut at) = (1, 0);
    for entry in written.confirmation {
        let start = entry.span().start;
        line += newlines(text.get(at..start));
        at = start;
        match confirmation(entry.into_inner(), line) {
            Ok(confirmation) => out.found.push(confirmation),
            Err(why) => out.wrong.push((line, why)),
        }
    }
    out
}

/// Writes one confirmation.
pub fn write(confirmation: &Confirmation) -> String {
    let mut out = String::from("\n[[confirmation]]\n");
    let constraint = confirmation.fact.constraint().id();
    let (value, on) = (confirmation.value.written(), confirmation.on.to_string());
    let keys: [(&str, &str); 7] = [
        ("path", &confirmation.path),
        ("blob", &confirmation.blob),
        ("constraint", constraint),
        ("fact", confirmation.fact.word()),
        ("value", &value),
        ("by", &confirmation.by),
        ("on", &on),
    ];
    for (key, text) in keys.into_iter().chain(confirmation.quote.as_deref().map(|quote| ("quote", quote))) {
        out += &format!("{key} = {}\n", quoted(text));
    }
    out
}

/// A basic string of TOML: what JSON escapes, and the one control character that it doesn't.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string().replace('\u{7f}', "\\u007f")
}

fn newlines(text: Option<&str>) -> usize {
    text.unwrap_or_default().bytes().filter(|byte| *byte == b'\n').count()
}

fn confirmation(value: toml::Value, line: usize) -> Result<Confirmation, ConfirmationError> {
    let toml = |error: toml::de::Error| ConfirmationError::Toml(error.message().to_owned());
    let entry: WrittenEntry = value.try_into().map_err(toml)?;
    let fact: ConfirmedFact = entry.fact.parse().map_err(|_| ConfirmationError::Fact(entry.fact.clone()))?;
    if entry.constraint != fact.constraint().id() {
        return Err(ConfirmationError::OtherConstraint(fact.constraint().id()));
    }
    let value = ConfirmedValue::read(fact, &entry.value).ok_or(ConfirmationError::Value(entry.value))?;
    let on: NaiveDate = entry.on.parse().map_err(|_| ConfirmationError::Day(entry.on))?;
    if entry.by.trim().is_empty() {
        return Err(ConfirmationError::Nobody);
    }
    let WrittenEntry { path, blob, by, quote, .. } = entry;
    Ok(Confirmation { path, blob, fact, value, by, on, quote, line, proposed_by: None })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn one() -> Confirmation {
        Confirmation {
            path: "docs/a \"b\".md".to_owned(),
            blob: "ce013625030ba8dba906f756967f9e9ca394464a".to_owned(),
            fact: ConfirmedFact::DateHeld,
            value: ConfirmedValue::Day("2026-01-09".parse().unwrap()),
            by: "Jane Doe, QA".to_owned(),
            on: "2026-01-12".parse().unwrap(),
            quote: Some("held on the ninth".to_owned()),
            line: 4,
            proposed_by: None,
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let read = read(&format!("# Head.\n\n{}", write(&one())));
        assert_eq!(read, ConfirmationsRead { found: vec![one()], wrong: vec![] });
    }

    #[test]
    fn every_entry_has_its_line() {
        let (text, most) = (write(&one()), 3000);
        let lines: Vec<usize> = read(&text.repeat(most)).found.into_iter().map(|one| one.line).collect();
        let each = text.matches('\n').count();
        assert_eq!(lines, (0..most).map(|n| n * each + 2).collect::<Vec<_>>());
    }

    #[test]
    fn a_bad_entry_costs_itself() {
        let good = write(&one());
        let bad = [
            good.replace("4.1.8#d", "4.1.8#c"),
            good.replace("date-held", "weather"),
            good.replace("2026-01-09", "yes"),
            good.replace("2026-01-12", "12.1.2026"),
            good.replace("Jane Doe, QA", " "),
            good.replace("blob", "sha"),
        ];
        let read = read(&format!("{}{good}", bad.concat()));
        assert_eq!((read.found.len(), read.wrong.len()), (1, bad.len()), "{:?}", read.wrong);
        assert_eq!(super::read("[[confirmation").wrong[0].0, 1);
    }

    proptest! {
        #[test]
        fn any_words_survive(by in "\\PC{1,20}[a-z]", quote in proptest::option::of(any::<String>())) {
            let confirmation = Confirmation { by, quote, line: 2, ..one() };
            prop_assert_eq!(read(&write(&confirmation)).found, vec![confirmation]);
        }

        #[test]
        fn no_text_stops_it(text in any::<String>()) {
            let _ = read(&text);
        }
    }
}
