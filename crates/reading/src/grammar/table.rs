//! The sentence patterns as a table, made when the crate is built: the groups put into each other, and what each pattern needs. To
//! tell this again at every start took longer than to judge a small repository.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde::Deserialize;

use super::needs::{self, Clause, Needs};
use super::plain::{group_in, plain, with_groups};

/// How often a group may stand inside another.
const DEPTH: usize = 5;

/// Where the characters begin that stand for a group while it is told what a pattern needs.
const SIGNS: u32 = 0xe000;

/// The patterns, as a linguist edits them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    groups: BTreeMap<String, Vec<String>>,
    patterns: BTreeMap<String, Vec<String>>,
    numbers: BTreeMap<String, u32>,
}

/// The table of the patterns in a TOML text: a line per word, clause of words, group, pattern and number, with tabs between their parts.
///
/// # Errors
///
/// What is wrong with which pattern.
pub(crate) fn table(toml: &str) -> Result<String, String> {
    let file: File = toml::from_str(toml).map_err(|error| error.to_string())?;
    let mut groups = Groups { file: &file.groups, expanded: BTreeMap::new(), needs: Vec::new() };
    let mut patterns = Vec::new();
    for (name, source) in file.patterns.iter().flat_map(|(name, own)| own.iter().map(move |source| (name, source))) {
        let needs = groups.needs_of(source, DEPTH).map_err(|error| format!("`{name}`, `{source}`: {error}"))?;
        patterns.push((name, over_plain_parts(source), needs));
    }
    let clauses: BTreeSet<&Clause> = patterns.iter().flat_map(|(_, _, needs)| needs).collect();
    let words: BTreeSet<&str> = clauses.iter().flat_map(|clause| clause.iter()).map(|word| &**word).collect();
    let numbers: BTreeMap<&str, usize> = words.iter().enumerate().map(|(number, word)| (*word, number)).collect();
    let places: BTreeMap<&Clause, usize> = clauses.iter().enumerate().map(|(place, clause)| (*clause, place)).collect();
    let mut out = String::new();
    let mut line = |parts: &[&str]| {
        let clean = parts.iter().all(|part| !part.contains(['\t', '\n', '\r']));
        let written = writeln!(out, "{}", parts.join("\t")).is_ok();
        (clean && written).then_some(()).ok_or_else(|| format!("a tab or a new line stands in {parts:?}"))
    };
    for word in &words {
        line(&["word", word])?;
    }
    for clause in &clauses {
        line(&["clause", &joined(clause.iter().map(|word| numbers[&**word]))])?;
    }
    for (name, source) in &groups.expanded {
        line(&["group", name, source])?;
    }
    for (name, source, needs) in &patterns {
        line(&["pattern", name, &joined(needs.iter().map(|clause| places[clause])), source])?;
    }
    for (word, number) in &file.numbers {
        line(&["number", word, &number.to_string()])?;
    }
    Ok(out)
}

fn joined(numbers: impl Iterator<Item = usize>) -> String {
    numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(" ")
}

/// A pattern in the letters of [`plain`].
fn over_plain(pattern: &str) -> String {
    let mut out = String::with_capacity(pattern.len() * 2);
    let mut class = false;
    let mut chars = pattern.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\\' => match (chars.next(), class) {
                (Some('w'), true) => out.push_str("0-9a-z_"),
                (Some('d'), true) => out.push_str("0-9"),
                (Some('s'), true) => out.push_str(r" \t\n\r"),
                (Some(sign @ ('b' | 'w' | 'd' | 's')), false) => out.push_str(&format!(r"(?-u:\{sign})")),
                (Some('W'), false) => out.push_str("[^0-9a-z_]"),
                (Some(sign), _) => out.extend(['\\', sign]),
                (None, _) => out.push('\\'),
            },
            '[' | ']' => {
                class = c == '[';
                out.push(c);
            }
            // A blank is any stretch of white space, also where there may be none.
            ' ' if !class => {
                let may_lack = chars.next_if(|next| matches!(next, '?' | '*')).is_some();
                out.push_str(if may_lack { r"(?-u:\s)*" } else { r"(?-u:\s)+" });
            }
            'P' if out.ends_with("(?") => out.push('P'),
            _ if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            _ => {
                let letters = plain(c.encode_utf8(&mut [0; 4]));
                let repeated = chars.peek().is_some_and(|next| matches!(next, '?' | '*' | '+' | '{'));
                out.push_str(&if repeated { format!("(?:{letters})") } else { letters });
            }
        }
    }
    out
}

/// A pattern in these letters, with the names of its groups as they are.
fn over_plain_parts(pattern: &str) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, (name, after))) = group_in(rest) {
        out.push_str(&format!("{}<<{name}>>", over_plain(before)));
        rest = after;
    }
    out + &over_plain(rest)
}

/// The groups while they are put into each other.
struct Groups<'f> {
    file: &'f BTreeMap<String, Vec<String>>,
    /// Of each group that is done: its words as one pattern.
    expanded: BTreeMap<String, String>,
    /// And what it needs; its place is its sign.
    needs: Vec<(String, Needs)>,
}

impl Groups<'_> {
    fn add(&mut self, name: &str, depth: usize) -> Result<(), String> {
        if self.expanded.contains_key(name) {
            return Ok(());
        }
        let words = self.file.get(name).ok_or_else(|| format!("no group `{name}`"))?;
        let whole = format!("(?:{})", words.join("|"));
        if depth == 0 {
            return Err(format!("`{name}` stands in itself"));
        }
        let needs = self.needs_of(&whole, depth - 1)?;
        let own = |name: &str| self.expanded.get(name).map(String::as_str);
        let expanded = with_groups(&over_plain_parts(&whole), own);
        self.needs.push((name.to_owned(), needs));
        self.expanded.insert(name.to_owned(), expanded);
        Ok(())
    }

    /// What a pattern needs, with the groups that it names.
    fn needs_of(&mut self, pattern: &str, depth: usize) -> Result<Needs, String> {
        let mut out = String::new();
        let mut rest = pattern;
        while let Some((before, (name, after))) = group_in(rest) {
            self.add(name, depth)?;
            let place = self.needs.iter().position(|(own, _)| own == name).unwrap_or(0);
            out.push_str(before);
            out.extend(u32::try_from(place).ok().and_then(|place| char::from_u32(SIGNS + place)));
            rest = after;
        }
        out.push_str(rest);
        let group = |sign: char| {
            let place = u32::from(sign).checked_sub(SIGNS)?;
            self.needs.get(usize::try_from(place).ok()?).map(|(_, needs)| needs.clone())
        };
        needs::needs(&over_plain(&out), &group)
    }
}
