//! What the reader sees in files, for people: the text of `lookback read`.

use std::io::{self, Write};

use crate::render::checklist::checklist;
use crate::render::escape::{line, no_command};
use crate::render::layout::{Paint, whole, wrap};
use crate::render::style::Style;
use crate::render::words;
use lookback_reading::{Answer, Constraint, DeclaredAs, Fields, Kind, Quote, Reading, count, shorten};

/// Quotes of one constraint when concise.
const QUOTES: usize = 2;
/// References named when concise.
const NAMED: usize = 40;

/// Writes one block per file, in the order given.
pub fn render(readings: &[(String, Reading)], out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let mut page = Page { text: String::new(), paint: Paint { color: style.color }, style };
    for (at, (path, reading)) in readings.iter().enumerate() {
        if at > 0 {
            page.line("");
        }
        page.reading(path, reading);
    }
    let safe: String = page.text.lines().flat_map(|line| [no_command(line), "\n".to_owned()]).collect();
    out.write_all(safe.as_bytes())
}

struct Page<'a> {
    text: String,
    paint: Paint,
    style: &'a Style,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.text.push_str(text);
        self.text.push('\n');
    }

    /// Wrapped behind an indent; takes harmless text.
    fn wrapped(&mut self, indent: usize, text: &str) {
        let width = self.style.width.clamp(40, 400).saturating_sub(indent + 2);
        for (at, part) in wrap(text, width).into_iter().enumerate() {
            let more = if at == 0 { 0 } else { 2 };
            self.line(&format!("{}{part}", " ".repeat(indent + more)));
        }
    }

    fn quote(&mut self, indent: usize, quote: &Quote) {
        let place = line(&quote.whereabouts());
        self.wrapped(indent, &format!("{place}: “{}”", line(&shorten(&quote.text, 300))));
    }

    fn reading(&mut self, path: &str, reading: &Reading) {
        let path = self.paint.bold(&line(&shorten(path, 300)));
        let answer = match reading.content_match.met() {
            Some(true) => "yes",
            Some(false) => "no",
            None => "unsure",
        };
        self.line(&format!(
            "{path}: {} ({} % sure), content match: {answer}",
            words::kind(reading.kind),
            reading.confidence
        ));
        if self.style.verbosity < 0 {
            return;
        }
        if let Some(declared) = &reading.declared {
            self.wrapped(2, &line(&declared.told()));
        }
        if let Some(words) = &reading.misdeclared {
            let text = format!(
                "declared as \"{}\", which is none of our words: {}",
                words.text,
                DeclaredAs::ALL.map(DeclaredAs::word).join(", ")
            );
            self.wrapped(2, &line(&text));
        }
        if !reading.earlier.is_empty() {
            let days: Vec<String> = reading
                .earlier
                .iter()
                .filter_map(|own| Some(own.fields.date_held.as_ref()?.value.to_string()))
                .collect();
            self.wrapped(
                2,
                &format!("a running log: what follows is its latest review; earlier ones: {}", days.join(", ")),
            );
        }
        for (name, value) in fields(&reading.fields) {
            self.wrapped(2, &format!("{name}: {}", line(&shorten(&value, 300))));
        }
        if reading.kind == Kind::Procedure && matches!(reading.in_force.answer, Answer::Denied | Answer::Unsure) {
            let why = reading.in_force.why_not.as_deref().unwrap_or_default();
            let unclear =
                if reading.in_force.answer == Answer::Unsure { "unclear whether in force" } else { "not in force" };
            self.wrapped(2, &format!("{unclear}: {}", line(why)));
            for quote in reading.in_force.quotes.iter().take(QUOTES) {
                self.quote(4, quote);
            }
        }
        for constraint in Constraint::ALL {
            let Some(answer) = reading.constraints.get(&constraint) else { continue };
            let met = match answer.answer {
                Answer::Proven => "met",
                Answer::Unsure => "unclear",
                Answer::Denied | Answer::Absent => "not met",
            };
            let told = matches!(answer.answer, Answer::Proven | Answer::Unsure);
            if !told && self.style.verbosity <= 0 {
                continue;
            }
            let why = answer
                .why_not
                .as_deref()
                .filter(|_| !answer.met())
                .map_or_else(String::new, |why| format!(": {}", line(why)));
            self.wrapped(2, &format!("{} {}: {met}{why}", whole(constraint), constraint.info().title));
            let most = if self.style.verbosity > 0 { usize::MAX } else { QUOTES };
            for quote in answer.quotes.iter().take(most) {
                self.quote(4, quote);
            }
        }
        self.checklist(reading);
        self.references(reading);
        for action in &reading.actions {
            let mut text =
                format!("action, {}: {}", line(&action.quote.whereabouts()), line(&shorten(&action.text, 300)));
            for (name, value) in [("owner", &action.owner), ("due", &action.due), ("state", &action.state)] {
                let value = value.as_ref().map_or_else(|| "none".to_owned(), |value| line(&shorten(value, 80)));
                text = format!("{text}, {name} {value}");
            }
            self.wrapped(2, &text);
        }
        if !reading.placeholders.is_empty() {
            self.wrapped(2, &format!("not filled in: {}", count(reading.placeholders.len(), "placeholder")));
            for quote in reading.placeholders.iter().take(if self.style.verbosity > 0 { usize::MAX } else { QUOTES }) {
                self.quote(4, quote);
            }
        }
        for limit in &reading.limits {
            self.wrapped(2, &format!("not read: {}", line(&shorten(limit, 500))));
        }
    }

    fn checklist(&mut self, reading: &Reading) {
        let points = checklist(reading);
        if !points.is_empty() {
            self.line("  checklist:");
        }
        for point in points {
            let asks = &point.asks;
            let why = point.why.as_deref().map_or_else(String::new, |why| format!(" ({})", line(why)));
            let state = match point.answer {
                Answer::Proven => "met",
                Answer::Unsure => "unclear",
                Answer::Denied => "denied",
                Answer::Absent => "missing",
            };
            if point.answer == Answer::Proven {
                self.wrapped(4, &format!("{state}: {asks}"));
                continue;
            }
            self.wrapped(4, &format!("{state}: {asks}{why}; write:"));
            for form in point.write.lines() {
                self.wrapped(8, form);
            }
        }
    }

    fn references(&mut self, reading: &Reading) {
        for (examined, name) in
            [(Some(true), "examined"), (Some(false), "named as not examined"), (None, "perhaps not examined")]
        {
            let ids: std::collections::BTreeSet<_> = reading
                .references
                .iter()
                .filter(|reference| reference.examined == examined)
                .map(|reference| line(&shorten(&reference.id, 120)))
                .collect();
            if ids.is_empty() {
                continue;
            }
            let most = if self.style.verbosity > 0 { usize::MAX } else { NAMED };
            let mut shown: Vec<_> = ids.iter().take(most).cloned().collect();
            if ids.len() > most {
                shown.push(format!("and {} more", ids.len() - most));
            }
            self.wrapped(2, &format!("{name} ({}): {}", ids.len(), shown.join(", ")));
        }
    }
}

