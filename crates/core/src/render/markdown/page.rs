//! A page of Markdown that stays below a size and counts what no longer fits.

use crate::render::escape::{markdown, markdown_code, markdown_link};
use lookback_reading::{count, shorten};

/// Bytes kept for the last line, which says what was left out.
const CLOSING: usize = 200;
/// Bytes that each folded part keeps for itself, if it is as long as that.
pub(crate) const PART: usize = 900;
/// Bytes of an address; a longer one is no link.
const ADDRESS: usize = 600;

/// The page so far.
pub(crate) struct BoundedPage {
    text: String,
    most: usize,
    left_out: usize,
}

/// A part that is folded until somebody opens it.
pub(crate) struct FoldedPart {
    /// What it holds, in words of ours: it stands in HTML.
    pub title: String,
    /// Sentences that lead in, escaped.
    pub lead: Vec<String>,
    /// Tables and lists: the head, empty for a list, and the rows, escaped.
    pub tables: Vec<(String, Vec<String>)>,
}

impl FoldedPart {
    fn is_empty(&self) -> bool {
        self.lead.is_empty() && self.tables.iter().all(|(_, rows)| rows.is_empty())
    }

    /// Its bytes, roughly.
    fn len(&self) -> usize {
        let rows = self.tables.iter().flat_map(|(head, rows)| rows.iter().chain([head]));
        let lines = rows.chain(&self.lead).map(|line| line.len() + 2);
        self.title.len() + 150 + lines.sum::<usize>()
    }
}

impl BoundedPage {
    /// An empty page of at most so many bytes.
    pub(crate) fn new(most: usize) -> Self {
        BoundedPage { text: String::new(), most, left_out: 0 }
    }

    /// Bytes that are free.
    pub(crate) fn room(&self) -> usize {
        (self.most - CLOSING).saturating_sub(self.text.len())
    }

    /// A line, if it leaves so many bytes.
    #[must_use]
    pub(crate) fn fits(&mut self, line: &str, reserve: usize) -> bool {
        let fits = self.room() > line.len() + reserve;
        if fits {
            self.text.push_str(line);
            self.text.push('\n');
        }
        fits
    }

    /// A line of which it is known that there is place for it; it is counted where there is none.
    pub(crate) fn line(&mut self, line: &str) {
        if !self.fits(line, 0) {
            self.left_out += 1;
        }
    }

    /// Counts what is not shown.
    pub(crate) fn leave_out(&mut self, n: usize) {
        self.left_out += n;
    }

    /// The parts, each with a share of what is free; none without rows or sentences.
    pub(crate) fn folded(&mut self, parts: Vec<FoldedPart>) {
        let parts: Vec<_> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        for at in 0..parts.len() {
            self.part(&parts[at], kept(&parts[at + 1..]));
        }
    }

    fn part(&mut self, part: &FoldedPart, reserve: usize) {
        // The end of the part and the line that counts.
        let reserve = reserve + 120;
        let mut left_out = 0;
        if !self.fits(&format!("\n<details><summary>{}</summary>\n", part.title), reserve) {
            return self.left_out += part.lead.len() + part.tables.iter().map(|(_, rows)| rows.len()).sum::<usize>();
        }
        for sentence in &part.lead {
            left_out += usize::from(!self.fits(&format!("{sentence}\n"), reserve));
        }
        for (head, rows) in part.tables.iter().filter(|(_, rows)| !rows.is_empty()) {
            if !head.is_empty() {
                let rule = "---|".repeat(head.matches('|').count().saturating_sub(1));
                if !self.fits(&format!("{head}\n|{rule}"), reserve) {
                    left_out += rows.len();
                    continue;
                }
            }
            let mut shown = 0;
            while rows.get(shown).is_some_and(|row| self.fits(row, reserve)) {
                shown += 1;
            }
            left_out += rows.len() - shown;
            self.text.push('\n');
        }
        if left_out > 0 {
            self.text.push_str(&format!("… and {} left out here.\n\n", count(left_out, "more row")));
            self.left_out += left_out;
        }
        self.text.push_str("</details>\n");
    }

    /// The page, with what was left out as its last line.
    pub(crate) fn finished(mut self) -> String {
        if self.left_out > 0 {
            let left_out = count(self.left_out, "piece");
            self.text.push_str(&format!(
                "\n{left_out} of the report did not fit into this summary; the JSON report has them all.\n"
            ));
        }
        self.text
    }
}

/// Bytes that parts keep for themselves.
pub(crate) fn kept(parts: &[FoldedPart]) -> usize {
    parts.iter().filter(|part| !part.is_empty()).map(|part| part.len().min(PART)).sum()
}

/// Inert words in at most so many bytes.
pub(crate) fn piece(text: &str, most: usize) -> String {
    let mut chars = most;
    loop {
        let escaped = markdown(&shorten(text, chars));
        if escaped.len() <= most || chars == 0 {
            return escaped;
        }
        chars = chars * 3 / 4;
    }
}

/// Inert code in at most so many bytes and the two tags.
pub(crate) fn code(text: &str, most: usize) -> String {
    let mut chars = most;
    loop {
        let escaped = markdown_code(&shorten(text, chars));
        if escaped.len() <= most + 13 || chars == 0 {
            return escaped;
        }
        chars = chars * 3 / 4;
    }
}

/// What is shown, as a link where it has an address.
pub(crate) fn linked(shown: String, url: Option<String>) -> String {
    match url.filter(|url| url.len() <= ADDRESS) {
        Some(url) => markdown_link(&shown, &url),
        None => shown,
    }
}
