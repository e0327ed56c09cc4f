//! What the rules look at: held reviews in order, their periods and coverage, the cadence, the documents that establish
//! something. Derived once from evidence, policy and date; pure.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::join::population;
use crate::judge::actions;
use crate::judge::actions::ActionGrounds;
use crate::judge::confirmed::{ConfirmationOutcome, Settled};
use crate::judge::held::{Held, held};
use crate::judge::review::{is_blank_template, review};
use crate::model::action::ActionResult;
use crate::model::evidence::{Evidence, FoundDocument};
use crate::model::issue::{Issue, Release, Resolution};
use crate::model::period;
use crate::model::period::{Period, State, Window};
use crate::model::policy::Policy;
use crate::model::report::{CadenceResult, Gap, Review};
use lookback_reading::{Constraint, Kind, Quote, Reading};

/// Everything a rule may look at.
pub struct Facts<'a> {
    /// What was collected, with what was confirmed in it.
    pub evidence: &'a Evidence,
    /// What became of the confirmations.
    pub confirmations: &'a [ConfirmationOutcome],
    /// What the team decided.
    pub policy: &'a Policy,
    /// The date judged for; its whole day in UTC counts.
    pub as_of: NaiveDate,
    /// Documents that present themselves as reviews, oldest first.
    pub reviews: Vec<Review>,
    /// Held reviews, oldest first.
    pub held: Vec<Held>,
    /// Documents that prescribe the periodic review (indexes).
    pub procedures: Vec<usize>,
    /// The shortest interval in months that a procedure in force states.
    pub interval: Option<u32>,
    /// The window in effect: the policy's, or a shorter interval that a procedure states.
    pub window: Window,
    /// When the clock of the first review started; `None`: nothing starts it.
    pub clock_start: Option<ClockStart>,
    /// When reviews were and will be due.
    pub cadence: CadenceResult,
    /// The improvement actions that held reviews decided, oldest first.
    pub actions: Vec<ActionResult>,
    /// The issues by id: rules look up every one of them.
    by_id: HashMap<&'a str, &'a Issue>,
}

/// What started the clock of the first review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClockStart {
    /// The day.
    pub date: NaiveDate,
    /// `release v1.0.0`, `cadence.start`, `first commit`.
    pub by: String,
}

impl<'a> Facts<'a> {
    /// Derives the facts.
    pub fn new(settled: &'a Settled<'_>, policy: &'a Policy, as_of: NaiveDate) -> Self {
        let (evidence, confirmations) = (settled.evidence.as_ref(), settled.outcomes.as_slice());
        let mut reviews: Vec<Review> = evidence
            .documents
            .iter()
            .enumerate()
            .filter(|(_, document)| document.reading.presents_review)
            .filter(|(_, document)| !is_blank_template(document))
            .map(|(index, document)| review(document, index, as_of, policy))
            .collect();
        reviews.sort_by(|a, b| (a.date_held, &a.path).cmp(&(b.date_held, &b.path)));

        let establishes = |document: &FoundDocument, constraint| met(&document.reading, constraint);
        let procedures: Vec<usize> = evidence
            .documents
            .iter()
            .enumerate()
            .filter(|(_, d)| d.reading.kind == Kind::Procedure && establishes(d, Constraint::ReviewEstablished))
            .filter(|(_, d)| in_force(&d.reading, as_of))
            .map(|(index, _)| index)
            .collect();
        let interval = procedures
            .iter()
            .filter_map(|index| evidence.documents[*index].reading.interval.as_ref())
            // "Annually" is what a calendar year makes exact.
            .filter(|interval| !(interval.yearly && policy.cadence.window == Window::CalendarYear))
            .map(|interval| interval.months)
            .filter(|months| *months > 0)
            .min();
        let window = policy.cadence.window.or_shorter(interval);
        let first_release = evidence.releases.iter().min_by_key(|release| release.date);
        let clock_start = clock_start(first_release, evidence.history.first.map(|first| first.date_naive()), policy);
        let held = held(evidence, &reviews);
        let cadence = cadence(&held, &window, clock_start.as_ref(), policy, as_of);
        let grounds = ActionGrounds { evidence, reviews: &reviews, held: &held, as_of };
        let actions = actions::actions(&grounds);
        Facts {
            evidence,
            confirmations,
            policy,
            as_of,
            reviews,
            held,
            procedures,
            interval,
            window,
            clock_start,
            cadence,
            actions,
            // Where an id stands twice the first one counts.
            by_id: evidence.issues.iter().rev().map(|issue| (issue.id.as_str(), issue)).collect(),
        }
    }

