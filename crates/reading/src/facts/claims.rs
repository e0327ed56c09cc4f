//! Statements that data can contradict: all, none, counts, shares, single issues, durations. Nothing here says whether they are
//! true; a goal, a condition, another period or another thing than an issue is no claim.

use std::ops::Range;

use chrono::Datelike;

use crate::facts::figures;
use crate::facts::scope::{other_period, severities};
use crate::facts::statements::Titles;
use crate::grammar::dates;
use crate::grammar::lexicon::{Hit, words};
use crate::grammar::patterns::Captures;
use crate::grammar::patterns::{Sentences, sentences};
use crate::grammar::references;
use crate::grammar::references::{Extra, Named};
use crate::grammar::terms::Term;
use crate::grammar::units::{Form, Mood, Unit};
use crate::value::document::Document;
use crate::value::reading::{Among, Claim, ClaimKind, Fields};
use crate::value::text::Quote;

/// Statements that data can contradict.
pub(crate) fn claims(doc: &Document, units: &[Unit], titles: &Titles, extra: &Extra, fields: &Fields) -> Vec<Claim> {
    let year = fields.period_to.as_ref().or(fields.date_held.as_ref()).map(|stated| stated.value.year());
    let mut found = Found { year, out: Vec::new() };
    for (index, unit) in units.iter().enumerate() {
        if matches!(unit.form, Form::Heading | Form::Quote)
            || unit.marks.any(&[Term::Placeholder, Term::Example])
            || unit.checked == Some(false)
            || titles.all(unit.section).any(&[Term::FollowUp, Term::ActionHeading, Term::NotExamined])
        {
            continue;
        }
        // What stands under or after a word for problems may be called "all" or "nothing" alone.
        let before = index.checked_sub(1).and_then(|at| units.get(at)).filter(|other| other.section == unit.section);
        let elsewhere = before.is_some_and(|other| other.length <= 3 && titled_action(&other.text));
        if !elsewhere {
            found.unit(unit, &doc.quote(unit.span.clone()), extra);
        }
    }
    figures::figures(doc, titles, extra, year, &mut |claim| found.add(claim));
    found.out
}

/// A short lead-in of another matter: "Previous actions."
fn titled_action(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["action", "maßnahme", "massnahme"].iter().any(|word| lower.contains(word))
}

struct Found {
    year: Option<i32>,
    out: Vec<Claim>,
}

impl Found {
    fn add(&mut self, claim: Claim) {
        // "None is open" and "all are resolved" are one claim.
        let same = |other: &Claim| {
            other.among == claim.among
                && (other.kind == claim.kind
                    || claim.kind == ClaimKind::Open(0) && other.kind == ClaimKind::AllResolved
                    || claim.kind == ClaimKind::AllResolved && other.kind == ClaimKind::Open(0))
        };
        if !self.out.iter().any(same) {
            self.out.push(claim);
        }
    }

    fn unit(&mut self, unit: &Unit, quote: &Quote, extra: &Extra) {
        let all = sentences();
        let named = references::find(&unit.text, &[], extra);
        let supposed = unit.mood == Mood::Obligation || unit.text.trim_end().ends_with('?');
        for clause in clauses(&unit.text) {
            let text = &unit.text[clause.clone()];
            if supposed || all.of("not-claimed").matches(text) || other_period(text, self.year) {
                continue;
            }
            let clause = Clause { all, unit, text, at: clause.start, named: &named };
            for claim in clause.claims() {
                self.add(Claim { kind: claim.0, among: claim.1, quote: quote.clone() });
            }
        }
    }
}

