//! What stops the reading of a repository, and of one blob in it.

/// What stopped the reading of a repository.
#[derive(Debug, thiserror::Error)]
pub enum GitError {
    /// There is none.
    #[error("{path} is not in a Git repository; run Lookback inside one, or name it with --repo PATH")]
    NotFound {
        /// Where it was looked for.
        path: String,
    },
    /// It cannot be opened.
    #[error("cannot open the Git repository at {path}: {why}; {}", remedy(.why))]
    Open {
        /// Where.
        path: String,
        /// What libgit2 says.
        why: String,
    },
    /// The revision does not exist.
    #[error("there is no revision \"{rev}\" in this repository: {why}; `git log` and `git tag` list what there is")]
    Revision {
        /// As given.
        rev: String,
        /// What libgit2 says.
        why: String,
    },
    /// An object that everything depends on cannot be read.
    #[error("cannot read {what}: {why}; check the repository with `git fsck`, or clone it again")]
    Object {
        /// Which object.
        what: String,
        /// What libgit2 says.
        why: String,
    },
    /// A fault of ours.
    #[error("internal fault: {0}; please report it")]
    Internal(String),
}

/// What to do about a repository that cannot be opened, by what libgit2 says.
fn remedy(why: &str) -> &'static str {
    if why.contains("object format") {
        "its objects have SHA-256 names, which are not read yet: check a SHA-1 repository with the same history"
    } else if why.contains("refstorage") {
        "its references are a reftable, which is not read yet: `git refs migrate --ref-format=files` converts a copy"
    } else {
        "`git fsck` may tell more"
    }
}

/// Why a blob could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BlobProblem {
    /// More bytes than allowed.
    TooLarge(u64),
    /// Not in this partial clone.
    Absent,
    /// Unreadable.
    Unreadable(String),
    /// A pointer in the place of the contents, of the program named.
    Pointer(&'static str),
    /// A report or a dossier of ours, which is evidence of nothing.
    Ours,
}
