//! The only input: opens the repository, walks its history once, reads its documents and issue files, and hands over one
//! immutable `Evidence`. Everything that could not be seen becomes a limit.
#![expect(clippy::disallowed_methods, reason = "collectors read files; nothing else does")]

use crate::collect::attachments;
use crate::collect::changes;
use crate::collect::git;
use crate::collect::github;
use crate::collect::history;
use crate::collect::subjects;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use chrono::NaiveDate;
use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::collect::git::repository::{BlobProblem, Repository, TreeFile, Walk, WalkOptions};
use crate::collect::subjects::Product;
use lookback_core::join::embargo;
use lookback_core::model::evidence::{
    ConfigText, Document, EVIDENCE_VERSION, Evidence, History, Issue, Limit, LimitKind, Release, Subject,
};
use lookback_core::model::policy::{DocumentPolicy, Policy};
use lookback_reading::Constraint;
use lookback_reading::{Kind, Reader, Reading};

/// What to collect.
pub struct Options<'a> {
    /// Revision; `None`: HEAD.
    pub rev: Option<&'a str>,
    /// Looks at the tree and the tags as they stood at the end of this day (UTC); `None`: at the revision itself.
    pub as_of: Option<NaiveDate>,
    /// The day judged for when `as_of` is not given.
    pub today: NaiveDate,
    /// What a pull request is compared with; `None`: this is none.
    pub base: Option<&'a changes::Base>,
    /// Is the repository known to be private?
    pub private: Option<bool>,
    /// What the trackers of the configuration answered.
    pub trackers: lookback_core::intake::source::SourceRead,
    /// What GitHub says; empty when it was not asked.
    pub github: github::read::Found,
    /// Repositories that GitHub was asked for, answers or not.
    pub asked: Vec<String>,
    /// Called with the number of commits walked.
    pub progress: &'a (dyn Fn(usize) + Sync),
}

/// An issue file with its name for messages.
pub struct IssueFile {
    /// Name as the user gave it.
    pub name: String,
    /// Contents.
    pub bytes: Vec<u8>,
}

