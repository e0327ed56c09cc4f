//! The bare copy of one repository: commits and trees whole, of files those alone that the check reads.
#![expect(clippy::disallowed_methods, reason = "makes the folder of a copy")]

use std::collections::BTreeSet;
use std::io;
use std::path::{Path, PathBuf};

use git2::Oid;

use crate::fleet::git::{BRANCH_GONE, Failure, Git, TransferBounds, size};
use lookback_core::model::{NotChecked, sha256};

/// The branch of the copy.
const BRANCH: &str = "refs/heads/fleet";
const HEAD: &str = "ref: refs/heads/fleet\n";
const TAGS: &str = "refs/tags/";
/// So many transfers are kept before the repository is copied anew: each leaves a file that every look has to go through.
const MOST_PACKS: usize = 100;

/// A bare copy.
#[derive(Clone, Debug)]
pub(crate) struct Mirror {
    path: PathBuf,
    url: String,
    branch: Option<String>,
}

/// What one transfer took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Taken {
    /// Runs of `git`.
    pub transfers: u64,
    /// Bytes that it brought.
    pub bytes: u64,
}

impl Mirror {
    /// The copy in a folder, which need not be there.
    pub(crate) fn new(path: PathBuf, url: &str, branch: Option<&str>) -> Self {
        Mirror { path, url: url.to_owned(), branch: branch.map(str::to_owned) }
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Brings it to where the server is. Tells a digest of the branch and the tags: while it stays, nothing has changed. Nobody else works
    /// on it meanwhile.
    pub(crate) fn update(&self, git: &Git, bounds: &TransferBounds, taken: &mut Taken) -> Result<String, Failure> {
        self.sweep();
        let updated = self.updated(git, bounds, taken);
        if updated.is_err() {
            self.sweep();
        }
        updated
    }

    /// Takes away what transfers left that were stopped: it is of no use, and may be large.
    fn sweep(&self) {
        for entry in std::fs::read_dir(self.path.join("objects/pack")).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().starts_with("tmp_") {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }

    fn updated(&self, git: &Git, bounds: &TransferBounds, taken: &mut Taken) -> Result<String, Failure> {
        if let Some(here) = self.refs().filter(|_| self.is_whole()) {
            let there = self.listed(git, bounds, taken)?;
            if there.digest() == here {
                return Ok(here);
            }
            // What a killed run left broken, or what grew too old, is copied anew.
            let packs = std::fs::read_dir(self.path.join("objects/pack")).map_or(0, Iterator::count) / 3;
            if packs <= MOST_PACKS
                && let Ok(digest) = self.fetch(git, bounds, taken)
            {
                return Ok(digest);
            }
        }
        self.renew(git, bounds, taken)
    }

    /// An empty copy in place of whatever is there.
    fn make(&self) -> io::Result<()> {
        if self.path.symlink_metadata().is_ok() {
            std::fs::remove_dir_all(&self.path)?;
        }
        for folder in ["objects", "refs"] {
            std::fs::create_dir_all(self.path.join(folder))?;
        }
        std::fs::write(self.path.join("config"), self.config())?;
        std::fs::write(self.path.join("HEAD"), HEAD)
    }

    fn config(&self) -> String {
        let url = self.url.replace('\\', "\\\\").replace('"', "\\\"");
        format!(
            "[core]\n\trepositoryformatversion = 0\n\tbare = true\n[remote \"origin\"]\n\turl = \"{url}\"\n\tpromisor = true\n\tpartialclonefilter = blob:none\n"
        )
    }

    /// Is it as it was made?
    fn is_whole(&self) -> bool {
        let is =
            |name: &str, text: &str| std::fs::read(self.path.join(name)).is_ok_and(|there| there == text.as_bytes());
        is("HEAD", HEAD) && is("config", &self.config())
    }

    /// Makes it anew: what was there could not be read.
    pub(crate) fn renew(&self, git: &Git, bounds: &TransferBounds, taken: &mut Taken) -> Result<String, Failure> {
        self.make().map_err(|error| unwritable(&error))?;
        self.fetch(git, bounds, taken)
    }

    fn fetch(&self, git: &Git, bounds: &TransferBounds, taken: &mut Taken) -> Result<String, Failure> {
        let from = self.branch.as_ref().map_or_else(|| "HEAD".to_owned(), |branch| format!("refs/heads/{branch}"));
        let branch = format!("+{from}:{BRANCH}");
        let arguments = [
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--prune",
            "--update-shallow",
            "--filter=blob:none",
            "origin",
            &branch,
            "+refs/tags/*:refs/tags/*",
        ];
        match self.transfer(git, &arguments, b"", bounds, taken) {
            // Without a branch, and without any other, nothing was ever pushed.
            Err(failure) if failure.cause == NotChecked::BranchGone => {
                let listed = self.listed(git, bounds, taken)?;
                if listed.any {
                    return Err(Failure { why: BRANCH_GONE.to_owned(), ..failure });
                }
            }
            Err(failure) => return Err(failure),
            Ok(()) => {}
        }
        self.refs().ok_or_else(|| {
            Failure::new(
                NotChecked::Corrupt,
                "what came is no repository that can be read; run `git fsck` on the server",
            )
        })
    }

    /// Fetches these files in one request.
    pub(crate) fn blobs(
        &self,
        git: &Git,
        wanted: &BTreeSet<Oid>,
        bounds: &TransferBounds,
        taken: &mut Taken,
    ) -> Result<(), Failure> {
        if wanted.is_empty() {
            return Ok(());
        }
        let ids: String = wanted.iter().map(|id| format!("{id}\n")).collect();
        let arguments = [
            "-c",
            "fetch.negotiationAlgorithm=noop",
            "fetch",
            "--quiet",
            "origin",
            "--no-tags",
            "--no-write-fetch-head",
            "--no-recurse-submodules",
            "--no-auto-maintenance",
            "--filter=blob:none",
            "--stdin",
        ];
        self.transfer(git, &arguments, ids.as_bytes(), bounds, taken)
    }

    fn transfer(
        &self,
        git: &Git,
        arguments: &[&str],
        input: &[u8],
        bounds: &TransferBounds,
        taken: &mut Taken,
    ) -> Result<(), Failure> {
        let packs = self.path.join("objects/pack");
        let before = size(&packs);
        let ran = git.run(Some(&self.path), arguments, input, &self.url, bounds);
        taken.transfers += 1;
        let after = size(&packs);
        taken.bytes += after.saturating_sub(before);
        ran?;
        if after > bounds.most_bytes {
            let most = bounds.most_bytes >> 20;
            return Err(Failure::new(
                NotChecked::TooLarge,
                format!("it sends more than the {most} MiB that one repository may take; raise --disk-each"),
            ));
        }
        Ok(())
    }

    /// Branch and tags of the server.
    fn listed(&self, git: &Git, bounds: &TransferBounds, taken: &mut Taken) -> Result<Refs, Failure> {
        let from = self.branch.as_ref().map_or_else(|| "HEAD".to_owned(), |branch| format!("refs/heads/{branch}"));
        taken.transfers += 1;
        let out = git.run(None, &["ls-remote", "--quiet", "--", &self.url], b"", &self.url, bounds)?;
        let text = String::from_utf8_lossy(&out);
        let mut refs = Refs::default();
        for (id, name) in text.lines().filter_map(|line| line.split_once('\t')) {
            refs.any = true;
            if name == from {
                refs.head = Some(id.to_owned());
            } else if name.starts_with(TAGS) && !name.ends_with("^{}") {
                refs.tags.insert(format!("{id} {name}"));
            }
        }
        if refs.head.is_none() && refs.any {
            return Err(Failure::new(NotChecked::BranchGone, BRANCH_GONE));
        }
        Ok(refs)
    }

    /// A digest of branch and tags of the copy; `None`: there is none that can be read.
    fn refs(&self) -> Option<String> {
        let repository = git2::Repository::open_bare(&self.path).ok()?;
        let head = repository.find_reference(BRANCH).ok().and_then(|found| found.target()).map(|id| id.to_string());
        let mut refs = Refs { head, ..Refs::default() };
        for found in repository.references_glob("refs/tags/*").ok()?.flatten() {
            let name = String::from_utf8_lossy(found.name_bytes()).into_owned();
            refs.tags.insert(format!("{} {name}", found.target()?));
        }
        Some(refs.digest())
    }

    /// When the newest of its branch and tags was made, in seconds of Unix.
    pub(crate) fn newest(&self) -> i64 {
        let Ok(repository) = git2::Repository::open_bare(&self.path) else { return i64::MAX };
        let of = |found: &git2::Reference<'_>| {
            let tagged = found.peel_to_tag().ok().and_then(|tag| tag.tagger().map(|by| by.when().seconds()));
            let made = found.peel_to_commit().ok().map(|commit| commit.time().seconds());
            tagged.max(made)
        };
        let head = repository.find_reference(BRANCH).ok();
        let tags = repository.references_glob("refs/tags/*").into_iter().flatten().flatten();
        head.into_iter().chain(tags).filter_map(|found| of(&found)).max().unwrap_or(0)
    }
}

/// Branch and tags.
#[derive(Default)]
struct Refs {
    head: Option<String>,
    tags: BTreeSet<String>,
    /// Is there anything at all?
    any: bool,
}

impl Refs {
    fn digest(&self) -> String {
        let head = self.head.as_deref().unwrap_or_default();
        let tags: String = self.tags.iter().map(|tag| format!("{tag}\n")).collect();
        sha256(format!("{head}\n{tags}").as_bytes())
    }
}

/// Said where the cache takes nothing.
pub(crate) fn unwritable(error: &io::Error) -> Failure {
    let cause = match error.kind() {
        io::ErrorKind::StorageFull => NotChecked::Disk,
        _ => NotChecked::Cache,
    };
    let why = crate::plain::why(error);
    Failure::new(cause, format!("the cache cannot be written: {why}; name another folder with --cache"))
}
