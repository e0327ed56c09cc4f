//! Words that come near to what is asked and do not say it: nobody is accused, nothing is passed.

use crate::judge::confirmed::ConfirmationOutcome;
use crate::judge::facts::Facts;
use crate::judge::held::Held;
use crate::judge::rule::{Example, Outcome, Rule, RuleCheck};
use crate::judge::rules::conclusion_contradicted::data::{Refuted, refuted};
use crate::judge::unclear;
use crate::judge::unclear::{FILLED, PRODUCT, Unclear};
use crate::model::confirmation::{ConfirmedFact, ConfirmedValue};
use crate::model::finding::{Finding, Level};
use lookback_reading::{ClaimKind, Constraint, Quote, listed, shorten};

/// The rule.
pub static RULE: Rule = Rule {
    id: "wording-unclear",
    constraint: None,
    level: Level::Note,
    title: "the words leave open what is asked",
    why: "What a text only comes near to must neither pass nor be called missing; a labelled line settles it.",
    remedy: "Say it on a line of its own in a form that is read for certain. Where the document cannot be changed, somebody confirms it: `lookback confirm PATH --by NAME`.",
    form: "Status: approved",
    calendar: false,
    good: "\"Status: approved\", or an approval with name and date; \"Efficiency: efficient. The targets were met.\"",
    bad: "\"Status: green\" in the head of the record or of the procedure; \"Efficiency: a few words were said on it.\"",
    example: Example::Told,
    check: RuleCheck::Facts(check),
};

fn check(facts: &Facts) -> Outcome {
    let claimed = facts.latest().into_iter().flat_map(|held| claims(facts, held));
    let open = unclear::all(facts).into_iter().chain(claimed).map(|open| {
        let path = &open.document.path;
        let mut remedy = match open.form {
            FILLED => format!("Fill in what is left open: {}.", places(&open.document.reading.placeholders)),
            form => format!("Write it on a line of its own: `{}`.", form.replace('\n', "`, `")),
        };
        if open.form == PRODUCT {
            "Write the product in the record as the configuration does, or name it in a [[subject]] where it is yours."
                .clone_into(&mut remedy);
        } else if open.facet != Some(CLAIMS) {
            // A claim is settled by what the record says, not by what somebody says of it.
            remedy += &format!(
                " Where the document cannot be changed, somebody confirms it: `lookback confirm {path} --by NAME`."
            );
        }
        let finding = RULE.finding(path, open.message).on(open.constraint).form(open.form).remedy(remedy);
        let finding = finding.in_file(open.document).at_some(open.document, open.quote);
        match open.facet {
            Some(facet) => finding.facet(facet),
            None => finding,
        }
    });
    let confirmed = facts.confirmations.iter().map(|outcome| confirmed(facts, outcome));
    open.into_iter().chain(confirmed).collect::<Vec<_>>().into()
}

/// Places with their lines: "`[Name]` (line 9) and 2 more".
fn places(gaps: &[Quote]) -> String {
    let place = |gap: &Quote| format!("`{}` (line {})", shorten(&gap.text.replace('`', "'"), 60), gap.line);
    listed(&gaps.iter().map(place).collect::<Vec<_>>(), 5)
}

/// What is read for certain as the issues left open.
const OPEN: &str = "Open at the cut-off: #14";
/// What is read for certain as a time to the fix.
const TIMES: &str = "The longest time to the fix was 55 days.";

/// The point of a claim.
const CLAIMS: &str = "claims";

/// What comes near to a claim that the data refute.
fn claims<'a>(facts: &Facts<'a>, held: &Held) -> Vec<Unclear<'a>> {
    let open = |Refuted { record, claim, data }: Refuted<'a>| {
        let words = shorten(&claim.quote.text, 120);
        let time = matches!(
            claim.kind,
            ClaimKind::WithinTargets | ClaimKind::MeanDays(_) | ClaimKind::LongestDays(_) | ClaimKind::WithinDays(_)
        );
        Unclear {
            constraint: Constraint::ProcessAssessed,
            document: record,
            facet: Some(CLAIMS),
            message: format!("Whether \"{words}\" claims what the data refute cannot be told: {data}."),
            quote: Some(&claim.quote),
            form: if time { TIMES } else { OPEN },
        }
    };
    refuted(facts, held, true).into_iter().map(open).collect()
}

