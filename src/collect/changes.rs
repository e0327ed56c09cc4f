//! What a pull request changes of the review: which documents, on which lines, and what they said before.

use git2::Oid;

use crate::collect::error::CollectError;
use crate::collect::filter::{declarations, document_filter};
use crate::collect::git::changes::{Difference, FileChange};
use crate::collect::git::checkout::Snapshot;
use crate::collect::git::commit_name::CommitName;
use crate::collect::git::error::GitError;
use crate::collect::git::repository::Repository;
use crate::collect::request::Base;
use lookback_core::model::DocumentPolicy;
use lookback_core::model::{ChangedFile, Changes, Limit, LimitKind};
use lookback_reading::{Reader, Reading};

/// Compares the revision with its merge base. What cannot be seen is said in the value, and as a limit.
pub(crate) fn changes(
    repository: &Repository,
    base: &Base,
    seen: &Snapshot,
    documents: &DocumentPolicy,
    config: Option<&str>,
    reader: &Reader,
    limits: &mut Vec<Limit>,
) -> Result<Changes, CollectError> {
    let unseen = |why: String, limits: &mut Vec<Limit>| {
        limits.push(Limit::new(
            LimitKind::PullRequest,
            "what the pull request changes",
            why.clone(),
            "Check out the pull request with its whole history (`fetch-depth: 0`), or name its base with --base.",
        ));
        Ok(Changes { base: base.name(), unseen: Some(why), ..Changes::default() })
    };
    let (Some(head), Some(tree)) = (seen.commit, seen.tree) else {
        return unseen("there is no commit to compare".to_owned(), limits);
    };
    let parents = repository.parents(head);
    let merges = base.head.as_ref().is_some_and(|last| parents.get(1) == Some(last));
    if let Some(last) = base.head.as_ref().filter(|_| !merges)
        && repository.contains(head, last) != Some(true)
    {
        return unseen(format!("the revision looked at does not contain {last}, the last commit of it"), limits);
    }
    let Some(named) = base.revs.first() else { return unseen("its base is not named".to_owned(), limits) };
    // A merge of it names the base that it was made for, which may be older or newer than the event's. One that the server did not
    // make may name anything: its own author then says what it changes.
    let rev = match parents.first().filter(|_| merges) {
        Some(first) if is_base(repository, base, head, first) => CommitName::Commit(first.clone()),
        Some(_) => return unseen(format!("the revision looked at merges it into something else than {named}"), limits),
        None => named.clone(),
    };
    let is_document = document_filter(documents)?;
    let declared = declarations(documents)?;
    let wanted = |path: &str| is_document(path) || config == Some(path);
    let (merge_base, files) = match repository.difference(&rev, head, tree, &wanted) {
        Ok(Difference::Seen { base, files }) => (base, files),
        Ok(Difference::Unseen(why)) => return unseen(why, limits),
        Err(GitError::Revision { rev, .. }) if !base.by_hand => {
            return unseen(format!("its base {rev} is not in this clone"), limits);
        }
        Err(error) => return Err(error.into()),
    };
    let changed = files
        .iter()
        .filter(|file| wanted(&file.path) || file.before.as_ref().is_some_and(|(_, path)| wanted(path)))
        .map(|file| ChangedFile {
            path: file.path.clone(),
            deleted: file.deleted,
            lines: file.lines.clone(),
            before: before(repository, file, documents.max_size, &is_document, &|path, bytes| {
                reader.read_as(path, bytes, declared.of(path))
            }),
        })
        .collect();
    Ok(Changes {
        base: base.name(),
        merge_base: Some(merge_base.to_string()),
        files: files.len(),
        changed,
        unseen: None,
    })
}

/// May a merge of the pull request begin with this commit?
fn is_base(repository: &Repository, base: &Base, merge: Oid, first: &str) -> bool {
    let contains =
        |name: &CommitName| repository.named(name).is_ok_and(|tip| repository.contains(tip, first) == Some(true));
    base.merge.as_deref() == Some(merge.to_string().as_str()) || base.revs.iter().any(contains)
}

