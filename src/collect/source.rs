//! What a source of issues is: who it is, what reading it takes, how it is asked, and what it answers, without a word of its vendor.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use futures_util::future::LocalBoxFuture;

use crate::collect::error::CollectError;
use crate::collect::files::IssueFile;
use crate::collect::wanted::Wanted;
use crate::net::session::Net;
use lookback_core::intake::SourceRead;
use lookback_core::model::Policy;
use lookback_core::model::{Issue, Limit, Release, SourceSummary, Visibility};

/// A kind of source.
pub struct Source {
    /// What it is called.
    pub name: &'static str,
    /// What reading all of it takes, in the words of its own settings.
    pub permissions: &'static [&'static str],
    /// Asks it for what is wanted of it.
    pub ask: for<'a> fn(&'a Asking<'a>) -> Result<Asked<'a>, CollectError>,
}

/// What every source is told.
pub struct Asking<'a> {
    /// Which issues are security issues, which trackers there are.
    pub policy: &'a Policy,
    /// The network.
    pub net: &'a Net<'a>,
    /// Issue files, read.
    pub files: &'a [IssueFile],
    /// What is named.
    pub wanted: &'a Wanted,
    /// State and labels are those at the end of this day (UTC).
    pub as_of: NaiveDate,
    /// What lies after this day has not happened: the present one, or a later one that is judged for.
    pub today: NaiveDate,
}

/// What became of the question.
pub enum Asked<'a> {
    /// It is no network that answers, or nobody was to be asked.
    Now(Vec<SourceAnswer>),
    /// A server answers.
    Later(LocalBoxFuture<'a, Result<Vec<SourceAnswer>, CollectError>>),
    /// The walk over the history answers, which joins what it finds to what the others say.
    WithTheWalk,
}

/// What one source answered.
#[derive(Debug, Default)]
pub struct SourceAnswer {
    /// Its place among all, in the order in which sources are named.
    pub rank: usize,
    /// Security issues, and what could not be seen.
    pub read: SourceRead,
    /// What was read, by kind and place.
    pub summaries: Vec<SourceSummary>,
    /// Releases of the own repository by tag: the day of publication, or `None` for a pre-release.
    pub dates: BTreeMap<String, Option<NaiveDate>>,
    /// Releases of the other repositories; tags are written `owner/name@tag`.
    pub releases: Vec<Release>,
    /// Who may read which repository, where the source says; names are lower-case.
    pub visibilities: BTreeMap<String, Visibility>,
}

impl SourceAnswer {
    /// An answer that is issues and limits alone. `seen`: how many it held, security issues or not.
    pub fn plain(rank: usize, name: &str, kind: &str, seen: Option<usize>, read: SourceRead) -> Self {
        let summaries = vec![summarised(name, kind, seen, read.issues.len(), read.limits.len())];
        SourceAnswer { rank, read, summaries, ..SourceAnswer::default() }
    }
}

/// One line about a source.
pub(crate) fn summarised(name: &str, kind: &str, read: Option<usize>, security: usize, limits: usize) -> SourceSummary {
    SourceSummary { name: name.to_owned(), kind: kind.to_owned(), read, security, limits }
}

/// What all sources but the history say.
#[derive(Debug, Default)]
pub(crate) struct Answers {
    /// Security issues, in the order in which their sources are named.
    pub issues: Vec<Issue>,
    /// Other issues of sources that tell of them, to be named by actions.
    pub others: Vec<Issue>,
    /// What could not be seen.
    pub limits: Vec<Limit>,
    /// What was read.
    pub summaries: Vec<SourceSummary>,
    /// See [`SourceAnswer::dates`].
    pub dates: BTreeMap<String, Option<NaiveDate>>,
    /// See [`SourceAnswer::releases`].
    pub releases: Vec<Release>,
    /// See [`SourceAnswer::visibilities`].
    pub visibilities: BTreeMap<String, Visibility>,
}

impl Answers {
    /// Adds what one source answered.
    pub(crate) fn add(&mut self, answered: SourceAnswer) {
        self.issues.extend(answered.read.issues);
        self.others.extend(answered.read.others);
        self.limits.extend(answered.read.limits);
        self.summaries.extend(answered.summaries);
        self.dates.extend(answered.dates);
        self.releases.extend(answered.releases);
        self.visibilities.extend(answered.visibilities);
    }
}
