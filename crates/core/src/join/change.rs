//! Which commits carry one change: picked to another branch, it is the same fix again and no further part of it. Pure.

use std::collections::BTreeMap;

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
/// cherry-pick keeps the author's time), a commit and those that say to be picked from it, the same subject with the same patch.
pub fn name_changes(references: &mut [CommitReference]) {
    let mut sets = Sets::new(references.len());
    let mut by_time: BTreeMap<(String, i64), usize> = BTreeMap::new();
    let mut by_patch: BTreeMap<(String, &str), usize> = BTreeMap::new();
    let mut by_source: BTreeMap<&str, usize> = BTreeMap::new();
    let places: BTreeMap<&str, usize> =
        references.iter().enumerate().map(|(at, reference)| (reference.commit.as_str(), at)).collect();
    for (at, reference) in references.iter().enumerate() {
        let subject = bare_subject(&reference.says.subject);
        if let Some(patch) = &reference.patch {
            sets.union(*by_patch.entry((subject.clone(), patch)).or_insert(at), at);
        }
        sets.union(*by_time.entry((subject, reference.authored.timestamp())).or_insert(at), at);
        for source in &reference.says.picked_from {
            let known = places.range(source.as_str()..).next().filter(|(id, _)| id.starts_with(source.as_str()));
            // Picks of a commit that is not here are one change all the same.
            sets.union(known.map_or_else(|| *by_source.entry(source).or_insert(at), |(_, at)| *at), at);
        }
    }
    let mut named: BTreeMap<usize, usize> = BTreeMap::new();
    for at in 0..references.len() {
        let key = |at: usize| (references[at].authored, references[at].committed, &references[at].commit);
        let best = named.entry(sets.find(at)).or_insert(at);
        if key(at) < key(*best) {
            *best = at;
        }
    }
    for at in 0..references.len() {
        let name = references[named[&sets.find(at)]].commit.clone();
        references[at].change = name;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::time;

    fn commit(id: char, subject: &str, authored: &str) -> CommitReference {
        let mut one = CommitReference::new(id.to_string().repeat(40), time(authored));
        one.says.subject = subject.to_owned();
        one
    }

    fn changes(mut commits: Vec<CommitReference>) -> String {
        name_changes(&mut commits);
        commits.iter().filter_map(|commit| commit.change.chars().next()).collect()
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
    fn subjects_without_what_a_backport_adds() {
        assert_eq!(bare_subject("[release-1.2] [security] Fix it (#12) (backport #11)"), "fix it");
        assert_eq!(bare_subject("(all)"), "");
        assert_eq!(bare_subject("[open"), "[open");
    }
}
