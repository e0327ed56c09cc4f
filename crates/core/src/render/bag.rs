//! The pack: a `BagIt` bag (RFC 8493) in a zip, stored, in fixed order and with fixed times, so that the same contents are the same bytes;
//! and its opening, which believes nothing that is not as it was packed. Digests are no signature: who packs anew makes new ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{self, Cursor, Read, Write as _};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use crate::model::digest::sha256;
use crate::render::escape;
use lookback_reading::{listed, shorten};

/// The one folder of the zip, which RFC 8493 asks for.
const BASE: &str = "lookback-pack/";
/// Where the payload lies.
const PAYLOAD: &str = "data/";
/// Where the evidence lies.
pub const EVIDENCE: &str = "data/evidence.json";
const DECLARATION: &str = "bagit.txt";
const DECLARED: &str = "BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n";
const INFO: &str = "bag-info.txt";
const MANIFEST: &str = "manifest-sha256.txt";
const TAGS: &str = "tagmanifest-sha256.txt";
/// Faults that are named one by one.
const NAMED: usize = 10;
/// Bytes of a name in a message.
const NAME: usize = 200;

/// Files by their paths in the bag.
type Files = BTreeMap<String, Vec<u8>>;

/// What a pack is about, for its `bag-info.txt`.
pub struct BagAbout<'a> {
    /// Who packed it: `lookback 0.1.0`.
    pub agent: &'a str,
    /// A line for people.
    pub description: &'a str,
}

/// Why a pack is not believed. Names the files.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BagError {
    /// It cannot be opened at all.
    #[error("it is no pack: {0}")]
    NoPack(String),
    /// It is not as it was packed; one line a file.
    #[error("it is not as it was packed: {0}")]
    Changed(String),
}

/// Does it begin like a pack?
pub fn is_pack(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK")
}

/// Can a bag keep a file under this path, wherever it is unpacked?
pub fn can_keep(path: &str) -> bool {
    // `%` is an escape of manifests, which not every reader of bags undoes; spaces at an end are lost in their lines.
    let plain = |part: &str| {
        !part.is_empty() && part.trim() == part && !part.starts_with('~') && !part.ends_with('.') && part.len() <= NAME
    };
    path.split('/').all(plain)
        && !path.contains(['\\', ':', '%', '*', '?', '"', '<', '>', '|'])
        && escape::line(path) == path
}

/// The bytes of a pack. `payload`: by path below `data/`, each such that [`can_keep`] says yes.
pub fn pack(payload: BTreeMap<String, Vec<u8>>, about: &BagAbout<'_>) -> io::Result<Vec<u8>> {
    let mut files: Files = payload.into_iter().map(|(path, bytes)| (format!("{PAYLOAD}{path}"), bytes)).collect();
    let octets: usize = files.values().map(Vec::len).sum();
    let info = format!(
        "Bag-Software-Agent: {}\nExternal-Description: {}\nPayload-Oxum: {octets}.{}\n",
        escape::line(about.agent),
        escape::line(about.description),
        files.len()
    );
    files.insert(MANIFEST.to_owned(), manifest(&files).into_bytes());
    files.insert(DECLARATION.to_owned(), DECLARED.as_bytes().to_vec());
    files.insert(INFO.to_owned(), info.into_bytes());
    let tags: Files =
        [DECLARATION, INFO, MANIFEST].iter().map(|name| ((*name).to_owned(), files[*name].clone())).collect();
    files.insert(TAGS.to_owned(), manifest(&tags).into_bytes());
    zipped(&files)
}

/// The evidence of a pack, once all of it is as it was packed.
pub fn open(bytes: &[u8]) -> Result<Vec<u8>, BagError> {
    let mut files = unzipped(bytes)?;
    let mut faults = faults(&files, TAGS, |path| !path.starts_with(PAYLOAD) && path != TAGS);
    faults.extend(self::faults(&files, MANIFEST, |path| path.starts_with(PAYLOAD)));
    if files.get(DECLARATION).is_some_and(|declared| declared != DECLARED.as_bytes()) {
        faults.push(format!("{DECLARATION} declares another version of BagIt"));
    }
    if faults.is_empty() && !files.contains_key(EVIDENCE) {
        faults.push(format!("{EVIDENCE} is missing"));
    }
    if faults.is_empty() {
        faults.extend(elsewhere(bytes, &files));
    }
    match files.remove(EVIDENCE).filter(|_| faults.is_empty()) {
        Some(evidence) => Ok(evidence),
        None => Err(BagError::Changed(listed(&faults, NAMED))),
    }
}

