//! The table of rules, looked into: by id, as a page of the book, as one rule explained.

use crate::judge::rule::Rule;
use crate::judge::rules::RULES;
use lookback_reading::Constraint;

/// The rule with this id.
pub fn find(id: &str) -> Option<&'static Rule> {
    RULES.iter().copied().find(|rule| rule.id == id)
}

/// All ids, for validation of the configuration.
pub fn ids() -> Vec<&'static str> {
    RULES.iter().map(|rule| rule.id).collect()
}

/// The docs page of all rules, in Markdown.
pub fn page() -> String {
    let mut out = String::from(
        "# Rules\n\nMade from the rule table (`crates/core/src/judge/rules.rs`); refresh it with `UPDATE=1 cargo test --test it docs::`.\n\n\
         A rule is named for the fault. Its level can be set in `lookback.toml` under `[rules]`; a single finding is waived\n\
         under `[[waiver]]`. Errors fail the check, warnings do so with `--strict`.\n\n| rule | constraint | level | fault |\n|---|---|---|---|\n",
    );
    for rule in RULES {
        let constraint = rule.constraint.map_or("–", Constraint::id);
        out += &format!("| [`{0}`](#{0}) | {constraint} | {1} | {2} |\n", rule.id, rule.level.word(), rule.title);
    }
    for rule in RULES {
        out += &format!("\n## {}\n\n{}\n", rule.id, text_of(rule));
    }
    out
}

/// One rule explained, in Markdown.
pub fn text_of(rule: &Rule) -> String {
    let constraint =
        rule.constraint.map_or("no constraint of its own".to_owned(), |c| format!("{c} ({})", c.info().title));
    format!(
        "{}.\n\nLevel: {}. Counts against: {constraint}.\n\n**Why.** {}\n\n**What to do.** {}\n\n**The sure form.**\n\n```\n{}\n```\n\n**Passes:** {}\n\n**Fires:** {}\n",
        capital(rule.title),
        rule.level.word(),
        rule.why,
        rule.remedy,
        rule.form,
        rule.good,
        rule.bad
    )
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
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
        use crate::model::evidence::EventKind::{Closed, Opened};
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
