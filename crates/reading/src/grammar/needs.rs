//! What a sentence pattern needs: words of which a text has to hold some before the pattern can stand in it. Told when the crate is
//! built, for the gate.

use std::collections::BTreeSet;
use std::rc::Rc;

use regex_syntax::hir::{Class, Hir, HirKind};
use regex_syntax::{ParserBuilder, hir};

/// Words of which one has to stand in a text. Groups of words stand in hundreds of patterns: the words and the clauses are shared.
pub(crate) type Clause = Rc<BTreeSet<Rc<str>>>;

/// How many clauses are kept of a pattern: the best ones.
const KEPT: usize = 4;

/// A class of more characters than this tells nothing.
const CHARACTERS: usize = 10;

/// What a match needs: a word of every clause. No clause: it may match anything.
pub(crate) type Needs = Vec<Clause>;

/// What a pattern needs, told by its syntax. `group` says what a character that stands for a group of words needs.
///
/// # Errors
///
/// What is wrong with the pattern.
pub(crate) fn needs(pattern: &str, group: &dyn Fn(char) -> Option<Needs>) -> Result<Needs, String> {
    let mut parser = ParserBuilder::new().utf8(false).nest_limit(200).build();
    let hir = parser.parse(pattern).map_err(|error| error.to_string())?;
    Ok(of(&hir, group))
}

fn of(hir: &Hir, group: &dyn Fn(char) -> Option<Needs>) -> Needs {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => Needs::new(),
        HirKind::Literal(hir::Literal(bytes)) => {
            str::from_utf8(bytes).map_or_else(|_| Needs::new(), |text| literal(text, group))
        }
        HirKind::Class(class) => characters(class)
            .map(|signs| either(signs.iter().map(|sign| literal(sign.encode_utf8(&mut [0; 4]), group))))
            .unwrap_or_default(),
        HirKind::Repetition(repetition) if repetition.min == 0 => Needs::new(),
        HirKind::Repetition(repetition) => of(&repetition.sub, group),
        HirKind::Capture(capture) => of(&capture.sub, group),
        HirKind::Concat(parts) => best(parts.iter().flat_map(|part| of(part, group)).collect()),
        HirKind::Alternation(branches) => either(branches.iter().map(|branch| of(branch, group))),
    }
}

/// The words of a literal: what lies between characters that stand for groups, and what these need.
fn literal(text: &str, group: &dyn Fn(char) -> Option<Needs>) -> Needs {
    let mut needs = Needs::new();
    let mut word = String::new();
    for sign in text.chars() {
        if let Some(own) = group(sign) {
            needs.push(clause(&std::mem::take(&mut word)));
            needs.extend(own);
        } else {
            word.push(sign);
        }
    }
    needs.push(clause(&word));
    best(needs)
}

/// One word alone.
fn clause(word: &str) -> Clause {
    Rc::new(BTreeSet::from([word.into()]))
}

fn characters(class: &Class) -> Option<Vec<char>> {
    let mut signs = Vec::new();
    let Class::Unicode(class) = class else { return None };
    for range in class.ranges() {
        for sign in range.start()..=range.end() {
            signs.push(sign);
            if signs.len() > CHARACTERS {
                return None;
            }
        }
    }
    Some(signs)
}

/// What one of several needs: of each a clause, the best of all together, then the next ones.
fn either(branches: impl Iterator<Item = Needs>) -> Needs {
    let branches: Vec<Needs> = branches.collect();
    if branches.is_empty() || branches.iter().any(Vec::is_empty) {
        return Needs::new();
    }
    // Beyond the clauses that the richest branch has, all would be said again.
    let ranks = branches.iter().map(Vec::len).max().unwrap_or(0).min(KEPT);
    let words = |rank: usize| branches.iter().flat_map(move |needs| needs[rank.min(needs.len() - 1)].iter().cloned());
    best((0..ranks).map(|rank| Rc::new(words(rank).collect())).collect())
}

/// The clauses that tell most: long words, and few of them. A single letter tells nothing, a digit does.
fn best(mut clauses: Vec<Clause>) -> Needs {
    fn shortest(clause: &Clause) -> usize {
        let length =
            |word: &Rc<str>| if word.bytes().all(|byte| byte.is_ascii_digit()) { word.len() * 3 } else { word.len() };
        clause.iter().map(length).min().unwrap_or(0)
    }
    clauses.retain(|clause| shortest(clause) >= 2);
    clauses.sort_by_key(|clause| (usize::MAX - shortest(clause).min(4), clause.len()));
    clauses.dedup();
    clauses.truncate(KEPT);
    clauses
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(pattern: &str) -> Vec<Vec<String>> {
        let group =
            |sign| (sign == '\u{e000}').then(|| vec![Rc::new(BTreeSet::from(["issue".into(), "defect".into()]))]);
        let needs = needs(pattern, &group).unwrap_or_else(|error| panic!("{error}"));
        needs.into_iter().map(|clause| clause.iter().map(ToString::to_string).collect()).collect()
    }

    #[test]
    fn a_match_needs_a_word_of_every_part() {
        assert_eq!(told(r"\bheld\b"), [["held"]]);
        assert_eq!(told(r"\b(?:was|got) (?:ever )?held\b"), [vec!["held"], vec!["got", "was"]]);
        assert_eq!(told("\u{e000}s? (?:of|in) \u{e000}"), [vec!["defect", "issue"], vec!["in", "of"]]);
        assert_eq!(told(r"(?:no|not)\bheld|never\bcame"), [vec!["held", "never"], vec!["came", "no", "not"]]);
    }

    #[test]
    fn what_may_stand_for_anything_needs_nothing() {
        for pattern in [r"\w+ \w*", "held|[a-z]+", "(?:held)?", "[^.]{0,30}", "a|b"] {
            assert_eq!(told(pattern), Vec::<Vec<String>>::new(), "{pattern}");
        }
    }
}
