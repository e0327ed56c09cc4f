//! Judgements given issue by issue: a table whose columns ask for an aspect and whose rows each name an issue and answer.

use crate::facts::judged::{ASPECTS, said_of};
use crate::facts::statements::Titles;
use crate::grammar::learned;
use crate::grammar::learned::Said;
use crate::grammar::lexicon::Lexicon;
use crate::grammar::patterns::sentences;
use crate::grammar::references;
use crate::grammar::references::Extra;
use crate::grammar::terms::Term;
use crate::grammar::units::joined;
use crate::value::document::{Document, Shape, Text};
use crate::value::reading::{Answer, Assessment};

/// Judgements by issue. A column with a row that does not answer judges nothing.
pub(crate) fn by_issue(doc: &Document, lexicon: &Lexicon, titles: &Titles, extra: &Extra) -> Vec<Assessment> {
    let mut out = Vec::new();
    for block in &doc.blocks {
        let Shape::Table { header, rows } = &block.shape else { continue };
        if titles.all(block.section).any(&[Term::ActionHeading, Term::FollowUp, Term::NotExamined])
            || rows.is_empty()
            || !rows.iter().all(|row| row.first().is_some_and(|cell| names_issue(cell, extra)))
        {
            continue;
        }
        for (at, head) in header.iter().enumerate().skip(1) {
            let marks = lexicon.marks(&head.text);
            let mut asked = ASPECTS
                .iter()
                .filter(|(_, subject, good, _)| marks.any(&[*subject, *good]))
                .map(|(aspect, ..)| *aspect);
            let quote = || doc.quote(joined(&rows[0]).1);
            if let (Some(aspect), None) = (asked.next(), asked.next())
                && let Some(favourable) = answers(rows, at)
            {
                out.push(Assessment { aspect, answer: Answer::Proven, favourable: Some(favourable), quote: quote() });
                continue;
            }
            for (aspect, ..) in ASPECTS.iter().filter(|(aspect, ..)| learned(&head.text, rows, at, said_of(*aspect))) {
                out.push(Assessment { aspect: *aspect, answer: Answer::Proven, favourable: None, quote: quote() });
            }
        }
    }
    out
}

/// Does every cell answer what its column asks in other words: "Verdict on speed | in time"?
fn learned(head: &str, rows: &[Vec<Text>], at: usize, said: Said) -> bool {
    let all = sentences();
    let answered = |row: &Vec<Text>| {
        row.get(at).is_some_and(|cell| {
            !all.of("answer-left").matches(&cell.text)
                && learned::scores(head.trim(), cell.text.trim()).answer(said) == Answer::Proven
        })
    };
    rows.iter().all(answered)
}

fn names_issue(cell: &Text, extra: &Extra) -> bool {
    !references::find(&cell.text, &[], extra).is_empty()
}

/// Are all answers of a column favourable? `None` where one is missing or none gives a reason.
fn answers(rows: &[Vec<Text>], at: usize) -> Option<bool> {
    let all = sentences();
    let mut favourable = true;
    let mut reasoned = false;
    for row in rows {
        let text = row.get(at)?.text.as_str();
        if !all.of("answer-cell").matches(text) || all.of("answer-left").matches(text) {
            return None;
        }
        favourable = favourable && !all.of("answer-cell-bad").matches(text);
        let told = |(other, cell): (usize, &Text)| other > 0 && other != at && all.of("outcome").matches(&cell.text);
        reasoned = reasoned || text.split_whitespace().count() > 2 || row.iter().enumerate().any(told);
    }
    reasoned.then_some(favourable)
}
