//! The examples of the rule table are read and judged: what it says passes, passes, and what it says fires, fires.

use crate::selftest::texts::{ExampleRecord, second};
use lookback_core::judge::rules::review_procedure_missing;
use lookback_core::judge::{Draft, Scene};
use lookback_core::judge::{Example, Rule};
use lookback_core::model::EventKind::{Closed, Opened};
use lookback_core::model::{FoundDocument, Resolution};
use lookback_reading::Reader;

/// The texts in quotes.
fn quoted(example: &str) -> Vec<&str> {
    example.split('"').skip(1).step_by(2).collect()
}

/// The dates.
fn dates(example: &str) -> Vec<&str> {
    let parts = example.split(|c: char| !c.is_ascii_digit() && c != '-').map(|part| part.trim_matches('-'));
    parts.filter(|part| part.parse::<chrono::NaiveDate>().is_ok()).collect()
}

/// What stands behind the first colon.
fn value(words: &str) -> &str {
    words.split_once(':').map_or(words, |(_, value)| value.trim())
}

fn reading(record: &ExampleRecord) -> Draft {
    Draft(Reader::new(&[], &[]).read("docs/reviews/security-review-2026.md", record.text().as_bytes()))
}

/// A world with one record, judged while it is current, that manages and names #3 in deployed software.
fn reviewed(record: &ExampleRecord) -> Scene {
    let mut world = Scene::new().issue("#3", &[("2025-05-05", Opened), ("2025-05-25", Closed)]).procedure(Some(12));
    world.evidence.issues[0].deployed = Some(true);
    world.evidence.issues[0].resolution = Resolution::Fixed;
    world.record_with("2026-01-09", |_| reading(record))
}

/// Does the rule fire, or the stronger one that stands where the reader takes a procedure without any interval for none?
fn fires_in(world: &Scene, rule: &Rule) -> bool {
    let fired = |rule: &str| !world.fired("2026-02-01", rule).is_empty();
    fired(rule.id) || rule.example == Example::Interval && fired(review_procedure_missing::RULE.id)
}

/// Does the rule fire on words of its example, put where they belong?
fn on_words(rule: &Rule, words: &'static str, bad: bool) -> Option<bool> {
    let record = match rule.example {
        Example::ActionRow => {
            let row = format!("| A2 | {} | {} open |", words, if words.contains('|') { " |" } else { " | | |" });
            ExampleRecord { actions: row.leak(), ..second() }
        }
        Example::Analysis => {
            let words = words.replace("#12", "#3 was found in deployed software");
            ExampleRecord { analysis: words.leak(), ..second() }
        }
        Example::DateHeld => ExampleRecord { held: value(words), ..second() },
        Example::Approval => ExampleRecord { approved_by: value(words), ..second() },
        Example::StatusOrApproval if words.starts_with("Status") => ExampleRecord { status: value(words), ..second() },
        Example::StatusOrApproval => ExampleRecord { approved_by: value(words), ..second() },
        Example::Conclusion => ExampleRecord { resolution: words, ..second() },
        Example::FollowUp => ExampleRecord { follow_up: words, ..second() },
        _ => return None,
    };
    let mut world = reviewed(&record);
    if rule.example == Example::Conclusion && bad {
        world = world.issue("#14", &[("2025-06-01", Opened)]);
    }
    if rule.example == Example::FollowUp {
        let earlier =
            ExampleRecord { held: "2025-01-10", period: "2024-01-10 to 2025-01-08", ..crate::selftest::texts::first() };
        world = world.record_with("2025-01-10", |_| reading(&earlier));
        world.evidence.documents.last_mut().unwrap().path = "docs/reviews/security-review-2025.md".to_owned();
    }
    Some(fires_in(&world, rule))
}

/// The procedure with this sentence on how often.
fn procedure(words: &str) -> FoundDocument {
    let sentence =
        if words.starts_with("The ") { words.to_owned() } else { format!("The review takes place {words}.") };
    let text = crate::selftest::texts::PROCEDURE
        .replace(" at least annually. The review shall examine", &format!(". {sentence} The review shall examine"));
    let reading = Reader::new(&[], &[]).read("docs/security-review-procedure.md", text.as_bytes());
    FoundDocument {
        path: "docs/security-review-procedure.md".to_owned(),
        path_signal: true,
        blob: None,
        reading,
        history: None,
    }
}

