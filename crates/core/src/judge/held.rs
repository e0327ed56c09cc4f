//! The held reviews in order, their periods, and which issues each examined. Pure.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::join::population;
use crate::model::evidence::{Evidence, FoundDocument};
use crate::model::issue::Issue;
use crate::model::period::Period;
use crate::model::report::{Coverage, Review};
use lookback_reading::{DateSource, Reading};

/// One held review: one or more records (a translation, an export) of the same day.
pub struct Held {
    /// Date held.
    pub date: NaiveDate,
    /// Its period: from the day after the previous cut-off (else as stated) to the cut-off.
    pub period: Period,
    /// Indexes into `Facts::reviews`.
    pub records: Vec<usize>,
    /// Did it examine the issues of its period?
    pub coverage: Coverage,
}

impl Held {
    /// Its documents.
    pub(crate) fn records<'b, 'a: 'b>(
        &'b self,
        evidence: &'a Evidence,
        reviews: &'b [Review],
    ) -> impl Iterator<Item = &'a FoundDocument> + 'b {
        self.records.iter().map(|review| &evidence.documents[reviews[*review].document])
    }
}

/// The held reviews, oldest first.
pub(crate) fn held(evidence: &Evidence, reviews: &[Review]) -> Vec<Held> {
    let mut by_date: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
    for (index, review) in reviews.iter().enumerate().filter(|(_, review)| review.counted == Some(true)) {
        if let Some(date) = review.date_held {
            by_date.entry(date).or_default().push(index);
        }
    }
    let mut out: Vec<Held> = Vec::new();
    for (date, records) in by_date {
        // The latest cut-off that a record of the day states counts, but no review can look beyond its own day.
        let stated = records
            .iter()
            .filter(|r| reviews[**r].period_stated)
            .filter_map(|r| reviews[*r].period)
            .max_by_key(|p| p.to);
        let month_only = records.iter().any(|r| reviews[*r].date_source == Some(DateSource::StatedMonth));
        let to = stated.map_or(date, |period| if month_only { period.to } else { period.to.min(date) });
        let from = match out.last() {
            Some(previous) => previous.period.to.succ_opt(),
            None => stated.and_then(|period| period.from),
        };
        let period = Period { from: from.map(|from| from.min(to)), to };
        let coverage = coverage(evidence, reviews, &records, period);
        out.push(Held { date, period, records, coverage });
    }
    out
}

fn coverage(evidence: &Evidence, reviews: &[Review], records: &[usize], period: Period) -> Coverage {
    let mut named = NamedIssues::default();
    for record in records {
        named.add(&evidence.documents[reviews[*record].document].reading, &evidence.subject.repository);
    }
    let managed: Vec<&Issue> = evidence.issues.iter().filter(|issue| population::managed(issue, period)).collect();
    let ids = |of: &dyn Fn(&Issue) -> bool| -> Vec<String> {
        managed.iter().filter(|issue| of(issue)).map(|issue| issue.id.clone()).collect()
    };
    let unsure = ids(&|issue| !named.names(issue) && named.doubts(issue));
    let missing = ids(&|issue| !named.names(issue) && !named.doubts(issue));
    Coverage {
        period,
        record: records.first().map(|record| reviews[*record].path.clone()).unwrap_or_default(),
        managed: managed.len(),
        examined: managed.len() - missing.len() - unsure.len(),
        missing,
        unsure,
        balance: population::balance(&evidence.issues, period),
    }
}

/// The ids that records name as examined, in normal form.
#[derive(Default)]
pub(crate) struct NamedIssues {
    ids: BTreeSet<String>,
    commits: BTreeSet<String>,
    /// Ids of which it stays open whether they were examined.
    doubted: BTreeSet<String>,
    repository: String,
}

impl NamedIssues {
    /// Adds what a record names as examined. `#12` means an issue of the record's own repository.
    pub(crate) fn add(&mut self, reading: &Reading, repository: &str) {
        repository.clone_into(&mut self.repository);
        // What the record itself says of an issue goes before an attached list.
        let own = |examined: Option<bool>| {
            let own = reading.references.iter().filter(move |r| r.attachment.is_none() && r.examined == examined);
            own.map(|reference| normal(&reference.id, repository)).collect::<BTreeSet<String>>()
        };
        let (left_out, looked_at, doubted) = (own(Some(false)), own(Some(true)), own(None));
        let open = |id: &str| (left_out.contains(id) || doubted.contains(id)) && !looked_at.contains(id);
        for reference in reading.references.iter().filter(|reference| reference.examined == Some(true)) {
            if reference.attachment.is_some() && open(&normal(&reference.id, repository)) {
                continue;
            }
            if is_commit(&reference.id) {
                self.commits.insert(reference.id.to_lowercase());
            }
            self.ids.insert(normal(&reference.id, repository));
        }
        self.doubted.extend(doubted.difference(&left_out).cloned());
    }

    /// Adds ids as a record writes them.
    pub(crate) fn add_ids(&mut self, ids: &[String], repository: &str) {
        repository.clone_into(&mut self.repository);
        self.ids.extend(ids.iter().map(|id| normal(id, repository)));
    }

    /// Is the issue named, by its id, an alias, its URL or (where it has no other name) the commit that fixes it?
    pub(crate) fn names(&self, issue: &Issue) -> bool {
        if self.has(&self.ids, issue) {
            return true;
        }
        issue.id.strip_prefix("commit ").is_some_and(|_| {
            issue.fix_commits.iter().any(|fix| self.commits.iter().any(|named| fix.starts_with(named.as_str())))
        })
    }
}

impl NamedIssues {
    /// Do the words leave open whether the issue was examined?
    pub(crate) fn doubts(&self, issue: &Issue) -> bool {
        self.has(&self.doubted, issue)
    }

    fn has(&self, ids: &BTreeSet<String>, issue: &Issue) -> bool {
        names(issue).any(|name| ids.contains(&normal(name, &self.repository)))
    }
}

/// All by which an issue is called: its id, its aliases, its address.
pub(crate) fn names(issue: &Issue) -> impl Iterator<Item = &str> {
    issue.aliases.iter().map(String::as_str).chain([issue.id.as_str()]).chain(issue.url.as_deref())
}

/// Is it the id of a commit, in full or cut?
pub(crate) fn is_commit(id: &str) -> bool {
    (7..=40).contains(&id.len()) && id.chars().all(|c| c.is_ascii_hexdigit())
}

/// Compares ids without case; an issue of the own repository is `#12` however it is written.
pub(crate) fn normal(id: &str, repository: &str) -> String {
    let id = id.trim().trim_end_matches('/').to_lowercase();
    match id.rsplit_once('#') {
        Some((owner, number)) if !owner.is_empty() && owner == repository.to_lowercase() => format!("#{number}"),
        _ => id,
    }
}
