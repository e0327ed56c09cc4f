//! Which commits of one history take others back, and which bring them back again. Pure.

use std::collections::{BTreeMap, BTreeSet};

/// Who takes what back.
pub struct Reverts<'a> {
    /// What a commit takes back.
    targets: BTreeMap<&'a str, &'a [String]>,
    /// The commits that take one back.
    takers: BTreeMap<&'a str, Vec<&'a str>>,
    undone: BTreeSet<&'a str>,
}

impl<'a> Reverts<'a> {
    /// Of the commits of one history, each with the ids of those that it takes back. A commit is undone while one that takes it back
    /// is not.
    pub fn of(commits: impl Iterator<Item = (&'a str, &'a [String])>) -> Self {
        let mut reverts = Reverts { targets: BTreeMap::new(), takers: BTreeMap::new(), undone: BTreeSet::new() };
        for (commit, targets) in commits.filter(|(_, targets)| !targets.is_empty()) {
            reverts.targets.insert(commit, targets);
            for target in targets {
                reverts.takers.entry(target).or_default().push(commit);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_taken_back_and_brought_back() {
        let fix = ("f", &[][..]);
        let (back, again) = (("r", &["f"][..]), ("a", &["r"][..]));
        let (once_more, at_last) = (("s", &["a"][..]), ("b", &["s"][..]));
        for (commits, undone, by) in [
            (&[fix][..], false, None),
            (&[fix, back], true, None),
            (&[fix, back, again], false, Some("a")),
            (&[fix, back, again, once_more], true, None),
            (&[fix, back, again, once_more, at_last], false, Some("b")),
            (&[fix, back, ("t", &["f"]), again], true, None),
            (&[fix, ("x", &["f", "y"]), ("y", &["x"])], true, None),
        ] {
            let named = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
            let commits: Vec<(&str, Vec<String>)> = commits.iter().map(|(id, back)| (*id, named(back))).collect();
            let reverts = Reverts::of(commits.iter().map(|(id, back)| (*id, back.as_slice())));
            assert_eq!((reverts.is_undone("f"), reverts.brought_back_by("f")), (undone, by), "{}", commits.len());
        }
    }
}