/// What the document said at the merge base. Where it cannot be read, its loss cannot be told: it counts as nothing.
fn before(
    repository: &Repository,
    file: &FileChange,
    most: u64,
    is_document: &dyn Fn(&str) -> bool,
    read: &dyn Fn(&str, &[u8]) -> Reading,
) -> Option<Reading> {
    let (oid, path) = file.before.as_ref().filter(|(_, path)| is_document(path))?;
    let bytes = repository.blob(*oid, most).ok()?;
    Some(read(path, &bytes))
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "makes a clone shallow")]
mod tests {
    use super::*;
    use lookback_core::model::Policy;

    const RECORD: &str = "docs/reviews/a.md";

    /// A repository with a commit per step; each step lists what stands in the tree. Returns the commits.
    fn repository(steps: &[&[(&str, &str)]]) -> (tempfile::TempDir, Vec<Oid>) {
        let folder = tempfile::tempdir().unwrap();
        let git = git2::Repository::init_bare(folder.path()).unwrap();
        let mut ids: Vec<Oid> = Vec::new();
        for (n, step) in steps.iter().enumerate() {
            ids.push(commit(&git, step, ids.last().copied().into_iter().collect(), n, "refs/heads/main"));
        }
        git.set_head("refs/heads/main").unwrap();
        (folder, ids)
    }

    fn commit(git: &git2::Repository, files: &[(&str, &str)], parents: Vec<Oid>, n: usize, name: &str) -> Oid {
        let mut index = git2::Index::new().unwrap();
        for (path, text) in files {
            let id = git.blob(text.as_bytes()).unwrap();
            let time = git2::IndexTime::new(0, 0);
            index
                .add(&git2::IndexEntry {
                    ctime: time,
                    mtime: time,
                    dev: 0,
                    ino: 0,
                    mode: 0o100_644,
                    uid: 0,
                    gid: 0,
                    file_size: 0,
                    id,
                    flags: 0,
                    flags_extended: 0,
                    path: path.as_bytes().to_vec(),
                })
                .unwrap();
        }
        let tree = git.find_tree(index.write_tree_to(git).unwrap()).unwrap();
        let seconds = 1_700_000_000 + i64::try_from(n).unwrap();
        let who = git2::Signature::new("R. Meyer", "r@example.org", &git2::Time::new(seconds, 0)).unwrap();
        let parents: Vec<_> = parents.into_iter().map(|id| git.find_commit(id).unwrap()).collect();
        git.commit(Some(name), &who, &who, "step", &tree, &parents.iter().collect::<Vec<_>>()).unwrap()
    }

    fn between(folder: &tempfile::TempDir, base: &str, last: Option<Oid>, head: Oid) -> (Changes, Vec<Limit>) {
        let repository = Repository::open(folder.path()).unwrap();
        let (policy, reader) = (Policy::default(), Reader::new(&[], &[]));
        let (head_of_it, merge) = (last.map(|id| id.to_string()), Some(head.to_string()));
        let base = Base { revs: vec![CommitName::Written(base.to_owned())], head: head_of_it, merge, by_hand: true };
        let mut limits = Vec::new();
        let found = changes(
            &repository,
            &base,
            &Snapshot::of(Some(head)),
            &policy.documents,
            Some("lookback.toml"),
            &reader,
            &mut limits,
        );
        (found.unwrap(), limits)
    }

    /// A name that a CI system gave and that is not here cannot be seen; one that the user gave is a mistake.
    #[test]
    fn a_base_that_is_not_here() {
        let (folder, ids) = repository(&[&[(RECORD, "x")]]);
        let repository = Repository::open(folder.path()).unwrap();
        let (documents, reader) = (Policy::default().documents, Reader::new(&[], &[]));
        let compared = |by_hand: bool| {
            let base = Base { revs: vec![CommitName::branch("main")], head: None, merge: None, by_hand };
            changes(&repository, &base, &Snapshot::of(Some(ids[0])), &documents, None, &reader, &mut Vec::new())
        };
        assert_eq!(compared(false).unwrap().unseen.as_deref(), Some("its base origin/main is not in this clone"));
        assert!(compared(true).unwrap_err().to_string().contains("there is no revision \"origin/main\""));
    }

