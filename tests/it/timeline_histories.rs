//! Fifty histories that a seeded generator makes: on every day of each, the line of time says what a judgement for that day says.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use lookback_core::judge::{Facts, Settled};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;

use crate::library::example::collected;
use crate::support::{PROCEDURE, Repo, git, record};
use crate::timeline::{day, judged_here, state_of, state_on, timeline};

const HISTORIES: usize = 50;

/// What happens in a commit. A number chooses among what there is.
#[derive(Clone, Debug)]
enum Happens {
    /// A record, so many days after the review; fewer than none: of a review that is yet to come.
    Held(i64),
    /// A record that says no day: the commit that adds it tells.
    Undated,
    /// A draft, so many days after the review.
    Drafted(i64),
    /// What is a draft is one no more.
    Finished(usize),
    Edited(usize),
    Renamed(usize),
    Deleted(usize),
    /// The procedure demands a review every so many months.
    Interval(u32),
    /// There is no procedure any more.
    Unruled,
    /// Nothing of the review.
    Else,
}

/// A history: whether there is a release and a procedure from the start, and what happens after so many days.
type History = (bool, bool, Vec<(u64, Happens)>);

fn histories() -> impl Strategy<Value = History> {
    let happens = prop_oneof![
        4 => (-20i64..8).prop_map(Happens::Held),
        3 => (20i64..200).prop_map(Happens::Held),
        1 => Just(Happens::Undated),
        2 => (0i64..40).prop_map(Happens::Drafted),
        2 => (0usize..9).prop_map(Happens::Finished),
        1 => (0usize..9).prop_map(Happens::Edited),
        2 => (0usize..9).prop_map(Happens::Renamed),
        2 => (0usize..9).prop_map(Happens::Deleted),
        2 => prop::sample::select(vec![3u32, 6, 9, 12]).prop_map(Happens::Interval),
        1 => Just(Happens::Unruled),
        1 => Just(Happens::Else),
    ];
    (any::<bool>(), any::<bool>(), prop::collection::vec((0u64..150, happens), 6..14))
}

/// A file of a review: its path, and its text once it is no draft.
type File = (String, String);

/// Carries out a history; returns the days of its commits.
fn carried_out(repo: &Repo, (released, ruled, steps): &History) -> BTreeSet<NaiveDate> {
    let mut today = day("2022-01-10");
    let mut commits = BTreeSet::from([today]);
    let rule = |months: u32| PROCEDURE.replace("every 12 months", &format!("every {months} months"));
    repo.write("src/a.c", "0");
    if *ruled {
        repo.write("docs/procedure.md", PROCEDURE);
    }
    repo.commit(&today.to_string(), "First");
    if *released {
        repo.tag("v1.0.0");
    }
    let mut ruled = *ruled;
    let (mut files, mut drafts): (Vec<File>, Vec<usize>) = (Vec::new(), Vec::new());
    for (n, (after, step)) in steps.iter().enumerate() {
        today = today + Days::new(*after);
        let new = |ago: i64| {
            let held = today - chrono::TimeDelta::days(ago);
            let from = (held - Days::new(300)).to_string();
            let held_on = held.to_string();
            (format!("docs/reviews/security-review-{n}.md"), record(&held_on, &from, &held_on, &[]))
        };
        match step {
            Happens::Held(ago) | Happens::Drafted(ago) => {
                let (path, text) = new(*ago);
                let is_draft = matches!(step, Happens::Drafted(_));
                let lead = if is_draft { "---\nstatus: draft\n---\n" } else { "" };
                repo.write(&path, format!("{lead}{text}"));
                drafts.extend(is_draft.then_some(files.len()));
                files.push((path, text));
            }
            Happens::Undated => {
                let (path, text) = new(0);
                let dated = ["| Date held", "| Period", "| Approval date", "| Document ID"];
                let undated = text.lines().filter(|line| !dated.iter().any(|lead| line.starts_with(lead)));
                let text: String = undated.map(|line| format!("{line}\n")).collect();
                repo.write(&path, &text);
                files.push((path, text));
            }
            Happens::Finished(which) => {
                if let Some(at) = chosen(&drafts, *which).copied() {
                    drafts.retain(|draft| *draft != at);
                    let (path, text) = &files[at];
                    if !path.is_empty() {
                        repo.write(path, text);
                    }
                }
            }
            Happens::Edited(which) => {
                if let Some((path, text)) = chosen(&files, *which).filter(|(path, _)| !path.is_empty()) {
                    repo.write(path, format!("{text}\nA word was corrected in step {n}.\n"));
                }
            }
            Happens::Renamed(which) => {
                let at = which % files.len().max(1);
                if let Some((path, _)) = files.get_mut(at).filter(|(path, _)| !path.is_empty()) {
                    let to = format!("docs/periodic-review-{n}.md");
                    git(repo.root(), &["mv", path, &to]);
                    *path = to;
                }
            }
            Happens::Deleted(which) => {
                let at = which % files.len().max(1);
                if let Some((path, _)) = files.get_mut(at).filter(|(path, _)| !path.is_empty()) {
                    git(repo.root(), &["rm", "--quiet", "-f", path]);
                    path.clear();
                }
            }
            Happens::Interval(months) => {
                repo.write("docs/procedure.md", rule(*months));
                ruled = true;
            }
            Happens::Unruled if ruled => {
                git(repo.root(), &["rm", "--quiet", "-f", "docs/procedure.md"]);
                ruled = false;
            }
            Happens::Unruled | Happens::Else => {
                repo.write("src/a.c", n.to_string());
            }
        }
        repo.commit(&today.to_string(), &format!("Step {n}"));
        commits.insert(today);
    }
    commits
}

