//! `lookback.toml` as written → [`Policy`] as meant. Strict: an unknown key is an error, and all mistakes are reported at
//! once, each with its place, what is wrong and what is allowed. Pure: the caller reads the file.

mod checks;
mod keys;
mod page;
mod tracker;
mod values;

use std::fmt;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::policy::Policy;
use crate::text::shorten;

pub use keys::{KEYS, Key, Kind};
pub use page::{about, page};

/// One mistake in a configuration file.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConfigError {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What is allowed, or what to do.
    pub help: String,
}

/// All mistakes of one configuration file, by place; never empty.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigErrors {
    /// The file, as named by the user.
    pub path: String,
    /// The mistakes.
    pub errors: Vec<ConfigError>,
}

impl fmt::Display for ConfigErrors {
    /// `path:line:column: message`, then an indented help line, for each mistake.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.errors.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{}:{}:{}: {}", self.path, error.line, error.column, error.message)?;
            if !error.help.is_empty() {
                write!(f, "\n  help: {}", error.help)?;
            }
        }
        Ok(())
    }
}

/// Reads a configuration. `path` is only named in messages and kept as the policy's origin; `rule_ids` are the rules that
/// `[rules]` and `[[waiver]]` may name.
pub fn parse(text: &str, path: &str, rule_ids: &[&str]) -> Result<Policy, ConfigErrors> {
    let (text, mark) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, true),
        None => (text, false),
    };
    let (tree, syntax) = DeTable::parse_recoverable(text);
    let mut walk = Walk { places: Places::new(text), rule_ids, errors: Vec::new() };
    for error in &syntax {
        let at = error.span().map_or(text.len(), |span| span.start);
        walk.error_at(at, format!("syntax: {}", clean(error.message())), "see https://toml.io for the notation");
    }
    walk.errors.sort();
    walk.errors.dedup_by_key(|error| error.line);
    let broken = walk.broken();
    let mut policy = Policy { origin: Some(path.to_owned()), ..Policy::default() };
    let stated = walk.errors.split_off(0);
    walk.table(&mut policy, "", tree.get_ref());
    keys::across(&mut walk, &mut policy, tree.get_ref());
    // What the parser made up to go on after a syntax error is not worth a second complaint.
    walk.errors.retain(|error| !broken.iter().any(|lines| lines.contains(&error.line)));
    walk.errors.extend(stated);
    walk.errors.sort();
    walk.errors.dedup();
    if walk.errors.is_empty() {
        return Ok(policy);
    }
    if mark {
        walk.errors.iter_mut().filter(|error| error.line == 1).for_each(|error| error.column += 1);
    }
    Err(ConfigErrors { path: path.to_owned(), errors: walk.errors })
}

/// One `key = value` on the way to its row of the table.
struct Entry<'a> {
    /// The key's last part, unquoted.
    name: &'a str,
    /// Byte offset of the key.
    at: usize,
    /// The value.
    value: &'a Spanned<DeValue<'a>>,
}

/// Where the walk through the tree stands: positions, the rules that exist, the mistakes so far.
struct Walk<'a> {
    places: Places<'a>,
    rule_ids: &'a [&'a str],
    errors: Vec<ConfigError>,
}

