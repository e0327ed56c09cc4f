//! One reader for each kind of value: a TOML value → a Rust value, or a mistake that says what is allowed.

use chrono::NaiveDate;
use chrono_tz::Tz;
use regex::{Regex, RegexBuilder};
use strum::VariantArray;
use toml::Spanned;
use toml::de::DeValue;

use crate::config::walk::{ConfigWalk, Entry, clean, one_of};

/// Longest pattern that is compiled, in bytes.
const LONGEST_PATTERN: usize = 8 * 1024;

impl ConfigWalk<'_> {
    /// The value has the wrong type.
    fn wrong(&mut self, name: &str, value: &Spanned<DeValue<'_>>, expected: &str, example: &str) {
        let found = match value.get_ref() {
            DeValue::Array(_) => "a list".to_owned(),
            DeValue::Integer(_) => "an integer".to_owned(),
            DeValue::Datetime(_) => "a date".to_owned(),
            other => format!("a {}", other.type_str()),
        };
        let message = format!("`{}` is {found}, expected {expected}", clean(name));
        self.error_at(value.span().start, message, format!("write for example `{example}`"));
    }

    pub fn text(&mut self, entry: &Entry<'_>, example: &str) -> Option<String> {
        let DeValue::String(text) = entry.value.get_ref() else {
            self.wrong(entry.name, entry.value, "a text in quotes", example);
            return None;
        };
        if text.trim().is_empty() {
            let message = format!("`{}` is empty", clean(entry.name));
            self.error_at(entry.value.span().start, message, format!("write for example `{example}`"));
            return None;
        }
        Some(text.trim().to_owned())
    }

    /// One of the words of an enum.
    pub fn word<T: VariantArray + Copy + Into<&'static str>>(&mut self, entry: &Entry<'_>) -> Option<T> {
        let words: Vec<(&str, T)> = T::VARIANTS.iter().map(|one| ((*one).into(), *one)).collect();
        self.choice(entry, &words)
    }

    pub fn flag(&mut self, entry: &Entry<'_>) -> Option<bool> {
        let DeValue::Boolean(value) = entry.value.get_ref() else {
            self.wrong(entry.name, entry.value, "true or false", &format!("{} = true", clean(entry.name)));
            return None;
        };
        Some(*value)
    }

    pub fn number(&mut self, entry: &Entry<'_>, least: u32, most: u32, unit: &str) -> Option<u32> {
        let DeValue::Integer(number) = entry.value.get_ref() else {
            let example = format!("{} = {}", clean(entry.name), 30.clamp(least, most));
            self.wrong(entry.name, entry.value, &format!("a whole number of {unit}"), &example);
            return None;
        };
        let value = i128::from_str_radix(number.as_str(), number.radix()).ok();
        let value = value.and_then(|n| u32::try_from(n).ok()).filter(|n| (least..=most).contains(n));
        if value.is_none() {
            let message = format!("`{}` = {} is out of range", clean(entry.name), clean(number.as_str()));
            self.error_at(entry.value.span().start, message, format!("{least} to {most} {unit} are allowed"));
        }
        value
    }

    pub fn date(&mut self, entry: &Entry<'_>) -> Option<NaiveDate> {
        let example = format!("{} = 2026-01-31", clean(entry.name));
        let (written, date) = match entry.value.get_ref() {
            DeValue::Datetime(when) => {
                let day = when.date.filter(|_| when.time.is_none());
                let day = day.and_then(|d| NaiveDate::from_ymd_opt(d.year.into(), d.month.into(), d.day.into()));
                (when.to_string(), day)
            }
            DeValue::String(text) => (text.to_string(), iso_date(text.trim())),
            _ => {
                self.wrong(entry.name, entry.value, "a date", &example);
                return None;
            }
        };
        if date.is_none() {
            let message = format!("`{}`: \"{}\" is not a date", clean(entry.name), clean(&written));
            self.error_at(entry.value.span().start, message, format!("write YYYY-MM-DD, for example `{example}`"));
        }
        date
    }

    pub(crate) fn time_zone(&mut self, entry: &Entry<'_>, name: &str) -> Option<Tz> {
        let zone = name.parse::<Tz>().ok();
        if zone.is_none() {
            let message = format!("`{}`: \"{}\" is no time zone", clean(entry.name), clean(name));
            let names: Vec<&str> = chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name()).collect();
            let help = format!("write its IANA name, for example `{} = \"Europe/Berlin\"`", clean(entry.name));
            let help = match crate::config::walk::nearest(name, &names) {
                Some(near) => format!("did you mean \"{near}\"? {help}"),
                None => help,
            };
            self.error_at(entry.value.span().start, message, help);
        }
        zone
    }

    pub fn list(&mut self, entry: &Entry<'_>, example: &str) -> Option<Vec<(usize, String)>> {
        let DeValue::Array(list) = entry.value.get_ref() else {
            self.wrong(entry.name, entry.value, "a list of texts", example);
            return None;
        };
        let mut texts = Vec::new();
        for item in list {
            if let Some(text) = self.text(&Entry { value: item, ..*entry }, example) {
                texts.push((item.span().start, text));
            }
        }
        Some(texts)
    }

    pub fn pattern(&mut self, entry: &Entry<'_>, any_case: bool, example: &str) -> Option<Regex> {
        let text = self.text(entry, example)?;
        self.compile(entry.name, entry.value.span().start, &text, any_case)
    }

    pub(crate) fn compile(&mut self, name: &str, at: usize, text: &str, any_case: bool) -> Option<Regex> {
        let why = if text.len() > LONGEST_PATTERN {
            format!("it is longer than {LONGEST_PATTERN} bytes")
        } else {
            match RegexBuilder::new(text).case_insensitive(any_case).build() {
                Ok(regex) => return Some(regex),
                Err(error) => reason(&error),
            }
        };
        let message = format!("`{}`: \"{}\" is not a valid regular expression: {why}", clean(name), clean(text));
        self.error_at(
            at,
            message,
            "see https://docs.rs/regex/#syntax; single quotes spare doubled backslashes: 'SEC-\\d+'",
        );
        None
    }

    pub fn choice<T: Copy>(&mut self, entry: &Entry<'_>, choices: &[(&str, T)]) -> Option<T> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let text = self.text(entry, &format!("{} = \"{}\"", clean(entry.name), names.first().unwrap_or(&"")))?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            let message = format!("`{}` = \"{}\" is not known", clean(entry.name), clean(&text));
            self.error_at(entry.value.span().start, message, one_of(&text, &names, "allowed"));
        }
        found
    }

    /// A rule id that exists.
    pub fn rule(&mut self, at: usize, id: &str) -> bool {
        let known = self.rule_ids.contains(&id);
        if !known {
            let rules = self.rule_ids.to_vec();
            self.error_at(at, format!("there is no rule `{}`", clean(id)), one_of(id, &rules, "rules"));
        }
        known
    }
}

/// `YYYY-MM-DD`, exactly.
fn iso_date(text: &str) -> Option<NaiveDate> {
    (text.len() == 10 && text.is_ascii()).then(|| NaiveDate::parse_from_str(text, "%Y-%m-%d").ok()).flatten()
}

/// The last line of a regex error: its own drawing of the pattern is of no use in a one-line message.
fn reason(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    clean(last.trim().trim_start_matches("error: "))
}