fn chosen<T>(of: &[T], which: usize) -> Option<&T> {
    of.get(which % of.len().max(1))
}

/// The histories of one in so many, so that they are looked at side by side.
fn agree(part: usize, parts: usize) {
    let mut runner = TestRunner::deterministic();
    let strategy = histories();
    let mut states = BTreeSet::new();
    for n in 0..HISTORIES {
        let history = strategy.new_tree(&mut runner).unwrap().current();
        if n % parts != part {
            continue;
        }
        let repo = Repo::new();
        let commits = carried_out(&repo, &history);
        let last = *commits.last().unwrap() + Days::new(420);
        let line = timeline(repo.root(), &last.to_string());
        let line = &line["on_record"];
        let on = |at: NaiveDate| state_on(line, at).map(str::to_owned);

        // Every day: what the repository held stays the same until the next commit.
        let mut at = *commits.first().unwrap();
        let mut held = None;
        while at <= last {
            if commits.contains(&at) || held.is_none() {
                held = Some(collected(repo.root(), at).unwrap());
            }
            let (evidence, policy) = held.as_ref().unwrap();
            let settled = Settled::new(evidence, at);
            let cadence = Facts::new(&settled, policy, at).cadence;
            let expected = cadence.days_left.and_then(|left| state_of(cadence.state.word(), Some(left)));
            assert_eq!(on(at), expected, "history {n}, {at}: {history:#?}\n{line:#}");
            states.extend(expected);
            at = at + Days::new(1);
        }

        // The whole judgement on days on which something changes, and before: on every fifth of them, for it collects anew each time.
        let turns = line.as_array().unwrap().iter().map(|span| day(span["from"].as_str().unwrap()));
        let turns: BTreeSet<NaiveDate> = turns.flat_map(|turn| [turn - Days::new(1), turn]).collect();
        let turns = turns.into_iter().filter(|at| at >= commits.first().unwrap() && *at <= last);
        for at in turns.skip(n % 5).step_by(5) {
            assert_eq!(on(at), judged_here(repo.root(), at), "history {n}, {at}: {history:#?}\n{line:#}");
        }
    }
    assert_eq!(states.len(), 4, "the histories hold every state: {states:?}");
}

#[test]
fn every_day_of_even_histories() {
    agree(0, 2);
}

#[test]
fn every_day_of_odd_histories() {
    agree(1, 2);
}
