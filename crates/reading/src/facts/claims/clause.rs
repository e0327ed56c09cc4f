//! A stretch of a sentence that claims at most a few things: where it is cut, what it leaves out, which issues it is about.

use std::ops::Range;

use crate::facts::scope::severities;
use crate::grammar::lexicon::words;
use crate::grammar::patterns::{Captures, sentences};
use crate::grammar::references::Named;
use crate::grammar::terms::Term;
use crate::grammar::units::Unit;
use crate::value::reading::{Among, ClaimKind};

/// A claim, and which issues it is about.
pub(crate) type Claimed = (ClaimKind, Among);

/// A sentence cut where it turns to another matter.
pub(crate) fn cut(text: &str) -> Vec<Range<usize>> {
    let all = sentences();
    let turns = all.of("claim-turns").all(text);
    let mut cuts: Vec<usize> =
        turns.iter().filter_map(|turn| turn.get(0)).map(crate::grammar::patterns::Part::start).collect();
    // ", but #14" leaves something out, it does not turn.
    cuts.retain(|cut| !to_one(&text[*cut..]) && !label(text, *cut) && brackets(&text[..*cut]) == 0);
    cuts.sort_unstable();
    cuts.dedup();
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

/// Does it turn to a thing with a name?
fn to_one(text: &str) -> bool {
    let turn = sentences().of("turns-to-one").first(text);
    let rest = turn.and_then(|found| found.get(0).map(|m| &text[m.end()..]));
    rest.is_some_and(|rest| rest.starts_with(|c: char| matches!(c, '#' | '(') || c.is_ascii_uppercase()))
}

/// A colon after a label of one value ("Open issues: none") belongs to both.
fn label(text: &str, cut: usize) -> bool {
    cut < 60 && text[cut..].starts_with(": ") && text[cut + 2..].split_whitespace().nth(6).is_none()
}

fn brackets(text: &str) -> usize {
    text.matches('(').count().saturating_sub(text.matches(')').count())
}

/// A stretch of a sentence.
pub(crate) struct ClaimClause<'a> {
    /// The sentence, item or row.
    pub(crate) unit: &'a Unit,
    /// Its words.
    pub(crate) text: &'a str,
    /// Where it begins in the unit.
    pub(crate) at: usize,
    /// Ids in the unit.
    pub(crate) named: &'a [Named],
}

/// A clause without what it leaves out.
pub(crate) struct PlainClause {
    /// Its words without the exception.
    pub(crate) text: String,
    /// The ids left out.
    pub(crate) except: Vec<String>,
    /// Is something left out that has no id?
    pub(crate) open_ended: bool,
}

impl ClaimClause<'_> {
    /// The clause without what it leaves out.
    pub(crate) fn plain(&self) -> PlainClause {
        let all = sentences();
        let mut plain = self.text.to_owned();
        let mut except = Vec::new();
        let tokens = self.tokens();
        if let Some(found) = all.of("excepting").first(&tokens)
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
        let open_ended =
            self.unit.has(Term::Exception) && except.is_empty() && all.of("leaves-out-some").matches(&plain);
        PlainClause { text: plain, except, open_ended }
    }

    /// The clause with each id as `ID`.
    pub(crate) fn tokens(&self) -> String {
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
    pub(crate) fn among(&self, found: &Captures<'_>, except: Vec<String>) -> Among {
        let whole = found.get(0).map_or(0..0, crate::grammar::patterns::Part::range);
        let head_end = found.name("rest").map_or(whole.end, crate::grammar::patterns::Part::start);
        let head = found.get(0).map_or("", |m| &m.as_str()[..head_end - whole.start]);
        let which = found.name("which").map_or("", |m| m.as_str());
        let ids = self.named.iter().filter(|name| {
            self.unit.text.get(name.range.clone()).is_some_and(|word| which.contains(word))
                && !except.contains(&name.id)
        });
        let ids: Vec<String> = ids.map(|name| name.id.clone()).collect();
        let count = several(head);
        // "Every issue rated critical or high" names them behind the noun.
        let rated = severities(which);
        let severities = severities(head);
        Among { severities: if severities.is_empty() { rated } else { severities }, ids, except, count }
    }

    /// Of some only: "reported by customers were closed".
    pub(crate) fn partly(&self, found: &Captures<'_>) -> bool {
        let partly = sentences().of("partly");
        let rest = found.name("rest").map_or("", |m| m.as_str());
        let in_place = rest.trim_start().to_lowercase().starts_with("in ");
        partly.matches(rest) && !in_place || found.name("which").is_some_and(|which| partly.matches(which.as_str()))
    }

    /// A number that counts: no part of an id, not about, no issue's own number.
    pub(crate) fn count(&self, found: &Captures<'_>, name: &str) -> Option<u32> {
        let all = sentences();
        let number = found.name(name)?;
        let place = self.at + number.start();
        let inside = self.named.iter().any(|named| named.range.contains(&place));
        let before = self.text.get(..number.start())?.trim_end();
        // "Not one issue remains open": none.
        if all.number(number.as_str()) == Some(1) && all.of("not-even").matches(before) {
            return Some(0);
        }
        let digits = number.as_str().starts_with(|c: char| c.is_ascii_digit());
        let listed = before.contains(|c: char| c.is_ascii_digit()) && all.of("joins-number").matches(before);
        let own = digits
            && (before.ends_with(['#', '-', '.', '/', '–', ',']) || all.of("numbers-one").matches(before) || listed);
        if inside || own || all.of("inexact").matches(&self.text[..number.start()]) {
            return None;
        }
        all.number(number.as_str())
    }

    /// Does an id stand in the clause?
    pub(crate) fn inside(&self, name: &Named) -> bool {
        name.range.start >= self.at && name.range.end <= self.at + self.text.len()
    }
}

/// A number above one among the first words: of how many it speaks.
pub(crate) fn several(text: &str) -> Option<u32> {
    words(text).iter().take(5).find_map(|word| sentences().number(&word.text).filter(|n| *n > 1 && *n < 1000))
}

/// Does a count hold for the whole period? "3 were reported by researchers" or "2 were open at its start" counts a part.
pub(crate) fn unbounded(rest: &str) -> bool {
    sentences().of("whole-period").matches(rest)
}
