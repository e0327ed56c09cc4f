//! Rules as Markdown: the page of the book, and one rule explained.

use crate::judge::rule::Rule;
use crate::judge::rules::RULES;
use lookback_reading::Constraint;

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
