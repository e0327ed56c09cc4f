//! The page of all configuration keys, in Markdown, from the one table.

use crate::config::key::Key;
use crate::config::keys::keys;

/// What a table is for.
pub fn about(table: &str) -> &'static str {
    match table {
        "cadence" => "When reviews are due.",
        "documents" => "Which files are documents.",
        "issues" => "Which issues are security issues, and where they come from.",
        "issues.columns" => "Headers of your CSV columns.",
        "issues.states" => "States of your tracker.",
        "issues.resolutions" => "Resolutions of your tracker.",
        "releases" => "What a release is.",
        "targets" => "Your own time targets; missed ones are noted.",
        "rules" => "Levels of rules.",
        "on" => "Where what is enforced.",
        "embargo" => "What is not public yet.",
        "github" => "What is written back to GitHub.",
        "subject[]" => "Products in other repositories that the reviews kept here cover; repeat for each.",
        "tracker[]" => "Trackers on the network; repeat for each. GitHub is a source of its own.",
        "waiver[]" => "Findings that somebody answers for; repeat for each. Waived findings stay visible.",
        _ => "More.",
    }
}

/// The configuration reference.
pub fn page() -> String {
    let mut out = String::from(
        "# Configuration\n\nMade from the key table (`crates/core/src/config/tables`); refresh it with `UPDATE=1 cargo test --test it book::`.\n\n\
         `lookback.toml` lies in the root of the repository, or wherever `--config FILE` says. Every key is optional. Unknown keys and\n\
         wrong values are errors: all of them are reported at once, each with its line, and the exit code is 2. `lookback init` writes a\n\
         commented file with every key in it. A change that is not merged is judged by the configuration of the branch that it goes\n\
         into: see [pull requests](pull-requests.md#whose-policy-judges).\n",
    );
    let mut section = "";
    for key in keys() {
        let (table, name) = key.split();
        if table != section {
            section = table;
            let head = table.strip_suffix("[]").map_or_else(|| format!("[{table}]"), |list| format!("[[{list}]]"));
            out += &format!("\n## {head}\n\n{}\n", about(table));
        }
        out += &entry(key, name);
    }
    out
}

fn entry(key: &Key, name: &str) -> String {
    let line = |value: &str| format!("\n\n```toml\n{value}\n```\n");
    let value = if let Some(default) = key.default() {
        format!("Default:{}", line(&format!("{name} = {default}")))
    } else if name.starts_with('<') {
        format!("No default. Example:{}", line(key.example))
    } else {
        format!("No default. Example:{}", line(&format!("{name} = {}", key.example)))
    };
    let says = key.says.replace('<', "\\<");
    format!("\n### {}\n\n{says} Takes: {}. {value}", name.replace('<', "\\<"), key.kind.word())
}
