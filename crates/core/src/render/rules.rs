//! Rules as Markdown: the page of the book, and one rule explained.

use std::io::{self, Write};

use crate::judge::rule::Rule;
use crate::judge::rules::RULES;
use crate::render::layout::{Paint, wrap};
use crate::render::style::Style;
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

/// Where this program is published, where its build says so.
pub(crate) fn home() -> Option<String> {
    let stated = Some(env!("CARGO_PKG_REPOSITORY")).filter(|home| !home.is_empty()).map(str::to_owned);
    let published = option_env!("LOOKBACK_REPOSITORY").filter(|name| !name.is_empty());
    stated.or_else(|| published.map(|name| format!("https://github.com/{name}")))
}

/// The page of the manual on a rule.
pub(crate) fn manual(rule: &Rule) -> Option<String> {
    home().map(|home| format!("{home}/blob/v{}/docs/rules.md#{}", env!("CARGO_PKG_VERSION"), rule.id))
}

/// What is said of a rule: its parts, each with its heading.
fn parts(rule: &Rule) -> [(&'static str, &'static str); 5] {
    [
        ("Why.", rule.why),
        ("What to do.", rule.remedy),
        ("The sure form.", rule.form),
        ("Passes:", rule.good),
        ("Fires:", rule.bad),
    ]
}

fn head(rule: &Rule) -> String {
    let constraint =
        rule.constraint.map_or("no constraint of its own".to_owned(), |c| format!("{c} ({})", c.info().title));
    format!("{}.\n\nLevel: {}. Counts against: {constraint}.", capital(rule.title), rule.level.word())
}

/// One rule explained, in Markdown.
pub(crate) fn text_of(rule: &Rule) -> String {
    let mut out = head(rule) + "\n";
    for (heading, text) in parts(rule) {
        out += &if text == rule.form {
            format!("\n**{heading}**\n\n```\n{text}\n```\n")
        } else {
            format!("\n**{heading}** {text}\n")
        };
    }
    out
}

/// One rule explained at a terminal.
pub fn explain(rule: &Rule, out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let paint = Paint { color: style.color };
    let mut text = format!("{}\n", paint.level(rule.level, rule.id));
    for line in head(rule).lines() {
        text += &(wrap(line, style.width).join("\n") + "\n");
    }
    for (heading, said) in parts(rule) {
        // Painted after wrapping, because colour codes have no width.
        let lines = if said == rule.form {
            said.lines().map(|line| format!("\n  {line}")).fold(heading.to_owned(), |whole, line| whole + &line)
        } else {
            wrap(&format!("{heading} {said}"), style.width).join("\n")
        };
        text += &format!("\n{}\n", lines.replacen(heading, &paint.bold(heading), 1));
    }
    out.write_all(text.as_bytes())
}

fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or(String::new(), |first| first.to_uppercase().chain(chars).collect())
}
