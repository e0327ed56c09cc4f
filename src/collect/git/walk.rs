//! The one walk over history: every commit object is read once, straight from the object database. What stays in memory is a
//! compact graph, the commits that speak of security, and for every release the commits it was the first to contain.

use std::collections::{BTreeMap, HashMap, VecDeque};

use chrono::{DateTime, NaiveDate, Utc};
use git2::{ObjectType, Oid};
use regex::Regex;

use crate::collect::git::message::Reader;
use crate::collect::git::repository::{GitError, Repository, time};
use lookback_core::model::evidence::{Limit, LimitKind, Release};
use lookback_core::model::period;
use lookback_reading::Constraint;

/// What the walk looks for.
pub struct WalkOptions<'a> {
    /// Tags that are releases.
    pub release: &'a Regex,
    /// Tags that are pre-releases, hence no releases.
    pub prerelease: &'a Regex,
    /// Releases as published elsewhere, by tag: their day, `None` for a pre-release. Other tags are dated by Git.
    pub published: &'a BTreeMap<String, Option<NaiveDate>>,
    /// Patterns of tracker keys.
    pub tracker_keys: &'a [Regex],
    /// Called now and then with the number of commits read.
    pub progress: &'a (dyn Fn(usize) + Sync),
}

/// A commit that speaks of security, closes an issue or reverts another commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommitReference {
    /// Full id.
    pub commit: String,
    /// Author with address.
    pub author: String,
    /// Author time.
    pub authored: DateTime<Utc>,
    /// Committer time.
    pub committed: DateTime<Utc>,
    /// First line of the message.
    pub subject: String,
    /// `CVE-…`, `GHSA-…`, tracker keys.
    pub security: Vec<String>,
    /// `CWE-…`.
    pub cwe: Vec<String>,
    /// Issues that it closes.
    pub issues: Vec<String>,
    /// Does it claim to fix something?
    pub is_fix: bool,
    /// Conventional `security:` or `fix(security):`.
    pub security_type: bool,
    /// Commits that it reverts.
    pub reverts: Vec<String>,
}

/// What is kept of a commit.
pub struct Node {
    pub id: Oid,
    pub tree: Oid,
    pub committed: i64,
    pub authored: i64,
    first_parent: u32,
    parents: u32,
    /// Index of the first release that contains it, by date, then by version.
    release: u32,
}

pub const NONE: u32 = u32::MAX;

/// The walked history.
pub struct Walk {
    /// Commits read.
    pub commits: usize,
    /// The earliest sound commit time.
    pub first: Option<DateTime<Utc>>,
    /// Commit time of the revision.
    pub last: Option<DateTime<Utc>>,
    /// Releases, by date, then by version.
    pub releases: Vec<Release>,
    /// Commits that speak of security, newest first.
    pub references: Vec<CommitReference>,
    /// What could not be seen.
    pub limits: Vec<Limit>,
    pub nodes: Vec<Node>,
    parents: Vec<u32>,
    index: HashMap<Oid, u32>,
    /// Nodes by id.
    sorted: Vec<u32>,
    release_commits: Vec<u32>,
}

/// Global settings of libgit2. A container often sees a workspace that another user owns: reading it is safe, because nothing in
/// it is run. Every object is read about once: no cache of objects. Like `git log`, reading does not hash again what it reads
/// (the compressed data carries a checksum of its own); `git fsck` does.
/// The windows onto pack files are kept small, else a big pack is mapped whole.
#[expect(unsafe_code, reason = "libgit2's settings are global; they are set once, before anything is opened")]
pub fn configure() {
    // SAFETY: `Once` in `Repository::open` calls this before any other use of libgit2 in this process.
    let set = unsafe {
        git2::opts::set_mwindow_size(4 << 20)
            .and_then(|()| git2::opts::set_mwindow_mapped_limit(48 << 20))
            .and_then(|()| git2::opts::set_verify_owner_validation(false))
    };
    git2::opts::enable_caching(false);
    git2::opts::strict_hash_verification(false);
    // Where it cannot be set, opening a repository of another user says so itself.
    drop(set);
}

