//! Where a fleet stands, by its rows and reports: a repository by its own report, or by that of the repository that keeps its reviews.
//! Pure.

use std::collections::BTreeMap;

use crate::model::finding::Level;
use crate::model::fleet::{FleetOutcome, FleetRow, PlannedRepository};
use crate::model::fleet_state::{FleetEntry, FleetState};
use crate::model::report::{IssueState, Report, Verdict};
use crate::model::visibility::Visibility;
use lookback_reading::Constraint;

/// The entry of a repository, by its row and its report.
pub fn entry(repository: &PlannedRepository, row: &FleetRow, report: Option<&Report>) -> FleetEntry {
    let mut entry = FleetEntry {
        name: repository.name.clone(),
        team: repository.team.clone(),
        visibility: repository.visibility,
        ..FleetEntry::default()
    };
    let (checked, report) = match (&row.outcome, report) {
        (FleetOutcome::Checked(checked), Some(report)) => (checked, report),
        (FleetOutcome::NotChecked { cause, why }, _) => {
            (entry.cause, entry.why) = (Some(*cause), Some(why.clone()));
            return entry;
        }
        (FleetOutcome::Checked(_), None) => return entry,
    };
    entry.state = state(report);
    entry.web.clone_from(&report.origin);
    entry.verdict = Some(report.verdict);
    entry.cadence = Some(report.cadence.state);
    (entry.due, entry.days_left) = (report.cadence.due, report.cadence.days_left);
    entry.last_review = report.cadence.last_review;
    let held = report.reviews.iter().rfind(|review| {
        review.counted == Some(true) && review.date_held.is_some() && review.date_held == report.cadence.last_review
    });
    entry.record = held.map(|review| review.doc_id.clone().unwrap_or_else(|| review.path.clone()));
    entry.managed = report.coverage.as_ref().map(|coverage| coverage.managed);
    entry.examined = report.coverage.as_ref().map(|coverage| coverage.examined);
    let open = || report.issues.iter().filter(|issue| issue.state == IssueState::Open);
    entry.open = Some(open().count());
    let oldest = open().filter_map(|issue| issue.opened).min();
    entry.oldest_open_days = oldest.map(|day| (report.subject.as_of - day).num_days());
    let counts = report.counts();
    let of = |level: Level| counts.get(&level).copied().unwrap_or(0);
    (entry.errors, entry.warnings) = (Some(of(Level::Error)), Some(of(Level::Warning)));
    entry.subjects.clone_from(&checked.subjects);
    entry.loosened =
        checked.loosened.iter().map(|one| format!("{}: {} -> {}", one.key, one.before, one.after)).collect();
    entry.checked_on = Some(row.as_of);
    entry.version = Some(row.version.clone());
    entry.revision.clone_from(&checked.revision);
    entry.evidence = Some(checked.evidence.clone());
    entry
}

/// Where a report says that its repository stands.
fn state(report: &Report) -> FleetState {
    let late = report.cadence.days_left.is_some_and(|left| left < 0);
    let held = report.constraints.iter().find(|result| result.constraint == Constraint::HeldAnnually);
    let on_time = held.is_none_or(|result| result.verdict != Verdict::Nonconforming);
    match report.verdict {
        Verdict::Nonconforming if late && !on_time => FleetState::Overdue,
        Verdict::Nonconforming => FleetState::Nonconforming,
        Verdict::Undetermined => FleetState::Undetermined,
        Verdict::Conforms | Verdict::NotDue if report.cadence.state == crate::model::period::State::DueSoon => {
            FleetState::DueSoon
        }
        Verdict::Conforms | Verdict::NotDue => FleetState::Conforming,
    }
}

/// Shows repositories whose reviews are kept elsewhere as the repository that keeps them stands: of several, as the one that needs
/// somebody most.
pub fn cover(entries: &mut [FleetEntry]) {
    let places: BTreeMap<String, usize> =
        entries.iter().enumerate().map(|(at, entry)| (entry.name.to_lowercase(), at)).collect();
    let mut covering: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        for subject in &entry.subjects {
            if let Some(covered) = places.get(&subject.to_lowercase()).filter(|covered| **covered != at) {
                covering.entry(*covered).or_default().push(at);
            }
        }
    }
    let own = entries.to_vec();
    for (covered, by) in covering {
        let entry = &mut entries[covered];
        entry.covered_by = by.iter().map(|at| own[*at].name.clone()).collect();
        entry.covered_by.sort();
        entry.covered_by.dedup();
        // Who holds reviews of its own is judged by these.
        if entry.last_review.is_some() {
            continue;
        }
        let Some(worst) = by.iter().map(|at| &own[*at]).min_by_key(|one| (one.state, one.due, one.name.as_str()))
        else {
            continue;
        };
        entry.state = worst.state;
        (entry.due, entry.days_left) = (worst.due, worst.days_left);
        (entry.last_review, entry.record) = (worst.last_review, worst.record.clone());
        (entry.managed, entry.examined) = (worst.managed, worst.examined);
        if worst.state == FleetState::NotChecked {
            (entry.cause, entry.why) = (worst.cause, None);
        }
    }
}

