//! Which commits carry one change: picked to another branch, it is the same fix again and no further part of it. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::join::carried::Carried;
use crate::join::commits::CommitReference;
use crate::join::sets::Sets;

/// The subject without what a backport adds: `[1.2] `, ` (#12)`, ` (backport of …)`.
pub fn bare_subject(subject: &str) -> String {
    let mut bare = subject.trim();
    while let Some((_, rest)) = bare.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        bare = rest.trim_start_matches([':', ' ']);
    }
    while let Some((rest, _)) = bare.strip_suffix(')').and_then(|rest| rest.rsplit_once('(')) {
        bare = rest.trim_end();
    }
    bare.to_lowercase()
}

/// Names each commit's change by the first commit that carries it. One change are: the same subject written at the same time (a
/// cherry-pick keeps the author's time), a commit and the one that it says to be picked from, the same subject with the same patch.
/// A commit that puts several picked ones together carries the change of each and joins none of them.
pub fn name_changes(references: &mut [CommitReference]) {
    let mut sets = Sets::new(references.len());
    let mut by_time: BTreeMap<(String, i64), usize> = BTreeMap::new();
    let mut by_patch: BTreeMap<(String, &str), usize> = BTreeMap::new();
    for (at, reference) in references.iter().enumerate() {
        let subject = bare_subject(&reference.says.subject);
        if let Some(patch) = &reference.patch {
            sets.union(*by_patch.entry((subject.clone(), patch)).or_insert(at), at);
        }
        sets.union(*by_time.entry((subject, reference.authored.timestamp())).or_insert(at), at);
    }
    let squashed = join_picks(references, &mut sets);
    let mut named: BTreeMap<usize, usize> = BTreeMap::new();
    for at in 0..references.len() {
        let key = |at: usize| (references[at].authored, references[at].committed, &references[at].commit);
        let best = named.entry(sets.find(at)).or_insert(at);
        if key(at) < key(*best) {
            *best = at;
        }
    }
    let name = |root: usize| references[named[&root]].commit.clone();
    let mut parts: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    for (at, sources) in squashed {
        let of = |source: Source| match source {
            Source::Known(at) => name(sets.find(at)),
            Source::Elsewhere(id) => id,
        };
        let found: BTreeSet<String> = sources.into_iter().map(of).collect();
        parts.insert(at, found.into_iter().collect());
    }
    for at in 0..references.len() {
        let first = named[&sets.find(at)];
        let change = references[first].commit.clone();
        // A pick of a commit that puts several together puts them together too.
        let parts = parts.get(&at).or_else(|| parts.get(&first)).cloned().unwrap_or_default();
        references[at].carried = Carried { change, parts };
    }
}

/// What a commit says to be picked from.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Source {
    /// One of the commits that are compared.
    Known(usize),
    /// One that is not here.
    Elsewhere(String),
}

/// Joins the commits that say to be picked from one other; tells which say to be picked from several, and from which.
fn join_picks(references: &[CommitReference], sets: &mut Sets) -> Vec<(usize, Vec<Source>)> {
    let places: BTreeMap<&str, usize> =
        references.iter().enumerate().map(|(at, reference)| (reference.commit.as_str(), at)).collect();
    let known = |source: &String| {
        let found = places.range(source.as_str()..).next().filter(|(id, _)| id.starts_with(source.as_str()));
        found.map_or_else(|| Source::Elsewhere(source.clone()), |(_, at)| Source::Known(*at))
    };
    let mut picks: Vec<(usize, BTreeSet<Source>)> = references
        .iter()
        .enumerate()
        .filter(|(_, reference)| !reference.says.picked_from.is_empty())
        .map(|(at, reference)| (at, reference.says.picked_from.iter().map(known).collect()))
        .collect();
    picks.sort_by_key(|(at, sources)| (sources.len(), *at));
    // Picks of commits that are not here are one change all the same, where they are picked from the same ones.
    let mut elsewhere: BTreeMap<BTreeSet<Source>, usize> = BTreeMap::new();
    let mut squashed = Vec::new();
    for (at, sources) in picks {
        // Picked and picked again: what it names is one change already.
        let roots: BTreeSet<Source> = sources
            .iter()
            .map(|source| match source {
                Source::Known(at) => Source::Known(sets.find(*at)),
                Source::Elsewhere(_) => source.clone(),
            })
            .collect();
        let known = roots.iter().filter(|root| matches!(root, Source::Known(_))).count();
        match roots.first() {
            Some(Source::Known(root)) if roots.len() == 1 => sets.union(*root, at),
            Some(Source::Elsewhere(_)) if known == 0 => {
                sets.union(*elsewhere.entry(roots).or_insert(at), at);
            }
            // The one that is here has its subject and its time: the other stands between them.
            Some(Source::Known(root)) if known == 1 && sets.find(at) == *root => {}
            _ => squashed.push((at, sources.into_iter().collect())),
        }
    }
    squashed
}

