//! Which commits of one history take others back, and which bring them back again. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::join::change::bare_subject;
use crate::join::commits::CommitReference;

/// Who takes what back.
pub struct Reverts<'a> {
    /// What a commit takes back.
    targets: BTreeMap<&'a str, &'a [String]>,
    /// The commits that take one back.
    takers: BTreeMap<&'a str, Vec<&'a str>>,
    undone: BTreeSet<&'a str>,
}

impl<'a> Reverts<'a> {
    /// Of the commits of one history. A commit is undone while one that takes it back is not.
    pub fn of(references: &'a [CommitReference]) -> Self {
        let mut reverts = Reverts { targets: BTreeMap::new(), takers: BTreeMap::new(), undone: BTreeSet::new() };
        for reference in references.iter().filter(|reference| !reference.says.reverts.is_empty()) {
            reverts.targets.insert(&reference.commit, &reference.says.reverts);
            for target in &reference.says.reverts {
                reverts.takers.entry(target).or_default().push(&reference.commit);
            }
        }
        reverts.settle();
        reverts
    }

    /// From those that nobody takes back, one after the other. Commits that take one another back in a circle, as subjects may
    /// pretend, are all undone.
    fn settle(&mut self) {
        let mut open: BTreeMap<&str, usize> = self.takers.iter().map(|(commit, by)| (*commit, by.len())).collect();
        let mut next: Vec<&'a str> =
            self.targets.keys().filter(|commit| !open.contains_key(*commit)).copied().collect();
        while let Some(commit) = next.pop() {
            for target in self.targets.get(commit).copied().into_iter().flatten() {
                if !self.undone.contains(commit) {
                    self.undone.insert(target);
                }
                let left = open.get_mut(target.as_str()).map_or(0, |left| {
                    *left = left.saturating_sub(1);
                    *left
                });
                if left == 0 && self.targets.contains_key(target.as_str()) {
                    next.push(target);
                }
            }
        }
        for (commit, _) in open.into_iter().filter(|(_, left)| *left > 0) {
            if let Some((commit, _)) = self.takers.get_key_value(commit) {
                self.undone.insert(commit);
            }
        }
    }

    /// Is it taken back, and not brought back?
    pub fn is_undone(&self, commit: &str) -> bool {
        self.undone.contains(commit)
    }

    /// What a commit takes back.
    pub(crate) fn targets(&self, commit: &str) -> &'a [String] {
        self.targets.get(commit).copied().unwrap_or_default()
    }

    /// Of a commit that was taken back and stands again: the one that brought it back.
    pub fn brought_back_by(&self, commit: &str) -> Option<&'a str> {
        if self.is_undone(commit) {
            return None;
        }
        let takers = |commit: &str| self.takers.get(commit).map(Vec::as_slice).unwrap_or_default();
        let (mut seen, mut open, mut found) = (BTreeSet::new(), vec![commit], None);
        while let Some(commit) = open.pop() {
            for again in takers(commit).iter().flat_map(|taker| takers(taker)).filter(|again| seen.insert(**again)) {
                if takers(again).is_empty() {
                    found = found.or(Some(*again));
                } else {
                    // It was taken back itself: what brought it back counts, if anything did.
                    open.push(again);
                }
            }
        }
        found
    }
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
    use chrono::{DateTime, TimeDelta};

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
    fn what_is_taken_back_and_brought_back() {
        let fix = ("f", "fix", None, &[][..]);
        let (back, again) = (("r", "", None, &["f"][..]), ("a", "", None, &["r"][..]));
        let (once_more, at_last) = (("s", "", None, &["a"][..]), ("b", "", None, &["s"][..]));
        for (commits, undone, by) in [
            (&[fix][..], false, None),
            (&[fix, back], true, None),
            (&[fix, back, again], false, Some("a")),
            (&[fix, back, again, once_more], true, None),
            (&[fix, back, again, once_more, at_last], false, Some("b")),
            (&[fix, back, ("t", "", None, &["f"]), again], true, None),
            (&[fix, ("x", "", None, &["f", "y"]), ("y", "", None, &["x"])], true, None),
        ] {
            let commits = history(commits);
            let reverts = Reverts::of(&commits);
            assert_eq!((reverts.is_undone("f"), reverts.brought_back_by("f")), (undone, by), "{}", commits.len());
        }
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
