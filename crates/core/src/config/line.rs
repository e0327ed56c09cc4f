//! Where a key stands in a configuration that was written by somebody: for findings that point at it.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::walk::Places;

/// The keys of a configuration with their lines; read once, asked often.
pub struct KeyLines<'a> {
    tree: Spanned<DeTable<'a>>,
    places: Places<'a>,
}

impl<'a> KeyLines<'a> {
    /// Reads the text as far as it can be understood.
    pub fn new(text: &'a str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        KeyLines { tree: DeTable::parse_recoverable(text).0, places: Places::new(text) }
    }

    /// The 1-based line of a key (`cadence.window`), of the table that would hold it where it is not there, of the first one of a list
    /// of tables; `None` where the text has neither.
    pub fn of(&self, key: &str) -> Option<usize> {
        let mut table = self.tree.get_ref();
        let mut at = None;
        let mut rest = key;
        while !rest.is_empty() {
            // A rule, a column, a state: what follows is one name, whatever it holds.
            let whole = table.get_key_value(rest);
            let (found, more) = match (whole, rest.split_once('.')) {
                (Some(found), _) => (Some(found), ""),
                (None, Some((name, more))) => (table.get_key_value(name), more),
                (None, None) => (None, ""),
            };
            let Some((name, value)) = found else { break };
            at = Some(name.span().start);
            rest = more;
            match value.get_ref() {
                DeValue::Table(inner) => table = inner,
                DeValue::Array(items) => {
                    at = items.first().map(Spanned::span).map(|span| span.start).or(at);
                    break;
                }
                _ => break,
            }
        }
        at.map(|at| self.places.of(at).0)
    }
}

#[cfg(test)]
mod tests {
    use super::KeyLines;

    #[test]
    fn a_key_its_table_or_nothing() {
        let text = "[cadence]\nwindow = \"12-months\"\n\n[rules]\nreview-gap = \"off\"\n\n[[waiver]]\nrule = \"x\"\n";
        let lines = KeyLines::new(text);
        for (key, line) in [
            ("cadence.window", Some(2)),
            ("cadence.start", Some(1)),
            ("rules.review-gap", Some(5)),
            ("waiver", Some(7)),
            ("on.pull_request", None),
        ] {
            assert_eq!(lines.of(key), line, "{key}");
        }
        assert_eq!(KeyLines::new("[[").of("cadence.window"), None);
    }
}
