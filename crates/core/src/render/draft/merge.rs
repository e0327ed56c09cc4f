//! Drafting again: what is ours follows the data, what people wrote stays. Text outside the blocks is never touched, a column of
//! theirs is kept by the key of its row, and a block that somebody changed is named and kept. Pure.

use std::collections::{BTreeMap, BTreeSet};

use crate::render::draft::error::DraftError;
use crate::render::draft::form::REVIEWER;
use crate::render::draft::marks::{DraftBlock, DraftPart, begin, parts};
use crate::render::draft::table::{RowLine, key, lines_of, ours, written};

/// A draft put together with an earlier one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The whole text.
    pub text: String,
    /// What was kept against the data: a sentence each.
    pub kept: Vec<String>,
}

/// Does a text carry marks of a draft?
pub fn is_draft(text: &str) -> bool {
    parts("", text).is_ok_and(|parts| parts.iter().any(|part| matches!(part, DraftPart::Ours(_))))
}

/// Puts the new draft into the file that is there. `file`: its name, for messages.
pub fn merge(file: &str, there: &str, new: &str) -> Result<Merged, DraftError> {
    if let Some(at) = there.lines().position(|line| line.starts_with("<<<<<<< ") || line.starts_with(">>>>>>> ")) {
        let what = "two versions of the file are not merged yet";
        return Err(DraftError::at(file, at + 1, what, "Settle the conflict, then draft again."));
    }
    let old = parts(file, there)?;
    if !old.iter().any(|part| matches!(part, DraftPart::Ours(_))) {
        let next = "Name another file with -o, or move this one away; a file without the marks of a draft is never overwritten.";
        return Err(DraftError::of(file, "is there already, and no draft of Lookback", next));
    }
    let fresh = parts(file, new)?;
    let blocks: BTreeMap<&str, &DraftBlock> = fresh.iter().filter_map(named).collect();
    let mut merged = Merged { text: String::new(), kept: Vec::new() };
    let eol = if there.contains("\r\n") { "\r\n" } else { "\n" };
    let mut put = |line: &str| {
        merged.text.push_str(line);
        merged.text.push_str(eol);
    };
    let mut seen = BTreeSet::new();
    for part in &old {
        let block = match part {
            DraftPart::Theirs(lines) => {
                for line in lines {
                    put(line);
                }
                continue;
            }
            DraftPart::Ours(block) => block,
        };
        seen.insert(block.name.as_str());
        let place = format!("{file}:{}: the block \"{}\"", block.line, block.name);
        let outcome = match blocks.get(block.name.as_str()) {
            None => Err(vec![format!("{place} is none of the form's; it is kept as it is")]),
            Some(_) if !block.is_untouched() => {
                Err(vec![format!("{place} was changed by hand; it is kept as it is, and does not follow the data")])
            }
            // The same data, however wide somebody's editor makes the columns.
            Some(new)
                if new.theirs == block.theirs && ours(&new.lines, &new.theirs) == ours(&block.lines, &block.theirs) =>
            {
                Err(Vec::new())
            }
            Some(new) => with_theirs(block, new, &place),
        };
        match outcome {
            Err(why) => {
                merged.kept.extend(why);
                put(block.begin);
                for line in &block.lines {
                    put(line);
                }
                put(block.end);
            }
            Ok((theirs, lines, kept)) => {
                merged.kept.extend(kept);
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                put(&begin(&block.name, &theirs, &lines));
                for line in lines {
                    put(line);
                }
                put(block.end);
            }
        }
    }
    let gone = blocks.keys().filter(|name| !seen.contains(*name));
    merged.kept.extend(gone.map(|name| format!("{file}: the block \"{name}\" was taken out, and stays out")));
    if !there.ends_with('\n') {
        merged.text.truncate(merged.text.len() - eol.len());
    }
    Ok(merged)
}

