//! What every reader of issue files shares: the file and its policy, the gaps and mistakes that it finds, the events of an issue.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use chrono::{DateTime, NaiveDate, Utc};

use crate::model::issue::{Event, EventKind, Issue, Resolution};
use crate::model::limit::{Limit, LimitKind};
use crate::model::policy::Policy;
pub use crate::model::sources::HISTORY;
use lookback_reading::{Constraint, count, shorten};

use crate::intake::words;

/// How our reminder issue begins: it is no issue of the product.
pub const REMINDER_MARK: &str = "<!-- lookback:reminder ";
/// Larger issue files are refused, in bytes.
pub const MAX_BYTES: u64 = 256 * 1024 * 1024;
/// Mistakes that are listed one by one before the rest is counted.
pub(crate) const MOST_MISTAKES: usize = 20;
/// Issues that a limit names before the rest is counted.
pub(crate) const MOST_NAMED: usize = 10;

/// What an issue file says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SourceRead {
    /// Its security issues, in the order of the file.
    pub issues: Vec<Issue>,
    /// Its other issues, in the order of the file: id, other ids and events alone. An action may name one.
    pub others: Vec<Issue>,
    /// What it does not say.
    pub limits: Vec<Limit>,
}

impl SourceRead {
    /// Keeps of an issue that is no security issue what tells its state.
    pub(crate) fn set_aside(&mut self, issue: Issue) {
        let Issue { id, aliases, sources, private, from_own_file, mut events, .. } = issue;
        for event in &mut events {
            (event.actor, event.note) = (None, None);
        }
        events.shrink_to_fit();
        self.others.push(Issue { aliases, sources, events, private, from_own_file, ..Issue::new(id, "") });
    }
}

/// Why an issue file could not be read. The file's name, the place and what to do stand in the message.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IssueFileError {
    /// Too large.
    #[error("{name}: {bytes} bytes are more than the {} MiB that an issue file may have; export fewer issues or split the file", MAX_BYTES >> 20)]
    TooLarge {
        /// File name.
        name: String,
        /// Its size.
        bytes: u64,
    },
    /// Neither JSON nor CSV, or not in UTF-8.
    #[error("{name}: {why}; {remedy}")]
    Unreadable {
        /// File name.
        name: String,
        /// What is wrong.
        why: String,
        /// What to do.
        remedy: &'static str,
    },
    /// Not JSON.
    #[error("{name}: line {line}, column {column}: {why}; this is no valid JSON, export it again")]
    Json {
        /// File name.
        name: String,
        /// 1-based line.
        line: usize,
        /// 1-based column.
        column: usize,
        /// What is wrong.
        why: String,
    },
    /// JSON of no format that is understood.
    #[error("{name}: JSON with {found} is of no format that is understood; these are: {known}; also CSV")]
    Unrecognised {
        /// File name.
        name: String,
        /// The fields of its first object.
        found: String,
        /// The formats that are understood.
        known: String,
    },
    /// Cells or rows that cannot be understood, all of them up to a bound; each line names row and column.
    #[error("{}", lines(.problems, *.more))]
    Rows {
        /// One line each, with file, row and column.
        problems: Vec<String>,
        /// Problems beyond those listed.
        more: usize,
    },
}

pub(crate) fn lines(problems: &[String], more: usize) -> String {
    let mut text = problems.join("\n");
    if more > 0 {
        let _ = write!(text, "\n… and {more} more");
    }
    text
}

/// The file being read and the policy that says which of its rows are security issues.
pub(crate) struct IssueSource<'a> {
    /// As given, for messages.
    pub name: &'a str,
    /// As kept in `sources`.
    pub short: &'a str,
    pub policy: &'a Policy,
}

impl IssueSource<'_> {
    /// An issue of this source about which nothing is known yet.
    pub(crate) fn issue(&self, id: String) -> Issue {
        Issue::new(id, self.short)
    }

    /// How a resolution or reason disposes of an issue: the team's own words first, then the common ones.
    pub(crate) fn resolution(&self, text: &str) -> Resolution {
        let own = self.policy.issues.resolutions.iter().find(|(name, _)| words::same(name, text));
        own.map_or_else(|| words::resolution_cell(text), |(_, kind)| *kind)
    }

    /// Does a state mean closed? The team's own words only.
    pub(crate) fn own_state(&self, text: &str) -> Option<bool> {
        self.policy.issues.states.iter().find(|(name, _)| words::same(name, text)).map(|(_, closed)| *closed)
    }

    /// The same: the team's own words first, then the common ones.
    pub(crate) fn closed(&self, text: &str) -> Option<bool> {
        self.own_state(text).or_else(|| words::closed_word(text))
    }

    /// A limit about some issues of this file, or none when there are no such issues.
    pub(crate) fn limit(
        &self,
        ids: &[String],
        what: &str,
        why: &str,
        remedy: &str,
        affects: &[Constraint],
    ) -> Option<Limit> {
        let named = ids.iter().take(MOST_NAMED).map(|id| shorten(id, 100)).collect::<Vec<_>>().join(", ");
        let rest = ids.len().saturating_sub(MOST_NAMED);
        let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
        (!ids.is_empty()).then(|| {
            Limit::new(
                LimitKind::IssueSource,
                format!("{}: {what} of {} ({named}{more})", self.short, count(ids.len(), "issue")),
                why.to_owned(),
                remedy.to_owned(),
            )
            .affecting(affects)
        })
    }
}

