//! The words of the page in one language: data, in `words.XX.toml` and `told.XX.toml`. What is not there shows its own key, which a test does not let pass.

use chrono::{Datelike, NaiveDate};

use crate::model::period::Period;
use crate::model::report::{Report, Verdict};
use crate::render::dossier::phrase::filled;
use crate::render::dossier::told::{CaseText, CaseWords};
use lookback_reading::shorten;

/// The words of a language.
#[derive(Clone, Debug)]
pub struct DossierWords {
    /// `en`, `de`.
    pub code: &'static str,
    /// The words by section and name.
    pub(crate) table: toml::Table,
    /// What rules say of a case; none in English, which is what they say.
    pub(crate) cases: CaseWords,
}

impl DossierWords {
    /// The codes of the languages that there are.
    #[cfg(test)]
    pub(crate) const CODES: [&str; 2] = ["en", "de"];

    /// The shipped words of a language, by its code.
    pub fn shipped(code: &str) -> Option<DossierWords> {
        let (code, text, told) = match code {
            "en" => ("en", include_str!("words.en.toml"), ""),
            "de" => ("de", include_str!("words.de.toml"), include_str!("told.de.toml")),
            _ => return None,
        };
        Some(DossierWords { code, table: text.parse().ok()?, cases: CaseWords::read(told) })
    }

    /// The words at `section.name`, where there are any.
    pub(crate) fn find(&self, section: &str, name: &str) -> Option<&str> {
        self.table.get(section)?.get(name)?.as_str()
    }

    /// The words at `section.name`.
    pub(crate) fn get<'s>(&'s self, section: &str, name: &'s str) -> &'s str {
        self.find(section, name).unwrap_or(name)
    }

    /// The same with `{name}` replaced.
    pub(crate) fn say(&self, section: &str, name: &str, values: &[(&str, &str)]) -> String {
        filled(self.get(section, name), values)
    }

    /// `1 error`, `2 errors`.
    pub(crate) fn count(&self, n: usize, noun: &str) -> String {
        let name = format!("{noun}-{}", if n == 1 { "one" } else { "many" });
        self.say("count", &name, &[("n", &n.to_string())])
    }

    /// The verdict as printed.
    pub(crate) fn verdict(&self, verdict: Verdict) -> &str {
        self.get("verdict", verdict.word())
    }

    /// A day in words.
    pub(crate) fn day(&self, day: NaiveDate) -> String {
        let month =
            self.get("month", ["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12"][day.month0() as usize]);
        self.say("date", "day", &[("d", &day.day().to_string()), ("month", month), ("year", &day.year().to_string())])
    }

    /// A period in days.
    pub(crate) fn period(&self, period: Period) -> String {
        let to = period.to.to_string();
        match period.from {
            Some(from) => self.say("date", "period", &[("from", &from.to_string()), ("to", &to)]),
            None => self.say("date", "until", &[("to", &to)]),
        }
    }

    /// A number with one place behind the point, where it is not whole.
    pub(crate) fn number(&self, value: f64) -> String {
        let text = format!("{value:.1}");
        text.trim_end_matches(".0").replace('.', self.get("number", "point"))
    }

    /// A piece of text of at most so many characters, with a note where some are left out.
    pub(crate) fn cut(&self, text: &str, most: usize) -> String {
        let all = text.chars().count();
        if all <= most {
            return text.to_owned();
        }
        let note = self.say("text", "cut", &[("n", &all.to_string())]);
        format!("{} {note}", shorten(text, most))
    }

    /// A text of the report that is English there, of at most so many characters.
    pub(crate) fn told(&self, text: &str, most: usize) -> CaseText {
        match self.cases.say(text) {
            Some(own) => CaseText { text: self.cut(&own, most), lang: self.code },
            None => CaseText { text: self.cut(text, most), lang: "en" },
        }
    }

    /// What the page is about: the product as the last record names it, else the repository.
    pub(crate) fn product(&self, report: &Report) -> String {
        let named = super::statement::last_record(report).and_then(|record| record.words.product.as_ref());
        let name = named.map_or(report.subject.repository.as_str(), |product| product.value.as_str());
        self.cut(name, 200)
    }
}
