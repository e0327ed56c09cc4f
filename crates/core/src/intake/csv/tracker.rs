//! What the CSV exports of Jira and GitLab say beyond the common columns: comments, confidentiality, descriptions, and times
//! without a zone. Pure.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use csv::StringRecord;

use crate::intake::source::{IssueSource, add};
use crate::intake::{dates, words};
use crate::model::issue::{EventKind, Issue, Resolution};
use crate::model::limit::{Limit, LimitKind};
use lookback_reading::fold;

/// The columns of a tracker's own, by their plain names.
#[derive(Default)]
pub(crate) struct TrackerColumns {
    jira: bool,
    vulnerabilities: bool,
    comments: Vec<usize>,
    /// Who filed it: the account and the name.
    reporters: Vec<usize>,
    /// Columns that mark an issue as shown to some only.
    restricted: Vec<usize>,
    descriptions: Vec<usize>,
    /// Columns that mark an issue beside its labels.
    categories: Vec<usize>,
    /// Ids of all kinds that a finding goes by, those of the scanner's rules among them.
    identifiers: Vec<usize>,
    /// Was a time read that names no zone?
    zoneless: bool,
    /// The zone of such times, as the policy names it.
    zone: Option<Tz>,
}

impl TrackerColumns {
    /// From the plain names of a header, and the zone of times that name none.
    pub(crate) fn new(names: &[String], zone: Option<Tz>) -> Self {
        let has = |name: &str| names.iter().any(|own| own == name);
        let of = |wanted: &[&str]| -> Vec<usize> {
            names.iter().enumerate().filter(|(_, own)| wanted.contains(&own.as_str())).map(|(at, _)| at).collect()
        };
        let jira = has("issuekey") && (has("issuetype") || has("summary"));
        let gitlab = has("issueid") && has("confidential") && has("authorusername");
        let vulnerabilities = has("vulnerability") && has("detectedat");
        let mut tracker = TrackerColumns { jira, vulnerabilities, zone, ..TrackerColumns::default() };
        if jira {
            tracker.comments = of(&["comment", "comments"]);
            tracker.reporters = of(&["reporter", "reporterid"]);
            tracker.restricted = of(&["securitylevel"]);
        }
        if vulnerabilities {
            tracker.identifiers = of(&["otheridentifiers"]);
        }
        if gitlab {
            tracker.restricted = of(&["confidential"]);
        }
        if has("#") && has("tracker") {
            // Redmine.
            tracker.restricted = of(&["private", "privat"]);
            tracker.categories = of(&["category", "kategorie"]);
        }
        if jira || gitlab {
            tracker.descriptions = of(&["description"]);
        }
        tracker
    }

    /// The id that a bare number stands for.
    pub(crate) fn numbered(&self, number: &str) -> String {
        if self.vulnerabilities { format!("vulnerability {number}") } else { format!("#{number}") }
    }

    /// The published id of a finding that has no other name: one that goes by several of a kind is none of them.
    pub(crate) fn public_id(&self, record: &StringRecord) -> Option<String> {
        self.public_ids(record).into_iter().next()
    }

    /// A rule of a scanner finds many problems; what is published names one.
    fn public_ids(&self, record: &StringRecord) -> BTreeSet<String> {
        let cells = self.identifiers.iter().filter_map(|at| record.get(*at));
        words::title_ids(&cells.collect::<Vec<_>>().join(" "))
    }

    /// How a state disposes of an issue where the tracker means more by it than others do.
    pub(crate) fn resolution(&self, state: &str) -> Option<Resolution> {
        (self.vulnerabilities && state.eq_ignore_ascii_case("resolved")).then_some(Resolution::Fixed)
    }

    /// Remembers that a time names no zone. Dates alone need none.
    pub(crate) fn note_time(&mut self, text: &str) {
        let clock = text.split_once(':').map(|(_, clock)| clock);
        self.zoneless |= clock.is_some_and(|clock| !clock.contains(['+', '-', 'Z']) && !clock.contains("UTC"));
    }

    /// Confidentiality and the ids that a description states.
    pub(crate) fn describe(&self, record: &StringRecord, issue: &mut Issue) {
        let cells = |columns: &[usize]| columns.iter().filter_map(|at| record.get(*at)).collect::<Vec<_>>();
        issue.private |= self.vulnerabilities;
        issue.private |=
            cells(&self.restricted).iter().any(|text| words::filled(text) && words::yes_no(text) != Some(false));
        for text in cells(&self.descriptions) {
            issue.aliases.extend(words::body_ids(text));
        }
        issue.labels.extend(cells(&self.categories).into_iter().map(fold).filter(|label| words::filled(label)));
        issue.aliases.extend(self.public_ids(record));
        issue.aliases.remove(&issue.id);
    }

    /// The first comment by a person other than the reporter: Jira writes `date;account;text` into each cell.
    pub(crate) fn first_response(&self, record: &StringRecord, issue: &mut Issue) {
        let filled = |at: &usize| record.get(*at).map(str::trim).filter(|text| !text.is_empty());
        let reporters: Vec<&str> = self.reporters.iter().filter_map(filled).collect();
        if reporters.is_empty() {
            return;
        }
        let comment = |text: &str| -> Option<(DateTime<Utc>, String)> {
            let mut parts = text.splitn(3, ';');
            let (at, who) = (dates::parse(parts.next()?, self.zone).ok()?, parts.next()?.trim());
            parts.next().filter(|_| !who.is_empty() && !reporters.contains(&who)).map(|_| (at, who.to_owned()))
        };
        let first = self.comments.iter().filter_map(filled).filter_map(comment).min();
        add(
            issue,
            EventKind::FirstResponse,
            first.as_ref().map(|(at, _)| *at),
            first.as_ref().map(|(_, who)| who.as_str()),
            None,
        );
    }

    /// Jira writes times in the zone of the person who exports, and does not say which.
    pub(crate) fn limit(&self, source: &IssueSource<'_>) -> Option<Limit> {
        (self.jira && self.zoneless && self.zone.is_none()).then(|| Limit::new(LimitKind::IssueSource, format!("{}: the time zone", source.short), "Jira's CSV names none, so the times were read as UTC: what happened near midnight may count on a neighbouring day", "name it in lookback.toml (issues.time_zone = \"Europe/Berlin\"), or use Jira's JSON"))
    }
}