/// What dates a row was found to lack, by issue id.
#[derive(Default)]
pub(crate) struct Gaps {
    /// The row that is being read, for those who look it up.
    pub place: String,
    /// Closed before they were opened, with both dates.
    pub contradicted: Vec<String>,
    /// By a word of a state column that nobody knows.
    pub unknown_states: BTreeMap<String, Vec<String>>,
    pub opened_from_other: Vec<String>,
    pub no_date: Vec<String>,
    pub closed_from_other: Vec<String>,
    pub closed_from_publication: Vec<String>,
    pub closed_unknown: Vec<String>,
    pub closed_but_open: Vec<String>,
    /// For some of the products that the file is about.
    pub closed_in_part: Vec<String>,
    /// About products alone that are not ours.
    pub of_others: Vec<String>,
}

impl Gaps {
    pub(crate) fn limits(&self, source: &IssueSource<'_>) -> Vec<Limit> {
        use Constraint::{IssuesExamined, ProcessAssessed};
        let states = self.unknown_states.iter().map(|(state, ids)| {
            source.limit(
                ids,
                &format!("the state \"{}\"", printable(state)),
                "nobody says whether it means open or closed; the issue counted as closed while it had a resolution or a date of closing",
                "name it in [issues.states], for example `\"In test\" = \"open\"`",
                &[IssuesExamined, ProcessAssessed],
            )
        });
        [
            source.limit(
                &self.contradicted,
                "a closing before the opening",
                "the dates contradict one another; the closing is not counted, so the issue is open",
                "correct the dates in the tracker or in the file",
                &[IssuesExamined, ProcessAssessed],
            ),
            source.limit(
                &self.no_date,
                "no date at all",
                "without a date nobody can tell in which period the issue was managed",
                "export the date of opening (createdAt, or a column `opened`)",
                &[IssuesExamined],
            ),
            source.limit(
                &self.opened_from_other,
                "no date of opening",
                "the earliest other date stands in for it, so the issue may have been known earlier",
                "export the date of opening (createdAt, or a column `opened`)",
                &[],
            ),
            source.limit(
                &self.closed_unknown,
                "no date of closing",
                "the state says closed, and nobody says since when: the issue counts as open in every balance, and no claim is held against it",
                "export the date of closing (closedAt, or a column `closed`)",
                &[IssuesExamined, ProcessAssessed],
            ),
            source.limit(
                &self.closed_from_other,
                "no date of closing",
                "the state says closed; the date of the last change stands in for it",
                "export the date of closing (closedAt)",
                &[],
            ),
            source.limit(
                &self.closed_from_publication,
                "no date of closing",
                "it has a fix, and the date of its publication stands in for it",
                "name the date in another source, such as the tracker or a CSV list",
                &[],
            ),
            source.limit(
                &self.closed_in_part,
                "a closing for some products of several",
                "the file is about more products than it closes the issue for, and nobody says which of them is yours",
                "give the file of your product alone",
                &[IssuesExamined, ProcessAssessed],
            ),
            source.limit(
                &self.of_others,
                "products that are not yours",
                "no `product`, `purl`, `cpe` or `name` of a [[subject]] names a product that they are about, so they are not counted",
                "name the product in a [[subject]] where one of them is yours",
                &[],
            ),
            source.limit(
                &self.closed_but_open,
                "a date of closing, but an open state",
                "the state is believed: the issue counts as open",
                "correct the state or the date in the tracker",
                &[],
            ),
        ]
        .into_iter()
        .chain(states)
        .flatten()
        .collect()
    }
}

impl Gaps {
    pub(crate) fn extend(&mut self, other: Gaps) {
        self.contradicted.extend(other.contradicted);
        for (state, ids) in other.unknown_states {
            self.unknown_states.entry(state).or_default().extend(ids);
        }
        self.opened_from_other.extend(other.opened_from_other);
        self.no_date.extend(other.no_date);
        self.closed_from_other.extend(other.closed_from_other);
        self.closed_from_publication.extend(other.closed_from_publication);
        self.closed_unknown.extend(other.closed_unknown);
        self.closed_but_open.extend(other.closed_but_open);
        self.closed_in_part.extend(other.closed_in_part);
        self.of_others.extend(other.of_others);
    }
}

/// Mistakes of a file; all are counted, the first ones kept.
#[derive(Default)]
pub(crate) struct Problems {
    pub kept: Vec<String>,
    pub more: usize,
}

