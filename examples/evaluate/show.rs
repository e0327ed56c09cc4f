//! What went wrong, document by document: dates, periods, references, confusions with the reader's reasons.

use std::collections::BTreeMap;

use lookback_reading::{Constraint, DateSource, Reader};

use crate::corpus::Labelled;
use crate::score::Case;

/// Prints wrong and missed dates, periods and references; returns how many dates are exact, wrong and missed.
pub fn dates(cases: &[Case]) -> (usize, usize, usize) {
    let (mut exact, mut wrong, mut missed) = (0, 0, 0);
    println!("\nReview dates");
    for (label, reading) in cases {
        let found = reading.fields.date_held.as_ref().map(|date| date.value.to_string());
        let stated = matches!(reading.fields.date_source, Some(DateSource::Stated | DateSource::StatedMonth));
        match (&label.review_date, found) {
            (Some(truth), Some(found)) if *truth == found => exact += 1,
            (Some(truth), Some(found)) => {
                wrong += 1;
                println!("  {:03} wrong: {found} ({:?}), labelled {truth}", label.id, reading.fields.date_source);
            }
            (Some(truth), None) => {
                missed += 1;
                println!("  {:03} missed: {truth}", label.id);
            }
            (None, Some(found)) if stated => println!(
                "  {:03} extra: {found}, {:?}",
                label.id,
                reading.fields.date_held.as_ref().map(|d| &d.quote.text)
            ),
            (None, _) => {}
        }
    }
    println!("  exact {exact}, wrong {wrong}, missed {missed}");
    for (label, reading) in cases {
        let from = reading.fields.period_from.as_ref().map(|d| d.value.to_string());
        let to = reading.fields.period_to.as_ref().map(|d| d.value.to_string());
        if (label.period_start.is_some() || label.period_end.is_some() || from.is_some() || to.is_some())
            && (from != label.period_start || to != label.period_end)
        {
            println!(
                "  {:03} period {from:?}..{to:?}, labelled {:?}..{:?}",
                label.id, label.period_start, label.period_end
            );
        }
        for id in &label.security_issue_ids {
            if reading.limits.is_empty()
                && !reading.references.iter().any(|reference| reference.id.eq_ignore_ascii_case(id))
            {
                println!("  {:03} reference {id} not found", label.id);
            }
        }
    }
    (exact, wrong, missed)
}

/// Prints every wrong answer with the label's and the reader's reason.
pub fn confusions(cases: &[Case]) {
    println!("\nConfusions (document: found / labelled; why)");
    for (label, reading) in cases {
        let mut wrong = Vec::new();
        if reading.content_match.is_proven() != label.answers_content_match {
            wrong.push(format!("match {}/{}", reading.content_match.is_proven(), label.answers_content_match));
        }
        if reading.kind != label.kind {
            wrong.push(format!("kind {} {}%/{}", reading.kind.word(), reading.confidence, label.kind.word()));
        }
        for constraint in Constraint::ALL {
            let found = reading.constraints.get(&constraint).is_some_and(lookback_reading::Answered::met);
            if label.constraint(constraint).is_some_and(|truth| truth != found) {
                wrong.push(format!("c{} {}", constraint as usize + 1, if found { "claimed" } else { "missed" }));
            }
        }
        if wrong.is_empty() {
            continue;
        }
        let why = reading
            .constraints
            .get(&Constraint::ProcessAssessed)
            .and_then(|answer| answer.why_not.clone())
            .unwrap_or_default();
        let mark = if label.ambiguous { "~" } else { " " };
        println!(
            "{mark} {:03} {}: {}\n      label: {}\n      reader: {why}{}",
            label.id,
            label.path,
            wrong.join(", "),
            label.why,
            reading.limits.iter().map(|l| format!("; {l}")).collect::<String>()
        );
    }
}

/// Prints the signs of every document.
pub fn signs(documents: &[Labelled]) {
    let reader = Reader::new(&[], &[]);
    for (label, bytes) in documents {
        let signs = reader.signs(&label.path, bytes).unwrap_or_default();
        let set: BTreeMap<_, _> = signs.into_iter().filter(|(_, value)| *value > 0.0).collect();
        let gaps = reader.read(&label.path, bytes).placeholders;
        let gaps: Vec<&str> = gaps.iter().take(6).map(|gap| gap.text.as_str()).collect();
        println!("{:03} {} {} {set:?}; gaps {gaps:?}", label.id, label.kind.word(), label.answers_content_match);
    }
}
