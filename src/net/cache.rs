//! Answers on disk, for conditional requests. An entry is used only after the server said that it still holds (304), or for
//! what it dated itself. Files are written whole; one that is damaged, or from another version, counts as absent. Holds no
//! token, but what private repositories answer: whoever keeps the folder keeps that in mind.
#![expect(clippy::disallowed_methods, reason = "the cache is a folder")]

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// Raised when the form of entries changes.
const VERSION: u32 = 1;

/// A folder of answers.
#[derive(Clone, Debug)]
pub struct Cache {
    folder: PathBuf,
}

/// What is known of a kept answer beside its body.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    pub version: u32,
    pub key: String,
    /// Of the body.
    pub digest: String,
    pub etag: String,
    pub next: Option<String>,
    pub last: Option<String>,
}

impl Cache {
    /// A cache in this folder, which need not exist yet.
    pub fn new(folder: &Path) -> Self {
        Cache { folder: folder.to_owned() }
    }

    /// Bytes kept under a key; `None` when there are none or they are damaged.
    pub fn get(&self, key: &str) -> Option<Vec<u8>> {
        self.entry(key).map(|(_, body)| body)
    }

    /// Keeps bytes under a key. A cache that cannot be written is no cache, and no fault of the run.
    pub fn put(&self, key: &str, bytes: &[u8]) {
        self.keep(key, Head::default(), bytes);
    }

    pub fn entry(&self, key: &str) -> Option<(Head, Vec<u8>)> {
        let mut bytes = std::fs::read(self.file(key)).ok()?;
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        let body = bytes.split_off(end + 1);
        (head.version == VERSION && head.key == key && head.digest == digest(&body)).then_some((head, body))
    }

    /// Notes that an entry still holds: what nobody asks for any more is the oldest.
    pub fn holds(&self, key: &str) {
        // A cache that cannot be written is no fault of the run.
        let _unnoted = std::fs::File::options()
            .append(true)
            .open(self.file(key))
            .and_then(|file| file.set_modified(std::time::SystemTime::now()));
    }

    pub fn keep(&self, key: &str, head: Head, body: &[u8]) {
        let head = Head { version: VERSION, key: key.to_owned(), digest: digest(body), ..head };
        let file = self.file(key);
        let write = || -> std::io::Result<()> {
            let folder = file.parent().unwrap_or(&self.folder);
            std::fs::create_dir_all(folder)?;
            let mut whole = tempfile::NamedTempFile::new_in(folder)?;
            serde_json::to_writer(&mut whole, &head)?;
            whole.write_all(b"\n")?;
            whole.write_all(body)?;
            whole.persist(&file)?;
            Ok(())
        };
        // Without the entry the next run asks again: slower, never wrong.
        let _unkept = write();
    }

    fn file(&self, key: &str) -> PathBuf {
        let name = digest(key.as_bytes());
        self.folder.join(&name[..2]).join(&name[2..])
    }
}

pub(crate) fn digest(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_whole_entries_and_ignores_damaged_ones() {
        let folder = tempfile::tempdir().unwrap();
        let cache = Cache::new(&folder.path().join("new"));
        assert_eq!(cache.get("a"), None);
        cache.put("a", b"one\ntwo");
        assert_eq!(cache.get("a").as_deref(), Some(&b"one\ntwo"[..]));
        assert_eq!(cache.get("b"), None);
        let file = cache.file("a");
        let whole = std::fs::read(&file).unwrap();
        for cut in 0..whole.len() {
            std::fs::write(&file, &whole[..cut]).unwrap();
            assert_eq!(cache.get("a"), None, "cut at {cut}");
        }
        let mut turned = whole.clone();
        *turned.last_mut().unwrap() ^= 1;
        std::fs::write(&file, turned).unwrap();
        assert_eq!(cache.get("a"), None);
        std::fs::copy(&file, cache.file("a")).unwrap();
        std::fs::write(&file, &whole).unwrap();
        std::fs::create_dir_all(cache.file("b").parent().unwrap()).unwrap();
        std::fs::copy(&file, cache.file("b")).unwrap();
        assert_eq!(cache.get("b"), None, "an entry of another key");
    }
}
