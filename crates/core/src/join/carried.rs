//! The changes that commits carry, and how commits are grouped by them. Pure.

use std::collections::BTreeMap;

/// What a commit carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// The first commit that carries the same change: its own id, where no other does.
    pub change: String,
    /// Where it puts several picked commits together: the changes of these.
    pub parts: Vec<String>,
}

impl Carried {
    /// A commit of which nothing else is known.
    pub fn itself(commit: impl Into<String>) -> Self {
        Carried { change: commit.into(), parts: Vec::new() }
    }
}

/// The commits of one problem, or of one list, by the changes that they carry. Of one that puts several picked ones together only
/// those count that another commit here carries alone, for the others are parts of other problems; it is a change of its own where
/// there is none.
pub fn by_change<'a, T: Clone>(commits: impl IntoIterator<Item = (&'a Carried, T)>) -> BTreeMap<&'a str, Vec<T>> {
    let (single, squashed): (Vec<_>, Vec<_>) = commits.into_iter().partition(|(carried, _)| carried.parts.is_empty());
    let mut changes: BTreeMap<&str, Vec<T>> = BTreeMap::new();
    for (carried, commit) in single {
        changes.entry(&carried.change).or_default().push(commit);
    }
    for (carried, commit) in squashed {
        let known: Vec<&str> =
            carried.parts.iter().map(String::as_str).filter(|part| changes.contains_key(part)).collect();
        for change in if known.is_empty() { vec![carried.change.as_str()] } else { known } {
            changes.entry(change).or_default().push(commit.clone());
        }
    }
    changes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_several_together_only_those_count_that_are_here() {
        let squashed = Carried { change: "s".into(), parts: vec!["a".into(), "b".into()] };
        let (a, c) = (Carried::itself("a"), Carried::itself("c"));
        let told = |of: &[&Carried]| -> String {
            let grouped = by_change(of.iter().map(|carried| (*carried, carried.change.clone())));
            grouped.into_iter().map(|(change, commits)| format!("{change}:{} ", commits.concat())).collect()
        };
        assert_eq!(told(&[&squashed, &a, &c]), "a:as c:c ");
        assert_eq!(told(&[&squashed, &c]), "c:c s:s ");
    }
}