fn manifest(files: &Files) -> String {
    files.iter().fold(String::new(), |mut out, (path, bytes)| {
        // Writing to a String can't fail.
        let _ = writeln!(out, "{}  {path}", sha256(bytes));
        out
    })
}

/// What a manifest says otherwise of the files that it is about.
fn faults(files: &Files, manifest: &str, about: impl Fn(&str) -> bool) -> Vec<String> {
    let Some(text) = files.get(manifest) else { return vec![format!("{manifest} is missing")] };
    let mut told = BTreeMap::new();
    let mut faults = Vec::new();
    for line in String::from_utf8_lossy(text).lines() {
        match line.split_once("  ").filter(|(_, path)| about(path)) {
            Some((digest, path)) => {
                told.insert(path.to_owned(), digest.to_owned());
            }
            None => faults.push(format!("{manifest} has a line that names no file of the pack")),
        }
    }
    let here = files.keys().filter(|path| about(path));
    faults.extend(here.filter(|path| !told.contains_key(*path)).map(|path| format!("{} was added", named(path))));
    for (path, digest) in &told {
        match files.get(path) {
            None => faults.push(format!("{} is missing", named(path))),
            Some(bytes) if sha256(bytes) != *digest => {
                faults.push(format!("{} was changed and is not what {manifest} says", named(path)));
            }
            Some(_) => {}
        }
    }
    faults
}

/// What is different although every file is as it was: in the frame of the zip, beside or between its files. There is one way to pack.
fn elsewhere(bytes: &[u8], files: &Files) -> Option<String> {
    let again = zipped(files).unwrap_or_default();
    if again == bytes {
        return None;
    }
    let at = bytes.iter().zip(&again).take_while(|(one, two)| one == two).count() as u64;
    let mut zip = ZipArchive::new(Cursor::new(&again)).ok()?;
    let mut of = (0, String::new());
    for n in 0..zip.len() {
        let file = zip.by_index_raw(n).ok()?;
        // A file has a head before its bytes and one in the listing at the end: the last one that begins before the place.
        for start in [file.header_start(), file.central_header_start()] {
            if start <= at && start >= of.0 {
                of = (start, file.name().ok()?.trim_start_matches(BASE).to_owned());
            }
        }
    }
    Some(format!("what the zip notes of {} was changed (byte {at})", named(&of.1)))
}

/// Every file of the zip by its path in the bag.
fn unzipped(bytes: &[u8]) -> Result<Files, BagError> {
    let mut zip = ZipArchive::new(Cursor::new(bytes))
        .map_err(|error| BagError::NoPack(format!("the zip cannot be opened ({error})")))?;
    let mut files = Files::new();
    let mut left = bytes.len() as u64;
    for n in 0..zip.len() {
        let name = zip.name_for_index(n).and_then(Result::ok).unwrap_or_default().into_owned();
        let Some(path) = name.strip_prefix(BASE) else {
            return Err(BagError::Changed(format!("{} was added", named(&name))));
        };
        let unreadable = |why: String| BagError::Changed(format!("{} cannot be read ({why})", named(path)));
        let mut file = zip.by_index(n).map_err(|error| unreadable(error.to_string()))?;
        // What is stored takes its own size: nothing unpacks to more than the pack has.
        if file.compression() != CompressionMethod::Stored || file.size() > left {
            return Err(unreadable("it is not stored as it is".to_owned()));
        }
        left -= file.size();
        let mut content = Vec::new();
        file.read_to_end(&mut content).map_err(|error| unreadable(error.to_string()))?;
        files.insert(path.to_owned(), content);
    }
    Ok(files)
}

/// A path of somebody else's pack, for a message.
fn named(path: &str) -> String {
    escape::line(&shorten(path, NAME))
}

