//! The walk through a configuration file: where it stands, what it found wrong, and how that is said.

use std::fmt;

use toml::Spanned;
use toml::de::DeValue;

use lookback_reading::shorten;

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

/// One `key = value` on the way to its row of the table.
pub struct Entry<'a> {
    /// The key's last part, unquoted.
    pub name: &'a str,
    /// Byte offset of the key.
    pub at: usize,
    /// The value.
    pub value: &'a Spanned<DeValue<'a>>,
}

/// Where the walk through the tree stands: positions, the rules that exist, the mistakes so far.
pub struct ConfigWalk<'a> {
    pub places: Places<'a>,
    pub rule_ids: &'a [&'a str],
    pub errors: Vec<ConfigError>,
}

impl ConfigWalk<'_> {
    pub fn error_at(&mut self, at: usize, message: impl Into<String>, help: impl Into<String>) {
        let (line, column) = self.places.of(at);
        self.errors.push(ConfigError { line, column, message: message.into(), help: help.into() });
    }

    /// The lines that syntax errors make unreliable: their own, and all keys under a broken table header.
    pub fn broken(&self) -> Vec<std::ops::Range<usize>> {
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
}

/// Line starts of a text.
pub struct Places<'a> {
    pub text: &'a str,
    pub starts: Vec<usize>,
}

impl<'a> Places<'a> {
    pub fn new(text: &'a str) -> Self {
        let starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Places { text, starts }
    }

    /// 1-based line and column (in characters) of a byte offset.
    pub fn of(&self, at: usize) -> (usize, usize) {
        let at = at.min(self.text.len());
        let line = self.starts.partition_point(|start| *start <= at);
        let start = self.starts.get(line.saturating_sub(1)).copied().unwrap_or(0);
        let column = self.text.get(start..at).map_or(at - start, |part| part.chars().count());
        (line, column + 1)
    }
}

/// Words of a hostile file, safe and short enough for a message.
pub(crate) fn clean(text: &str) -> String {
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
pub(crate) fn one_of(wrong: &str, known: &[&str], lead: &str) -> String {
    let list = known.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
    match nearest(wrong, known) {
        Some(near) => format!("did you mean `{near}`? {lead}: {list}"),
        None => format!("{lead}: {list}"),
    }
}

/// The known name that a misspelt one most likely means: at most a third of its length away, or one that contains it.
pub fn nearest<'a>(wrong: &str, known: &[&'a str]) -> Option<&'a str> {
    if wrong.len() > 64 {
        return None;
    }
    let fold = |text: &str| text.to_lowercase().replace(['_', ' '], "-");
    let wrong = fold(wrong);
    let near = known.iter().map(|name| (strsim::levenshtein(&wrong, &fold(name)), *name)).min()?;
    let contained = known.iter().find(|name| wrong.len() >= 4 && fold(name).contains(&wrong));
    if near.0 <= (near.1.len() / 3).max(1) { Some(near.1) } else { contained.copied() }
}