pub struct Raw<'a> {
    tree: Oid,
    parents: Vec<Oid>,
    author: &'a [u8],
    authored: i64,
    committed: i64,
    signed: bool,
    message: &'a [u8],
}

/// Splits a raw commit object. `None`: not a commit.
pub fn parse(raw: &[u8]) -> Option<Raw<'_>> {
    let end = raw.windows(2).position(|two| two == b"\n\n").unwrap_or(raw.len());
    let (head, message) = (&raw[..end], raw.get(end + 2..).unwrap_or_default());
    let mut out = Raw {
        tree: Oid::ZERO_SHA1,
        parents: Vec::new(),
        author: b"",
        authored: 0,
        committed: 0,
        signed: false,
        message,
    };
    for line in head.split(|byte| *byte == b'\n') {
        let Some(space) = line.iter().position(|byte| *byte == b' ') else { continue };
        let value = &line[space + 1..];
        match &line[..space] {
            b"tree" => out.tree = Oid::from_str(std::str::from_utf8(value).ok()?).ok()?,
            b"parent" => out.parents.push(Oid::from_str(std::str::from_utf8(value).ok()?).ok()?),
            b"author" => (out.author, out.authored) = signature(value),
            b"committer" => out.committed = signature(value).1,
            b"gpgsig" | b"gpgsig-sha256" => out.signed = true,
            _ => {}
        }
    }
    Some(out)
}

/// `Name <address> 1700000000 +0100`: who and seconds since 1970. A time that is none counts as 0.
pub fn signature(value: &[u8]) -> (&[u8], i64) {
    let Some(close) = value.iter().rposition(|byte| *byte == b'>') else { return (value, 0) };
    let seconds =
        std::str::from_utf8(&value[close + 1..]).ok().and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    (&value[..=close], seconds.unwrap_or(0))
}

/// A commit as a document's history shows it.
pub struct Details {
    pub author: String,
    pub signed: bool,
}

impl Repository {
    /// Author and signature of one commit.
    pub fn details(&self, id: Oid) -> Option<Details> {
        let odb = self.inner.odb().ok()?;
        let object = odb.read(id).ok()?;
        let raw = parse(object.data())?;
        Some(Details { author: String::from_utf8_lossy(raw.author).into_owned(), signed: raw.signed })
    }

