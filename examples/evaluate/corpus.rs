//! The labelled documents, and the parts into which their repositories fall.

use std::path::Path;

use lookback_reading::{Constraint, Kind};
use serde::Deserialize;

/// A part of the repositories.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Two thirds, to work on.
    Open,
    /// The last third, to look at when the work is done.
    Sealed,
}

/// One line of the manifest.
#[derive(Clone, Deserialize)]
pub struct Label {
    pub id: u32,
    pub repo: String,
    pub path: String,
    pub kind: Kind,
    pub answers_content_match: bool,
    pub c1: Option<bool>,
    pub c2: Option<bool>,
    pub c3: Option<bool>,
    pub c4: Option<bool>,
    pub c5: Option<bool>,
    pub c6: Option<bool>,
    pub review_date: Option<String>,
    pub period_start: Option<String>,
    pub period_end: Option<String>,
    #[serde(default)]
    pub security_issue_ids: Vec<String>,
    pub path_matches_regex: bool,
    pub ambiguous: bool,
    pub why: String,
    pub file: String,
}

impl Label {
    /// The part to which its repository belongs, by a hash of the name.
    pub fn part(&self) -> Part {
        let step = |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
        let hash = self.repo.bytes().fold(0x811c_9dc5, step);
        if hash % 3 == 0 { Part::Sealed } else { Part::Open }
    }

    /// The label of a constraint; `None` where the text does not decide it.
    pub fn constraint(&self, constraint: Constraint) -> Option<bool> {
        [self.c1, self.c2, self.c3, self.c4, self.c5, self.c6][constraint as usize]
    }
}

/// A label with the document's bytes.
pub type Labelled = (Label, Vec<u8>);

/// Reads the manifest and its documents; the error names the file.
pub fn load(folder: &Path) -> Result<Vec<Labelled>, String> {
    let manifest = folder.join("manifest.jsonl");
    let text = std::fs::read_to_string(&manifest).map_err(|error| format!("{}: {error}", manifest.display()))?;
    let read = |(index, row): (usize, &str)| {
        let label: Label = serde_json::from_str(row)
            .map_err(|error| format!("{}, line {}: {error}", manifest.display(), index + 1))?;
        let file = folder.join(&label.file);
        let bytes = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
        Ok((label, bytes))
    };
    text.lines().enumerate().map(read).collect()
}
