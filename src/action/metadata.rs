//! `action.yml` and the tables of its page, written from the tables of inputs and outputs. A test keeps the committed files
//! equal to what stands here.

use std::fmt::Write as _;

use crate::action::inputs::{INPUTS, InputKind};
use crate::action::outputs::OUTPUTS;

/// `action.yml` of the sources, which builds the image itself. A release replaces the line `image:` by the digest of the image
/// that it pushed, and nothing else.
pub fn action_yml() -> String {
    let mut out = String::from(
        "# Written from the tables in src/action/; `UPDATE=1 cargo test --test it action::` refreshes it.\n\
         name: Lookback\n\
         description: Is the yearly security review of IEC 81001-5-1 (4.1.6, 4.1.8) held, and does it cover every security issue?\n\
         author: The Lookback authors\n\
         branding:\n  icon: rotate-ccw\n  color: blue\n\
         inputs:\n",
    );
    for input in INPUTS {
        let default = if input.default.starts_with("${{") { input.default.to_owned() } else { quoted(input.default) };
        // Writing to a String can't fail.
        let _ = write!(
            out,
            "  {}:\n    description: {}\n    required: false\n    default: {default}\n",
            input.name,
            quoted(&format!("{}{}", input.says, allowed(input.kind, ", ")))
        );
    }
    out.push_str("outputs:\n");
    for output in OUTPUTS {
        let _ = write!(out, "  {}:\n    description: {}\n", output.name, quoted(output.says));
    }
    out.push_str("runs:\n  using: docker\n  image: Dockerfile\n  args:\n    - action\n");
    out
}

/// The tables of the page: inputs, then outputs.
pub fn tables() -> (String, String) {
    let mut inputs = String::from("| input | default | meaning |\n|---|---|---|\n");
    for input in INPUTS {
        let default = if input.default.is_empty() { "–".to_owned() } else { format!("`{}`", input.default) };
        let says = format!("{}{}", input.says, allowed(input.kind, ", "));
        let _ = writeln!(inputs, "| `{}` | {default} | {} |", input.name, says.replace('|', "\\|"));
    }
    let mut outputs = String::from("| output | meaning |\n|---|---|\n");
    for output in OUTPUTS {
        let _ = writeln!(outputs, "| `{}` | {} |", output.name, output.says.replace('|', "\\|"));
    }
    (inputs, outputs)
}

fn allowed(kind: InputKind, between: &str) -> String {
    match kind {
        InputKind::Choice(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            format!(" One of {}.", words.join(between))
        }
        InputKind::Text | InputKind::Flag | InputKind::Option | InputKind::List => String::new(),
    }
}

/// A YAML text in single quotes.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}