/// A sentence cut where it turns to another matter.
fn clauses(text: &str) -> Vec<Range<usize>> {
    const TURNS: [&str; 12] = [
        ";",
        " while ",
        " whereas ",
        ", but ",
        " however",
        ", aber ",
        " jedoch",
        " während ",
        ", doch ",
        ": ",
        ", so ",
        ", and ",
    ];
    let mut cuts: Vec<usize> = TURNS.iter().flat_map(|turn| text.match_indices(turn).map(|(at, _)| at)).collect();
    cuts.retain(|cut| {
        // ", but #14" leaves something out, it does not turn.
        let rest = text[*cut..].trim_start_matches([',', ' ']);
        let out = ["but ", "aber "].iter().find_map(|word| rest.strip_prefix(word));
        out.is_none_or(|after| !after.starts_with(['#', '(']) && !after.starts_with(|c: char| c.is_ascii_uppercase()))
            && !label(text, *cut)
            && brackets(&text[..*cut]) == 0
    });
    cuts.sort_unstable();
    let mut out = Vec::new();
    let mut start = 0;
    for cut in cuts.into_iter().chain([text.len()]) {
        if start < cut {
            out.push(start..cut);
        }
        start = cut;
    }
    out
}

/// A colon after a label of one value ("Open issues: none") belongs to both.
fn label(text: &str, cut: usize) -> bool {
    cut < 60 && text[cut..].starts_with(": ") && text[cut + 2..].split_whitespace().nth(6).is_none()
}

fn brackets(text: &str) -> usize {
    text.matches('(').count().saturating_sub(text.matches(')').count())
}

/// A stretch of a sentence that claims at most a few things.
struct Clause<'a> {
    all: &'static Sentences,
    unit: &'a Unit,
    text: &'a str,
    /// Where it begins in the unit.
    at: usize,
    /// Ids in the unit.
    named: &'a [Named],
}

