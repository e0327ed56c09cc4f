//! Commit objects as they are stored: who, when, which parents. Read straight from the object database.

use chrono::{DateTime, Utc};
use git2::Oid;

use crate::collect::git::repository::Repository;

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
    pub message: &'a [u8],
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
        let object = odb.read(id).ok()?;
        let raw = parse(object.data())?;
        Some(CommitDetails { author: String::from_utf8_lossy(raw.author).into_owned(), signed: raw.signed })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures() {
        assert_eq!(signature(b"A <a@b> 1700000000 +0100"), (&b"A <a@b>"[..], 1_700_000_000));
        assert_eq!(signature(b"A <a@b> -5 -0000").1, -5);
        assert_eq!(signature(b"A <a@b> banana").1, 0);
        assert_eq!(signature(b"nothing").1, 0);
    }
}