fn named<'p, 'a>(part: &'p DraftPart<'a>) -> Option<(&'p str, &'p DraftBlock<'a>)> {
    match part {
        DraftPart::Ours(block) => Some((block.name.as_str(), block)),
        DraftPart::Theirs(_) => None,
    }
}

/// Columns of theirs, the lines, and what was kept against the data.
type Followed = (Vec<String>, Vec<String>, Vec<String>);

/// The new block with what people wrote into the old one; `Err`: it has to be kept as it is, and why.
fn with_theirs(old: &DraftBlock, new: &DraftBlock, place: &str) -> Result<Followed, Vec<String>> {
    let mut head: Vec<String> = Vec::new();
    // By key and column: what people wrote. By key: the whole row.
    let mut remarks: BTreeMap<(String, String), String> = BTreeMap::new();
    let mut rows: BTreeMap<String, (&str, Vec<String>)> = BTreeMap::new();
    for (line, read) in old.lines.iter().zip(lines_of(&old.lines, &old.theirs)) {
        match read {
            RowLine::Head(cells, _) => head = cells,
            RowLine::Row(cells, columns) => {
                for (column, cell) in columns.iter().map(|n| (&head[*n], &cells[*n])).filter(|(_, cell)| is_said(cell))
                {
                    remarks.insert((key(&cells), column.clone()), cell.clone());
                }
                rows.insert(key(&cells), (line, cells));
            }
            _ => {}
        }
    }
    let lost: Vec<&String> =
        remarks.keys().filter(|(_, column)| !new.theirs.contains(column)).map(|(_, column)| column).collect();
    if let Some(column) = lost.first() {
        return Err(vec![format!(
            "{place} has remarks in \"{column}\", which the form has no more; it is kept as it is"
        )]);
    }
    let mut out: Vec<String> = Vec::new();
    let (mut used, mut last_row) = (BTreeSet::new(), None);
    let mut columns_now: Vec<String> = Vec::new();
    for (line, read) in new.lines.iter().zip(lines_of(&new.lines, &new.theirs)) {
        match read {
            RowLine::Row(mut cells, columns) => {
                let key = key(&cells);
                let mut own = true;
                for n in columns {
                    if let Some(said) = remarks.get(&(key.clone(), columns_now[n].clone())) {
                        said.clone_into(&mut cells[n]);
                        own = false;
                    }
                }
                let same = rows.get(&key).filter(|(_, had)| *had == cells);
                out.push(match same {
                    Some((there, _)) => (*there).to_owned(),
                    None if own => (*line).to_owned(),
                    None => written(&cells),
                });
                used.insert(key);
                last_row = Some(out.len());
            }
            RowLine::Head(cells, _) => {
                columns_now = cells;
                out.push((*line).to_owned());
            }
            RowLine::Rule => {
                out.push((*line).to_owned());
                last_row = last_row.or(Some(out.len()));
            }
            _ => out.push((*line).to_owned()),
        }
    }
    let mut kept = Vec::new();
    let spoken: BTreeSet<&String> = remarks.keys().map(|(key, _)| key).filter(|key| !used.contains(*key)).collect();
    for gone in spoken {
        let Some((line, cells)) = rows.get(gone).filter(|(_, cells)| cells.len() == columns_now.len()) else {
            return Err(vec![format!(
                "{place} has remarks on {gone}, which the data have no more; it is kept as it is"
            )]);
        };
        debug_assert_eq!(cells.len(), columns_now.len());
        let at = last_row.unwrap_or(out.len());
        out.insert(at, (*line).to_owned());
        last_row = Some(at + 1);
        kept.push(format!("{place} keeps the row {gone}, which the data have no more, for its remarks"));
    }
    Ok((new.theirs.clone(), out, kept))
}

/// Is it a person's word, and not the place for one?
pub(crate) fn is_said(cell: &str) -> bool {
    !cell.is_empty() && !cell.starts_with(REVIEWER)
}
