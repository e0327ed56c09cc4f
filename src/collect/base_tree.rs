//! The tree of the branch whose policy judges: read from the clone, else over GitHub's API. Knows which files of it run Lookback.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use git2::Oid;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::collect::error::CollectError;
use crate::collect::git::commit_name::CommitName;
use crate::collect::git::error::BlobProblem;
use crate::collect::git::repository::{Repository, TreeFile};
use crate::collect::request::PolicyTip;
use crate::collect::unread::reason;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::session::Net;
use lookback_reading::shorten;

/// Bytes of a file that says what runs.
const MOST: u64 = 1 << 20;
/// The folder of GitHub's workflows.
const WORKFLOWS: &str = ".github/workflows";
/// Files that say what other CI systems run.
const PIPELINES: [&str; 6] = [
    ".gitlab-ci.yml",
    "azure-pipelines.yml",
    "azure-pipelines.yaml",
    "bitbucket-pipelines.yml",
    "Jenkinsfile",
    ".circleci/config.yml",
];
/// What stands for itself in a path or a value of an address.
pub(crate) const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where the tree is read.
pub(crate) enum BaseTree<'a> {
    /// In the clone, at this commit.
    Clone(&'a Repository, Oid),
    /// Over the API of GitHub.
    Api {
        /// The network.
        net: &'a Net<'a>,
        /// `owner/name`.
        repository: String,
        /// The commit.
        commit: String,
    },
}

impl<'a> BaseTree<'a> {
    /// Finds it. `name`: the repository on GitHub, where there is one to be asked.
    ///
    /// # Errors
    ///
    /// The user named a revision that is not there. Inside: why the tree cannot be read.
    pub(crate) fn find(
        repository: &'a Repository,
        tip: &PolicyTip,
        net: &'a Net<'a>,
        name: Option<&str>,
    ) -> Result<Result<Self, String>, CollectError> {
        let home = name.filter(|_| !net.is_offline() && !tip.by_hand);
        let mut refused = None;
        for name in &tip.revs {
            match repository.named(name) {
                Ok(commit) => return Ok(Ok(BaseTree::Clone(repository, commit))),
                Err(error) if tip.by_hand && !repository.is_shallow() => return Err(error.into()),
                Err(_) => {}
            }
            let Some(home) = home else { continue };
            match asked_for(net, home, name) {
                Ok(commit) => {
                    let here = repository.named(&CommitName::Commit(commit.clone())).ok();
                    let there = || BaseTree::Api { net, repository: home.to_owned(), commit };
                    return Ok(Ok(here.map_or_else(there, |commit| BaseTree::Clone(repository, commit))));
                }
                Err(why) => refused = refused.or(Some(why)),
            }
        }
        let refused = refused.map(|why| format!(", and GitHub does not show it: {why}")).unwrap_or_default();
        Ok(Err(format!("{} is not in this clone{refused}", tip.name())))
    }

    /// The commit, where the clone holds it.
    pub(crate) fn commit(&self) -> Option<Oid> {
        match self {
            BaseTree::Clone(_, commit) => Some(*commit),
            BaseTree::Api { .. } => None,
        }
    }

    /// One file of at most so many bytes; `None` where the tree has none. Else why it cannot be read.
    pub(crate) fn file(&self, path: &str, most: u64) -> Result<Option<Vec<u8>>, String> {
        match self {
            BaseTree::Clone(repository, commit) => repository
                .file_in(*commit, path, most)
                .map_err(|problem| format!("{path}: {}", reason(&problem, most).0)),
            BaseTree::Api { net, repository, .. } => {
                let Some(content) = self.get::<Content>(path)? else { return Ok(None) };
                if content.size > most {
                    return Err(format!("{path}: {}", reason(&BlobProblem::TooLarge(content.size), most).0));
                }
                // A large one is listed without its text.
                let bytes = if content.is_whole() {
                    content.bytes()
                } else {
                    let path = format!("/repos/{repository}/git/blobs/{}", utf8_percent_encode(&content.sha, PLAIN));
                    let blob =
                        asked(net, repository, &async |client: &Client| client.get_unkept::<Content>(&path).await);
                    blob.map_err(|error| error.to_string())?.value.bytes()
                };
                bytes.map(Some).ok_or_else(|| format!("{path}: GitHub does not show it whole"))
            }
        }
    }