    /// Walks everything reachable from the revision and from the releases dated up to `as_of`.
    pub fn walk(&self, head: Option<Oid>, as_of: NaiveDate, options: &WalkOptions) -> Result<Walk, GitError> {
        let failed = |error: git2::Error| GitError::Object {
            what: "the object database".to_owned(),
            why: error.message().to_owned(),
        };
        let odb = self.inner.odb().map_err(failed)?;
        let mut limits = self.limits();
        let tags = self.releases(as_of, options, &mut limits);
        let reader = Reader::new(options.tracker_keys);
        let mut walk = Walk {
            commits: 0,
            first: None,
            last: None,
            releases: Vec::new(),
            references: Vec::new(),
            limits: Vec::new(),
            nodes: Vec::new(),
            parents: Vec::new(),
            index: HashMap::new(),
            sorted: Vec::new(),
            release_commits: Vec::new(),
        };
        // Depth first, from the revision: neighbours in history are neighbours in the pack, and thousands of releases walked side by
        // side would ask for every part of it in turn.
        let mut queue: VecDeque<u32> = VecDeque::new();
        for id in head.into_iter().chain(tags.iter().map(|tag| tag.commit)) {
            walk.reserve(id, &mut queue);
        }
        queue.make_contiguous().reverse();
        let mut missing = Vec::new();
        let mut earliest: Option<i64> = None;
        while let Some(at) = queue.pop_back() {
            let id = walk.nodes[at as usize].id;
            let object = match odb.read(id) {
                Ok(object) if object.kind() == ObjectType::Commit => object,
                Ok(_) | Err(_) => {
                    missing.push(id);
                    continue;
                }
            };
            let Some(raw) = parse(object.data()) else {
                missing.push(id);
                continue;
            };
            walk.commits += 1;
            if walk.commits.is_multiple_of(4096) {
                (options.progress)(walk.commits);
            }
            let first_parent = u32::try_from(walk.parents.len()).unwrap_or(NONE);
            for parent in &raw.parents {
                // Commits at the boundary name parents that are not there: one limit, not a missing object each.
                if self.shallow.contains(&id) {
                    break;
                }
                let parent = walk.reserve(*parent, &mut queue);
                walk.parents.push(parent);
            }
            let node = &mut walk.nodes[at as usize];
            node.tree = raw.tree;
            node.committed = raw.committed;
            node.authored = raw.authored;
            node.first_parent = first_parent;
            node.parents = u32::try_from(walk.parents.len()).unwrap_or(NONE) - first_parent;
            if raw.committed > 0 && earliest.is_none_or(|earliest| raw.committed < earliest) {
                earliest = Some(raw.committed);
            }
            if let Some(message) = reader.read(raw.message, raw.parents.len() > 1) {
                let (Some(authored), Some(committed)) = (time(raw.authored), time(raw.committed)) else { continue };
                if committed >= period::end_of_day(as_of) && head.is_none() {
                    continue;
                }
                walk.references.push(CommitReference {
                    commit: id.to_string(),
                    author: String::from_utf8_lossy(raw.author).into_owned(),
                    authored,
                    committed,
                    subject: message.subject,
                    security: message.security,
                    cwe: message.cwe,
                    issues: message.issues,
                    is_fix: message.is_fix,
                    security_type: message.security_type,
                    reverts: message.reverts,
                });
            }
        }
        walk.first = earliest.and_then(time);
        walk.last = head.and_then(|head| walk.index.get(&head)).and_then(|at| time(walk.nodes[*at as usize].committed));
        if !missing.is_empty() {
            limits.push(missing_commits(&missing));
        }
        walk.limits = limits;
        for tag in tags {
            if let Some(at) = walk.index.get(&tag.commit) {
                walk.release_commits.push(*at);
                walk.releases.push(tag.release);
            }
        }
        walk.propagate();
        walk.sorted = (0..u32::try_from(walk.nodes.len()).unwrap_or(NONE)).collect();
        walk.sorted.sort_unstable_by_key(|at| walk.nodes[*at as usize].id);
        walk.references.sort_by(|a, b| (b.committed, &b.commit).cmp(&(a.committed, &a.commit)));
        Ok(walk)
    }

    /// Tags that are releases, dated up to `as_of`, by date, then by version.
    fn releases(&self, as_of: NaiveDate, options: &WalkOptions, limits: &mut Vec<Limit>) -> Vec<Tag> {
        let mut tags = Vec::new();
        let mut broken = Vec::new();
        let names = self.inner.references_glob("refs/tags/*");
        for reference in names.into_iter().flatten().flatten() {
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            let Some(name) = name.strip_prefix("refs/tags/") else { continue };
            if !options.release.is_match(name) || options.prerelease.is_match(name) {
                continue;
            }
            let annotated =
                reference.peel_to_tag().ok().and_then(|tag| tag.tagger().map(|tagger| tagger.when().seconds()));
            match reference.peel_to_commit() {
                Ok(commit) => {
                    let seconds = annotated.unwrap_or_else(|| commit.time().seconds());
                    let date = match options.published.get(name) {
                        // A pre-release, as those who publish it say.
                        Some(None) => continue,
                        Some(published) => *published,
                        None => time(seconds).map(|at| at.date_naive()),
                    };
                    let Some(date) = date.filter(|date| *date <= as_of) else { continue };
                    tags.push(Tag {
                        release: Release { tag: name.to_owned(), date },
                        commit: commit.id(),
                        version: version(name),
                    });
                }
                Err(error) if error.code() == git2::ErrorCode::NotFound => broken.push(name.to_owned()),
                // A tag of a tree or a blob is no release.
                Err(_) => {}
            }
        }
        if !broken.is_empty() {
            limits.push(Limit {
                kind: LimitKind::History,
                unseen: false,
                what: format!("releases {}", broken.join(", ")),
                why: "their commits are not in this clone".to_owned(),
                remedy: "Fetch the whole history with tags (`fetch-depth: 0`, `git fetch --tags --unshallow`)."
                    .to_owned(),
                affects: Constraint::ALL.to_vec(),
            });
        }
        tags.sort_by(|a, b| {
            (a.release.date, &a.version, &a.release.tag).cmp(&(b.release.date, &b.version, &b.release.tag))
        });
        tags
    }

