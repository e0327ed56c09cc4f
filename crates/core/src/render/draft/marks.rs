//! The marks around what is ours in a draft: `<!-- lookback:begin NAME … -->` and `<!-- lookback:end NAME -->`, each on a line of its
//! own. The begin mark carries the version of the marks, the columns that are theirs, and a digest of what is ours.

use sha2::{Digest, Sha256};

use crate::model::draft::DRAFT_VERSION;
use crate::render::draft::error::DraftError;
use crate::render::draft::table;

const BEGIN: &str = "<!-- lookback:begin ";
const END: &str = "<!-- lookback:end ";
const CLOSE: &str = "-->";

/// A part of a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DraftPart<'a> {
    /// Lines of people.
    Theirs(Vec<&'a str>),
    /// A block of ours.
    Ours(DraftBlock<'a>),
}

/// A block of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DraftBlock<'a> {
    /// Its name.
    pub(crate) name: String,
    /// The columns of its tables that people fill.
    pub(crate) theirs: Vec<String>,
    /// The digest of what is ours, as the begin mark says.
    pub(crate) sum: Option<String>,
    /// Its line, 1-based: that of the begin mark.
    pub(crate) line: usize,
    /// The begin mark as written.
    pub(crate) begin: &'a str,
    /// The end mark as written.
    pub(crate) end: &'a str,
    /// The lines between the marks.
    pub(crate) lines: Vec<&'a str>,
}

impl DraftBlock<'_> {
    /// The digest of what is ours in it now.
    pub(crate) fn digest(&self) -> String {
        digest(&self.lines, &self.theirs)
    }

    /// Is it as we wrote it?
    pub(crate) fn is_untouched(&self) -> bool {
        self.sum.as_deref() == Some(self.digest().as_str())
    }
}

/// The digest of what is ours in the lines of a block.
pub(crate) fn digest(lines: &[&str], theirs: &[String]) -> String {
    let sum = Sha256::digest(table::ours(lines, theirs).as_bytes());
    sum.iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

/// The begin mark of a block with these lines.
pub(crate) fn begin(name: &str, theirs: &[String], lines: &[&str]) -> String {
    let columns = if theirs.is_empty() { String::new() } else { format!(" theirs=\"{}\"", theirs.join("|")) };
    format!("{BEGIN}{name} v={DRAFT_VERSION}{columns} sum={} {CLOSE}", digest(lines, theirs))
}

/// The parts of a text. `file`: for messages.
pub(crate) fn parts<'a>(file: &str, text: &'a str) -> Result<Vec<DraftPart<'a>>, DraftError> {
    const PAIR: &str = "Write each block as `<!-- lookback:begin NAME -->`, its lines, `<!-- lookback:end NAME -->`, one after the other.";
    let mut out: Vec<DraftPart<'a>> = Vec::new();
    let mut open: Option<DraftBlock<'a>> = None;
    let mut loose: Vec<&'a str> = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let number = at + 1;
        let trimmed = line.trim();
        let begins = trimmed.starts_with(BEGIN);
        if !begins && !trimmed.starts_with(END) {
            if line.split("<!--").skip(1).any(|rest| {
                rest.trim_start().starts_with("lookback:begin") || rest.trim_start().starts_with("lookback:end")
            }) {
                return Err(DraftError::at(
                    file,
                    number,
                    "a mark of Lookback does not stand on a line of its own",
                    PAIR,
                ));
            }
            if let Some(block) = &mut open {
                block.lines.push(line);
            } else {
                loose.push(line);
            }
            continue;
        }
        let Some(inner) = trimmed.strip_suffix(CLOSE) else {
            return Err(DraftError::at(file, number, "a mark of Lookback is not closed", "End the line with `-->`."));
        };
        if begins {
            if let Some(block) = &open {
                let what = format!("a block begins inside the block \"{}\" of line {}", block.name, block.line);
                return Err(DraftError::at(file, number, what, PAIR));
            }
            let block = opened(file, number, line, &inner[BEGIN.len()..])?;
            let twice = out.iter().any(|part| matches!(part, DraftPart::Ours(had) if had.name == block.name));
            if twice {
                let what = format!("the block \"{}\" is there twice", block.name);
                return Err(DraftError::at(file, number, what, "Keep one of the two."));
            }
            out.push(DraftPart::Theirs(std::mem::take(&mut loose)));
            open = Some(block);
        } else {
            let name = inner[END.len()..].trim();
            match open.take() {
                Some(block) if block.name == name => out.push(DraftPart::Ours(DraftBlock { end: line, ..block })),
                Some(block) => {
                    let what = format!("the block \"{}\" of line {} ends as \"{name}\"", block.name, block.line);
                    return Err(DraftError::at(file, number, what, PAIR));
                }
                None => {
                    let what = format!("a block \"{name}\" ends that did not begin");
                    return Err(DraftError::at(file, number, what, PAIR));
                }
            }
        }
    }
    if let Some(block) = open {
        return Err(DraftError::at(file, block.line, format!("the block \"{}\" does not end", block.name), PAIR));
    }
    out.push(DraftPart::Theirs(loose));
    Ok(out)
}

fn opened<'a>(file: &str, number: usize, line: &'a str, inner: &str) -> Result<DraftBlock<'a>, DraftError> {
    let wrong = |what: String| DraftError::at(file, number, what, "Write it as `<!-- lookback:begin NAME -->`.");
    let mut block = DraftBlock {
        name: String::new(),
        theirs: Vec::new(),
        sum: None,
        line: number,
        begin: line,
        end: "",
        lines: Vec::new(),
    };
    let mut rest = inner.trim();
    let (name, after) = rest.split_once(char::is_whitespace).unwrap_or((rest, ""));
    let sound = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if !sound {
        return Err(wrong(format!("\"{name}\" is no name of a block: small letters, digits and hyphens")));
    }
    name.clone_into(&mut block.name);
    rest = after.trim();
    while !rest.is_empty() {
        let Some((key, value)) = rest.split_once('=') else {
            return Err(wrong(format!("\"{rest}\" in the mark is not understood")));
        };
        let (value, after) = match value.strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').ok_or_else(|| wrong("a quotation mark is not closed".to_owned()))?,
            None => value.split_once(char::is_whitespace).unwrap_or((value, "")),
        };
        match key {
            "v" if value == DRAFT_VERSION.to_string() => {}
            "v" => {
                let what = format!("a draft of version {value}; this Lookback writes version {DRAFT_VERSION}");
                return Err(DraftError::at(
                    file,
                    number,
                    what,
                    "Use the version of Lookback that wrote it, or draft into another file with -o.",
                ));
            }
            "theirs" => block.theirs = value.split('|').map(|name| name.trim().to_owned()).collect(),
            "sum" => block.sum = Some(value.to_owned()),
            _ => return Err(wrong(format!("\"{key}\" in the mark is not understood"))),
        }
        rest = after.trim();
    }
    Ok(block)
}