/// A confirmation is somebody's claim: it is shown beside what it settles, and where it settles nothing.
fn confirmed(facts: &Facts, outcome: &ConfirmationOutcome) -> Finding {
    let confirmation = &outcome.confirmation;
    let (path, who, fact) = (&confirmation.path, confirmation.signed(), confirmation.fact);
    let (message, remedy) = match &outcome.settles {
        Ok(()) => {
            let said = match confirmation.value {
                ConfirmedValue::Yes => "confirms that it does".to_owned(),
                ConfirmedValue::No => "says that it does not".to_owned(),
                ConfirmedValue::Day(day) => format!("says {day}"),
            };
            let message = format!("{path} leaves open {}; {who} {said}.", question(fact));
            (message, "Nothing is to be done; a labelled line in the document would say it for certain.".to_owned())
        }
        Err(why) if outcome.is_stale() => (
            format!("What {who} confirmed ({} of {path}) no longer holds: {why}.", fact.word()),
            format!("Look at the document again: `lookback confirm {path}`."),
        ),
        Err(why) => (
            format!("What {who} confirmed ({} of {path}) settles nothing: {why}.", fact.word()),
            format!("See what is open: `lookback confirm {path}`."),
        ),
    };
    let finding = RULE.finding(path, message).remedy(remedy).facet(fact.word()).on(fact.constraint());

    match facts.evidence.documents.iter().find(|document| document.path == *path && !outcome.is_stale()) {
        Some(document) => finding
            .in_file(document)
            .at_some(document, outcome.quote.as_ref())
            .related("confirmed here".to_owned(), Some(outcome.location())),
        None => Finding { location: Some(outcome.location()), ..finding },
    }
}

/// What is open, as it is asked.
fn question(fact: ConfirmedFact) -> &'static str {
    match fact {
        ConfirmedFact::Held => "whether it reports a review that was held",
        ConfirmedFact::DateHeld => "on which day the review was held",
        ConfirmedFact::Examined => "whether the issues that it names were examined",
        ConfirmedFact::Completeness => "whether it judges completeness",
        ConfirmedFact::Efficiency => "whether it judges efficiency",
        ConfirmedFact::Resolution => "whether it judges resolution",
        ConfirmedFact::Established => "whether it establishes the periodic review",
        ConfirmedFact::Improved => "whether it establishes improvement",
        ConfirmedFact::Analysed => "whether it analyses security defects of deployed software",
    }
}

#[cfg(test)]
mod tests {
    use crate::judge::testing::*;
    use lookback_reading::{Answer, Answered, Quote};

    #[test]
    fn an_unclear_review_neither_counts_nor_is_missed() {
        let world = Scene::new().record("2024-03-14").record_with("2025-03-10", |mut reading| {
            let words = vec![Quote::at(4, 1, "Status: green")];
            reading.0.held = Answered::not(Answer::Unsure, words, "its status says neither");
            reading
        });
        assert_eq!(world.held(), ["2024-03-14"]);
        assert_eq!(world.fired("2025-03-12", "wording-unclear").len(), 1);
        assert!(world.fired("2025-03-20", "review-overdue").is_empty());
        assert!(world.not_assessed("2025-03-20", "review-overdue"), "undetermined");
        // A later review that was held makes it history.
        let world = world.record("2025-04-01");
        assert!(world.fired("2025-05-01", "wording-unclear").is_empty());
    }

    #[test]
    fn what_comes_near_to_a_false_claim_is_asked_about() {
        use crate::model::issue::EventKind::{Closed, Opened};
        use lookback_reading::ClaimKind;
        let world = |near: ClaimKind, exact: &[ClaimKind]| {
            Scene::new()
                .issue("#3", &[("2025-01-10", Opened), ("2025-02-10", Closed)])
                .issue("#14", &[("2025-01-10", Opened)])
                .record_with("2025-03-14", |reading| {
                    let mut reading = reading.names("#3").names("#14").claims(near);
                    reading.0.claims[0].near = true;
                    exact.iter().fold(reading, |reading, kind| reading.claims(*kind))
                })
        };
        let doubtful = world(ClaimKind::AllResolved, &[]);
        assert!(doubtful.fired("2025-07-01", "conclusion-contradicted").is_empty(), "nobody is accused");
        assert!(doubtful.not_assessed("2025-07-01", "conclusion-contradicted"), "nothing is passed");
        let found = doubtful.fired("2025-07-01", "wording-unclear");
        assert!(found.iter().any(|finding| finding.message.contains("#14")), "{found:?}");
        assert!(!found[0].remedy.contains("lookback confirm"), "nobody can confirm what the data refute");
        let said = world(ClaimKind::AllResolved, &[ClaimKind::Open(1)]);
        assert!(!said.not_assessed("2025-07-01", "conclusion-contradicted"), "another sentence says how it is");
        let agrees = world(ClaimKind::Open(1), &[]);
        assert!(agrees.fired("2025-07-01", "wording-unclear").is_empty());
    }
}
