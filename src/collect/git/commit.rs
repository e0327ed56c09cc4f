//! Commit objects as they are stored: who, when, which parents. Read straight from the object database.

use std::borrow::Cow;

use chrono::{DateTime, Utc};
use encoding_rs::Encoding;
use git2::Oid;

use crate::collect::git::repository::Repository;
use crate::collect::git::sound::sound;

/// Seconds since 1970 as a time; absurd ones are `None`.
pub(crate) fn time(seconds: i64) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp(seconds, 0)
}

/// A commit object, taken apart.
pub(crate) struct RawCommit<'a> {
    pub tree: Oid,
    pub parents: Vec<Oid>,
    pub author: &'a [u8],
    pub authored: i64,
    pub committed: i64,
    pub signed: bool,
    /// The character set of the message and the names, where it is not UTF-8.
    pub encoding: Option<&'a [u8]>,
    pub message: &'a [u8],
}

impl RawCommit<'_> {
    /// The message in UTF-8.
    pub(crate) fn message(&self) -> Cow<'_, [u8]> {
        match self.encoding {
            None => Cow::Borrowed(self.message),
            Some(_) => Cow::Owned(self.text(self.message).into_owned().into_bytes()),
        }
    }

    /// The author's name and address.
    pub(crate) fn author(&self) -> String {
        self.text(self.author).into_owned()
    }

    /// A text in the commit's own character set; one that is not known, or not kept to, is taken for UTF-8.
    fn text<'t>(&self, bytes: &'t [u8]) -> Cow<'t, str> {
        match self.encoding.and_then(Encoding::for_label) {
            Some(encoding) if std::str::from_utf8(bytes).is_err() => encoding.decode_without_bom_handling(bytes).0,
            _ => String::from_utf8_lossy(bytes),
        }
    }
}

/// Splits a raw commit object. `None`: not a commit.
pub(crate) fn parse(raw: &[u8]) -> Option<RawCommit<'_>> {
    let end = raw.windows(2).position(|two| two == b"\n\n").unwrap_or(raw.len());
    let (head, message) = (&raw[..end], raw.get(end + 2..).unwrap_or_default());
    let mut out = RawCommit {
        tree: Oid::ZERO_SHA1,
        parents: Vec::new(),
        author: b"",
        authored: 0,
        committed: 0,
        signed: false,
        encoding: None,
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
            b"encoding" => out.encoding = Some(value),
            b"gpgsig" | b"gpgsig-sha256" => out.signed = true,
            _ => {}
        }
    }
    Some(out)
}

/// `Name <address> 1700000000 +0100`: who and seconds since 1970. A time that is none counts as 0.
pub(crate) fn signature(value: &[u8]) -> (&[u8], i64) {
    let Some(close) = value.iter().rposition(|byte| *byte == b'>') else { return (value, 0) };
    let seconds =
        std::str::from_utf8(&value[close + 1..]).ok().and_then(|rest| rest.split_whitespace().next()?.parse().ok());
    (&value[..=close], seconds.unwrap_or(0))
}

/// A commit as a document's history shows it.
pub struct CommitDetails {
    pub author: String,
    pub signed: bool,
}

impl Repository {
    /// Author and signature of one commit.
    pub fn details(&self, id: Oid) -> Option<CommitDetails> {
        let odb = self.inner.odb().ok()?;
        let object = sound(&odb, id).ok()?;
        let raw = parse(object.data())?;
        Some(CommitDetails { author: raw.author(), signed: raw.signed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_in_another_character_set() {
        let raw = b"tree 0123456789012345678901234567890123456789\nauthor J\xfcrgen <j@x> 1700000000 +0100\nencoding ISO-8859-1\n\nPr\xfcfung\n";
        let commit = parse(raw).unwrap_or_else(|| panic!("no commit"));
        assert_eq!((commit.author().as_str(), &*commit.message()), ("Jürgen <j@x>", "Prüfung\n".as_bytes()));
        let unknown = parse(b"encoding x-odd\n\nPr\xc3\xbcfung").unwrap_or_else(|| panic!("no commit"));
        assert_eq!(&*unknown.message(), "Prüfung".as_bytes());
    }

    #[test]
    fn signatures() {
        assert_eq!(signature(b"A <a@b> 1700000000 +0100"), (&b"A <a@b>"[..], 1_700_000_000));
        assert_eq!(signature(b"A <a@b> -5 -0000").1, -5);
        assert_eq!(signature(b"A <a@b> banana").1, 0);
        assert_eq!(signature(b"nothing").1, 0);
    }
}
