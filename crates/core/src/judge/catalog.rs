//! The table of rules, looked into by id.

use crate::judge::rule::Rule;
use crate::judge::rules::RULES;

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// All ids, for validation of the configuration.
pub fn ids() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.id).collect()
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "compares the table with its folder")]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    /// "There is none" cannot be said while a document could not be read: neither a fault nor a pass.
    #[test]
    fn absence_is_not_claimed_while_something_is_unseen() {
        use crate::judge::testing::Scene;
        use crate::model::issue::EventKind::{Closed, Opened};
        let bare = || {
            let mut world = Scene::new()
                .release("v1.0.0", "2023-01-10")
                .issue("#3", &[("2024-01-10", Opened), ("2024-02-10", Closed)]);
            world.evidence.issues[0].deployed = Some(true);
            world
        };
        let lapsed = || Scene::new().record("2023-01-10").procedure(Some(12));
        for (rule, mut world) in [
            ("review-never-held", bare()),
            ("review-overdue", lapsed()),
            ("review-procedure-missing", bare()),
            ("improvement-activity-missing", bare()),
            ("deployed-defects-not-analysed", bare()),
        ] {
            assert_eq!(world.fired("2025-07-01", rule).len(), 1, "{rule} fires when all was seen");
            world.evidence.unseen.push("docs/security-review-2025.pdf".to_owned());
            assert!(world.fired("2025-07-01", rule).is_empty(), "{rule}");
            assert!(world.not_assessed("2025-07-01", rule), "{rule}");
        }
    }

    #[test]
    fn folder_and_table_agree() {
        let mut files = BTreeSet::new();
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/judge/rules")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name != "testing.rs" {
                files.insert(name.trim_end_matches(".rs").replace('_', "-"));
            }
        }
        let table: BTreeSet<String> = RULES.iter().map(|rule| rule.id.to_owned()).collect();
        assert_eq!(files, table);
    }
}
