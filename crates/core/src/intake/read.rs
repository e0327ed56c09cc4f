//! Issue files → neutral issues: which format a file has. Owns no network and no file access: the caller reads the bytes.

use std::borrow::Cow;

pub use crate::intake::source::MAX_BYTES;
use crate::intake::source::{IssueFileError, IssueSource, SourceRead, printable, short_name};
use crate::intake::{csv::read as csv, json};
use crate::model::policy::Policy;
use lookback_reading::decode;

/// Refuses a file by its size, before it is read.
pub fn check_size(name: &str, bytes: u64) -> Result<(), IssueFileError> {
    if bytes > MAX_BYTES { Err(IssueFileError::TooLarge { name: printable(name), bytes }) } else { Ok(()) }
}

/// Reads an issue file: JSON of one of the formats of [`crate::intake::FORMATS`], else CSV. `name` is the path as given; its
/// last part names the source.
pub fn read_file(name: &str, bytes: &[u8], policy: &Policy) -> Result<SourceRead, IssueFileError> {
    check_size(name, bytes.len() as u64)?;
    let shown = printable(name);
    let unreadable = |why: String, remedy| IssueFileError::Unreadable { name: shown.clone(), why, remedy };
    let text = text_of(bytes).map_err(|why| unreadable(why, "save it as UTF-8 (in Excel: \"CSV UTF-8\")"))?;
    let text = &*text;
    if text.starts_with("version https://git-lfs.github.com/spec/") {
        return Err(unreadable("it is a pointer of Git LFS, not the file".into(), "fetch it with `git lfs pull`"));
    }
    let source = IssueSource { name: &shown, short: short_name(&shown), policy };
    let extension = name.rsplit_once('.').map_or(String::new(), |(_, extension)| extension.to_ascii_lowercase());
    let first = text.trim_start().chars().next();
    let looks_json = matches!(first, Some('[' | '{'));
    if first == Some('<') {
        return Err(unreadable(
            "it is XML or HTML".into(),
            "export the issues as JSON or CSV (of CycloneDX: its JSON)",
        ));
    }
    if matches!(extension.as_str(), "yaml" | "yml" | "toml" | "ini") || !looks_json && is_yaml(text) {
        return Err(unreadable("it is no table and no JSON".into(), "export the issues as JSON or CSV"));
    }
    match extension.as_str() {
        "json" | "jsonl" | "ndjson" => json::read(&source, text),
        "csv" | "tsv" => csv::read(&source, text),
        _ if looks_json => json::read(&source, text),
        _ if first.is_none() => Err(unreadable("it is empty".into(), "export the issues as JSON or CSV")),
        _ => csv::read(&source, text),
    }
}

/// The text of a file: UTF-8, or what spreadsheets save beside it, UTF-16 with its mark and Windows-1252. What is wrong, where it is
/// neither.
fn text_of(bytes: &[u8]) -> Result<Cow<'_, str>, String> {
    let wide = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]);
    if !wide && bytes.iter().take(512).any(|byte| *byte == 0) {
        return Err("it is binary, or UTF-16 without its mark".to_owned());
    }
    let plain = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let error = match std::str::from_utf8(plain) {
        Ok(text) => return Ok(Cow::Borrowed(text)),
        Err(error) => error,
    };
    let (text, lost) = decode(bytes);
    let line = plain[..error.valid_up_to()].split(|byte| *byte == b'\n').count();
    match lost {
        Some(_) if wide => Err("it is damaged UTF-16".to_owned()),
        Some(_) => Err(format!("line {line} is neither UTF-8 nor Windows-1252")),
        None => Ok(Cow::Owned(text)),
    }
}

/// Does a text open as YAML does: with its mark, or with a key or an item of a list alone on a line?
fn is_yaml(text: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with('#')).unwrap_or_default();
    let key = first.strip_prefix("- ").unwrap_or(first).split_once(':');
    let plain = |key: &str| key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    first == "---" || key.is_some_and(|(key, rest)| plain(key) && (rest.is_empty() || rest.starts_with(' ')))
}

/// Reads the answers of a tracker's API as a file of the same format would be. `name` is what messages and `sources` call it.
pub fn read_answers(name: &str, answers: &[serde_json::Value], policy: &Policy) -> Result<SourceRead, IssueFileError> {
    let shown = printable(name);
    json::read_values(&IssueSource { name: &shown, short: &shown, policy }, answers)
}