    #[test]
    fn changed_lines_new_files_deletions_and_renames() {
        let text: String = (1..=30).map(|n| format!("Line {n} of the record.\n")).collect();
        let edited = text.replace("Line 5 ", "Row 5 ").replace("Line 20 ", "Row 20 ");
        let (folder, ids) = repository(&[
            &[(RECORD, &text), ("docs/old.md", "Gone soon."), ("docs/moved.md", &text), ("a.rs", "x")],
            &[
                (RECORD, &edited),
                ("docs/new.md", "New.\n"),
                ("docs/there.md", &text),
                ("a.rs", "y"),
                ("lookback.toml", "#\n"),
            ],
        ]);
        let (found, limits) = between(&folder, &ids[0].to_string(), None, ids[1]);
        let seen: Vec<_> = found
            .changed
            .iter()
            .map(|file| (file.path.as_str(), file.deleted, file.lines.as_slice(), file.before.is_some()))
            .collect();
        assert_eq!(
            seen,
            [
                ("docs/new.md", false, &[(1, 1)][..], false),
                ("docs/old.md", true, &[], true),
                (RECORD, false, &[(5, 5), (20, 20)], true),
                ("docs/there.md", false, &[], true),
                ("lookback.toml", false, &[(1, 1)], false),
            ]
        );
        assert_eq!((found.files, found.merge_base, limits.len()), (6, Some(ids[0].to_string()), 0));
    }

    #[test]
    fn only_what_the_branch_changed_not_what_the_base_gained() {
        let (folder, ids) = repository(&[&[(RECORD, "one")], &[(RECORD, "one"), ("docs/base.md", "later")]]);
        let git = git2::Repository::open(folder.path()).unwrap();
        let branch = commit(&git, &[(RECORD, "two")], vec![ids[0]], 5, "refs/heads/topic");
        let paths = |changes: &Changes| changes.changed.iter().map(|file| file.path.clone()).collect::<Vec<_>>();
        assert_eq!(paths(&between(&folder, "main", Some(branch), branch).0), [RECORD]);
        // GitHub checks out a merge with the base; the event may name an older base.
        let merged =
            commit(&git, &[(RECORD, "two"), ("docs/base.md", "later")], vec![ids[1], branch], 6, "refs/pull/1/merge");
        assert_eq!(paths(&between(&folder, &ids[0].to_string(), Some(branch), merged).0), [RECORD]);
    }

    #[test]
    fn a_revision_without_the_pull_request_is_not_judged() {
        let (folder, ids) = repository(&[&[(RECORD, "one")], &[(RECORD, "two")]]);
        let (found, limits) = between(&folder, "main", Some(ids[1]), ids[0]);
        assert!(found.unseen.unwrap().contains("does not contain"));
        assert_eq!(limits.len(), 1);
    }

    #[test]
    fn a_shallow_clone_says_so_and_a_wrong_base_is_an_error() {
        let (folder, ids) = repository(&[&[(RECORD, "one")], &[(RECORD, "two")]]);
        let repository = Repository::open(folder.path()).unwrap();
        let error =
            repository.difference(&CommitName::Written("nonsense".into()), ids[1], ids[1], &|_| true).unwrap_err();
        assert!(error.to_string().contains("\"nonsense\""), "{error}");
        std::fs::write(folder.path().join("shallow"), format!("{}\n", ids[1])).unwrap();
        let (found, _) = between(&folder, "0123456789012345678901234567890123456789", None, ids[1]);
        assert!(found.unseen.unwrap().contains("shallow"));
    }
}
