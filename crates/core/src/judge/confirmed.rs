//! What people confirmed, put in the place of what a document leaves open. What it denies stays denied, what it says stays said.

use std::borrow::Cow;
use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::judge::logs::unrolled;
use crate::model::confirmation::{CONFIRMATIONS, Confirmation, ConfirmedFact, ConfirmedValue};
use crate::model::evidence::{Evidence, FoundDocument};
use crate::model::limit::Limit;
use lookback_reading::{
    Answer, Answered, Aspect, Assessment, Constraint, DateSource, DeclaredAs, Location, Quote, Reading, Stated,
    one_based,
};

/// Evidence in which confirmations have settled what was open, and what became of each.
pub struct Settled<'e> {
    /// The evidence.
    pub evidence: Cow<'e, Evidence>,
    /// What became of the confirmations, in the order of the file.
    pub outcomes: Vec<ConfirmationOutcome>,
}

/// What became of a confirmation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfirmationOutcome {
    /// Which.
    pub confirmation: Confirmation,
    /// Does it settle what the document leaves open? Else why not.
    pub settles: Result<(), Unsettled>,
    /// The document's words that left it open.
    pub quote: Option<Quote>,
}

/// Why a confirmation settles nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsettled {
    /// It is younger than the day judged for.
    #[error("its date lies after {0}")]
    Later(NaiveDate),
    /// The document went.
    #[error("there is no such document any more")]
    Gone,
    /// The document is another one by now.
    #[error("the document has changed since")]
    Changed,
    /// The document says that it was not so.
    #[error("the document denies it, and no confirmation settles a denial")]
    Denied,
    /// There is nothing to settle.
    #[error("nothing of it is open")]
    NotOpen,
    /// Only a pull request adds it; its commit's author.
    #[error("the pull request adds it (commit of {0}); it counts once that is merged")]
    Proposed(String),
}

impl ConfirmationOutcome {
    /// Is it void because the document changed or went?
    pub(crate) fn is_stale(&self) -> bool {
        matches!(self.settles, Err(Unsettled::Gone | Unsettled::Changed))
    }

    /// Where it is written down.
    pub fn location(&self) -> Location {
        Location { line: Some(one_based(self.confirmation.line)), ..Location::file(CONFIRMATIONS) }
    }
}

/// Something that a document leaves open and a person can settle.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenPoint {
    /// What is open.
    pub fact: ConfirmedFact,
    /// The nearest words.
    pub quotes: Vec<Quote>,
    /// Why it is open, as far as the reading says.
    pub why: Option<String>,
}