    /// The last held review.
    pub fn latest(&self) -> Option<&Held> {
        self.held.last()
    }

    /// Is it the last held review?
    pub(crate) fn is_latest(&self, held: &Held) -> bool {
        self.latest().is_some_and(|latest| latest.date == held.date)
    }

    /// The document of a review.
    pub fn document(&self, review: usize) -> &'a FoundDocument {
        &self.evidence.documents[self.reviews[review].document]
    }

    /// The documents of a held review.
    pub fn records<'b>(&'b self, held: &'b Held) -> impl Iterator<Item = &'a FoundDocument> + 'b {
        held.records(self.evidence, &self.reviews)
    }

    /// The issue with this id.
    pub fn issue(&self, id: &str) -> Option<&'a Issue> {
        self.by_id.get(id).copied()
    }

    /// The window that is open now: from the last cut-off (else the start of the clock) up to the date judged for.
    pub(crate) fn open_window(&self) -> Period {
        let from = match self.latest() {
            Some(held) => held.period.to.succ_opt(),
            None => None,
        };
        Period { from, to: self.as_of }
    }

    /// Why "there is no such document" cannot be said, if it cannot.
    pub fn unseen(&self) -> Option<String> {
        let (first, more) = self.evidence.unseen.split_first()?;
        let rest = if more.is_empty() { String::new() } else { format!(" (and {} more)", more.len()) };
        Some(format!("{first}{rest} could not be read and may say what is missed here"))
    }

    /// What could not be read of a review's records, or of what they attach, and may say what is missed there.
    pub(crate) fn unread_part(&self, held: &Held, constraint: Constraint) -> Option<String> {
        let mut limits = self.evidence.limits.iter().filter(|limit| limit.affects.contains(&constraint));
        let limit = limits.find(|limit| {
            self.records(held).any(|record| {
                limit
                    .what
                    .strip_suffix(&record.path)
                    .is_some_and(|rest| rest.is_empty() || rest.ends_with(", attached to "))
            })
        })?;
        Some(format!("{} could not be read in full and may say what is missed here: {}", limit.what, limit.why))
    }

    /// A review whose words leave open whether it was held, and that would be the last one.
    pub fn unsure(&self) -> Option<&Review> {
        let last = self.latest().map(|held| held.date);
        let open = self.reviews.iter().rev().filter(|review| review.counted.is_none());
        open.into_iter().find(|review| review.date_held.is_some_and(|date| last.is_none_or(|last| date > last)))
    }

    /// Why the want of a review cannot be judged, where one may have been held.
    pub(crate) fn unsure_why(&self) -> Option<String> {
        let review = self.unsure()?;
        let why = review.why_not.as_deref().unwrap_or("its words leave it open");
        Some(format!("{} may be a held review: {why}", review.path))
    }

    /// Is a review due that was not held, so that its absence is a fault and not merely the future?
    pub fn overdue(&self) -> bool {
        self.cadence.days_left.is_some_and(|left| left < 0)
    }

    /// Was no review held yet, and is the first one not due?
    pub(crate) fn first_is_ahead(&self) -> bool {
        self.held.is_empty() && self.cadence.days_left.is_some_and(|left| left >= 0)
    }

    /// Has a security defect of released software been known for a window or longer? Nobody can have had to analyse a younger one.
    pub(crate) fn has_defect_to_analyse(&self) -> bool {
        !self.evidence.releases.is_empty()
            && self.evidence.issues.iter().any(|issue| {
                let known = population::entered(issue).map(|at| at.date_naive());
                issue.deployed != Some(false)
                    && !matches!(issue.resolution, Resolution::NotAffected | Resolution::Duplicate)
                    && known.is_some_and(|day| self.window.due(day) < self.as_of)
            })
    }

    /// Does a record or a procedure stand for the analysis of deployed defects?
    pub(crate) fn has_analysis(&self) -> bool {
        !self.meeting(Constraint::DeployedDefectsAnalysed, &[Kind::Record, Kind::Procedure]).is_empty()
    }

    /// Does a document stand for anything? A record that presents a review and does not count as one proves nothing beside it.
    pub(crate) fn stands(&self, index: usize) -> bool {
        let reading = &self.evidence.documents[index].reading;
        !reading.presents_review
            || reading.kind == Kind::Procedure
            || self.reviews.iter().any(|review| review.document == index && review.counted == Some(true))
    }

    /// Is it open whether a document counts as a held review?
    pub(crate) fn is_doubted(&self, index: usize) -> bool {
        self.reviews.iter().any(|review| review.document == index && review.counted.is_none())
    }

    /// Documents (indexes) that meet a constraint and stand for it, of these kinds.
    pub fn meeting(&self, constraint: Constraint, kinds: &[Kind]) -> Vec<usize> {
        self.evidence
            .documents
            .iter()
            .enumerate()
            .filter(|(_, d)| kinds.contains(&d.reading.kind) && met(&d.reading, constraint))
            .filter(|(_, d)| d.reading.kind != Kind::Procedure || in_force(&d.reading, self.as_of))
            .map(|(index, _)| index)
            .filter(|index| self.stands(*index))
            .collect()
    }

    /// The day a document stands for: the date held, else the day of the commit that added it.
    pub(crate) fn day_of(&self, document: &FoundDocument) -> Option<NaiveDate> {
        document
            .reading
            .fields
            .date_held
            .as_ref()
            .map(|stated| stated.value)
            .or_else(|| document.history.as_ref().map(|history| history.added.authored.date_naive()))
    }
}

