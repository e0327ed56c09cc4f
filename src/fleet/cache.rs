//! The cache of a fleet: a bare copy of each repository, the evidence of its last check, and answers of servers. Every repository is held
//! by one lock; what is damaged, or of another version, counts as not there; the least recently used goes first.
#![expect(clippy::disallowed_methods, reason = "keeps the files of the cache")]

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use chrono::NaiveDate;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use serde::{Deserialize, Serialize};

use crate::fleet::git::{Failure, size};
use crate::fleet::mirror::unwritable;
use crate::net::ledger::Heard;
use crate::sink::{WriteError, write_whole};
use lookback_core::model::{Evidence, NotChecked, sha256};

const REPOSITORIES: &str = "repositories";
const ANSWERS: &str = "answers";
/// Bytes of evidence that are read back.
const MOST: u64 = 1 << 30;
/// How often a lock is asked for that somebody else holds.
const ASK: Duration = Duration::from_millis(50);

/// The folder.
pub(crate) struct FleetCache {
    root: PathBuf,
}

/// What evidence is of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct EvidenceHead {
    /// Version of Lookback, and digests of its rules and of `fleet.toml`.
    pub made_by: String,
    /// Digest of branch and tags.
    pub refs: String,
    /// The products that its reviews cover, with theirs.
    pub products: Vec<(String, String)>,
    /// The day that it was collected for.
    pub as_of: NaiveDate,
    /// Was that day asked for?
    pub asked: bool,
    /// Which servers of issues could be asked.
    pub reach: String,
    /// What they said.
    pub heard: Vec<Heard>,
    /// Does it hold nothing that happened after that day? Then it is the same on later days.
    pub lasts: bool,
    /// SHA-256 of what follows.
    pub digest: String,
}

