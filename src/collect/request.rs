//! What to look at. Free of the command line: whoever collects fills it.

use std::path::PathBuf;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::collect::files::BaseFile;
use crate::collect::git::absent::AbsentObjects;
use crate::collect::git::checkout::Checkout;
use crate::collect::git::commit_name::CommitName;
use lookback_core::model::{ConfigText, Limit, PolicyBase, Visibility};

/// What to collect.
#[derive(Clone, Default)]
pub struct Request {
    /// The repository, or a folder in it.
    pub repository: PathBuf,
    /// Revision; `None`: HEAD.
    pub rev: Option<String>,
    /// Looks at the tree and the tags as they stood at the end of this day (UTC); `None`: at the revision itself.
    pub as_of: Option<NaiveDate>,
    /// Which state is judged, and where it is not what the commit holds.
    pub checkout: Checkout,
    /// The day judged for when `as_of` is not given.
    pub today: NaiveDate,
    /// What a pull request is compared with; `None`: this is none.
    pub base: Option<Base>,
    /// The configuration that the policy was read from.
    pub config: Option<ConfigText>,
    /// Whose policy that is, where it is not the revision's own.
    pub policy_base: Option<PolicyBase>,
    /// Issue files as the branch has them whose policy judges: what they hold stays in the population.
    pub base_files: Vec<BaseFile>,
    /// What was not to be seen before anything was collected.
    pub limits: Vec<Limit>,
    /// Who may read the repository that the run takes place in, where somebody says.
    pub sink: Option<Visibility>,
    /// Sources of issues: files, `github` (this repository and its subjects) or `github:owner/name`. Empty: what the policy names.
    pub issues: Vec<PathBuf>,
    /// Is GitHub a source where neither `issues` nor the policy names one?
    pub github_by_default: bool,
    /// The name of this repository on GitHub where its origin does not tell.
    pub github_name: Option<String>,
    /// The name of this repository; `None`: as its origin tells. A fork that is checked out for its change is no repository of its own.
    pub own: Option<String>,
    /// Clones of products lie below this folder, or are not looked at; `None`: wherever the policy says.
    pub workspace: Option<PathBuf>,
    /// Where it is noted what partial clones lack; `None`: nowhere.
    pub absent: Option<AbsentObjects>,
    /// Called with the number of commits walked.
    pub progress: Option<Arc<dyn Fn(usize) + Send + Sync>>,
}

/// What a pull request is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base {
    /// Names of the commit that it is to be merged into; the first one counts, the others tell what a merge of it may begin with.
    pub revs: Vec<CommitName>,
    /// Its last commit, where known: the revision looked at must contain it.
    pub head: Option<String>,
    /// The commit that the server made of it and its base, where there is one.
    pub merge: Option<String>,
    /// Did the user name it? Then a name that leads nowhere is the user's mistake; else something that cannot be seen.
    pub by_hand: bool,
}

impl Base {
    /// What it is called.
    pub fn name(&self) -> String {
        CommitName::called(&self.revs)
    }
}

/// The tip of the branch whose policy judges a revision that is not merged into it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PolicyTip {
    /// Its names, the most exact first; the first one that the clone holds counts.
    pub revs: Vec<CommitName>,
    /// Did the user name it? Then a name that leads nowhere is the user's mistake.
    pub by_hand: bool,
}

impl PolicyTip {
    /// What it is called.
    pub(crate) fn name(&self) -> String {
        CommitName::called(&self.revs)
    }
}

/// The pull request in which a change is reviewed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct UnderReview {
    /// Its number; `None`: the one whose last commit is looked at, if any.
    pub number: Option<u64>,
    /// The branch that it has to go into, where the number does not say it.
    pub into: Option<String>,
    /// Does GitHub's queue hold it? Then what is looked at is made of its last commit, in whatever way it is merged.
    pub queued: bool,
    /// The commit that the queue merges it after: the branch, or other changes that wait before it.
    pub behind: Option<String>,
}
