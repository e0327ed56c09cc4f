//! The history of a fleet: lines of JSON that are only ever added, one for each night and one for each repository that changed. A last
//! line that was torn by a crash is cut.

use std::collections::BTreeMap;

use chrono::{Datelike as _, Days, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::model::fleet_state::{Fleet, FleetCounts, FleetEntry, FleetState, FleetWeek};
use crate::model::report::Verdict;

/// Weeks that are shown.
const WEEKS: usize = 53;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
enum HistoryLine {
    /// A night on which repositories were checked.
    Night(Night),
    /// A repository that stands elsewhere than before.
    Repository(Box<Changed>),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Night {
    date: NaiveDate,
    version: String,
    rules: String,
    plan: String,
    #[serde(flatten)]
    counts: FleetCounts,
}

/// What is kept of a repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Changed {
    date: NaiveDate,
    name: String,
    /// `None`: it left the plan.
    state: Option<FleetState>,
    verdict: Option<Verdict>,
    due: Option<NaiveDate>,
    managed: Option<usize>,
    examined: Option<usize>,
    open: Option<usize>,
    errors: Option<usize>,
    #[serde(default)]
    subjects: Vec<String>,
    revision: Option<String>,
    evidence: Option<String>,
    version: Option<String>,
    rules: Option<String>,
}

impl Changed {
    fn of(entry: &FleetEntry, fleet: (NaiveDate, &str)) -> Changed {
        Changed {
            date: fleet.0,
            name: entry.name.clone(),
            state: Some(entry.state),
            verdict: entry.verdict,
            due: entry.due,
            managed: entry.managed,
            examined: entry.examined,
            open: entry.open,
            errors: entry.errors,
            subjects: entry.subjects.clone(),
            revision: entry.revision.clone(),
            evidence: entry.evidence.clone(),
            version: entry.version.clone(),
            rules: entry.version.as_ref().map(|_| fleet.1.to_owned()),
        }
    }

    fn same(&self, other: &Changed) -> bool {
        Changed { date: other.date, ..self.clone() } == *other
    }
}

/// Why a history cannot be gone on with.
#[derive(Debug, thiserror::Error)]
pub enum HistoryError {
    /// A line in the middle is no line of ours.
    #[error("line {line} is not what a fleet writes: {why}")]
    Line {
        /// Which, from 1.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// The results are older than its last night.
    #[error("its last night is {last}, and these results are for {results}")]
    Older {
        /// The last night.
        last: NaiveDate,
        /// The day of the results.
        results: NaiveDate,
    },
}

/// What is known of the nights before.
#[derive(Clone, Debug, Default)]
pub struct FleetHistory {
    lines: Vec<HistoryLine>,
    /// Bytes that stay.
    kept: usize,
    /// Was the last line torn?
    pub torn: bool,
}

impl FleetHistory {
    /// Reads the lines.
    pub fn read(text: &str) -> Result<FleetHistory, HistoryError> {
        let mut history = FleetHistory::default();
        for (at, written) in text.split_inclusive('\n').enumerate() {
            let whole = written.ends_with('\n');
            match serde_json::from_str(written) {
                Ok(line) if whole => {
                    history.lines.push(line);
                    history.kept += written.len();
                }
                Err(_) | Ok(_) if history.kept + written.len() == text.len() => history.torn = true,
                Err(error) => return Err(HistoryError::Line { line: at + 1, why: error.to_string() }),
                // A line without an end is the last one.
                Ok(_) => history.torn = true,
            }
        }
        Ok(history)
    }

    fn nights(&self) -> impl DoubleEndedIterator<Item = &Night> {
        self.lines.iter().filter_map(|line| if let HistoryLine::Night(night) = line { Some(night) } else { None })
    }

    fn changes(&self) -> impl DoubleEndedIterator<Item = &Changed> {
        self.lines
            .iter()
            .filter_map(|line| if let HistoryLine::Repository(changed) = line { Some(&**changed) } else { None })
    }

    /// Is a repository as it was the last time, as far as its dossier shows?
    pub fn knows(&self, entry: &FleetEntry, rules: &str) -> bool {
        let last = self.changes().rfind(|changed| changed.name == entry.name);
        last.is_some_and(|last| {
            (&last.evidence, last.verdict, &last.version) == (&entry.evidence, entry.verdict, &entry.version)
                && last.rules.as_deref() == Some(rules)
        })
    }

    /// Which repositories its reviews covered the last time.
    pub fn subjects(&self, name: &str) -> Vec<String> {
        self.changes().rfind(|changed| changed.name == name).map(|changed| changed.subjects.clone()).unwrap_or_default()
    }

    /// When a repository that was not checked was checked last.
    pub fn last_checked(&self, name: &str) -> Option<NaiveDate> {
        let checked = |changed: &&Changed| changed.state.is_some_and(|state| state != FleetState::NotChecked);
        let of: Vec<&Changed> = self.changes().filter(|changed| changed.name == name).collect();
        let last = of.iter().rposition(checked)?;
        let until = of.get(last + 1).map(|lost| lost.date);
        let before = |night: &&Night| until.is_none_or(|until| night.date < until);
        self.nights().filter(before).map(|night| night.date).max().max(Some(of[last].date))
    }

    /// The weeks, oldest first, with this night.
    pub fn weeks(&self, as_of: NaiveDate, counts: FleetCounts) -> Vec<FleetWeek> {
        let mut weeks: BTreeMap<NaiveDate, FleetWeek> = BTreeMap::new();
        let all = self.nights().map(|night| (night.date, night.counts)).chain([(as_of, counts)]);
        for (night, counts) in all {
            let back = Days::new(u64::from(night.weekday().num_days_from_monday()));
            let from = night.checked_sub_days(back).unwrap_or(night);
            weeks.insert(from, FleetWeek { from, night, counts });
        }
        let left = weeks.len().saturating_sub(WEEKS);
        weeks.into_values().skip(left).collect()
    }

    /// The text with what this night adds. `all`: every repository, shown or not.
    pub fn with(&self, text: &str, fleet: &Fleet, all: &[FleetEntry]) -> Result<String, HistoryError> {
        if let Some(last) = self.nights().map(|night| night.date).max().filter(|last| *last > fleet.as_of) {
            return Err(HistoryError::Older { last, results: fleet.as_of });
        }
        let mut known: BTreeMap<&str, &Changed> = BTreeMap::new();
        for changed in self.changes() {
            known.insert(&changed.name, changed);
        }
        let mut added: Vec<HistoryLine> = Vec::new();
        for entry in all {
            let now = Changed::of(entry, (fleet.as_of, &fleet.rules));
            if !known.remove(entry.name.as_str()).is_some_and(|before| now.same(before)) {
                added.push(HistoryLine::Repository(Box::new(now)));
            }
        }
        let left = known.into_values().filter(|before| before.state.is_some());
        added.extend(left.map(|before| {
            HistoryLine::Repository(Box::new(Changed { date: fleet.as_of, state: None, ..before.clone() }))
        }));
        let night = Night {
            date: fleet.as_of,
            version: fleet.version.clone(),
            rules: fleet.rules.clone(),
            plan: fleet.plan.clone(),
            counts: fleet.counts,
        };
        // Put together twice, a night is one night.
        if !added.is_empty() || self.nights().next_back() != Some(&night) {
            added.push(HistoryLine::Night(night));
        }
        let mut out = text.get(..self.kept).unwrap_or_default().to_owned();
        for line in added {
            // Such a line always has a text.
            out += &serde_json::to_string(&line).unwrap_or_default();
            out.push('\n');
        }
        Ok(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, state: FleetState) -> FleetEntry {
        let told = serde_json::json!(state);
        let verdict = if state == FleetState::NotChecked { None } else { Some(Verdict::Conforms) };
        assert!(told.is_string());
        FleetEntry {
            name: name.to_owned(),
            state,
            verdict,
            evidence: verdict.map(|_| "e".to_owned()),
            ..FleetEntry::default()
        }
    }

    fn night(text: &str, day: &str, all: &[(&str, FleetState)]) -> String {
        let entries: Vec<FleetEntry> = all.iter().map(|(name, state)| entry(name, *state)).collect();
        let day: NaiveDate = day.parse().unwrap();
        let counts = FleetCounts::of(entries.iter().map(|entry| entry.state));
        let fleet = Fleet {
            schema_version: 1,
            as_of: day,
            merged_on: day,
            version: "1".to_owned(),
            rules: "r".to_owned(),
            plan: "p".to_owned(),
            counts,
            not_shown: 0,
            repositories: entries.clone(),
            weeks: Vec::new(),
        };
        let history = FleetHistory::read(text).unwrap();
        let out = history.with(text, &fleet, &entries).unwrap();
        assert!(history.torn || out.starts_with(text), "only added to");
        out
    }

    use FleetState::{Conforming, NotChecked, Overdue};

    #[test]
    fn what_did_not_change_is_one_line_a_night() {
        let one = night("", "2026-01-01", &[("a", Conforming), ("b", Overdue)]);
        assert_eq!(one.lines().count(), 3);
        let two = night(&one, "2026-01-02", &[("a", Conforming), ("b", Overdue)]);
        assert_eq!(two.lines().count(), 4);
        assert_eq!(night(&two, "2026-01-02", &[("a", Conforming), ("b", Overdue)]), two, "put together twice");
        let three = night(&two, "2026-01-03", &[("a", Conforming), ("b", Conforming)]);
        assert_eq!(three.lines().count(), 6);
        let gone = night(&three, "2026-01-04", &[("a", Conforming)]);
        assert!(gone.lines().nth(6).unwrap().contains("\"state\":null"), "{gone}");
        assert_eq!(night(&gone, "2026-01-05", &[("a", Conforming)]).lines().count(), 9);
    }

    #[test]
    fn a_year_of_three_hundred_repositories_is_small() {
        let names: Vec<String> = (0..300).map(|n| format!("acme/product-{n:03}")).collect();
        let mut all: Vec<(&str, FleetState)> = names.iter().map(|name| (name.as_str(), Conforming)).collect();
        let mut text = night("", "2026-01-01", &all);
        // Each night ten repositories change.
        for n in 0..20u32 {
            for at in 0..10 {
                let one = &mut all[((n * 10 + at) % 300) as usize].1;
                *one = if *one == Conforming { Overdue } else { Conforming };
            }
            let day = NaiveDate::from_ymd_opt(2026, 1, 2).unwrap() + Days::new(u64::from(n));
            text = night(&text, &day.to_string(), &all);
        }
        let a_night = (text.len() - 300 * 250) / 20;
        assert!(a_night * 365 <= 5 << 20, "{a_night} bytes a night");
    }

    #[test]
    fn a_torn_line_is_cut_wherever_it_is_torn() {
        let one = night("", "2026-01-01", &[("a", Conforming)]);
        let two = night(&one, "2026-01-02", &[("a", Overdue)]);
        for cut in one.len()..two.len() {
            let history = FleetHistory::read(&two[..cut]).unwrap();
            let begin = two[..cut].rfind('\n').unwrap() + 1;
            assert_eq!((history.torn, history.kept), (begin != cut, begin), "cut at {cut}");
            assert_eq!(night(&two[..cut], "2026-01-02", &[("a", Overdue)]), two, "cut at {cut}");
        }
        let middle = format!("{{\n{one}");
        assert!(matches!(FleetHistory::read(&middle), Err(HistoryError::Line { line: 1, .. })));
    }

    #[test]
    fn when_something_was_checked_last() {
        let mut text = night("", "2026-01-01", &[("a", Conforming), ("new", NotChecked)]);
        text = night(&text, "2026-01-02", &[("a", Conforming), ("new", NotChecked)]);
        let of =
            |text: &str, name: &str| FleetHistory::read(text).unwrap().last_checked(name).map(|day| day.to_string());
        assert_eq!(of(&text, "a").as_deref(), Some("2026-01-02"), "lost tonight");
        text = night(&text, "2026-01-03", &[("a", NotChecked), ("new", NotChecked)]);
        text = night(&text, "2026-01-04", &[("a", NotChecked), ("new", NotChecked)]);
        assert_eq!(of(&text, "a").as_deref(), Some("2026-01-02"));
        assert_eq!(of(&text, "new"), None);
        assert_eq!(of(&text, "never"), None);
    }

    #[test]
    fn weeks_end_with_their_last_night_and_older_results_are_refused() {
        let mut text = night("", "2026-01-05", &[("a", Conforming)]);
        text = night(&text, "2026-01-11", &[("a", Overdue)]);
        let history = FleetHistory::read(&text).unwrap();
        let weeks = history.weeks("2026-01-12".parse().unwrap(), FleetCounts::default());
        let told: Vec<String> =
            weeks.iter().map(|week| format!("{} {} {}", week.from, week.night, week.counts.overdue)).collect();
        assert_eq!(told, ["2026-01-05 2026-01-11 1", "2026-01-12 2026-01-12 0"]);
        let older = history.with(&text, &Fleet { as_of: "2026-01-10".parse().unwrap(), ..bare() }, &[]);
        assert!(matches!(older, Err(HistoryError::Older { .. })));
    }

    fn bare() -> Fleet {
        let day = NaiveDate::default();
        Fleet {
            schema_version: 1,
            as_of: day,
            merged_on: day,
            version: String::new(),
            rules: String::new(),
            plan: String::new(),
            counts: FleetCounts::default(),
            not_shown: 0,
            repositories: Vec::new(),
            weeks: Vec::new(),
        }
    }
}