impl Walk<'_> {
    fn error_at(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        let (line, column) = self.places.of(at);
        self.errors.push(ConfigError { line, column, message: message.into(), help: help.into() });
    }

    /// The lines that syntax errors make unreliable: their own, and all keys under a broken table header.
    fn broken(&self) -> Vec<std::ops::Range<usize>> {
        let lines: Vec<&str> = self.places.text.lines().collect();
        let header = |line: usize| lines.get(line - 1).is_some_and(|text| text.trim_start().starts_with('['));
        let mut broken = Vec::new();
        for error in &self.errors {
            let mut end = error.line + 1;
            while header(error.line) && end <= lines.len() && !header(end) {
                end += 1;
            }
            broken.push(error.line..end);
        }
        broken
    }

    /// Walks a table; `prefix` is its path with a dot at the end, or empty.
    fn table(&mut self, policy: &mut Policy, prefix: &str, table: &DeTable<'_>) {
        for (key, value) in table {
            let name = key.get_ref().as_ref();
            let entry = Entry { name, at: key.span().start, value };
            let path = format!("{prefix}{name}");
            let plain = !name.contains(['.', '<', '[']);
            if let Some(row) = KEYS.iter().find(|row| plain && row.path == path) {
                (row.set)(self, policy, &entry);
            } else if let Some(row) = KEYS.iter().find(|row| row.takes_any_under(prefix)) {
                (row.set)(self, policy, &entry);
            } else if plain && KEYS.iter().any(|row| row.path.strip_prefix(&path).is_some_and(|r| r.starts_with("[].")))
            {
                self.tables(policy, &path, &entry);
            } else if plain && KEYS.iter().any(|row| row.path.strip_prefix(&path).is_some_and(|r| r.starts_with('.'))) {
                match value.get_ref() {
                    DeValue::Table(inner) => self.table(policy, &format!("{path}."), inner),
                    other => self.error_at(
                        value.span().start,
                        format!("`{path}` is a {}, not a table", other.type_str()),
                        format!("write `[{path}]` and its keys below"),
                    ),
                }
            } else {
                self.unknown(prefix, &entry);
            }
        }
    }

    /// Walks an array of tables, `[[waiver]]`.
    fn tables(&mut self, policy: &mut Policy, path: &str, entry: &Entry<'_>) {
        let wrong = |walk: &mut Self, value: &Spanned<DeValue<'_>>| {
            walk.error_at(
                value.span().start,
                format!("`{path}` is a {}, not a list of tables", value.get_ref().type_str()),
                format!("write `[[{path}]]` and its keys below, once for each"),
            );
        };
        let DeValue::Array(list) = entry.value.get_ref() else { return wrong(self, entry.value) };
        for item in list {
            let DeValue::Table(table) = item.get_ref() else {
                wrong(self, item);
                continue;
            };
            let prefix = format!("{path}[].");
            for (key, value) in table {
                let inner = Entry { name: key.get_ref(), at: key.span().start, value };
                if !KEYS.iter().any(|row| row.path.strip_prefix(&prefix) == Some(inner.name)) {
                    self.unknown(&prefix, &inner);
                }
            }
            keys::item(self, policy, path, item.span().start, table);
        }
    }

    fn unknown(&mut self, prefix: &str, entry: &Entry<'_>) {
        let mut known: Vec<&str> = Vec::new();
        for row in KEYS {
            let Some(rest) = row.path.strip_prefix(prefix) else { continue };
            let name = rest.split(['.', '[']).next().unwrap_or(rest);
            if !known.contains(&name) {
                known.push(name);
            }
        }
        let place = match prefix.trim_end_matches('.') {
            "" => "at the top level".to_owned(),
            list if list.ends_with("[]") => format!("in [[{}]]", list.trim_end_matches("[]")),
            table => format!("in [{table}]"),
        };
        let help = one_of(entry.name, &known, "known here");
        self.error_at(entry.at, format!("unknown key `{}` {place}", clean(entry.name)), help);
    }
}

/// Line starts of a text.
struct Places<'a> {
    text: &'a str,
    starts: Vec<usize>,
}

impl<'a> Places<'a> {
    fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Places { text, starts }
    }

    /// 1-based line and column (in characters) of a byte offset.
    fn of(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..at).map_or(at - start, |part| part.chars().count());
        (line, column + 1)
    }
}

/// Words of a hostile file, safe and short enough for a message.
fn clean(text: &str) -> String {
    let mut plain = String::new();
    for c in text.chars().take(200) {
        if matches!(c, '\'' | '"' | '\\') {
            plain.push(c);
        } else {
            plain.extend(c.escape_debug());
        }
    }
    shorten(&plain, 80)
}

/// `did you mean …?` where one is near, and the list of what is allowed.
fn one_of(wrong: &str, known: &[&str], lead: &str) -> String {
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match nearest(wrong, known) {
        Some(near) => format!("did you mean `{near}`? {lead}: {list}"),
        None => format!("{lead}: {list}"),
    }
}

/// The known word that is at most a third of its length away, if any.
/// The known name that a misspelt one most likely means.
pub fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    if wrong.len() > 64 {
        return None;
    }
    let fold = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let wrong = fold(wrong);
    let near = known.iter().map(|name| (distance(&wrong, &fold(name)), *name)).min()?;
    let contained = known.iter().find(|name| wrong.len() >= 4 && fold(name).contains(&wrong));
    if near.0 <= (near.1.len() / 3).max(1) { Some(near.1) } else { contained.copied() }
}

/// Edit distance (insert, delete, replace).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, from) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = i + 1;
        for (j, to) in b.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[j + 1];
            row[j + 1] = replaced.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests;