/// Is it in force on that day, as far as it says from when and until when?
pub(crate) fn in_force(reading: &Reading, as_of: NaiveDate) -> bool {
    reading.effective.as_ref().is_none_or(|effective| effective.value <= as_of)
        && reading.expires.as_ref().is_none_or(|expires| as_of <= expires.value)
}

/// Does the reading meet the constraint?
pub(crate) fn met(reading: &Reading, constraint: Constraint) -> bool {
    reading.constraints.get(&constraint).is_some_and(lookback_reading::Answered::met)
}

/// What starts the clock of the first review, of what is known.
pub(crate) fn clock_start(
    first_release: Option<&Release>,
    first_commit: Option<NaiveDate>,
    policy: &Policy,
) -> Option<ClockStart> {
    let release =
        first_release.map(|release| ClockStart { date: release.date, by: format!("release {}", release.tag) });
    let start = policy.cadence.start.map(|date| ClockStart { date, by: "cadence.start".to_owned() });
    match (release, start) {
        (Some(release), Some(start)) => Some(if start.date > release.date { start } else { release }),
        (release, start) => release.or(start).or_else(|| {
            let by = "the first commit (no release, no cadence.start)".to_owned();
            Some(ClockStart { date: first_commit?, by })
        }),
    }
}

fn cadence(
    held: &[Held],
    window: &Window,
    start: Option<&ClockStart>,
    policy: &Policy,
    as_of: NaiveDate,
) -> CadenceResult {
    let last_review = held.last().map(|held| held.date);
    let due = last_review.or(start.map(|start| start.date)).map(|date| window.due(date));
    let state = match (last_review, due) {
        (Some(_), Some(due)) => period::state(due, as_of, policy.cadence.notice_days),
        _ => State::Never,
    };
    let gaps = held
        .windows(2)
        .filter(|pair| pair[1].date > late_after(window, pair[0].date))
        .map(|pair| Gap { from: pair[0].date, to: pair[1].date, days: period::days_left(pair[1].date, pair[0].date) })
        .collect();
    CadenceResult {
        state,
        window: window.name(),
        last_review,
        due,
        days_left: due.map(|due| period::days_left(due, as_of)),
        gaps,
    }
}

/// The last day on which the next review leaves no gap. A calendar-year window still warns beyond twelve months.
fn late_after(window: &Window, held: NaiveDate) -> NaiveDate {
    match window {
        Window::CalendarYear => Window::Months(12).due(held),
        other => other.due(held),
    }
}

/// The quote of a constraint's answer, if there is one.
pub(crate) fn first_quote(reading: &Reading, constraint: Constraint) -> Option<&Quote> {
    reading.constraints.get(&constraint).and_then(|answer| answer.quotes.first())
}