impl Clause<'_> {
    fn claims(&self) -> Vec<(ClaimKind, Among)> {
        let mut out = self.wholes();
        out.extend(self.counts());
        out.extend(self.durations());
        out.extend(self.singles());
        out
    }

    /// All, none, all but.
    fn wholes(&self) -> Vec<(ClaimKind, Among)> {
        let mut out = Vec::new();
        let (plain, except, open_ended) = self.without_exceptions();
        let about = self.unit.form != Form::Row || self.unit.marks.any(&[Term::Defect, Term::SecurityDefect]);
        if let Some(found) = self.all.of("all-but").first(&plain) {
            if let Some(n) = self.all.number(&found["n"]) {
                out.push((ClaimKind::Open(n), self.among(&found, Vec::new())));
            }
            return out;
        }
        if open_ended {
            return out;
        }
        if let Some(found) = self.all.of("within-days").first(&plain)
            && let Some(days) = days(&found)
        {
            out.push((ClaimKind::WithinDays(days), self.among(&found, except.clone())));
        }
        if let Some(found) = self.all.of("all-resolved").first(&plain)
            && about
            && !self.partly(&found)
            && !self.other_head(&found)
        {
            out.push((ClaimKind::AllResolved, self.among(&found, except.clone())));
        }
        let says = |term: Term| {
            let inside = self.at..=self.at + self.text.len();
            let within = |hit: &&Hit| inside.contains(&hit.range.start) && inside.contains(&hit.range.end);
            self.unit.hits.iter().filter(|hit| hit.term == term).filter(within).any(|hit| {
                let before = self.unit.text[..hit.range.start].split_whitespace().next_back().unwrap_or("");
                let denies = |word: &str| matches!(word, "not" | "nicht");
                let own = words(&self.unit.text[hit.range.clone()]).iter().any(|word| denies(&word.text));
                !own && !words(before).iter().any(|word| denies(&word.text))
            })
        };
        let severities = severities(&plain);
        let among = Among { severities: severities.clone(), except: except.clone(), ..Among::default() };
        if about && says(Term::WithinTargets) {
            out.push((ClaimKind::WithinTargets, among.clone()));
        }
        if about && says(Term::AllExamined) && severities.is_empty() {
            out.push((ClaimKind::AllExamined, among.clone()));
        }
        if about && says(Term::NoIssues) && severities.is_empty() && except.is_empty() && self.there_were_none() {
            out.push((ClaimKind::NoIssues, Among::default()));
        }
        out
    }

    /// The clause without what it leaves out, the ids left out, and whether something is left out that has no id.
    fn without_exceptions(&self) -> (String, Vec<String>, bool) {
        let mut plain = self.text.to_owned();
        let mut except = Vec::new();
        let tokens = self.tokens();
        if let Some(found) = self.all.of("excepting").first(&tokens)
            && let Some(whole) = found.get(0)
        {
            let lead = whole.as_str().trim_end_matches("ID");
            if let Some(at) = self.text.find(lead.trim_end()) {
                let mut end = at + lead.len();
                for name in self.named.iter().filter(|name| name.range.start >= self.at + at) {
                    let start = name.range.start - self.at;
                    // Ids that follow one another, with no verb between.
                    if start > end + 12 || name.range.end > self.at + self.text.len() {
                        break;
                    }
                    except.push(name.id.clone());
                    end = name.range.end - self.at;
                }
                if !except.is_empty() && end <= plain.len() && at <= end {
                    plain.replace_range(at..end, "");
                    plain = plain.replace("()", "").replace("( )", "").replace(" ,", ",").replace(",,", ",");
                }
            }
        }
        let lower = plain.to_lowercase();
        let open_ended = self.unit.has(Term::Exception)
            && except.is_empty()
            && [
                "except",
                "apart from",
                "other than",
                "excluding",
                "save for",
                "save one",
                "with the exception",
                "nearly all",
                "almost all",
                "not all",
                "außer",
                "ausser",
                "ausgenommen",
                "bis auf",
                "abgesehen",
                "mit ausnahme",
                "fast alle",
                "nicht alle",
                "partly",
                "partially",
                "teilweise",
            ]
            .iter()
            .any(|word| lower.contains(word));
        (plain, except, open_ended)
    }

    /// The clause with each id as `ID`.
    fn tokens(&self) -> String {
        let mut out = String::new();
        let mut last = 0;
        for name in self.named {
            let (Some(start), Some(end)) = (name.range.start.checked_sub(self.at), name.range.end.checked_sub(self.at))
            else {
                continue;
            };
            if start < last || end > self.text.len() {
                continue;
            }
            out.push_str(&self.text[last..start]);
            out.push_str("ID");
            last = end;
        }
        out.push_str(&self.text[last..]);
        out
    }

    /// Which issues a match is about: severities and ids in brackets among its own words.
    fn among(&self, found: &Captures<'_>, except: Vec<String>) -> Among {
        let whole = found.get(0).map_or(0..0, |m| m.range());
        let head_end = found.name("rest").map_or(whole.end, |rest| rest.start());
        let head = found.get(0).map_or("", |m| &m.as_str()[..head_end - whole.start]);
        let which = found.name("which").map_or("", |m| m.as_str());
        let ids = self.named.iter().filter(|name| {
            self.unit.text.get(name.range.clone()).is_some_and(|word| which.contains(word))
                && !except.contains(&name.id)
        });
        let ids: Vec<String> = ids.map(|name| name.id.clone()).collect();
        let count =
            words(head).iter().take(5).find_map(|word| self.all.number(&word.text).filter(|n| *n > 1 && *n < 1000));
        Among { severities: severities(head), ids, except, count }
    }

    /// Of some only: "reported by customers were closed".
    fn partly(&self, found: &Captures<'_>) -> bool {
        let rest = found.name("rest").map_or("", |m| m.as_str());
        self.all.of("partly").matches(rest) && !rest.trim_start().to_lowercase().starts_with("in ")
            || found.name("which").is_some_and(|which| self.all.of("partly").matches(which.as_str()))
    }

    /// "All were fixed" alone says of what only where the sentence speaks of problems or of nothing else.
    fn other_head(&self, found: &Captures<'_>) -> bool {
        let start = found.get(0).map_or(0, |m| m.start());
        let before = self.text.get(..start).unwrap_or("");
        ["customer", "kunde", "action", "maßnahme", "test", "patch", "supplier", "lieferant"]
            .iter()
            .any(|word| before.to_lowercase().contains(word))
            && !self.unit.marks.any(&[Term::SecurityDefect])
    }

    /// "No security issues were reported" does; "no security issue was open" and "no security issue missed its target" do not:
    /// the clause goes on to a state.
    fn there_were_none(&self) -> bool {
        let end = self.at + self.text.len();
        let mut none = self
            .unit
            .hits
            .iter()
            .filter(|hit| hit.term == Term::NoIssues && hit.range.start >= self.at && hit.range.end <= end);
        none.any(|none| {
            let stop =
                self.unit.text[none.range.start..end].find([',', ';', ':']).map_or(end, |at| none.range.start + at);
            let state = self
                .unit
                .hits
                .iter()
                .any(|hit| hit.term == Term::StillOpen && (none.range.start..stop).contains(&hit.range.start));
            let after = &self.unit.text[none.range.start..stop];
            let by = [" by ", " through ", " via ", " durch ", " von kunden", " from "]
                .iter()
                .any(|word| after.to_lowercase().contains(word));
            !state && !by
        })
    }

    /// Counts and shares.
    fn counts(&self) -> Vec<(ClaimKind, Among)> {
        let mut out = Vec::new();
        if self.unit.form != Form::Row && !self.unit.marks.any(&[Term::Defect, Term::SecurityDefect]) {
            return out;
        }
        for found in self.all.of("closed-of").all(self.text) {
            if let (Some(n), Some(m)) = (self.count(&found, "n"), self.count(&found, "m"))
                && !self.partly(&found)
            {
                let among = Among { count: None, ..self.among(&found, Vec::new()) };
                out.push((ClaimKind::ClosedOf(n, m), among));
            }
        }
        if !out.is_empty() {
            return out;
        }
        for found in self.all.of("closed-percent").all(self.text) {
            let exact = !self.all.of("inexact").matches(&self.text[..found.get(0).map_or(0, |m| m.start())]);
            if let (Ok(percent), true) = (found["p"].parse(), exact) {
                out.push((ClaimKind::ClosedPercent(percent), Among { count: None, ..self.among(&found, Vec::new()) }));
            }
        }
        let kinds: [(&str, fn(u32) -> ClaimKind); 4] = [
            ("count-open", ClaimKind::Open),
            ("count-managed", ClaimKind::Managed),
            ("count-opened", ClaimKind::Opened),
            ("count-closed", ClaimKind::Closed),
        ];
        for (name, kind) in kinds {
            for found in self.all.of(name).all(self.text) {
                let rest = found.name("rest").map_or("", |m| m.as_str());
                let Some(n) = self.count(&found, "n").filter(|_| !self.partly(&found) && unbounded(rest)) else {
                    continue;
                };
                let among = Among { count: None, ..self.among(&found, Vec::new()) };
                if among.ids.is_empty() {
                    out.push((kind(n), among));
                }
                break;
            }
        }
        for found in self.all.of("open-none").all(self.text) {
            if let Some(n) = self.count(&found, "n") {
                out.push((ClaimKind::Open(n), Among { count: None, ..self.among(&found, Vec::new()) }));
            }
        }
        out
    }

    /// A number that counts: no part of an id, not about, no issue's own number.
    fn count(&self, found: &Captures<'_>, name: &str) -> Option<u32> {
        let number = found.name(name)?;
        let place = self.at + number.start();
        let inside = self.named.iter().any(|named| named.range.contains(&place));
        let before = self.text[..number.start()].trim_end();
        let own = before.ends_with(['#', '-', '.', '/', '–', ','])
            || before.rsplit(|c: char| !c.is_alphanumeric()).next().is_some_and(|word| {
                [
                    "issue", "item", "ticket", "no", "nr", "number", "vorgang", "meldung", "problem", "nummer", "and",
                    "und", "to", "bis",
                ]
                .contains(&word.to_lowercase().as_str())
                    && number.as_str().starts_with(|c: char| c.is_ascii_digit())
                    && !(["and", "und"].contains(&word.to_lowercase().as_str())
                        && !before.contains(|c: char| c.is_ascii_digit()))
            });
        if inside || own || self.all.of("inexact").matches(&self.text[..number.start()]) {
            return None;
        }
        self.all.number(number.as_str())
    }

    fn durations(&self) -> Vec<(ClaimKind, Among)> {
        let kinds: [(&str, fn(u32) -> ClaimKind); 3] = [
            ("days-median", ClaimKind::MedianDays),
            ("days-mean", ClaimKind::MeanDays),
            ("days-longest", ClaimKind::LongestDays),
        ];
        let mut out = Vec::new();
        for (name, kind) in kinds {
            let Some(found) = self.all.of(name).first(self.text) else { continue };
            let between = found.name("between").map_or("", |m| m.as_str());
            if self.all.of("other-duration").matches(between) || self.all.of("inexact").matches(between) {
                continue;
            }
            let start = found.get(0).map_or(0, |m| m.start());
            let head = &self.text[..start];
            if self.all.of("other-duration").matches(head) && !head.to_lowercase().contains("target") {
                continue;
            }
            if let Some(days) = days(&found) {
                out.push((
                    kind(days),
                    Among {
                        severities: severities(&self.text[..found.name("d").map_or(0, |d| d.start())]),
                        ..Among::default()
                    },
                ));
            }
        }
        out
    }

    /// Single issues.
    fn singles(&self) -> Vec<(ClaimKind, Among)> {
        let mut out = Vec::new();
        if self.unit.form == Form::Row || !self.named.iter().any(|name| self.inside(name)) {
            return out;
        }
        let tokens = self.tokens();
        let about = |found: &Captures<'_>| -> Vec<String> {
            let start = found.get(0).map_or(0, |m| m.start());
            let skip = tokens[..start].matches("ID").count();
            let own = found.get(0).map_or(0, |m| {
                let rest = found.name("rest").map_or(0, |rest| rest.len());
                m.as_str()[..m.len() - rest].matches("ID").count()
            });
            let mut seen: Vec<&Named> = Vec::new();
            for name in self.named.iter().filter(|name| self.inside(name)) {
                if seen.last().is_none_or(|last| last.range != name.range) {
                    seen.push(name);
                }
            }
            let ranges: Vec<Range<usize>> = seen.iter().skip(skip).take(own).map(|name| name.range.clone()).collect();
            self.named.iter().filter(|name| ranges.contains(&name.range)).map(|name| name.id.clone()).collect()
        };
        if let Some(found) = self.all.of("ids-open").first(&tokens) {
            out.push((ClaimKind::IsOpen, Among { ids: about(&found), ..Among::default() }));
            return out;
        }
        let Some(found) = self.all.of("ids-closed").first(&tokens) else { return out };
        if self.all.of("excepting").matches(&tokens) {
            return out;
        }
        let among = Among { ids: about(&found), ..Among::default() };
        let rest = found.name("rest").map_or("", |m| m.as_str()).trim_start();
        let on = rest.strip_prefix("on ").or_else(|| rest.strip_prefix("am "));
        let day = on.and_then(|text| {
            dates::find(text).into_iter().next().filter(|date| date.range.start == 0).and_then(|date| {
                match date.written {
                    dates::Written::Day(day) => Some(day),
                    _ => None,
                }
            })
        });
        let closing = found
            .name("verb")
            .is_some_and(|verb| ["closed", "geschlossen"].contains(&verb.as_str().to_lowercase().as_str()));
        match day {
            Some(day) if closing => out.push((ClaimKind::ClosedOn(day), among)),
            _ => out.push((ClaimKind::IsClosed, among)),
        }
        out
    }

    fn inside(&self, name: &Named) -> bool {
        name.range.start >= self.at && name.range.end <= self.at + self.text.len()
    }
}

/// The days of a match, rounded; weeks count seven.
fn days(found: &Captures<'_>) -> Option<u32> {
    let number: f64 = found.name("d")?.as_str().replace(',', ".").parse().ok()?;
    let unit = found.name("u").map_or("", |m| m.as_str()).to_lowercase();
    let days = if unit.starts_with('w') { number * 7.0 } else { number };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most four digits")]
    (0.0..100_000.0).contains(&days).then_some(days.round() as u32)
}

/// Does a count hold for the whole period? "3 were reported by researchers" or "2 were open at its start" counts a part.
fn unbounded(rest: &str) -> bool {
    sentences().of("whole-period").matches(rest)
}
