//! The tree of the branch whose policy judges: read from the clone, else over GitHub's API. Knows which files of it run Lookback.

use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use git2::Oid;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;

use crate::collect::error::CollectError;
use crate::collect::git::error::GitError;
use crate::collect::git::repository::{Repository, TreeFile};
use crate::collect::request::PolicyTip;
use crate::collect::unread::reason;
use crate::net::client::Client;
use crate::net::error::NetError;
use crate::net::session::Net;

/// Bytes of a file of it.
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
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

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
        /// A commit or a branch.
        rev: String,
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
        for rev in &tip.revs {
            match repository.resolve(Some(rev), None) {
                Ok(Some(commit)) => return Ok(Ok(BaseTree::Clone(repository, commit))),
                Ok(None) => {}
                Err(error @ GitError::Revision { .. }) if tip.by_hand && !repository.is_shallow() => {
                    return Err(error.into());
                }
                Err(_) => {}
            }
        }
        let rev = tip.revs.first().map_or("HEAD", |rev| rev.strip_prefix("origin/").unwrap_or(rev)).to_owned();
        let missing = format!("{rev} is not in this clone");
        Ok(match name {
            Some(name) if !net.is_offline() && !tip.by_hand => {
                let api = BaseTree::Api { net, repository: name.to_owned(), rev };
                match api.is_there() {
                    Ok(()) => Ok(api),
                    Err(why) => Err(format!("{missing}, and GitHub does not show it: {why}")),
                }
            }
            _ => Err(missing),
        })
    }

    /// The commit, where the clone holds it.
    pub(crate) fn commit(&self) -> Option<Oid> {
        match self {
            BaseTree::Clone(_, commit) => Some(*commit),
            BaseTree::Api { .. } => None,
        }
    }

    /// One file; `None` where the tree has none. Else why it cannot be read.
    pub(crate) fn file(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match self {
            BaseTree::Clone(repository, commit) => repository
                .file_in(*commit, path, MOST)
                .map_err(|problem| format!("{path}: {}", reason(&problem, MOST).0)),
            BaseTree::Api { .. } => match self.get::<Content>(path)? {
                None => Ok(None),
                Some(content) => {
                    content.bytes().map(Some).ok_or_else(|| format!("{path}: GitHub does not show it whole"))
                }
            },
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
            if let Some(text) = self.file(&path)?.filter(|text| names_lookback(text)) {
                found.push((path, text));
            }
        }
        Ok(found)
    }

    fn is_there(&self) -> Result<(), String> {
        let BaseTree::Api { net, repository, rev } = self else { return Ok(()) };
        let path = format!("/repos/{repository}/commits/{}", utf8_percent_encode(rev, PLAIN));
        asked(net, repository, &async |client: &Client| {
            client.get_unkept::<serde::de::IgnoredAny>(&path).await.map(|_| ())
        })
        .map_err(|error| error.to_string())
    }

    /// Something of the tree over the API; `None` where it has none.
    fn get<T: serde::de::DeserializeOwned>(&self, path: &str) -> Result<Option<T>, String> {
        let BaseTree::Api { net, repository, rev } = self else { return Ok(None) };
        let parts: Vec<String> = path.split('/').map(|part| utf8_percent_encode(part, PLAIN).to_string()).collect();
        let rev = utf8_percent_encode(rev, PLAIN);
        let path = format!("/repos/{repository}/contents/{}?ref={rev}", parts.join("/"));
        match asked(net, repository, &async |client: &Client| client.get_unkept::<T>(&path).await) {
            Ok(answer) => Ok(Some(answer.value)),
            // The commit is there, as was asked before.
            Err(NetError::NotFound { .. }) => Ok(None),
            Err(error) => Err(error.to_string()),
        }
    }
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

/// A file as the API gives it.
#[derive(Deserialize)]
struct Content {
    #[serde(default)]
    encoding: String,
    #[serde(default)]
    content: String,
}

impl Content {
    fn bytes(&self) -> Option<Vec<u8>> {
        let text: String = self.content.split_whitespace().collect();
        (self.encoding == "base64").then(|| BASE64_STANDARD.decode(text).ok())?
    }
}

#[derive(Deserialize)]
struct Entry {
    name: String,
}
