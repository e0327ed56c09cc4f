//! The confirmations of a revision. What only a pull request adds is told apart: it settles nothing before the merge.

use std::collections::BTreeSet;

use git2::Oid;

use crate::collect::git::checkout::Snapshot;
use crate::collect::git::documents::document_histories;
use crate::collect::git::graph::Walk;
use crate::collect::git::repository::Repository;
use lookback_core::intake::confirmations::{self, ConfirmationError, ConfirmationsRead};
use lookback_core::model::{CONFIRMATIONS, Changes, Confirmation, Limit, LimitKind};

/// The largest file that is read, in bytes.
const MOST: u64 = 1 << 20;

/// Reads the file of the revision; on a pull request that of the merge base says what counts already.
pub(crate) fn read(
    repository: &Repository,
    walk: &Walk,
    seen: &Snapshot,
    changes: Option<&Changes>,
    limits: &mut Vec<Limit>,
) -> Vec<Confirmation> {
    let Some(tree) = seen.tree else { return Vec::new() };
    let Some(ConfirmationsRead { mut found, wrong }) = at(repository, tree) else { return Vec::new() };
    limits.extend(wrong.into_iter().map(not_understood));
    if let Some(changes) = changes {
        let base = changes.merge_base.as_ref().and_then(|base| Oid::from_str(base).ok());
        let merged = base.and_then(|base| at(repository, base)).unwrap_or_default().found;
        let merged: BTreeSet<_> = merged.iter().map(Confirmation::statement).collect();
        let proposed = |one: &&mut Confirmation| !merged.contains(&one.statement());
        let mut added = found.iter_mut().filter(proposed).peekable();
        if added.peek().is_some() {
            let (histories, _) = document_histories(repository, walk, seen.commit, &[CONFIRMATIONS.to_owned()]);
            let author = histories.into_iter().flatten().next().map(|history| history.last_change.author);
            let author = author.unwrap_or_else(|| "somebody unknown".to_owned());
            added.for_each(|one| one.proposed_by = Some(author.clone()));
        }
    }
    found
}

fn at(repository: &Repository, commit: Oid) -> Option<ConfirmationsRead> {
    let bytes = repository.file_at(commit, CONFIRMATIONS, MOST)?;
    Some(confirmations::read(&String::from_utf8_lossy(&bytes)))
}

/// Without it something stays open: that stops the judgement already, and nothing else does.
fn not_understood((line, why): (usize, ConfirmationError)) -> Limit {
    let why = format!("line {line}: {why}");
    Limit::new(LimitKind::Document, CONFIRMATIONS, why, "Write it anew with `lookback confirm PATH --by NAME`.")
}