    /// Shallow and partial clones, replaced objects.
    fn limits(&self) -> Vec<Limit> {
        let mut limits = Vec::new();
        if self.inner.is_shallow() {
            limits.push(Limit {
                kind: LimitKind::History,
                unseen: false,
                what: "the history before the shallow boundary".to_owned(),
                why: "the clone is shallow".to_owned(),
                remedy:
                    "Fetch all of it: `fetch-depth: 0` for actions/checkout, `git fetch --unshallow --tags` by hand."
                        .to_owned(),
                affects: Constraint::ALL.to_vec(),
            });
        }
        let replaced = self.inner.references_glob("refs/replace/*").map_or(0, |names| names.flatten().count());
        if replaced > 0 {
            limits.push(Limit {
                kind: LimitKind::History,
                unseen: false,
                what: lookback_reading::count(replaced, "replaced object"),
                why: "refs/replace is not followed: the objects are read as they were recorded".to_owned(),
                remedy: "Nothing, if the replacements are not evidence; else record them as commits.".to_owned(),
                affects: Vec::new(),
            });
        }
        limits
    }
}

pub struct Tag {
    release: Release,
    commit: Oid,
    version: Vec<u64>,
}

/// The numbers in a tag's name, in order.
pub fn version(tag: &str) -> Vec<u64> {
    tag.split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect()
}

pub fn missing_commits(missing: &[Oid]) -> Limit {
    let first: Vec<String> = missing.iter().take(3).map(|id| id.to_string()[..12].to_owned()).collect();
    Limit {
        kind: LimitKind::History,
        unseen: false,
        what: lookback_reading::count(missing.len(), "commit"),
        why: format!("they are named by other commits and cannot be read ({})", first.join(", ")),
        remedy:
            "Fetch the whole history (`fetch-depth: 0`, `git fetch --unshallow --tags`) and check it with `git fsck`."
                .to_owned(),
        affects: Constraint::ALL.to_vec(),
    }
}

impl Walk {
    fn reserve(&mut self, id: Oid, queue: &mut VecDeque<u32>) -> u32 {
        if let Some(at) = self.index.get(&id) {
            return *at;
        }
        let at = u32::try_from(self.nodes.len()).unwrap_or(NONE);
        self.index.insert(id, at);
        self.nodes.push(Node {
            id,
            tree: Oid::ZERO_SHA1,
            committed: 0,
            authored: 0,
            first_parent: 0,
            parents: 0,
            release: NONE,
        });
        queue.push_back(at);
        at
    }

    pub fn parents_of(&self, at: u32) -> &[u32] {
        let node = &self.nodes[at as usize];
        &self.parents[node.first_parent as usize..(node.first_parent + node.parents) as usize]
    }

    pub fn find(&self, id: Oid) -> Option<u32> {
        self.index.get(&id).copied()
    }

    /// One propagation for all fixes: releases in ascending order each mark their unmarked ancestors, so every commit is
    /// visited once.
    fn propagate(&mut self) {
        let mut stack = Vec::new();
        for (release, start) in self.release_commits.clone().into_iter().enumerate() {
            let release = u32::try_from(release).unwrap_or(NONE);
            stack.push(start);
            while let Some(at) = stack.pop() {
                if self.nodes[at as usize].release != NONE {
                    continue;
                }
                self.nodes[at as usize].release = release;
                let parents =
                    self.parents_of(at).iter().copied().filter(|parent| self.nodes[*parent as usize].release == NONE);
                stack.extend(parents.collect::<Vec<_>>());
            }
        }
    }

    /// The full id of a commit known to the walk, from a prefix of at least seven digits that only it has.
    pub fn resolve_commit(&self, prefix: &str) -> Option<String> {
        self.by_prefix(prefix).map(|at| self.nodes[at as usize].id.to_string())
    }