/// Finds out what commits take back of which the subject alone tells it, or the id of a commit that is not there (any more): the last
/// one before them with that subject.
pub fn name_reverts(references: &mut [CommitReference]) {
    let told: BTreeSet<&str> = references.iter().map(|one| one.commit.as_str()).collect();
    let vague = |one: &CommitReference| {
        one.says.takes_back.is_some() && !one.says.reverts.iter().any(|id| told.contains(id.as_str()))
    };
    let vague: Vec<usize> = references.iter().enumerate().filter(|(_, one)| vague(one)).map(|(at, _)| at).collect();
    if vague.is_empty() {
        return;
    }
    let mut by_subject: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, one) in references.iter().enumerate() {
        by_subject.entry(bare_subject(&one.says.subject)).or_default().push(at);
    }
    for at in vague {
        let one = &references[at];
        let Some(subject) = one.says.takes_back.as_deref().map(bare_subject) else { continue };
        let before = by_subject.get(&subject).into_iter().flatten().map(|other| &references[*other]);
        let before = before.filter(|other| other.commit != one.commit && other.committed <= one.committed);
        let last = before.max_by_key(|other| (other.committed, &other.commit)).map(|other| other.commit.clone());
        references[at].says.reverts.extend(last);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::time;
    use chrono::{DateTime, TimeDelta};

    fn commit(id: char, subject: &str, authored: &str) -> CommitReference {
        let mut one = CommitReference::new(id.to_string().repeat(40), time(authored));
        one.says.subject = subject.to_owned();
        one
    }

    fn changes(mut commits: Vec<CommitReference>) -> String {
        name_changes(&mut commits);
        commits.iter().filter_map(|commit| commit.carried.change.chars().next()).collect()
    }

    #[test]
    fn one_change_on_several_branches() {
        let later = |mut commit: CommitReference, what: &dyn Fn(&mut CommitReference)| {
            what(&mut commit);
            commit
        };
        assert_eq!(
            changes(vec![
                commit('b', "[1.2] Fix overflow (#12)", "2025-01-01"),
                commit('a', "Fix overflow (#9)", "2025-01-01"),
                commit('c', "Fix overflow", "2025-02-01"),
                later(commit('d', "Backport", "2025-03-01"), &|c| c.says.picked_from = vec!["ccccccc".to_owned()]),
                later(commit('e', "Elsewhere", "2025-03-01"), &|c| c.says.picked_from = vec!["9".repeat(40)]),
                later(commit('f', "Elsewhere too", "2025-03-02"), &|c| c.says.picked_from = vec!["9".repeat(40)]),
                later(commit('1', "Same patch", "2025-03-02"), &|c| c.patch = Some("p".to_owned())),
                later(commit('2', "Same patch", "2025-03-03"), &|c| c.patch = Some("p".to_owned())),
                later(commit('3', "Same patch", "2025-03-04"), &|c| c.patch = Some("q".to_owned())),
            ]),
            "aaccee113"
        );
    }

    #[test]
    fn several_picks_in_one_commit_join_nothing() {
        let picked = |id: char, subject: &str, on: &str, from: &[&str]| {
            let mut one = commit(id, subject, on);
            one.says.picked_from = from.iter().map(|from| (*from).to_owned()).collect();
            one
        };
        let mut commits = vec![
            commit('a', "Fix the parser", "2025-01-01"),
            commit('b', "Fix the writer", "2025-01-02"),
            picked('c', "Backport both", "2025-02-01", &["aaaaaaa", "bbbbbbb"]),
            picked('d', "Backport the backport", "2025-03-01", &["ccccccc"]),
            // Picked, and picked again.
            picked('e', "Parser, 1.2", "2025-03-01", &["aaaaaaa"]),
            picked('f', "Parser, 1.1", "2025-04-01", &["aaaaaaa", "eeeeeee"]),
        ];
        name_changes(&mut commits);
        let change = |at: usize| commits[at].carried.change.get(..1).unwrap().to_owned();
        assert_eq!((0..6).map(change).collect::<String>(), "abccaa");
        let parts = |at: usize| commits[at].carried.parts.iter().map(|part| &part[..1]).collect::<String>();
        assert_eq!((0..6).map(parts).collect::<Vec<_>>(), ["", "", "ab", "ab", "", ""]);
    }

    #[test]
    fn subjects_without_what_a_backport_adds() {
        assert_eq!(bare_subject("[release-1.2] [security] Fix it (#12) (backport #11)"), "fix it");
        assert_eq!(bare_subject("(all)"), "");
        assert_eq!(bare_subject("[open"), "[open");
    }

    /// Commits a minute apart: name, subject that it takes back, ids that it takes back.
    fn history(commits: &[(&str, &str, Option<&str>, &[&str])]) -> Vec<CommitReference> {
        let one = |(at, (id, subject, takes_back, reverts)): (usize, &(&str, &str, Option<&str>, &[&str]))| {
            let time = DateTime::UNIX_EPOCH + TimeDelta::minutes(i64::try_from(at).unwrap());
            let mut one = CommitReference::new((*id).to_owned(), time);
            one.says.subject = (*subject).to_owned();
            one.says.takes_back = takes_back.map(str::to_owned);
            one.says.reverts = reverts.iter().map(|id| (*id).to_owned()).collect();
            one
        };
        commits.iter().enumerate().map(one).collect()
    }

    #[test]
    fn the_subject_tells_where_no_id_does() {
        let mut commits = history(&[
            ("f", "Fix the parser (#12)", None, &[]),
            ("g", "Fix the parser", None, &[]),
            ("r", "Revert \"Fix the parser\" (#13)", Some("Fix the parser"), &[]),
            ("a", "Reapply \"Fix the parser\"", Some("Revert \"Fix the parser\""), &["gone"]),
            ("k", "Revert \"Fix another\"", Some("Fix another"), &[]),
            ("l", "Revert \"Fix the parser\"", Some("Fix the parser"), &["f"]),
        ]);
        name_reverts(&mut commits);
        let told: Vec<String> = commits.iter().map(|one| one.says.reverts.concat()).collect();
        assert_eq!(told, ["", "", "g", "goner", "", "f"]);
    }
}