impl Problems {
    pub(crate) fn wrong(&mut self, problem: String) {
        if self.kept.len() < MOST_MISTAKES {
            self.kept.push(problem);
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn count(&self) -> usize {
        self.kept.len() + self.more
    }

    /// What is odd costs itself while others are sound: a limit. A file without one that is sound is refused.
    pub(crate) fn limit(self, source: &IssueSource<'_>, sound: usize) -> Result<Option<Limit>, IssueFileError> {
        let mistakes = self.count();
        if mistakes > 0 && sound == 0 {
            return Err(IssueFileError::Rows { problems: self.kept, more: self.more });
        }
        let own = |line: &String| line.trim_start_matches(source.name).trim_start_matches(": ").to_owned();
        let why = lines(&self.kept.iter().map(own).collect::<Vec<_>>(), self.more).replace('\n', "; ");
        Ok((mistakes > 0).then(|| {
            Limit::new(
                LimitKind::IssueSource,
                format!("{}: {} that cannot be read", source.short, count(mistakes, "place")),
                why,
                "correct them in the file or export it again",
            )
            .affecting(&Constraint::OF_ISSUES)
        }))
    }
}

/// A file without a row says nothing: it may be the export of an empty view.
pub(crate) fn empty(source: &IssueSource<'_>) -> Limit {
    Limit::new(
        LimitKind::IssueSource,
        format!("{}: any issue", source.short),
        "the file holds none, open or closed; an export of the wrong view looks the same",
        "export all states and the whole time; where there is truly none, ask the tracker itself ([[tracker]])",
    )
    .affecting(&Constraint::OF_ISSUES)
}

/// Events after a day: nobody can know of them then.
pub fn ahead(name: &str, read: &SourceRead, day: NaiveDate, policy: &Policy) -> Option<Limit> {
    let name = printable(name);
    let late = |issue: &Issue| {
        let event = issue.events.iter().find(|event| event.at.date_naive() > day)?;
        Some(format!("{}: {:?} {}", issue.id, event.kind, event.at.format("%Y-%m-%d")))
    };
    IssueSource { name: &name, short: short_name(&name), policy }.limit(
        &read.issues.iter().filter_map(late).collect::<Vec<_>>(),
        "a date in the future",
        "what has not happened yet is not counted, so the issue may be in another state",
        "correct the date in the tracker or in the file",
        &[Constraint::IssuesExamined, Constraint::ProcessAssessed],
    )
}

/// Worth knowing: the file has rows, but none of them is a security issue.
pub(crate) fn none_security(source: &IssueSource<'_>, rows: usize, issues: &[Issue]) -> Option<Limit> {
    (rows > 0 && issues.is_empty()).then(|| {
        Limit::new(
            LimitKind::IssueSource,
            format!("{}: security issues among {}", source.short, count(rows, "row")),
            "no label, title or id marks one of them as a security issue",
            "if there are some, name their labels in [issues] labels",
        )
    })
}

/// Adds an event when the time is known.
pub(crate) fn add(
    issue: &mut Issue,
    kind: EventKind,
    at: Option<DateTime<Utc>>,
    actor: Option<&str>,
    note: Option<String>,
) {
    if let Some(at) = at {
        issue.events.push(Event { at, kind, actor: actor.map(str::to_owned), note });
    }
}

/// The note of an opening that no source states: the first date that is known stands in for it.
pub(crate) const STAND_IN: &str = "first-known-date";

/// Without an opening, the earliest other date stands in for it; then puts the events in order.
pub(crate) fn settle(issue: &mut Issue, gaps: &mut Gaps) {
    if !issue.events.iter().any(|event| event.kind == EventKind::Opened) {
        match issue.events.iter().map(|event| event.at).min() {
            Some(first) => {
                add(issue, EventKind::Opened, Some(first), None, Some(STAND_IN.to_owned()));
                gaps.opened_from_other.push(issue.id.clone());
            }
            None => gaps.no_date.push(issue.id.clone()),
        }
    }
    // It says closed; when, only others may tell.
    issue.undated = gaps.closed_unknown.last() == Some(&issue.id);
    issue.untold |= issue.undated;
    issue.state_unknown = gaps.unknown_states.values().any(|ids| ids.last() == Some(&issue.id));
    let opened = issue.events.iter().filter(|event| event.kind == EventKind::Opened).map(|event| event.at).min();
    for event in issue.events.iter_mut().filter(|event| event.kind == EventKind::Closed) {
        let Some(opened) = opened.filter(|opened| event.at < *opened) else { continue };
        if event.at.date_naive() == opened.date_naive() {
            // A day without a time beside a moment: closed on the day of the opening.
            event.at = opened;
        } else {
            let day = |at: DateTime<Utc>| at.format("%Y-%m-%d");
            let place = if gaps.place.is_empty() { String::new() } else { format!(", {}", gaps.place) };
            gaps.contradicted.push(format!("{}{place}: closed {}, opened {}", issue.id, day(event.at), day(opened)));
        }
    }
    issue.events.sort();
}

/// The last part of a path.
pub(crate) fn short_name(name: &str) -> &str {
    name.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or(name)
}

/// Words of a hostile file, safe and short enough for a message.
pub(crate) fn printable(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars().take(400) {
        if matches!(c, '\'' | '"' | '\\') {
            plain.push(c);
        } else {
            plain.extend(c.escape_debug());
        }
    }
    shorten(&plain, 200)
}
