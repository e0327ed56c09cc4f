//! What a configuration key is: what it is called, takes, means and defaults to, and how it is set.

use toml::de::DeTable;

use crate::config::walk::{ConfigWalk, Entry};
use crate::model::policy::Policy;

/// What a key takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// A text in quotes.
    Text,
    /// A list of texts.
    Texts,
    /// A text, or a list of texts.
    TextOrTexts,
    /// A regular expression.
    Pattern,
    /// A list of regular expressions.
    Patterns,
    /// A whole number.
    Number,
    /// `true` or `false`.
    Flag,
    /// `YYYY-MM-DD`, in quotes or not.
    Date,
    /// One of the words that the key names.
    Choice,
}

impl KeyKind {
    /// The word for the documentation.
    pub fn word(self) -> &'static str {
        match self {
            KeyKind::Text => "text",
            KeyKind::Texts => "list of texts",
            KeyKind::TextOrTexts => "text or list of texts",
            KeyKind::Pattern => "regular expression",
            KeyKind::Patterns => "list of regular expressions",
            KeyKind::Number => "whole number",
            KeyKind::Flag => "true or false",
            KeyKind::Date => "date",
            KeyKind::Choice => "choice",
        }
    }
}

/// One key of the configuration.
pub struct Key {
    /// `table.key`; `table[].key` in an array of tables; `table.<what>` where any such name is a key.
    pub path: &'static str,
    /// What it takes.
    pub kind: KeyKind,
    /// The default in TOML, from the policy's own; empty where there is none.
    pub default_of: fn(&Policy) -> String,
    /// A value that is allowed, in TOML; for keys without a default.
    pub example: &'static str,
    /// What it means, in a sentence or two.
    pub says: &'static str,
    /// Reads the value into the policy.
    pub set: Set,
}

impl Key {
    /// The default in TOML notation; `None` where there is none.
    pub fn default(&self) -> Option<String> {
        Some((self.default_of)(&Policy::default())).filter(|text| !text.is_empty())
    }

    /// The table that it belongs to (`issues.columns`, `waiver[]`) and its name there.
    pub fn split(&self) -> (&'static str, &'static str) {
        self.path.rsplit_once('.').unwrap_or(("", self.path))
    }

    /// Is any key directly under the prefix (`rules.`) this row's?
    pub(crate) fn takes_any_under(&self, prefix: &str) -> bool {
        self.path.strip_prefix(prefix).is_some_and(|rest| rest.starts_with('<'))
    }
}

/// Reads a value into the policy.
pub(crate) type Set = fn(&mut ConfigWalk<'_>, &mut Policy, &Entry<'_>);

/// A key inside an array of tables; the keys of one table are read together.
pub(crate) const fn part(path: &'static str, kind: KeyKind, example: &'static str, says: &'static str) -> Key {
    Key { path, kind, default_of: nothing, example, says, set: |_, _, _| () }
}

/// There is no default.
pub(crate) fn nothing(_: &Policy) -> String {
    String::new()
}

/// Sets what was understood.
pub(crate) fn set<T>(slot: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *slot = value;
    }
}

/// A TOML text: literal where possible, so that backslashes stay single.
pub(crate) fn quoted(text: &str) -> String {
    if text.contains('\\') && !text.contains(['\'', '\n']) {
        format!("'{text}'")
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

/// A TOML list of texts.
pub(crate) fn list(texts: &[String]) -> String {
    format!("[{}]", texts.iter().map(|text| quoted(text)).collect::<Vec<_>>().join(", "))
}

impl ConfigWalk<'_> {
    /// The value of a key that must be there; `keys` are the rows of its table.
    pub fn required<'t>(
        &mut self,
        keys: &[Key],
        list: &str,
        at: usize,
        table: &'t DeTable<'t>,
        name: &'t str,
    ) -> Option<Entry<'t>> {
        let found = optional(table, name);
        if found.is_none() {
            let example = keys.iter().find(|key| key.path == format!("{list}[].{name}")).map_or("", |key| key.example);
            self.error_at(at, format!("[[{list}]] without `{name}`"), format!("add for example `{name} = {example}`"));
        }
        found
    }
}

/// The value of a key that may be there.
pub(crate) fn optional<'t>(table: &'t DeTable<'t>, name: &'t str) -> Option<Entry<'t>> {
    let (key, value) = table.get_key_value(name)?;
    Some(Entry { name, at: key.span().start, value })
}