/// A lock on one entry; it ends with the run, however that ends.
pub(crate) struct Lease(#[expect(dead_code, reason = "held")] File);

impl FleetCache {
    /// The cache in a folder.
    pub(crate) fn open(root: &Path) -> Result<FleetCache, WriteError> {
        let failed = |source| WriteError { path: root.to_owned(), source };
        std::fs::create_dir_all(root.join(REPOSITORIES)).map_err(failed)?;
        Ok(FleetCache { root: root.canonicalize().map_err(failed)? })
    }

    fn entry(&self, stem: &str) -> PathBuf {
        self.root.join(REPOSITORIES).join(stem)
    }

    /// Where the bare copy lies.
    pub(crate) fn mirror(&self, stem: &str) -> PathBuf {
        self.entry(stem).join("mirror.git")
    }

    /// Where answers of servers are kept.
    pub(crate) fn answers(root: &Path) -> PathBuf {
        root.join(ANSWERS)
    }

    /// Waits for an entry: alone, to change it, or with others, to read it.
    pub(crate) fn lease(&self, stem: &str, alone: bool, deadline: Instant) -> Result<Lease, Failure> {
        let folder = self.entry(stem);
        let open = || {
            std::fs::create_dir_all(&folder)?;
            File::options().create(true).append(true).open(folder.join("lock"))
        };
        let file = open().map_err(|error| unwritable(&error))?;
        loop {
            let taken = if alone { file.try_lock() } else { file.try_lock_shared() };
            match taken {
                Ok(()) => break,
                Err(std::fs::TryLockError::WouldBlock) if Instant::now() < deadline => std::thread::sleep(ASK),
                Err(std::fs::TryLockError::WouldBlock) => {
                    return Err(Failure::new(
                        NotChecked::Cache,
                        "another run works on its copy in the cache; wait for its end, or name another --cache",
                    ));
                }
                Err(std::fs::TryLockError::Error(error)) => return Err(unwritable(&error)),
            }
        }
        // When it was last used.
        let _ = file.set_modified(SystemTime::now());
        Ok(Lease(file))
    }

    /// The evidence of the last check, with what it is of; `None`: there is none that is whole.
    pub(crate) fn head(&self, stem: &str) -> Option<(EvidenceHead, Vec<u8>)> {
        let mut bytes = Vec::new();
        File::open(self.entry(stem).join("evidence.gz")).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: EvidenceHead = serde_json::from_slice(&bytes[..end]).ok()?;
        let body = bytes.split_off(end + 1);
        (sha256(&body) == head.digest).then_some((head, body))
    }

    /// What is packed in it.
    pub(crate) fn evidence(packed: &[u8]) -> Option<Evidence> {
        let mut text = Vec::new();
        GzDecoder::new(packed).take(MOST).read_to_end(&mut text).ok()?;
        serde_json::from_slice(&text).ok()
    }

    /// Keeps evidence. A cache that takes nothing costs time, not the result.
    pub(crate) fn keep(&self, stem: &str, mut head: EvidenceHead, evidence: &[u8]) {
        let mut pack = || -> std::io::Result<Vec<u8>> {
            let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
            packer.write_all(evidence)?;
            let body = packer.finish()?;
            head.digest = sha256(&body);
            let mut whole = serde_json::to_vec(&head)?;
            whole.push(b'\n');
            whole.extend(body);
            Ok(whole)
        };
        let path = self.entry(stem).join("evidence.gz");
        let _unkept = pack().map(|whole| write_whole(&path, &whole));
    }

    /// Bytes of one entry.
    pub(crate) fn size(&self, stem: &str) -> u64 {
        size(&self.entry(stem))
    }

    /// Takes away what was used the longest ago until so many bytes are left. What somebody works on stays.
    /// Tells how many are left, and which repositories went.
    pub(crate) fn shrink(&self, most: u64) -> (u64, BTreeSet<String>) {
        let mut entries = Vec::new();
        for path in within(&self.root.join(REPOSITORIES)) {
            let used = std::fs::metadata(path.join("lock")).and_then(|lock| lock.modified());
            entries.push((used.unwrap_or(SystemTime::UNIX_EPOCH), size(&path), path));
        }
        for path in within(&Self::answers(&self.root)).iter().flat_map(|folder| within(folder)) {
            let Ok(found) = std::fs::metadata(&path) else { continue };
            entries.push((found.modified().unwrap_or(SystemTime::UNIX_EPOCH), found.len(), path));
        }
        entries.sort();
        let mut left: u64 = entries.iter().map(|(_, size, _)| size).sum();
        let mut gone = BTreeSet::new();
        for (_, bytes, path) in entries {
            if left <= most {
                break;
            }
            let went = if path.is_dir() {
                let lock = File::options().append(true).create(true).open(path.join("lock"));
                let went = lock.is_ok_and(|lock| lock.try_lock().is_ok()) && std::fs::remove_dir_all(&path).is_ok();
                gone.extend(path.file_name().filter(|_| went).map(|stem| stem.to_string_lossy().into_owned()));
                went
            } else {
                std::fs::remove_file(&path).is_ok()
            };
            left -= if went { bytes } else { 0 };
        }
        (left, gone)
    }
}

/// What lies in a folder.
fn within(folder: &Path) -> Vec<PathBuf> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(120)
    }

    fn head(refs: &str) -> EvidenceHead {
        EvidenceHead {
            made_by: "x".to_owned(),
            refs: refs.to_owned(),
            products: Vec::new(),
            as_of: NaiveDate::default(),
            asked: false,
            reach: String::new(),
            heard: Vec::new(),
            lasts: true,
            digest: String::new(),
        }
    }

    #[test]
    fn what_is_damaged_is_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let cache = FleetCache::open(folder.path()).unwrap();
        drop(cache.lease("a", true, soon()).map_err(|failure| failure.why).unwrap());
        cache.keep("a", head("r"), b"{}");
        assert_eq!(cache.head("a").unwrap().0.refs, "r");
        let path = folder.path().join("repositories/a/evidence.gz");
        let whole = std::fs::read(&path).unwrap();
        for cut in 0..whole.len() {
            std::fs::write(&path, &whole[..cut]).unwrap();
            assert!(cache.head("a").is_none(), "cut at {cut}");
        }
        let mut turned = whole.clone();
        *turned.last_mut().unwrap() ^= 1;
        std::fs::write(&path, turned).unwrap();
        assert!(cache.head("a").is_none());
    }

    #[test]
    fn one_changes_and_many_read() {
        let folder = tempfile::tempdir().unwrap();
        let cache = FleetCache::open(folder.path()).unwrap();
        let held = cache.lease("a", true, soon());
        assert!(held.is_ok());
        assert_eq!(cache.lease("a", false, soon()).err().unwrap().cause, NotChecked::Cache);
        drop(held);
        let (one, two) = (cache.lease("a", false, soon()), cache.lease("a", false, soon()));
        assert!(one.is_ok() && two.is_ok());
        assert!(cache.lease("a", true, soon()).is_err());
    }

    #[test]
    fn the_least_recently_used_goes_first() {
        let folder = tempfile::tempdir().unwrap();
        let cache = FleetCache::open(folder.path()).unwrap();
        for (at, stem) in ["old", "held", "new"].iter().enumerate() {
            drop(cache.lease(stem, true, soon()));
            std::fs::write(cache.entry(stem).join("bytes"), vec![0; 1000]).unwrap();
            let lock = File::options().append(true).open(cache.entry(stem).join("lock")).unwrap();
            lock.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(at as u64)).unwrap();
        }
        let held = cache.lease("held", false, soon());
        let lock = File::options().append(true).open(cache.entry("held").join("lock")).unwrap();
        lock.set_modified(SystemTime::UNIX_EPOCH).unwrap();
        cache.shrink(2000);
        let there = |stem: &str| cache.entry(stem).join("bytes").exists();
        assert!(!there("old") && there("held") && there("new"));
        drop(held);
        // Answers count too, and go by the day on which they came or were said to hold.
        let answer = FleetCache::answers(folder.path()).join("ab").join("cdef");
        std::fs::create_dir_all(answer.parent().unwrap()).unwrap();
        std::fs::write(&answer, vec![0; 1000]).unwrap();
        cache.shrink(1000);
        assert!(!there("held") && !there("new") && answer.exists());
        cache.shrink(0);
        assert!(!answer.exists());
    }
}
