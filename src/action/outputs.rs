//! The outputs of the action: one table, from which `action.yml` and the documentation derive, the values of a report, and the
//! report files. Writes files only where the inputs say.
#![expect(clippy::disallowed_methods, reason = "makes the folder of the report files")]

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;

use crate::action::error::ActionError;
use crate::action::inputs::{Inputs, REPORT_FOLDER, ReportFile};
use crate::action::workflow;
use crate::sink::{WriteError, below, write_whole};
use lookback_core::model::Report;
use lookback_core::render;
use lookback_core::render::Style;
use lookback_core::render::dossier::{DossierWords, dossier};

/// Exit code of a run that could not judge: usage, configuration, input or output.
pub const COULD_NOT_RUN: u8 = 2;
/// Ids listed in the output `missing`; the report lists all.
const MISSING: usize = 500;

/// An output of the action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ActionOutput {
    /// Its name in `steps.ID.outputs`.
    pub name: &'static str,
    /// What it holds.
    pub says: &'static str,
}

/// All outputs, in the order of `action.yml`. One that has no value is empty.
pub(crate) const OUTPUTS: &[ActionOutput] = &[
    ActionOutput {
        name: "verdict",
        says: "`conforms`, `nonconforming` or `undetermined`, of the whole, also on a pull request; empty when it could not run.",
    },
    ActionOutput {
        name: "exit-code",
        says: "What `lookback check` ends with: 0 conforms, 1 nonconforming, 2 could not run, 3 undetermined; on a pull request, of what it enforces. `fail-on` does not change it.",
    },
    ActionOutput { name: "state", says: "Of the yearly cycle: `never`, `current`, `due-soon` or `overdue`." },
    ActionOutput { name: "last-review", says: "Date of the last held review, YYYY-MM-DD." },
    ActionOutput { name: "next-due", says: "Date by which the next review has to be held, YYYY-MM-DD." },
    ActionOutput { name: "days-left", says: "Days until then; negative when overdue." },
    ActionOutput {
        name: "missing",
        says: "JSON array of the ids of issues that the last review did not examine (500 at most; the report lists all).",
    },
    ActionOutput { name: "report", says: "Path of the JSON report, from the workspace on." },
    ActionOutput {
        name: "sarif",
        says: "Path of the SARIF report, from the workspace on; for github/codeql-action/upload-sarif.",
    },
    ActionOutput { name: "dossier", says: "Path of the dossier, from the workspace on; for actions/upload-artifact." },
];

/// Where the dossier goes.
const DOSSIER: &str = "dossier.html";

/// The values of a finished run. `files`: the report files that were written; `dossier`: where that one was.
pub(crate) fn values(report: &Report, files: &[ReportFile], dossier: Option<String>) -> Vec<(&'static str, String)> {
    let cadence = &report.cadence;
    let text = |value: Option<String>| value.unwrap_or_default();
    let path =
        |format: &str| text(files.iter().find(|file| file.format.name() == format).map(|file| file.path.clone()));
    let missing = report.coverage.as_ref().map_or(&[][..], |coverage| &coverage.missing);
    vec![
        ("verdict", report.verdict.word().to_owned()),
        ("exit-code", report.exit_code.to_string()),
        ("state", cadence.state.word().to_owned()),
        ("last-review", text(cadence.last_review.map(|date| date.to_string()))),
        ("next-due", text(cadence.due.map(|date| date.to_string()))),
        ("days-left", text(cadence.days_left.map(|days| days.to_string()))),
        ("missing", json_array(missing)),
        ("report", path("json")),
        ("sarif", path("sarif")),
        ("dossier", text(dossier)),
    ]
}

/// The values of a run that could not judge.
pub(crate) fn stopped() -> Vec<(&'static str, String)> {
    OUTPUTS
        .iter()
        .map(|output| match output.name {
            "exit-code" => (output.name, COULD_NOT_RUN.to_string()),
            "missing" => (output.name, json_array(&[])),
            name => (name, String::new()),
        })
        .collect()
}