/// What stopped the collecting.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// Git.
    #[error(transparent)]
    Git(#[from] git::repository::GitError),
    /// A file could not be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// An issue file is malformed.
    #[error(transparent)]
    Issues(#[from] lookback_core::intake::source::IssueFileError),
    /// A glob of the configuration is no glob.
    #[error("[documents] has a pattern that is no glob: {0}")]
    Glob(#[from] globset::Error),
}

/// The configuration in force: the named file, else `lookback.toml` in the working tree, else (bare repository) in the revision.
pub fn find_config(
    repository: &Repository,
    named: Option<&Path>,
    rev: Option<&str>,
) -> Result<Option<ConfigText>, CollectError> {
    const NAME: &str = "lookback.toml";
    if let Some(path) = named {
        return Ok(Some(ConfigText { path: path.display().to_string(), text: read_text(path)? }));
    }
    if let Some(root) = repository.workdir() {
        if root.join(NAME).symlink_metadata().is_err() {
            return Ok(None);
        }
        return Ok(Some(ConfigText { path: NAME.to_owned(), text: read_text(&inside(root, NAME)?)? }));
    }
    let Some(commit) = repository.resolve(rev, None)? else { return Ok(None) };
    let found = repository.file_at(commit, NAME, 1 << 20);
    Ok(found.map(|bytes| ConfigText { path: NAME.to_owned(), text: String::from_utf8_lossy(&bytes).into_owned() }))
}

/// A file of the working tree. A link that leads out of the tree is not followed: on a pull request a stranger made it.
pub fn inside(root: &Path, name: &str) -> Result<PathBuf, CollectError> {
    let failed = |source| CollectError::Read { path: name.to_owned(), source };
    let path = root.join(name).canonicalize().map_err(failed)?;
    if path.starts_with(root.canonicalize().map_err(failed)?) {
        return Ok(path);
    }
    Err(failed(std::io::Error::other("it is a link that leads out of the repository, and is not followed")))
}

/// Reads a text file.
pub fn read_text(path: &Path) -> Result<String, CollectError> {
    let bytes =
        std::fs::read(path).map_err(|source| CollectError::Read { path: path.display().to_string(), source })?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Reads the issue files named on the command line (relative to the current folder) and by the configuration (relative to the
/// repository's root, in the working tree or, where there is none, in the revision).
pub fn issue_files(
    repository: &Repository,
    named: &[PathBuf],
    policy: &Policy,
    rev: Option<&str>,
) -> Result<Vec<IssueFile>, CollectError> {
    let read = |path: &Path| -> Result<Vec<u8>, CollectError> {
        let failed = |source| CollectError::Read { path: path.display().to_string(), source };
        let size = std::fs::metadata(path).map_err(failed)?.len();
        lookback_core::intake::read::check_size(&path.display().to_string(), size)?;
        std::fs::read(path).map_err(failed)
    };
    let mut files = Vec::new();
    for path in named {
        files.push(IssueFile { name: path.display().to_string(), bytes: read(path)? });
    }
    for name in &policy.issues.files {
        let bytes = if let Some(root) = repository.workdir() {
            read(&inside(root, name)?)?
        } else {
            let commit = repository.resolve(rev, None)?;
            commit.and_then(|commit| repository.file_at(commit, name, 256 << 20)).ok_or_else(|| CollectError::Read {
                path: name.clone(),
                source: std::io::Error::from(std::io::ErrorKind::NotFound),
            })?
        };
        files.push(IssueFile { name: name.clone(), bytes });
    }
    Ok(files)
}

/// Collects everything.
pub fn collect(
    repository: &Repository,
    policy: &Policy,
    config: Option<ConfigText>,
    files: &[IssueFile],
    options: &Options,
) -> Result<Evidence, CollectError> {
    let as_of = options.as_of.unwrap_or(options.today);
    let name = repository.name();
    let mut limits = Vec::new();
    let mut from_files: Vec<Issue> = Vec::new();
    for file in files {
        let read = lookback_core::intake::read::read_file(&file.name, &file.bytes, policy)?;
        from_files.extend(read.issues);
        limits.extend(read.limits);
    }
    from_files.extend(options.trackers.issues.iter().cloned());
    limits.extend(options.trackers.limits.iter().cloned());
    from_files.extend(options.github.read.issues.iter().cloned());
    limits.extend(options.github.read.limits.iter().cloned());
    let head = repository.resolve(options.rev, options.as_of)?;
    if head.is_none() {
        limits.push(nothing_to_look_at(options.as_of));
    }
    let odd: Vec<String> =
        from_files.iter().flat_map(|issue| issue.aliases.iter().chain([&issue.id]).cloned()).collect();
    let reader = Reader::new(&policy.issues.tracker_keys, &odd).with_products(subjects::words(policy, &name));

    // The history and the documents are independent: two threads, each with its own handle.
    let walk_options = WalkOptions {
        release: &policy.releases.tag,
        prerelease: &policy.releases.prerelease,
        published: &options.github.published,
        tracker_keys: &policy.issues.tracker_keys,
        progress: options.progress,
    };
    let second = Repository::open(repository.path())?;
    let (walk, documents) = std::thread::scope(|scope| {
        let reader = &reader;
        let documents = scope.spawn(move || read_documents(&second, head, &policy.documents, reader));
        let walk = repository.walk(head, as_of, &walk_options);
        (walk, documents.join())
    });
    let mut walk = walk?;
    let mut documents = match documents {
        Ok(found) => found?,
        Err(_) => {
            return Err(
                git::repository::GitError::Internal("reading the documents stopped unexpectedly".to_owned()).into()
            );
        }
    };
    limits.append(&mut documents.limits);
    limits.append(&mut walk.limits);

    let paths: Vec<String> = documents.found.iter().map(|document| document.path.clone()).collect();
    let (histories, more) = git::documents::document_histories(repository, &walk, head, &paths);
    limits.extend(more);
    for (document, history) in documents.found.iter_mut().zip(histories) {
        document.history = history;
    }

    let changes = match options.base {
        Some(base) => {
            let config = config.as_ref().map(|config| config.path.as_str());
            Some(changes::changes(repository, base, head, &policy.documents, config, &reader, &mut limits)?)
        }
        None => None,
    };
    let clones = subjects::Options {
        root: repository.workdir(),
        own: &name,
        as_of: options.as_of,
        day: as_of,
        asked: &options.asked,
        progress: options.progress,
    };
    let products = subjects::walk(policy, &clones, &mut limits);
    let releases = all_releases(&walk, &products, &options.github.releases);
    let issues = join_issues(from_files, &walk, &products, &releases, policy, &name, &mut limits);
    limits.sort();
    limits.dedup();
    let mut evidence = Evidence {
        schema_version: EVIDENCE_VERSION,
        subject: Subject { repository: name, revision: head.map(|id| id.to_string()), as_of },
        config,
        origin: repository.web_url(),
        history: History { commits: walk.commits, first: walk.first, last: walk.last },
        documents: documents.found,
        documents_read: documents.read,
        releases,
        issues,
        limits,
        sources: Vec::new(),
        unseen: documents.unseen,
        changes,
        private: options.private.or(options.github.private),
    };
    embargo::mask(&mut evidence, policy.show_embargoed);
    Ok(evidence)
}

pub fn nothing_to_look_at(as_of: Option<NaiveDate>) -> Limit {
    let why = match as_of {
        Some(day) => format!("no commit of the revision is dated {day} or earlier"),
        None => "the repository has no commit yet".to_owned(),
    };
    Limit {
        kind: LimitKind::NothingToLookAt,
        unseen: false,
        what: "documents and history".to_owned(),
        why,
        remedy: "Commit something, or choose a later date with --as-of or another revision with --rev.".to_owned(),
        affects: Constraint::ALL.to_vec(),
    }
}

/// Releases of this repository and of the products, by date. What a clone and the network both know counts once, by the clone's date.
pub fn all_releases(walk: &Walk, products: &[Product], published: &[Release]) -> Vec<Release> {
    let mut releases = walk.releases.clone();
    for product in products {
        releases.extend(product.walk.releases.iter().map(|release| subjects::named(release, &product.repository)));
    }
    let known: BTreeSet<String> = releases.iter().map(|release| release.tag.to_lowercase()).collect();
    releases.extend(published.iter().filter(|release| !known.contains(&release.tag.to_lowercase())).cloned());
    releases.sort_by_key(|release| release.date);
    releases
}

pub fn join_issues(
    mut from_files: Vec<Issue>,
    walk: &Walk,
    products: &[Product],
    releases: &[Release],
    policy: &Policy,
    repository: &str,
    limits: &mut Vec<Limit>,
) -> Vec<Issue> {
    let tracked = history::Tracked::new(&from_files);
    let is_key = |id: &str| policy.issues.tracker_keys.iter().any(|pattern| pattern.is_match(id));
    if policy.issues.from_history {
        let mut from_history = history::issues(&walk.references, is_key);
        for product in products {
            let mut of_product = history::issues(&product.walk.references, is_key);
            subjects::placed(&mut of_product, &product.repository);
            from_history.append(&mut of_product);
        }
        for issue in &mut from_history {
            tracked.defer(issue);
        }
        from_files.extend(from_history);
    }
    let mut issues = lookback_core::join::issues::join(from_files, repository);
    history::attach_plain_fixes(&mut issues, &walk.references, repository, repository, &tracked);
    let mut places = vec![history::Place { product: None, walk }];
    for product in products {
        history::attach_plain_fixes(&mut issues, &product.walk.references, &product.repository, repository, &tracked);
        places.push(history::Place { product: Some(&product.repository), walk: &product.walk });
    }
    history::complete(&mut issues, &places, releases, limits);
    issues
}

#[derive(Default)]
pub struct ReadDocuments {
    found: Vec<Document>,
    read: usize,
    limits: Vec<Limit>,
    /// See [`Evidence::unseen`].
    unseen: Vec<String>,
}

pub fn globs(patterns: &[String]) -> Result<GlobSet, globset::Error> {
    let mut builder = GlobSetBuilder::new();
    for pattern in patterns {
        builder.add(Glob::new(pattern)?);
    }
    builder.build()
}

/// Which paths are documents, by the policy.
pub fn document_filter(policy: &DocumentPolicy) -> Result<impl Fn(&str) -> bool, globset::Error> {
    let (include, exclude) = (globs(&policy.include)?, globs(&policy.exclude)?);
    Ok(move |path: &str| {
        let extension = path.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default();
        policy.extensions.contains(&extension)
            && !exclude.is_match(path)
            && (policy.include.is_empty() || include.is_match(path))
    })
}

/// Reads every document of the tree and keeps those that carry the path signal or that the reader finds something in.
pub fn read_documents(
    repository: &Repository,
    head: Option<git2::Oid>,
    policy: &DocumentPolicy,
    reader: &Reader,
) -> Result<ReadDocuments, CollectError> {
    let mut out = ReadDocuments::default();
    let Some(head) = head else {
        out.unseen.push("the repository".to_owned());
        return Ok(out);
    };
    let is_document = document_filter(policy)?;
    let tree = repository.tree_files(head)?;
    out.limits.extend(tree.limits);
    let all: attachments::Tree = tree.files.iter().map(|file| (file.path.clone(), file.oid)).collect();
    let mut files: Vec<TreeFile> = tree.files;
    files.retain(|file| is_document(&file.path));
    let blobs = files.into_iter().map(|file| {
        let bytes = repository.blob(file.oid, policy.max_size);
        (file.path, bytes)
    });
    for (path, reading) in side_by_side(reader, blobs) {
        let path_signal = policy.path_signal.is_match(&path);
        let mut reading = match reading {
            Ok(reading) => reading,
            Err(problem) => {
                out.limits.push(unread(&path, &problem, path_signal, policy.max_size));
                continue;
            }
        };
        out.read += 1;
        let kept = path_signal || is_of_interest(&reading);
        for limit in &reading.limits {
            let affects = if kept { Constraint::ALL.to_vec() } else { Vec::new() };
            out.limits.push(Limit {
                kind: LimitKind::Document,
                unseen: kept,
                what: path.clone(),
                why: limit.clone(),
                remedy: "Keep the record in English or German and in a format that can be read: Markdown, reStructuredText, AsciiDoc, plain text, HTML, DOCX, ODT, XLSX, ODS or PDF with text. A file that is neither record nor procedure is left out with documents.exclude.".to_owned(),
                affects,
            });
        }
        if kept {
            let more = attachments::attach(repository, &all, &path, &mut reading, reader, policy.max_size);
            out.limits.extend(more);
            out.found.push(Document { path, path_signal, reading, history: None });
        }
    }
    out.found.sort_by(|a, b| a.path.cmp(&b.path));
    out.unseen = out.limits.iter().filter(|limit| limit.unseen).map(|limit| limit.what.clone()).collect();
    out.unseen.sort();
    out.unseen.dedup();
    Ok(out)
}

/// Documents in the hands of the readers at a time: memory stays bounded by the largest few.
pub const AT_A_TIME: usize = 4;

/// What became of a document: its path with its reading, or with what stopped it.
pub type Outcome = (String, Result<Reading, BlobProblem>);

/// Reads documents on all processors; the results come in the order of the input, whichever was ready first.
pub fn side_by_side(
    reader: &Reader,
    blobs: impl Iterator<Item = (String, Result<Vec<u8>, BlobProblem>)>,
) -> Vec<Outcome> {
    type Job = (usize, String, Result<Vec<u8>, BlobProblem>);
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(8);
    let (send, receive) = std::sync::mpsc::sync_channel::<Job>(AT_A_TIME);
    let receive = Mutex::new(receive);
    let done: Mutex<BTreeMap<usize, Outcome>> = Mutex::default();
    let work = || {
        loop {
            // The lock is given back before the reading starts.
            let job = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
            let Ok((index, path, bytes)) = job else { return };
            let reading = bytes.map(|bytes| reader.read(&path, &bytes));
            done.lock().unwrap_or_else(PoisonError::into_inner).insert(index, (path, reading));
        }
    };
    std::thread::scope(|scope| {
        for _ in 0..workers {
            scope.spawn(work);
        }
        for (index, (path, bytes)) in blobs.enumerate() {
            if send.send((index, path, bytes)).is_err() {
                break;
            }
        }
        drop(send);
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect()
}

pub fn is_of_interest(reading: &Reading) -> bool {
    reading.content_match.is_proven()
        || reading.presents_review
        || matches!(reading.kind, Kind::Record | Kind::Procedure)
            && reading.constraints.values().any(|answer| answer.met())
}

pub fn unread(path: &str, problem: &BlobProblem, path_signal: bool, max_size: u64) -> Limit {
    let (why, remedy) = match problem {
        BlobProblem::TooLarge(size) => (
            format!("{size} bytes are more than the {max_size} that are read"),
            "Raise documents.max_size_mib, or exclude the file with documents.exclude.".to_owned(),
        ),
        BlobProblem::Absent => (
            "its contents are not in this partial clone".to_owned(),
            "Clone without a filter (`git clone` without `--filter`, `fetch-depth: 0`).".to_owned(),
        ),
        BlobProblem::Unreadable(why) => (why.clone(), "Check the repository with `git fsck`.".to_owned()),
    };
    // A file that cannot be read could be the record; one whose path carries the signal is presumed to be.
    let affects =
        if path_signal || !matches!(problem, BlobProblem::TooLarge(_)) { Constraint::ALL.to_vec() } else { Vec::new() };
    Limit { kind: LimitKind::Document, unseen: !affects.is_empty(), what: path.to_owned(), why, remedy, affects }
}
