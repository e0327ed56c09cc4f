//! `[rules]`: levels of rules.

use crate::config::key::{Key, KeyKind, nothing};
use crate::model::finding::Level;

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 1] = [Key {
    path: "rules.<rule>",
    kind: KeyKind::Choice,
    default_of: nothing,
    example: r#"review-hollow = "error""#,
    says: "The level of a rule: \"error\", \"warning\", \"note\" or \"off\". `lookback explain` lists the rules.",
    set: |w, p, e| {
        let levels = [
            ("error", Some(Level::Error)),
            ("warning", Some(Level::Warning)),
            ("note", Some(Level::Note)),
            ("off", None),
        ];
        let known = w.rule(e.at, e.name);
        if let Some(level) = w.choice(e, &levels).filter(|_| known) {
            p.levels.retain(|(id, _)| id != e.name);
            p.levels.push((e.name.to_owned(), level));
        }
    },
}];
