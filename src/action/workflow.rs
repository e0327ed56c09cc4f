//! What the runner reads: workflow commands on standard output, the file of outputs and the job summary, byte for byte as
//! `@actions/core` writes them. Appends to the two files that the runner names; touches nothing else.
#![expect(clippy::disallowed_methods, reason = "appends to the files that the runner names")]

use std::fs::OpenOptions;
use std::io::{self, Write};

use crate::action::error::ActionError;
use crate::net::github::Env;
use lookback_core::model::Report;
use lookback_core::render;
use lookback_core::render::Format;
use lookback_core::render::Style;
use lookback_core::render::escape::{command_data, command_property, lines};

/// Writes one workflow command with a title, for people.
pub(crate) fn say(out: &mut dyn Write, level: &str, title: &str, message: &str) -> io::Result<()> {
    writeln!(out, "::{level} title={}::{}", command_property(&lines(title)), command_data(&lines(message)))
}

/// Appends name and value pairs to `GITHUB_OUTPUT`. Where that file is not to be had, they go to standard output in the older
/// form, as `@actions/core` does, so that a later step never sees an empty verdict.
pub(crate) fn write_outputs(env: Env<'_>, values: &[(&str, String)], out: &mut dyn Write) -> Result<(), ActionError> {
    let mut text = String::new();
    for (name, value) in values {
        text.push_str(&heredoc(name, value, &mut random)?);
    }
    match append(env("GITHUB_OUTPUT"), text.as_bytes()) {
        Ok(true) => return Ok(()),
        Ok(false) => {}
        Err(error) => {
            let message = format!(
                "The file of outputs cannot be written: {error}. The outputs are passed in the older form.\n\
                 Help: the container runs as user 1001, as the hosted runners do; run the runner as that user, or run the binary in a step of your own"
            );
            say(out, "warning", "Outputs", &message)?;
        }
    }
    for (name, value) in values {
        write!(out, "\n::set-output name={}::{}\n", command_property(name), command_data(value))?;
    }
    Ok(())
}

/// Appends the report to `GITHUB_STEP_SUMMARY`. A summary that cannot be written is a warning: nothing depends on it.
pub(crate) fn write_summary(env: Env<'_>, report: &Report, out: &mut dyn Write) -> Result<(), ActionError> {
    let mut text = Vec::new();
    render::render(Format::Markdown, report, &Style::default(), &mut text)?;
    if let Err(error) = append(env("GITHUB_STEP_SUMMARY"), &text) {
        say(out, "warning", "Job summary", &format!("The job summary cannot be written: {error}"))?;
    }
    Ok(())
}

/// Appends to a file; `false`: there is none to append to.
fn append(path: Option<String>, bytes: &[u8]) -> io::Result<bool> {
    let Some(path) = path.filter(|path| !path.is_empty()) else { return Ok(false) };
    OpenOptions::new().append(true).create(true).open(path)?.write_all(bytes)?;
    Ok(true)
}

/// `name<<delimiter`, the value, the delimiter. The delimiter is drawn anew until the value does not contain it, so no value
/// can end its own text and begin another output.
fn heredoc(
    name: &str,
    value: &str,
    random: &mut dyn FnMut() -> Result<u128, ActionError>,
) -> Result<String, ActionError> {
    loop {
        let delimiter = format!("ghadelimiter_{:032x}", random()?);
        if !value.contains(&delimiter) {
            return Ok(format!("{name}<<{delimiter}\n{value}\n{delimiter}\n"));
        }
    }
}

fn random() -> Result<u128, ActionError> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).map_err(|error| ActionError::Random(error.to_string()))?;
    Ok(u128::from_le_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use lookback_core::render::sample;

    fn of(variable: &'static str, path: &Path) -> impl Fn(&str) -> Option<String> + Sync {
        let path = path.display().to_string();
        move |name| (name == variable).then(|| path.clone())
    }

    #[test]
    fn a_value_cannot_hold_its_own_delimiter() {
        let mut drawn = 0..;
        let mut next = || Ok(drawn.next().unwrap_or_default());
        let hostile = format!("x\nghadelimiter_{:032x}\nverdict<<E\nconforms\nE", 0);
        let text = heredoc("missing", &hostile, &mut next).unwrap();
        let delimiter = format!("ghadelimiter_{:032x}", 1);
        assert_eq!(text, format!("missing<<{delimiter}\n{hostile}\n{delimiter}\n"));
    }

    #[test]
    fn two_draws_differ() {
        assert_ne!(random().unwrap(), random().unwrap());
    }

    #[test]
    fn outputs_are_appended_and_without_a_file_go_the_older_way() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("set_output");
        std::fs::write(&path, "before=1\n").unwrap();
        let env = of("GITHUB_OUTPUT", &path);
        let values = [("verdict", "conforms".to_owned()), ("missing", "a\n100%".to_owned())];
        let mut out = Vec::new();
        write_outputs(&env, &values, &mut out).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("before=1\nverdict<<ghadelimiter_") && text.contains("\na\n100%\n"), "{text}");
        assert_eq!(out, b"");
        write_outputs(&|_| None, &values, &mut out).unwrap();
        assert_eq!(out, b"\n::set-output name=verdict::conforms\n\n::set-output name=missing::a%0A100%25\n");
        let env = of("GITHUB_OUTPUT", folder.path());
        out.clear();
        write_outputs(&env, &values, &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(
            text.starts_with("::warning title=Outputs::") && text.contains("::set-output name=verdict::"),
            "{text}"
        );
    }

    #[test]
    fn the_summary_is_the_markdown_report() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("step_summary");
        let env = of("GITHUB_STEP_SUMMARY", &path);
        let mut out = Vec::new();
        write_summary(&env, &sample::report(), &mut out).unwrap();
        lookback_core::render::markdown::render(&sample::report(), &mut out).unwrap();
        assert_eq!(std::fs::read(&path).unwrap(), out);
    }
}