    /// Files of the tree that run Lookback, with their text.
    pub(crate) fn runners(&self) -> Result<Vec<(String, Vec<u8>)>, String> {
        let mut paths: Vec<String> = PIPELINES.map(str::to_owned).to_vec();
        match self {
            BaseTree::Clone(repository, commit) => {
                paths.extend(repository.folder(*commit, WORKFLOWS).into_iter().map(|TreeFile { path, .. }| path));
            }
            BaseTree::Api { .. } => {
                let listed = self.get::<Vec<Entry>>(WORKFLOWS)?.unwrap_or_default();
                paths.extend(listed.into_iter().map(|entry| format!("{WORKFLOWS}/{}", entry.name)));
            }
        }
        let mut found = Vec::new();
        for path in paths {
            if let Some(text) = self.file(&path, MOST)?.filter(|text| names_lookback(text)) {
                found.push((path, text));
            }
        }
        Ok(found)
    }

    /// Something of the tree over the API; `None` where it has none.
    fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<Option<T>, String> {
        let BaseTree::Api { net, repository, commit } = self else { return Ok(None) };
        let parts: Vec<String> = path.split('/').map(|part| utf8_percent_encode(part, PLAIN).to_string()).collect();
        let path = format!("/repos/{repository}/contents/{}?ref={commit}", parts.join("/"));
        match asked(net, repository, &async |client: &Client| client.get_unkept::<T>(&path).await) {
            Ok(answer) => Ok(Some(answer.value)),
            // The commit is there, as was asked before.
            Err(NetError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }
}

/// The commit of this name, as the server knows it.
fn asked_for(net: &Net<'_>, repository: &str, name: &CommitName) -> Result<String, String> {
    let path = match name {
        CommitName::Commit(id) if CommitName::is_whole_id(id) => format!("/repos/{repository}/commits/{id}"),
        CommitName::Branch(branch) | CommitName::Elsewhere(Some(branch)) => {
            let parts: Vec<String> =
                branch.split('/').map(|part| utf8_percent_encode(part, PLAIN).to_string()).collect();
            format!("/repos/{repository}/git/ref/heads/{}", parts.join("/"))
        }
        CommitName::Default | CommitName::Elsewhere(None) => format!("/repos/{repository}/commits/HEAD"),
        CommitName::Commit(_) | CommitName::Written(_) => return Err(format!("{name} is no id of a commit")),
    };
    let found = asked(net, repository, &async |client: &Client| client.get_unkept::<CommitOrRef>(&path).await);
    let CommitOrRef { sha, object } = found.map_err(|error| error.to_string())?.value;
    let sha = sha.or(object.map(|object| object.sha)).unwrap_or_default();
    let wrong = match name {
        CommitName::Commit(id) => !id.eq_ignore_ascii_case(&sha),
        _ => !CommitName::is_whole_id(&sha),
    };
    if wrong { Err(format!("it answers with {}", shorten(&sha, 40))) } else { Ok(sha) }
}

fn asked<T>(
    net: &Net<'_>,
    repository: &str,
    ask: &impl AsyncFn(&Client) -> Result<T, NetError>,
) -> Result<T, NetError> {
    net.block_on(async { ask(Arc::as_ref(&net.github(Some(repository)).await?)).await })?
}

/// Does a file say what a CI system runs?
pub(crate) fn runs_checks(path: &str) -> bool {
    PIPELINES.contains(&path) || path.strip_prefix(WORKFLOWS).is_some_and(|rest| rest.starts_with('/'))
}

/// Does the text name Lookback, however it is written?
fn names_lookback(text: &[u8]) -> bool {
    text.windows(8).any(|word| word.eq_ignore_ascii_case(b"lookback"))
}

/// A commit, or the ref that names one, as the API gives it.
#[derive(Deserialize)]
struct CommitOrRef {
    #[serde(default)]
    sha: Option<String>,
    #[serde(default)]
    object: Option<Target>,
}

/// What a ref leads to.
#[derive(Deserialize)]
struct Target {
    sha: String,
}

/// A file, or its blob, as the API gives it.
#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    sha: String,
    #[serde(default)]
    size: u64,
    #[serde(default)]
    encoding: String,
    #[serde(default)]
    content: String,
}

impl Content {
    fn is_whole(&self) -> bool {
        self.encoding == "base64" && (self.size == 0 || !self.content.is_empty())
    }

    fn bytes(&self) -> Option<Vec<u8>> {
        let text: String = self.content.split_whitespace().collect();
        (self.encoding == "base64").then(|| BASE64_STANDARD.decode(text).ok())?
    }
}

#[derive(Deserialize)]
struct Entry {
    name: String,
}
