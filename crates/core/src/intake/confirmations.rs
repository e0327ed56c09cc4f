//! `lookback.confirmations.toml` ↔ confirmations. An entry that is not understood costs itself.

use chrono::NaiveDate;
use serde::Deserialize;
use toml::Spanned;

use crate::model::confirmation::{CONFIRMATIONS, Confirmation, ConfirmedFact, ConfirmedValue};

/// The head of a new file.
pub const HEAD: &str = "# What people confirm that documents state where the reader cannot tell; written by `lookback confirm`.\n\
                        # Bound to one version of the document (its Git blob): a changed document voids it.\n";

/// What a file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ConfirmationsRead {
    /// Those that are understood.
    pub found: Vec<Confirmation>,
    /// What is wrong with the others, each with its line.
    pub wrong: Vec<String>,
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
            let line = error.span().map_or(1, |span| line_of(text, span.start));
            out.wrong.push(format!("line {line}: {}", error.message()));
            return out;
        }
    };
    for entry in written.confirmation {
        let line = line_of(text, entry.span().start);
        match confirmation(entry.into_inner(), line) {
            Ok(confirmation) => out.found.push(confirmation),
            Err(why) => out.wrong.push(format!("line {line}: {why}")),
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

fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes().iter().take(at).filter(|byte| **byte == b'\n').count() + 1
}

fn confirmation(value: toml::Value, line: usize) -> Result<Confirmation, String> {
    let entry: WrittenEntry = value.try_into().map_err(|error: toml::de::Error| error.message().to_owned())?;
    let fact: ConfirmedFact =
        entry.fact.parse().map_err(|_| format!("`fact` = \"{}\" is nothing that can be confirmed", entry.fact))?;
    if entry.constraint != fact.constraint().id() {
        return Err(format!("`constraint` of `{}` is \"{}\"", entry.fact, fact.constraint().id()));
    }
    let value = ConfirmedValue::read(fact, &entry.value)
        .ok_or_else(|| format!("`value` = \"{}\" is none of `{}`", entry.value, entry.fact))?;
    let on: NaiveDate = entry.on.parse().map_err(|_| format!("`on` = \"{}\" is no date", entry.on))?;
    if entry.by.trim().is_empty() {
        return Err(format!("`by` names nobody in {CONFIRMATIONS}"));
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
        let read = read(&format!("{HEAD}{}", write(&one())));
        assert_eq!(read, ConfirmationsRead { found: vec![one()], wrong: vec![] });
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
        assert!(super::read("[[confirmation").wrong[0].starts_with("line 1: "));
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