/// A JSON array of texts in which whatever a shell or a template could obey is written as `\u….`: workflows paste outputs into
/// scripts, and an id comes from whoever wrote the issue file.
fn json_array(ids: &[String]) -> String {
    let mut out = String::from("[");
    for (index, id) in ids.iter().take(MISSING).enumerate() {
        out.push_str(if index == 0 { "\"" } else { ",\"" });
        for c in id.chars() {
            if c.is_ascii_alphanumeric() || "#./:_- ".contains(c) {
                out.push(c);
                continue;
            }
            for unit in c.encode_utf16(&mut [0; 2]) {
                // Writing to a String can't fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        }
        out.push('"');
    }
    out.push(']');
    out
}

/// Writes the report files and returns those that were written. A file that the user named and that cannot be written stops
/// the run; one of ours is only missed, with a warning.
pub(crate) fn write_reports(
    report: &Report,
    inputs: &Inputs,
    workspace: &Path,
    out: &mut dyn Write,
) -> Result<Vec<ReportFile>, ActionError> {
    let mut written = Vec::new();
    for file in &inputs.files {
        let mut bytes = Vec::new();
        render::render(file.format, report, &Style::default(), &mut bytes)?;
        let done = if file.named {
            below(workspace, &file.path).and_then(|path| write_whole(&path, &bytes))
        } else {
            in_own_folder(workspace, &file.path, &bytes)
        };
        match done {
            Ok(()) => written.push(file.clone()),
            Err(error) if file.named => return Err(error.into()),
            Err(error) => {
                let help = format!("{}; the input format names another place", error.remedy());
                missed(&format!("{} report", file.format), &error, &help, out)?;
            }
        }
    }
    Ok(written)
}

/// Writes the dossier where one is asked for, and returns its path from the workspace on.
pub(crate) fn write_dossier(
    report: &Report,
    inputs: &Inputs,
    workspace: &Path,
    out: &mut dyn Write,
) -> Result<Option<String>, ActionError> {
    let Some(words) = inputs.dossier.and_then(DossierWords::shipped) else { return Ok(None) };
    let page = dossier(report, &words)?;
    let path = format!("{REPORT_FOLDER}/{DOSSIER}");
    match in_own_folder(workspace, &path, page.as_bytes()) {
        Ok(()) => Ok(Some(path)),
        Err(error) => {
            missed("dossier", &error, &error.remedy(), out)?;
            Ok(None)
        }
    }
}

fn missed(what: &str, error: &WriteError, help: &str, out: &mut dyn Write) -> Result<(), ActionError> {
    workflow::say(out, "warning", "Report file", &format!("The {what} is not written: {error}\nHelp: {help}"))?;
    Ok(())
}

/// Writes into our own folder of the workspace, which Git is told to ignore. What lies in the workspace can come from a
/// stranger's pull request: a link that leads elsewhere is not followed.
fn in_own_folder(workspace: &Path, path: &str, bytes: &[u8]) -> Result<(), WriteError> {
    let folder = below(workspace, REPORT_FOLDER)?;
    let ignore = below(&folder, ".gitignore")?;
    let target = below(workspace, path)?;
    std::fs::create_dir_all(&folder).map_err(|source| WriteError { path: folder.clone(), source })?;
    if !ignore.exists() {
        write_whole(&ignore, b"*\n")?;
    }
    write_whole(&target, bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::render::Format;
    use lookback_core::render::sample;

    fn names(values: &[(&'static str, String)]) -> Vec<&'static str> {
        values.iter().map(|(name, _)| *name).collect()
    }

    fn inputs(format: &str) -> Inputs {
        crate::action::inputs::inputs(&[("INPUT_FORMAT".to_owned(), format.to_owned())].into()).unwrap()
    }

    #[test]
    fn every_output_has_a_value_in_every_end() {
        let table: Vec<_> = OUTPUTS.iter().map(|output| output.name).collect();
        assert_eq!(names(&values(&sample::report(), &[], None)), table);
        assert_eq!(names(&stopped()), table);
    }

    #[test]
    fn values_of_the_sample() {
        let file = ReportFile { format: Format::Json, path: "lookback-report/report.json".into(), named: false };
        let text: String = values(&sample::report(), &[file], Some("lookback-report/dossier.html".into()))
            .iter()
            .map(|(name, value)| format!("{name}={value}\n"))
            .collect();
        insta::assert_snapshot!(text, @r##"
        verdict=nonconforming
        exit-code=1
        state=overdue
        last-review=2025-02-03
        next-due=2026-02-03
        days-left=-101
        missing=["#12","CVE-2025-1234"]
        report=lookback-report/report.json
        sarif=
        dossier=lookback-report/dossier.html
        "##);
    }

    #[test]
    fn ids_are_inert_in_a_shell_and_the_same_to_a_json_parser() {
        let ids: Vec<String> = ["#12", "CVE-2025-1234", "$(id)`id`\"'\\;&|<>\n", "Lücke🔓"].map(str::to_owned).to_vec();
        let text = json_array(&ids);
        assert_eq!(serde_json::from_str::<Vec<String>>(&text).unwrap(), ids);
        assert!(text.starts_with(r##"["#12","CVE-2025-1234","\u0024\u0028"##), "{text}");
        assert!(!text.contains(['$', '`', '\'', '(', ';', '\n', '<']), "{text}");
        let many: Vec<String> = (0..600).map(|n| n.to_string()).collect();
        assert_eq!(serde_json::from_str::<Vec<String>>(&json_array(&many)).unwrap().len(), MISSING);
    }

    #[test]
    fn report_files_leave_the_checkout_clean() {
        let workspace = tempfile::tempdir().unwrap();
        let repository = git2::Repository::init(workspace.path()).unwrap();
        let mut out = Vec::new();
        let written =
            write_reports(&sample::report(), &inputs("json\nmarkdown=review.md"), workspace.path(), &mut out).unwrap();
        let paths: Vec<&str> = written.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["lookback-report/report.json", "review.md"]);
        let seen: Vec<String> = repository
            .statuses(Some(git2::StatusOptions::new().include_untracked(true).recurse_untracked_dirs(true)))
            .unwrap()
            .iter()
            .filter(|entry| !entry.status().is_ignored())
            .filter_map(|entry| entry.path().ok().map(str::to_owned))
            .collect();
        assert_eq!(seen, ["review.md"]);
    }

    #[cfg(unix)]
    #[test]
    fn a_strangers_link_is_not_followed() {
        let (workspace, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        std::os::unix::fs::symlink(elsewhere.path(), workspace.path().join(REPORT_FOLDER)).unwrap();
        let mut out = Vec::new();
        let written = write_reports(&sample::report(), &inputs("json"), workspace.path(), &mut out).unwrap();
        assert_eq!((written.len(), std::fs::read_dir(elsewhere.path()).unwrap().count()), (0, 0));
        let text = String::from_utf8(out).unwrap();
        assert!(text.starts_with("::warning title=Report file::") && text.contains("symbolic link"), "{text}");
    }

    #[test]
    fn a_file_the_user_named_must_be_written() {
        let workspace = tempfile::tempdir().unwrap();
        let result =
            write_reports(&sample::report(), &inputs("json=no/such/r.json"), workspace.path(), &mut Vec::new());
        assert!(matches!(result, Err(ActionError::Write(_))));
    }
}
