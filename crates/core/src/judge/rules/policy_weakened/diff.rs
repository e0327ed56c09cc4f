//! Two policies beside one another, and what is told of the second: in words, at its line. Knows no key of the configuration.

use std::collections::BTreeSet;

use regex::Regex;

use crate::model::policy::Policy;
use crate::model::policy_base::{Loosened, PolicyOrigin};
use lookback_reading::{Location, one_based};

/// What is named one by one of a list or a table.
pub(super) const NAMED: usize = 20;
/// Where nothing is said.
pub(super) const NONE: &str = "none";

/// The policies, and what is told so far.
pub(super) struct Diff<'a> {
    pub before: &'a Policy,
    pub after: &'a Policy,
    pub line: &'a dyn Fn(&str) -> Option<usize>,
    pub new_here: &'a dyn Fn(&str) -> bool,
    pub found: Vec<Loosened>,
}

impl Diff<'_> {
    /// Tells a key, at its line in the text.
    pub(super) fn tell(&mut self, key: impl Into<String>, before: impl Into<String>, after: impl Into<String>) {
        let key = key.into();
        let line = (self.line)(&key);
        self.tell_at(key, before, after, line);
    }

    pub(super) fn tell_at(
        &mut self,
        key: impl Into<String>,
        before: impl Into<String>,
        after: impl Into<String>,
        line: Option<usize>,
    ) {
        let place = |origin: &PolicyOrigin| Location { line: line.map(one_based), ..Location::file(&origin.path) };
        let location = self.after.origin.as_ref().map(place);
        self.found.push(Loosened { key: key.into(), before: before.into(), after: after.into(), location });
    }

    /// Looser when there is less of it.
    pub(super) fn fewer<T: PartialOrd + ToString + Copy>(&mut self, key: &str, before: T, after: T) {
        if after < before {
            self.tell(key, before.to_string(), after.to_string());
        }
    }

    /// Looser when there is more of it.
    pub(super) fn more<T: PartialOrd + ToString + Copy>(&mut self, key: &str, before: T, after: T) {
        if after > before {
            self.tell(key, before.to_string(), after.to_string());
        }
    }

    pub(super) fn lost(&mut self, key: &str, before: &[String], after: &[String]) {
        let known: BTreeSet<String> = after.iter().map(|word| word.to_ascii_lowercase()).collect();
        let gone: Vec<&str> =
            before.iter().filter(|word| !known.contains(&word.to_ascii_lowercase())).map(String::as_str).collect();
        if !gone.is_empty() {
            self.tell(key, format!("with {}", listed(&gone)), format!("without {}", them(&gone)));
        }
    }

    pub(super) fn gained(&mut self, key: &str, before: &[String], after: &[String]) {
        let known: BTreeSet<&String> = before.iter().collect();
        let new: Vec<&str> = after.iter().filter(|word| !known.contains(word)).map(String::as_str).collect();
        if !new.is_empty() {
            self.tell(key, format!("without {}", listed(&new)), format!("with {}", them(&new)));
        }
    }

    /// A pattern is no looser when it only gains alternatives behind its own. Those of paths and titles never look at case.
    pub(super) fn pattern(&mut self, key: &str, narrow: &Regex, wide: &Regex) {
        let flag = if key.starts_with("releases") { "" } else { "(?i)" };
        let bare = |pattern: &Regex| pattern.as_str().strip_prefix(flag).unwrap_or(pattern.as_str()).to_owned();
        let (old, new) = (bare(narrow), bare(wide));
        // What stands before it may change what it means, and so may a group with flags.
        let more = new.strip_prefix(old.as_str()).and_then(|rest| rest.strip_prefix('|'));
        if old != new && !more.is_some_and(|more| !more.contains("(?")) {
            let (before, after) = if key == "releases.prerelease" { (new, old) } else { (old, new) };
            self.tell(key, format!("'{before}'"), format!("'{after}'"));
        }
    }

    /// A meaning that was given, and is now another one or none. Where none was given, what is ambiguous was not read.
    pub(super) fn redefined(&mut self, key: &str, before: Option<String>, after: Option<String>) {
        if before.is_some() && before != after {
            self.tell(key, before.unwrap_or_default(), after.unwrap_or_else(|| NONE.to_owned()));
        }
    }

    pub(super) fn changed(&mut self, key: impl Into<String>, before: &str, after: &str) {
        if before != after {
            self.tell(key, before, after);
        }
    }

    /// Days of a target: more of them, or none, are looser.
    pub(super) fn target(&mut self, key: &str, before: Option<u32>, after: Option<u32>) {
        let Some(days) = before.filter(|days| after.is_none_or(|after| after > *days)) else { return };
        self.tell(key, days.to_string(), after.map_or(NONE.to_owned(), |days| days.to_string()));
    }
}

/// What is named, as far as it is.
pub(super) fn listed(words: &[&str]) -> String {
    let shown = words.iter().take(NAMED).copied().collect::<Vec<_>>().join(", ");
    if words.len() > NAMED { format!("{shown} and {} more", words.len() - NAMED) } else { shown }
}

pub(super) fn them(words: &[&str]) -> &'static str {
    if words.len() == 1 { "it" } else { "them" }
}