/// Fields that are stated, in the order of a record's head.
fn fields(fields: &Fields) -> Vec<(&'static str, String)> {
    let mut out = Vec::new();
    let mut words = |name, stated: &Option<lookback_reading::Stated<String>>| {
        out.extend(stated.as_ref().map(|stated| (name, stated.value.clone())));
    };
    words("document id", &fields.doc_id);
    words("title", &fields.title);
    words("version", &fields.version);
    words("status", &fields.status);
    words("product", &fields.product);
    out.extend(fields.date_held.as_ref().map(|held| ("date held", held.value.to_string())));
    out.extend(fields.ambiguous_date.as_ref().map(|quote| ("ambiguous date", quote.text.clone())));
    let day = |stated: &Option<lookback_reading::Stated<chrono::NaiveDate>>| {
        stated.as_ref().map_or_else(|| "not stated".to_owned(), |stated| stated.value.to_string())
    };
    if fields.period_from.is_some() || fields.period_to.is_some() {
        out.push(("period", format!("{} to {}", day(&fields.period_from), day(&fields.period_to))));
    }
    out.extend(fields.next_review.as_ref().map(|next| ("next review", next.value.to_string())));
    let people: Vec<_> = fields.participants.iter().map(|person| person.value.as_str()).collect();
    if !people.is_empty() {
        out.push(("participants", people.join("; ")));
    }
    out.extend(fields.author.as_ref().map(|author| ("author", author.value.clone())));
    out.extend(fields.approved_by.as_ref().map(|name| ("approved by", name.value.clone())));
    out.extend(fields.approved_on.as_ref().map(|on| ("approved on", on.value.to_string())));
    out.extend(fields.signature.as_ref().map(|quote| ("signature", quote.text.clone())));
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::sample;

    fn text(readings: &[(String, Reading)], verbosity: i8) -> String {
        let mut out = Vec::new();
        render(readings, &mut out, &Style { verbosity, ..Style::default() }).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn the_sample() {
        let readings =
            [("docs/quality/SR-2024.md".to_owned(), sample::reading()), ("x.md".to_owned(), Reading::default())];
        insta::assert_snapshot!(text(&readings, 0), @r#"
        docs/quality/SR-2024.md: record (92 % sure), content match: yes
          document id: SR-2024
          title: Review of security problem resolution 2024
          period: not stated to 2025-01-31
          participants: R. Vogel (quality)
          IEC 81001-5-1 4.1.8#d held annually: met
            line 4: “held on 2025-02-03”
          named as not examined (1): #12
          action, line 52: Improve fuzzing, owner none, due none, state none

        x.md: other (0 % sure), content match: no
        "#);
        insta::assert_snapshot!(text(&readings, -1), @r#"
        docs/quality/SR-2024.md: record (92 % sure), content match: yes

        x.md: other (0 % sure), content match: no
        "#);
    }

    #[test]
    fn a_record_has_its_checklist() {
        let record =
            "# Annual review of security problem resolution\n\nDate held: 2026-01-09\n\nCompleteness: not assessed.\n";
        let reading = lookback_reading::Reader::new(&[], &[]).read("docs/security-review-2026.md", record.as_bytes());
        let text = text(&[("docs/security-review-2026.md".to_owned(), reading)], 0);
        assert!(text.contains("\n    met: names the day on which it was held\n"), "{text}");
        assert!(text.contains("\n    denied: judges completeness; write:\n        Completeness: complete."), "{text}");
        assert!(text.contains("\n    missing: judges efficiency; write:\n        Efficiency: efficient."), "{text}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn hostile_words_stay_words(words in "(::error::| ::|##\\[|\r|\n|\u{1b}\\[31m|\\PC){0,12}") {
            let mut reading = sample::reading();
            if let Some(title) = &mut reading.fields.title {
                title.value.clone_from(&words);
            }
            for answer in reading.constraints.values_mut() {
                for quote in &mut answer.quotes {
                    quote.text.clone_from(&words);
                    quote.place = Some(words.clone());
                }
            }
            for action in &mut reading.actions {
                action.text.clone_from(&words);
            }
            reading.limits = vec![words.clone()];
            let text = text(&[(words, reading)], 1);
            let obeyed = text.chars().find(|c| *c != '\n' && c.is_control());
            prop_assert_eq!(obeyed, None);
            for line in text.lines() {
                prop_assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{}", line);
            }
        }
    }
}