fn zipped(files: &Files) -> io::Result<Vec<u8>> {
    let mut out = ZipWriter::new(Cursor::new(Vec::new()));
    // `bagit.txt` first, by which the bag is known; then the tags, then the payload.
    let order = |path: &String| (path != DECLARATION, path.starts_with(PAYLOAD));
    let mut sorted: Vec<(&String, &Vec<u8>)> = files.iter().collect();
    sorted.sort_by_key(|(path, _)| order(path));
    for (path, bytes) in sorted {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(zip::DateTime::default())
            .unix_permissions(0o644)
            .large_file(u32::try_from(bytes.len()).is_err());
        out.start_file(format!("{BASE}{path}"), options)?;
        out.write_all(bytes)?;
    }
    Ok(out.finish()?.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: BagAbout<'_> = BagAbout { agent: "lookback 0.1.0", description: "acme/pump" };

    fn packed() -> Vec<u8> {
        let files =
            [("evidence.json", "{}\n"), ("documents/docs/a b.md", "# Review\n"), ("issues/01-i.csv", "id\n#1\n")];
        let payload = files.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        pack(payload.into(), &ABOUT).unwrap()
    }

    /// The frame of the zip is part of what a pack promises for years: a change of it would refuse every older pack.
    #[test]
    fn the_same_contents_are_these_very_bytes() {
        assert_eq!(open(&packed()).unwrap(), b"{}\n");
        insta::assert_snapshot!(sha256(&packed()), @"86bf885e51179bbe6e674779b71c9646f4915b07ae18c7a293b491f695e5fc1e");
    }

    #[test]
    fn every_changed_byte_is_noticed_and_most_name_their_file() {
        let sound = packed();
        let paths: Vec<String> = unzipped(&sound).unwrap().into_keys().collect();
        for at in 0..sound.len() {
            for bit in [1, 0x20, 0x80] {
                let mut changed = sound.clone();
                changed[at] ^= bit;
                let error = open(&changed).expect_err(&format!("byte {at}")).to_string();
                let names = paths.iter().any(|path| error.contains(path.as_str())) || error.contains("was added");
                // A listing that cannot be read is one of the zip as a whole.
                assert!(names || error.starts_with("it is no pack"), "byte {at}: {error}");
            }
            assert!(open(&sound[..at]).is_err(), "cut off at {at}");
        }
        assert!(open(&[&sound[..], b"x"].concat()).is_err());
    }

    #[test]
    fn what_is_missing_added_or_changed_is_named() {
        let sound = unzipped(&packed()).unwrap();
        let with = |change: &dyn Fn(&mut Files)| {
            let mut files = sound.clone();
            change(&mut files);
            open(&zipped(&files).unwrap()).unwrap_err().to_string()
        };
        let document = "data/documents/docs/a b.md";
        for (change, said) in [
            (&(|files: &mut Files| drop(files.remove(document))) as &dyn Fn(&mut Files), "a b.md is missing"),
            (&|files| files.get_mut(document).unwrap()[0] = b'%', "data/documents/docs/a b.md was changed"),
            (&|files| drop(files.insert("data/x.md".into(), vec![])), "data/x.md was added"),
            (&|files| drop(files.insert("x.txt".into(), vec![])), "x.txt was added"),
            (&|files| files.get_mut(INFO).unwrap().push(b'\n'), "bag-info.txt was changed"),
            (&|files| files.get_mut(MANIFEST).unwrap().clear(), "manifest-sha256.txt was changed"),
            (&|files| files.get_mut(TAGS).unwrap().push(b'x'), "tagmanifest-sha256.txt has a line"),
            (&|files| drop(files.remove(EVIDENCE)), "data/evidence.json is missing"),
            (&|files| drop(files.remove(DECLARATION)), "bagit.txt is missing"),
            (&|files| drop(files.remove(MANIFEST)), "manifest-sha256.txt is missing"),
        ] {
            let error = with(change);
            assert!(error.contains(said), "{said}: {error}");
        }
        assert!(matches!(open(b"PK nothing"), Err(BagError::NoPack(_))));
    }

    #[test]
    fn only_paths_that_every_reader_understands_are_kept() {
        for (path, kept) in [
            ("docs/a b.md", true),
            ("docs/\u{dc}bersicht.md", true),
            ("../x.md", false),
            ("docs/../x.md", false),
            ("/x.md", false),
            ("a//b.md", false),
            ("a%0Ab.md", false),
            ("c:x.md", false),
            ("a\\b.md", false),
            ("x.md ", false),
            ("~/x.md", false),
            ("a\n.md", false),
            ("a\u{202e}.md", false),
        ] {
            assert_eq!(can_keep(path), kept, "{path:?}");
        }
    }
}