    fn by_prefix(&self, prefix: &str) -> Option<u32> {
        let prefix = prefix.trim().to_lowercase();
        if prefix.len() < 7 || prefix.len() > 40 || !prefix.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        let low = Oid::from_str(&format!("{prefix:0<40}")).ok()?;
        let id = |at: &u32| self.nodes[*at as usize].id;
        let from = self.sorted.partition_point(|at| id(at) < low);
        let matches = |place: usize| self.sorted.get(place).filter(|at| id(at).to_string().starts_with(&prefix));
        matches(from).filter(|_| matches(from + 1).is_none()).copied()
    }

    /// The first release that contains a commit.
    pub fn first_release(&self, commit: &str) -> Option<Release> {
        let at = self.by_prefix(commit)?;
        self.releases.get(self.nodes[at as usize].release as usize).cloned()
    }

    /// For asking which commits come after a release.
    pub fn ancestry(&self) -> Ancestry<'_> {
        let mut known = vec![None; self.nodes.len()];
        for at in &self.release_commits {
            known[*at as usize] = Some(true);
        }
        Ancestry { walk: self, known }
    }

    /// Author time of a commit.
    pub fn author_time(&self, commit: &str) -> Option<DateTime<Utc>> {
        time(self.nodes[self.by_prefix(commit)? as usize].authored)
    }
}

/// Which commits come after a release. Every commit is visited once, however many are asked for.
pub struct Ancestry<'a> {
    walk: &'a Walk,
    /// Is the commit, or one of its ancestors, a release?
    known: Vec<Option<bool>>,
}

impl Ancestry<'_> {
    /// Is a release among the proper ancestors of a commit? `None`: the commit is not in the history.
    pub fn has_release_before(&mut self, commit: &str) -> Option<bool> {
        let at = self.walk.by_prefix(commit)?;
        Some(self.walk.parents_of(at).iter().any(|parent| self.released(*parent)))
    }

    fn released(&mut self, start: u32) -> bool {
        let mut stack = vec![start];
        while let Some(at) = stack.last().copied() {
            if self.known[at as usize].is_none() {
                let parents = self.walk.parents_of(at);
                let after = parents.iter().any(|parent| self.known[*parent as usize] == Some(true));
                let unknown = parents.iter().find(|parent| self.known[**parent as usize].is_none());
                match unknown {
                    Some(parent) if !after => {
                        stack.push(*parent);
                        continue;
                    }
                    _ => self.known[at as usize] = Some(after),
                }
            }
            stack.pop();
        }
        self.known[start as usize] == Some(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::model::policy::ReleasePolicy;

    #[test]
    fn signatures() {
        assert_eq!(signature(b"A <a@b> 1700000000 +0100"), (&b"A <a@b>"[..], 1_700_000_000));
        assert_eq!(signature(b"A <a@b> -5 -0000").1, -5);
        assert_eq!(signature(b"A <a@b> banana").1, 0);
        assert_eq!(signature(b"nothing").1, 0);
    }

    #[test]
    fn tags_that_are_releases() {
        let policy = lookback_core::model::policy::ReleasePolicy::default();
        let release = |tag: &str| policy.tag.is_match(tag) && !policy.prerelease.is_match(tag);
        for tag in [
            "v1.2.3",
            "1.2",
            "1.2.3.4",
            "curl-8_21_0",
            "release-2.0.1",
            "product/v1.2.3",
            "app@1.2.3",
            "REL_1_2_3",
            "1.2.3-1",
            "tiny-curl-8_4_0",
            "v1.0.0+build.5",
            "firmware-v2.10.0",
        ] {
            assert!(release(tag), "{tag} is a release");
        }
        for tag in [
            "v1.2.3-rc.1",
            "v1.2.3-rc1",
            "v1.2.3rc1",
            "curl_7_6-pre3",
            "rc-8_22_0-1",
            "v2.0.0-beta",
            "v2.0.0-alpha.3",
            "nightly-2024-01-01",
            "latest",
            "v1.0.0-dev",
            "v3.0.0-SNAPSHOT",
            "test",
        ] {
            assert!(!release(tag), "{tag} is no release");
        }
    }

    #[test]
    fn versions_order_by_number() {
        assert!(version("curl-8_9_0") < version("curl-8_10_0"));
        assert!(version("v1.2") < version("v1.2.1"));
    }
}