/// Does the rule fire on the dates of its example?
fn on_dates(rule: &Rule, dates: &[&str], example: &str) -> Option<bool> {
    let fired = |world: Scene, as_of: &str| Some(!world.fired(as_of, rule.id).is_empty());
    match (rule.example, dates) {
        (Example::LastAndJudged, [last, judged]) => fired(Scene::new().record(last), judged),
        (Example::TwoReviews, [first, second]) => fired(Scene::new().record(first).record(second), second),
        (Example::HeldAndCommitted, [held, committed]) => {
            fired(Scene::new().record(held).committed(committed), "2025-06-01")
        }
        (Example::HeldAndCommitted, [held, committed, rest @ ..]) => {
            let first = on_dates(rule, &[held, committed], example)?;
            Some(first && on_dates(rule, rest, example)?)
        }
        (Example::ApprovedAndChanged, [approved, changed @ ..]) => {
            let mut world = Scene::new().record_with("2025-03-14", |mut draft| {
                draft.0.fields.approved_on = Some(lookback_reading::Stated {
                    value: approved.parse().unwrap(),
                    quote: lookback_reading::Quote::at(6, 1, *approved),
                });
                draft
            });
            for day in changed {
                world = world.changed(day);
            }
            fired(world, "2025-09-01")
        }
        (Example::ExpiryAndJudged, [expires, judged]) => {
            fired(Scene::new().waive(review_procedure_missing::RULE.id, "*", expires), judged)
        }
        (Example::Periods, [from, to, cutoff]) => {
            let world = Scene::new().record_with(cutoff, |draft| draft.period("2023-03-15", cutoff));
            fired(world.record_with("2025-03-20", |draft| draft.period(from, to)), "2025-04-01")
        }
        (Example::Periods, [from, cutoff]) => on_dates(rule, &[from, "2025-03-14", cutoff], example),
        (Example::DaysLeft, []) => {
            let days: i64 = example.split(' ').find_map(|word| word.parse().ok())?;
            let due: chrono::NaiveDate = "2026-03-14".parse().unwrap();
            fired(Scene::new().record("2025-03-14"), &(due - chrono::Days::new(days.unsigned_abs())).to_string())
        }
        (Example::Ids, []) => {
            let ids: Vec<&str> = example.split([' ', ',']).filter(|word| word.starts_with('#')).collect();
            let names = example.contains("stand in the record");
            let mut world = Scene::new();
            for id in &ids {
                world = world.issue(id, &[("2025-01-10", Opened), ("2025-02-10", Closed)]);
            }
            let record = |draft: Draft| ids.iter().fold(draft, |draft, id| if names { draft.names(id) } else { draft });
            fired(world.record_with("2025-03-14", record), "2025-04-01")
        }
        _ => None,
    }
}

/// How the rule answers to all of an example; `None` where the example holds nothing to be judged.
fn answers(rule: &Rule, example: &'static str, bad: bool) -> Vec<bool> {
    let by_dates = on_dates(rule, &dates(example), example);
    let mut found: Vec<bool> = by_dates.into_iter().collect();
    if rule.example == Example::Interval {
        for words in quoted(example) {
            let mut world = Scene::new().record("2025-06-01");
            world.evidence.documents.push(procedure(words));
            found.push(fires_in(&world, rule));
        }
        return found;
    }
    found.extend(quoted(example).into_iter().filter_map(|words| on_words(rule, words, bad)));
    // Examples that say that something is missing.
    if found.is_empty() {
        let left_out = if bad && rule.example == Example::Approval { "Approved by: –" } else { "" };
        let whole = !bad && rule.example == Example::StatusOrApproval;
        if whole {
            found.push(fires_in(&reviewed(&second()), rule));
        } else {
            found.extend(on_words(rule, left_out, bad));
        }
    }
    found
}

#[test]
fn good_examples_pass_and_bad_ones_fire() {
    for rule in lookback_core::judge::RULES {
        let (good, bad) = (answers(rule, rule.good, false), answers(rule, rule.bad, true));
        if good.is_empty() && bad.is_empty() {
            assert_eq!(rule.example, Example::Told, "{}: its examples are not judged", rule.id);
            continue;
        }
        assert!(
            !good.is_empty() && good.iter().all(|fired| !fired),
            "{}: the good example fires: {}",
            rule.id,
            rule.good
        );
        assert!(!bad.is_empty() && bad.iter().all(|fired| *fired), "{}: the bad example passes: {}", rule.id, rule.bad);
    }
}