impl<'e> Settled<'e> {
    /// Settles what was confirmed up to a day.
    pub fn new(evidence: &'e Evidence, as_of: NaiveDate) -> Settled<'e> {
        let mut settled = Settled { evidence: Cow::Borrowed(evidence), outcomes: Vec::new() };
        settled.confirm(evidence, as_of);
        if let Some(documents) = unrolled(&settled.evidence.documents) {
            settled.evidence.to_mut().documents = documents;
        }
        settled
    }

    fn confirm(&mut self, evidence: &'e Evidence, as_of: NaiveDate) {
        let paths = evidence.documents.iter().enumerate().map(|(index, document)| (document.path.as_str(), index));
        let places: BTreeMap<&str, usize> = paths.collect();
        for confirmation in &evidence.confirmations {
            self.take(confirmation, places.get(confirmation.path.as_str()).copied(), as_of);
        }
        // What somebody confirmed anew is not missed in its old form.
        let of = |one: &'e Confirmation| ((one.path.as_str(), one.fact), one.line);
        let newest: BTreeMap<(&str, ConfirmedFact), usize> = evidence.confirmations.iter().map(of).collect();
        self.outcomes.retain(|outcome| {
            let own = &outcome.confirmation;
            !outcome.is_stale() || newest.get(&(own.path.as_str(), own.fact)) == Some(&own.line)
        });
    }

    fn take(&mut self, confirmation: &Confirmation, index: Option<usize>, as_of: NaiveDate) {
        let mut outcome = ConfirmationOutcome { confirmation: confirmation.clone(), settles: Ok(()), quote: None };
        let found = index.map(|index| &self.evidence.documents[index]);
        match found {
            _ if confirmation.on > as_of => outcome.settles = Err(Unsettled::Later(as_of)),
            None => outcome.settles = Err(Unsettled::Gone),
            Some(document) if document.blob.as_deref() != Some(&confirmation.blob) => {
                outcome.settles = Err(Unsettled::Changed);
            }
            Some(document) => {
                let point = points(&document.reading).into_iter().find(|point| point.fact == confirmation.fact);
                outcome.quote = point.as_ref().and_then(|point| point.quotes.first().cloned());
                outcome.settles = match (&confirmation.proposed_by, point) {
                    (_, None) if denies(&document.reading, confirmation.fact) => Err(Unsettled::Denied),
                    (_, None) => Err(Unsettled::NotOpen),
                    (Some(author), Some(_)) => Err(Unsettled::Proposed(author.clone())),
                    (None, Some(_)) => Ok(()),
                };
            }
        }
        if let (Ok(()), Some(index)) = (&outcome.settles, index) {
            let evidence = self.evidence.to_mut();
            let document = &mut evidence.documents[index];
            let lines = document.reading.limits.clone();
            settle(&mut document.reading, confirmation);
            lift(&evidence.documents[index], &lines, &mut evidence.limits, &mut evidence.unseen);
        }
        self.outcomes.push(outcome);
    }
}

/// What a reading leaves open and a person can settle.
pub fn points(reading: &Reading) -> Vec<OpenPoint> {
    let mut out = Vec::new();
    let mut add = |fact, quotes: &[Quote], why: Option<&String>| {
        out.push(OpenPoint { fact, quotes: quotes.to_vec(), why: why.cloned() });
    };
    let fields = &reading.fields;
    let foreign = reading.foreign().is_some();
    let review = reading.presents_review;
    if reading.held.answer == Answer::Unsure {
        add(ConfirmedFact::Held, &reading.held.quotes, reading.held.why_not.as_ref());
    }
    if review && fields.date_held.is_none() && (foreign || fields.ambiguous_date.is_some()) {
        add(ConfirmedFact::DateHeld, fields.ambiguous_date.as_slice(), None);
    }
    for aspect in Aspect::ALL {
        let of: Vec<&Assessment> = reading.assessments.iter().filter(|found| found.aspect == aspect).collect();
        let answer = |answer: Answer| of.iter().find(|found| found.answer == answer);
        if answer(Answer::Proven).is_some() || answer(Answer::Denied).is_some() {
            continue;
        }
        if let Some(near) = answer(Answer::Unsure) {
            add(ConfirmedFact::judges(aspect), std::slice::from_ref(&near.quote), None);
        } else if foreign && declared_review(reading) {
            add(ConfirmedFact::judges(aspect), &[], None);
        }
    }
    for (fact, constraint) in ANSWERS {
        let Some(answered) = reading.constraints.get(&constraint) else { continue };
        // Whether a record establishes the review follows from its being held.
        let follows = fact == ConfirmedFact::Established && declared_review(reading);
        if answered.answer == Answer::Unsure && !follows {
            add(fact, &answered.quotes, answered.why_not.as_ref());
        } else if fact == ConfirmedFact::Examined {
            let doubts: Vec<Quote> =
                reading.references.iter().filter_map(|reference| reference.doubt.clone()).take(3).collect();
            if !doubts.is_empty() {
                add(fact, &doubts, None);
            }
        }
    }
    out
}

/// Facts that are the answer on a constraint itself.
const ANSWERS: [(ConfirmedFact, Constraint); 4] = [
    (ConfirmedFact::Examined, Constraint::IssuesExamined),
    (ConfirmedFact::Established, Constraint::ReviewEstablished),
    (ConfirmedFact::Improved, Constraint::ImprovementEstablished),
    (ConfirmedFact::Analysed, Constraint::DeployedDefectsAnalysed),
];

fn declared_review(reading: &Reading) -> bool {
    reading.declared.as_ref().is_some_and(|declared| declared.is == DeclaredAs::Review)
}

/// Does the document say that it was not so?
fn denies(reading: &Reading, fact: ConfirmedFact) -> bool {
    let aspect = |found: &Assessment| ConfirmedFact::judges(found.aspect) == fact && found.answer == Answer::Denied;
    let constraint = |(own, constraint): &(ConfirmedFact, Constraint)| {
        *own == fact && reading.constraints.get(constraint).is_some_and(|answered| answered.answer == Answer::Denied)
    };
    fact == ConfirmedFact::Held && reading.held.answer == Answer::Denied
        || reading.assessments.iter().any(aspect)
        || ANSWERS.iter().any(constraint)
}

/// Puts what is confirmed in the place of what is open; the caller has seen that it is open.
fn settle(reading: &mut Reading, confirmation: &Confirmation) {
    let said = match confirmation.value {
        ConfirmedValue::No => Answer::Denied,
        ConfirmedValue::Yes | ConfirmedValue::Day(_) => Answer::Proven,
    };
    let answer = |answered: &mut Answered| {
        if answered.answer == Answer::Unsure {
            answered.answer = said;
            answered.why_not = None;
        }
    };
    let words = || {
        let title = reading.fields.title.as_ref().map(|title| title.quote.clone());
        let mut quote = title.unwrap_or_else(|| Quote::at(1, 1, ""));
        if let Some(copied) = &confirmation.quote {
            quote.text.clone_from(copied);
        }
        quote
    };
    match (confirmation.fact, confirmation.value) {
        (ConfirmedFact::DateHeld, ConfirmedValue::Day(value)) => {
            let quote = reading.fields.ambiguous_date.take().unwrap_or_else(words);
            reading.fields.date_held = Some(Stated { value, quote });
            reading.fields.date_source = Some(DateSource::Stated);
        }
        (ConfirmedFact::Held, _) => {
            answer(&mut reading.held);
            for constraint in [Constraint::HeldAnnually, Constraint::ReviewEstablished] {
                reading.constraints.entry(constraint).and_modify(answer);
            }
        }
        (fact, _) => {
            if let Some((_, constraint)) = ANSWERS.iter().find(|(own, _)| *own == fact) {
                reading.constraints.entry(*constraint).and_modify(answer);
            }
            if fact == ConfirmedFact::Examined {
                for reference in reading.references.iter_mut().filter(|reference| reference.doubt.is_some()) {
                    reference.doubt = None;
                    reference.examined = Some(said == Answer::Proven);
                }
            }
            if let Some(aspect) = Aspect::ALL.into_iter().find(|aspect| ConfirmedFact::judges(*aspect) == fact) {
                let quote = words();
                judge(reading, aspect, said, quote);
            }
        }
    }
}

/// Puts a judgement on an aspect in the place of what only comes near to one.
fn judge(reading: &mut Reading, aspect: Aspect, said: Answer, quote: Quote) {
    let mut near = reading.assessments.iter_mut().filter(|found| found.aspect == aspect).peekable();
    if near.peek().is_none() {
        reading.assessments.push(Assessment { aspect, answer: said, favourable: None, quote });
    } else {
        near.for_each(|found| found.answer = said);
    }
    let proven = |aspect: &Aspect| {
        reading.assessments.iter().any(|found| found.aspect == *aspect && found.answer == Answer::Proven)
    };
    if Aspect::ALL.iter().all(proven)
        && let Some(answered) = reading.constraints.get_mut(&Constraint::ProcessAssessed)
        && answered.answer == Answer::Unsure
    {
        *answered = Answered::proven(std::mem::take(&mut answered.quotes));
    }
}

/// What a document in another language leaves open stops the constraints that are still open in it, and no other.
fn lift(document: &FoundDocument, unread: &[String], limits: &mut [Limit], unseen: &mut Vec<String>) {
    if document.reading.foreign().is_none() || document.reading.declared.is_none() {
        return;
    }
    let open = |constraint: &Constraint| {
        document.reading.constraints.get(constraint).is_some_and(|answered| answered.answer == Answer::Unsure)
    };
    let own = limits.iter_mut().filter(|limit| limit.what == document.path && unread.contains(&limit.why));
    let mut left = false;
    for limit in own {
        limit.affects.retain(open);
        limit.unseen &= !limit.affects.is_empty();
        left |= limit.unseen;
    }
    if !left {
        unseen.retain(|path| *path != document.path);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use strum::VariantArray as _;

    use super::*;
    use crate::judge::testing::Scene;
    use crate::judge::verdict::judge;
    use crate::model::report::Report;

    const PATH: &str = "docs/reviews/security-review-2025-03-10.md";

    fn confirmation(fact: ConfirmedFact, value: ConfirmedValue) -> Confirmation {
        Confirmation {
            path: PATH.to_owned(),
            blob: "b10b".to_owned(),
            fact,
            value,
            by: "Jane Doe, QA".to_owned(),
            on: "2025-03-20".parse().unwrap(),
            quote: None,
            line: 4,
            proposed_by: None,
        }
    }

    /// A world whose one record leaves open whether it was held and whether efficiency is judged.
    fn world(confirmations: Vec<Confirmation>) -> Scene {
        let mut world =
            Scene::new().release("v1.0.0", "2023-01-10").procedure(Some(12)).record_with("2025-03-10", |mut draft| {
                let words = vec![Quote::at(4, 1, "Status: green")];
                draft.0.held = Answered::not(Answer::Unsure, words, "its status says neither");
                draft.0.assessments[1].answer = Answer::Unsure;
                draft
            });
        world.evidence.documents[1].blob = Some("b10b".to_owned());
        world.evidence.confirmations = confirmations;
        world
    }

    fn report(world: &Scene) -> Report {
        judge(&world.evidence, &world.policy, "2025-06-01".parse().unwrap(), false)
    }

    fn told(report: &Report) -> Vec<&str> {
        let own = report.findings.iter().filter(|finding| finding.rule == "wording-unclear");
        own.map(|finding| finding.message.as_str()).collect()
    }

    #[test]
    fn what_is_confirmed_counts_and_is_shown_as_somebodys_claim() {
        let both = [ConfirmedFact::Held, ConfirmedFact::Efficiency].map(|fact| confirmation(fact, ConfirmedValue::Yes));
        let open = report(&world(vec![]));
        assert_eq!(open.reviews[0].counted, None);
        let settled = report(&world(both.to_vec()));
        assert_eq!(settled.reviews[0].counted, Some(true));
        assert!(settled.findings.iter().all(|finding| finding.rule != "assessment-missing"));
        assert_eq!(
            told(&settled),
            [
                "docs/reviews/security-review-2025-03-10.md leaves open whether it judges efficiency; \
                 Jane Doe, QA on 2025-03-20 confirms that it does.",
                "docs/reviews/security-review-2025-03-10.md leaves open whether it reports a review that was held; \
                 Jane Doe, QA on 2025-03-20 confirms that it does.",
            ]
        );
        let by = settled.documents[1].confirmed_by.as_deref();
        assert_eq!(by, Some("Jane Doe, QA on 2025-03-20 (held), Jane Doe, QA on 2025-03-20 (efficiency)"));
        assert_eq!(open.documents[1].confirmed_by, None);
        assert!(settled.documents[1].why.contains("confirmed by Jane Doe, QA"), "{}", settled.documents[1].why);
    }

    #[test]
    fn who_says_no_is_heard_too() {
        let settled = report(&world(vec![confirmation(ConfirmedFact::Held, ConfirmedValue::No)]));
        assert_eq!(settled.reviews[0].counted, Some(false));
        assert!(settled.findings.iter().any(|finding| finding.rule == "review-never-held"));
    }

    #[test]
    fn a_changed_document_voids_it_and_says_so() {
        let yes = confirmation(ConfirmedFact::Held, ConfirmedValue::Yes);
        let mut changed = world(vec![yes.clone()]);
        changed.evidence.documents[1].blob = Some("0ther".to_owned());
        let found = report(&changed);
        assert_eq!(found.reviews[0].counted, None);
        assert!(told(&found).iter().any(|message| message.contains("no longer holds: the document has changed since")));
        // Once it is confirmed anew, the old one is history.
        let anew = Confirmation { blob: "0ther".to_owned(), line: 14, ..yes };
        changed.evidence.confirmations.push(anew);
        let found = report(&changed);
        assert_eq!(found.reviews[0].counted, Some(true));
        assert!(!told(&found).iter().any(|message| message.contains("no longer holds")));
        changed.evidence.documents.remove(1);
        assert!(told(&report(&changed)).iter().any(|message| message.contains("there is no such document any more")));
    }

    #[test]
    fn what_a_pull_request_adds_waits_for_the_merge_and_a_later_day_for_its_day() {
        let yes = confirmation(ConfirmedFact::Held, ConfirmedValue::Yes);
        let proposed = Confirmation { proposed_by: Some("A. Weber <a@example.org>".to_owned()), ..yes.clone() };
        let found = report(&world(vec![proposed]));
        assert_eq!(found.reviews[0].counted, None);
        assert!(told(&found).iter().any(|message| message.contains("commit of A. Weber <a@example.org>")));
        let later = Confirmation { on: "2025-07-01".parse().unwrap(), ..yes };
        assert_eq!(report(&world(vec![later])).reviews[0].counted, None);
    }

    #[test]
    fn the_limit_of_a_language_lifts_as_far_as_it_is_confirmed() {
        let all = Aspect::ALL.map(ConfirmedFact::judges);
        let yes = |facts: &[ConfirmedFact]| facts.iter().map(|fact| confirmation(*fact, ConfirmedValue::Yes)).collect();
        let french = |confirmations: Vec<Confirmation>| {
            let mut world = world(confirmations);
            let reading = &mut world.evidence.documents[1].reading;
            reading.language = Some("fr".to_owned());
            reading.limits = vec!["not judged".to_owned()];
            reading.assessments.clear();
            let at = Location::file(PATH);
            reading.declared = Some(lookback_reading::Declaration { is: DeclaredAs::Review, at });
            let open = [Constraint::IssuesExamined, Constraint::ProcessAssessed, Constraint::HeldAnnually];
            for constraint in open {
                let unsure = Answered::not(Answer::Unsure, Vec::new(), "not read");
                reading.constraints.insert(constraint, unsure);
            }
            world.evidence.limits.push(Limit {
                what: PATH.to_owned(),
                why: "not judged".to_owned(),
                remedy: String::new(),
                affects: open.to_vec(),
                kind: crate::model::limit::LimitKind::Document,
                unseen: true,
            });
            world.evidence.unseen.push(PATH.to_owned());
            report(&world)
        };
        let affects = |report: &Report| report.limits[0].affects.clone();
        assert_eq!(
            affects(&french(yes(&[ConfirmedFact::Held]))),
            [Constraint::IssuesExamined, Constraint::ProcessAssessed]
        );
        assert_eq!(affects(&french(yes(&all))), [Constraint::IssuesExamined, Constraint::HeldAnnually]);
        let whole = [&all[..], &[ConfirmedFact::Held, ConfirmedFact::Examined]].concat();
        let settled = french(yes(&whole));
        assert!(affects(&settled).is_empty() && !settled.limits[0].unseen);
        assert!(settled.constraints.iter().all(|result| result.not_assessed.is_empty()));
    }

    fn answers() -> impl Strategy<Value = Answer> {
        prop_oneof![Just(Answer::Absent), Just(Answer::Denied), Just(Answer::Unsure), Just(Answer::Proven)]
    }

    proptest! {
        #[test]
        fn confirming_never_turns_a_denial_or_a_silence_into_a_proof(
            held in answers(),
            constraints in proptest::array::uniform6(answers()),
            aspects in proptest::collection::vec((0usize..3, answers()), 0..6),
        ) {
            let mut world = world(vec![]);
            let reading = &mut world.evidence.documents[1].reading;
            reading.held = Answered { answer: held, ..Answered::default() };
            for (constraint, answer) in Constraint::ALL.into_iter().zip(constraints) {
                reading.constraints.insert(constraint, Answered { answer, ..Answered::default() });
            }
            reading.assessments = aspects
                .iter()
                .map(|(n, answer)| Assessment {
                    aspect: Aspect::ALL[*n], answer: *answer, favourable: None, quote: Quote::at(1, 1, "words"),
                })
                .collect();
            let before = reading.clone();
            let every = ConfirmedFact::VARIANTS.iter().filter(|fact| **fact != ConfirmedFact::DateHeld);
            world.evidence.confirmations = every.map(|fact| confirmation(*fact, ConfirmedValue::Yes)).collect();
            let settled = Settled::new(&world.evidence, "2025-06-01".parse().unwrap());
            let after = &settled.evidence.documents[1].reading;
            let fair = |before: Answer, after: Answer| before == Answer::Unsure || before == after;
            prop_assert!(fair(before.held.answer, after.held.answer));
            for constraint in Constraint::ALL {
                prop_assert!(fair(before.constraints[&constraint].answer, after.constraints[&constraint].answer));
            }
            prop_assert_eq!(before.assessments.len(), after.assessments.len());
            for aspect in Aspect::ALL {
                let of = |reading: &Reading, answer| {
                    reading.assessments.iter().filter(|one| one.aspect == aspect && one.answer == answer).count()
                };
                prop_assert_eq!(of(&before, Answer::Denied), of(after, Answer::Denied));
                if of(&before, Answer::Denied) > 0 {
                    prop_assert_eq!(of(&before, Answer::Proven), of(after, Answer::Proven));
                }
            }
        }
    }
}