/// May everybody know of it? Where nobody said who may read it, not.
pub(crate) fn is_public(entry: &FleetEntry) -> bool {
    entry.visibility == Some(Visibility::Public)
}

/// Leaves out what not everybody may know: private repositories, and where others name them. Tells how many.
pub fn leave_out_private(entries: &mut Vec<FleetEntry>) -> usize {
    let public: Vec<String> =
        entries.iter().filter(|entry| is_public(entry)).map(|entry| entry.name.to_lowercase()).collect();
    let before = entries.len();
    entries.retain(is_public);
    for entry in entries.iter_mut() {
        let covered = entry.covered_by.len();
        entry.covered_by.retain(|name| public.contains(&name.to_lowercase()));
        // The name of a record of another repository is one of its titles.
        if entry.covered_by.len() < covered {
            (entry.record, entry.why) = (None, None);
        }
        entry.subjects.retain(|name| public.contains(&name.to_lowercase()));
    }
    before - entries.len()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::fleet::CheckedRepository;
    use crate::model::fleet_state::FleetCounts;
    use crate::render::sample;

    fn repository(name: &str, visibility: Option<Visibility>) -> PlannedRepository {
        PlannedRepository {
            name: name.to_owned(),
            url: format!("https://host/{name}"),
            branch: None,
            visibility,
            team: None,
            pushed: None,
            cost_ms: 1,
            shard: 1,
        }
    }

    fn row(name: &str, subjects: &[&str]) -> FleetRow {
        FleetRow {
            schema_version: 1,
            name: name.to_owned(),
            plan: String::new(),
            as_of: "2026-05-15".parse().unwrap(),
            version: "1".to_owned(),
            rules: String::new(),
            outcome: FleetOutcome::Checked(CheckedRepository {
                report: String::new(),
                evidence: "e".to_owned(),
                revision: None,
                subjects: subjects.iter().map(|name| (*name).to_owned()).collect(),
                loosened: Vec::new(),
                shows_embargoed: false,
            }),
        }
    }

    fn made(name: &str, subjects: &[&str], change: impl Fn(&mut Report)) -> FleetEntry {
        let mut report = sample::report();
        change(&mut report);
        entry(&repository(name, Some(Visibility::Public)), &row(name, subjects), Some(&report))
    }

    fn unreviewed(report: &mut Report) {
        report.cadence.last_review = None;
    }

    #[test]
    fn the_sample_is_an_entry() {
        let entry = made("acme/pump", &[], |_| ());
        assert_eq!((entry.state, entry.verdict), (FleetState::Overdue, Some(Verdict::Nonconforming)));
        assert_eq!(entry.due, Some("2026-02-03".parse().unwrap()));
        assert!(entry.open.is_some_and(|open| open > 0) && entry.oldest_open_days.is_some_and(|days| days > 0));
    }

    #[test]
    fn who_is_covered_stands_as_the_one_that_keeps_its_reviews() {
        let conforming = |report: &mut Report| report.verdict = Verdict::Conforms;
        let mut all = vec![
            made("acme/a", &[], unreviewed),
            made("acme/b", &[], unreviewed),
            made("acme/c", &[], unreviewed),
            made("acme/own", &[], |_| ()),
            made("acme/quality", &["ACME/a", "acme/b", "acme/own", "acme/elsewhere"], conforming),
            made("acme/second", &["acme/b"], |_| ()),
        ];
        cover(&mut all);
        let of = |name: &str| all.iter().find(|entry| entry.name == name).unwrap();
        assert_eq!(
            (of("acme/a").state, &of("acme/a").covered_by[..]),
            (FleetState::Conforming, &["acme/quality".to_owned()][..])
        );
        assert_eq!(of("acme/b").state, FleetState::Overdue, "of two the one that needs somebody");
        assert_eq!(of("acme/b").covered_by.len(), 2);
        assert_eq!((of("acme/c").state, of("acme/c").covered_by.len()), (FleetState::Overdue, 0), "a gap");
        assert_eq!(of("acme/own").state, FleetState::Overdue, "it holds reviews of its own");
        let mut lost = vec![made("acme/a", &[], unreviewed), made("acme/quality", &["acme/a"], conforming)];
        (lost[1].state, lost[1].why) = (FleetState::NotChecked, Some("gone".to_owned()));
        cover(&mut lost);
        assert_eq!(lost[0].state, FleetState::NotChecked);
        assert_eq!(FleetCounts::of(all.iter().map(|entry| entry.state)).repositories, all.len());
    }

    #[test]
    fn what_nobody_says_is_public_is_left_out() {
        let mut all = vec![made("acme/a", &[], |_| ()), made("acme/b", &["acme/secret", "acme/a"], |_| ())];
        for visibility in [None, Some(Visibility::Internal), Some(Visibility::Private)] {
            let mut secret = made("acme/secret", &["acme/a"], |_| ());
            secret.visibility = visibility;
            let mut all = [all.clone(), vec![secret]].concat();
            cover(&mut all);
            assert_eq!(leave_out_private(&mut all), 1);
            assert!(!format!("{all:?}").contains("secret"));
        }
        assert_eq!(leave_out_private(&mut all), 0);
    }
}
