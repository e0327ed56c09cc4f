//! `draft`: the next record beside the last one, with all that data say; every judgement is left to people.
#![expect(
    clippy::disallowed_methods,
    reason = "reads the form and the earlier draft, and makes the folder of the record"
)]

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::collect::error::CollectError;
use crate::collect::files::read_text;
use crate::collect::git::repository::Repository;
use crate::commands::arguments::{InputArguments, Manner};
use crate::commands::evidence::{ToJudge, everything};
use crate::error::Error;
use crate::init::FormLanguage;
use crate::sink::{below, write_whole};
use crate::world::World;
use lookback_core::judge::{Facts, Settled, actions_to_track, draft, missed_by_last, next_record_path};
use lookback_core::model::{Evidence, RecordDraft, sha256};
use lookback_core::render::draft as form;
use lookback_core::render::draft::{ActionTracker, DraftError, ReviewForm};
use lookback_core::render::escape::{line, lines};
use lookback_reading::count;

/// `draft`
#[derive(Args, Debug)]
pub struct DraftArguments {
    /// Where to look
    #[command(flatten)]
    pub input: InputArguments,
    /// A form of your own: Markdown with the values of docs/draft.md, or a Word file whose content controls carry tags such as
    /// `lookback:population`
    #[arg(long, value_name = "FILE")]
    pub form: Option<PathBuf>,
    /// The language of the shipped form, and of the words in a Word form; default: that of the last record
    #[arg(long, value_enum)]
    pub lang: Option<FormLanguage>,
    /// Write here instead of beside the last record; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the shipped form, to make one of your own of it; with `-o FILE.docx` it is written as a Word form
    #[arg(long, conflicts_with = "form")]
    pub print_form: bool,
    /// Print the ids of the issues that the last record does not name, to paste into it
    #[arg(long, conflicts_with_all = ["form", "lang", "output", "print_form"])]
    pub issues_missing: bool,
    /// Print, and never run, the commands that make issues of the improvement actions that name none
    #[arg(long, value_enum, value_name = "TRACKER", conflicts_with_all = ["form", "lang", "output", "print_form", "issues_missing"])]
    pub actions: Option<TrackerName>,
}

/// Where issues are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum TrackerName {
    /// With `gh`.
    Github,
    /// With `curl`.
    Jira,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback draft                          the next record, beside the last one
  lookback draft -o -                     the same on standard output
  lookback draft --lang de                in German
  lookback draft --form our-form.docx     in the firm's own Word form
  lookback draft --issues-missing         ids that the last record does not name
  lookback draft --actions github | less  commands that make issues of actions

Drafting again follows the data and keeps what people wrote. An unedited draft never counts as a review.
Exit codes: 0 written, 2 could not run (usage, configuration, input, a file that is no draft).";

/// Bytes of an earlier draft.
const MOST: u64 = 20 * 1024 * 1024;

/// Writes the draft, and says what to fill in.
pub(crate) fn run(asked: &DraftArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    if asked.print_form {
        return print_form(asked, world);
    }
    let ToJudge { mut evidence, policy, as_of, .. } = everything(&asked.input, manner, world)?;
    let root = root(asked);
    let again = drafted_again(asked, &evidence, root.as_deref());
    evidence.documents.retain(|document| !again.contains(&document.path));
    let settled = Settled::new(&evidence, as_of);
    let facts = Facts::new(&settled, &policy, as_of);
    if asked.issues_missing {
        for id in missed_by_last(&facts) {
            writeln!(world.out, "{}", line(&id))?;
        }
        return Ok(0);
    }
    if let Some(tracker) = asked.actions {
        let actions = actions_to_track(&facts, &next_record_path(&facts, "md"));
        let tracker = match tracker {
            TrackerName::Github => ActionTracker::Github,
            TrackerName::Jira => ActionTracker::Jira,
        };
        for command in form::action_commands(tracker, &evidence.subject.repository, &actions) {
            writeln!(world.out, "{command}")?;
        }
        return Ok(0);
    }
    let Some(mut values) = draft(&facts) else {
        return Err(Error::Usage(format!(
            "the last review's period goes up to {as_of} or further; there is nothing to draft before the day after it; a record that is still being written is drafted again with -o FILE"
        )));
    };
    name_files(&mut values, root.as_deref());
    let word = asked.form.as_deref().is_some_and(|path| has_extension(path, "docx"));
    let target = target(asked, &facts, root.as_deref(), if word { "docx" } else { "md" })?;
    let language = asked.lang.unwrap_or_else(|| language_of(&facts));
    let written = if word {
        in_word(asked, &values, language, target.as_deref())?
    } else {
        in_markdown(asked, &values, language, target.as_deref())?
    };
    for kept in &written.kept {
        // Beside what is written, so that `-o -` gives the record alone.
        writeln!(world.notes, "{}", lines(&format!("kept: {kept}")))?;
    }
    match &target {
        None => world.out.write_all(&written.bytes)?,
        Some(path) => {
            if written.changes {
                if asked.output.is_none()
                    && let Some(folder) = path.parent()
                {
                    std::fs::create_dir_all(folder)?;
                }
                write_whole(path, &written.bytes)?;
            }
            world.out.write_all(next(path, &values, &written, word).as_bytes())?;
        }
    }
    Ok(0)
}

/// The shipped form: on standard output, or as the file that is named; never over one.
fn print_form(asked: &DraftArguments, world: &mut World) -> Result<u8, Error> {
    let shipped = shipped(asked.lang.unwrap_or(FormLanguage::En))?;
    let Some(path) = asked.output.as_deref().filter(|path| *path != Path::new("-")) else {
        world.out.write_all(shipped.text.as_bytes())?;
        return Ok(0);
    };
    if path.exists() {
        return Err(Error::Draft(DraftError {
            place: path.display().to_string(),
            what: "is there already; a form is never written over a file".to_owned(),
            next: "Name another file with -o, or move this one away.".to_owned(),
        }));
    }
    let bytes = if has_extension(path, "docx") { form::word_form(&shipped)? } else { shipped.text.into() };
    write_whole(path, &bytes)?;
    writeln!(world.out, "wrote {}", line(&path.display().to_string()))?;
    Ok(0)
}

/// What is to be written.
struct Written {
    bytes: Vec<u8>,
    /// Does it differ from what is there?
    changes: bool,
    /// Places that people have to fill; unknown in a Word form.
    places: usize,
    /// What was kept against the data.
    kept: Vec<String>,
}

fn in_markdown(
    asked: &DraftArguments,
    values: &RecordDraft,
    language: FormLanguage,
    target: Option<&Path>,
) -> Result<Written, Error> {
    let text = match &asked.form {
        Some(path) if !has_extension(path, "md") => {
            return Err(Error::Usage(format!("{} is no form: Markdown (.md) and Word (.docx) are", path.display())));
        }
        Some(path) => {
            let name = path.display().to_string();
            form::write(values, &ReviewForm { name: &name, text: &read_text(path)? })?
        }
        None => form::write(values, &shipped(language)?)?,
    };
    let there = target.map(there).transpose()?.flatten();
    let (text, kept, changes) = match (target, there) {
        (Some(path), Some(there)) => {
            let merged = form::merge(&path.display().to_string(), &there, &text)?;
            let changes = merged.text != there;
            (merged.text, merged.kept, changes)
        }
        _ => (text, Vec::new(), true),
    };
    Ok(Written { places: form::places(&text).len(), bytes: text.into_bytes(), changes, kept })
}

fn in_word(
    asked: &DraftArguments,
    values: &RecordDraft,
    language: FormLanguage,
    target: Option<&Path>,
) -> Result<Written, Error> {
    let path = asked.form.as_deref().unwrap_or(Path::new(""));
    let bytes = form::fill(values, &shipped(language)?, &path.display().to_string(), &word_file(path)?)?;
    match target.filter(|target| target.is_file()) {
        None => Ok(Written { bytes, changes: true, places: 0, kept: Vec::new() }),
        Some(target) => {
            let merged = form::merge_word(&target.display().to_string(), &word_file(target)?, &bytes)?;
            Ok(Written { bytes: merged.bytes, changes: merged.changes, places: 0, kept: merged.kept })
        }
    }
}

/// A Word file, as far as one is read.
fn word_file(path: &Path) -> Result<Vec<u8>, Error> {
    let name = path.display().to_string();
    let failed = |source| CollectError::Read { path: name.clone(), source };
    let size = std::fs::metadata(path).map_err(failed)?.len();
    if size > form::MOST_OF_A_WORD_FORM {
        return Err(Error::Draft(DraftError {
            place: name,
            what: format!("the form has {size} bytes; at most {} are read", form::MOST_OF_A_WORD_FORM),
            next: "Take large pictures out of the form.".to_owned(),
        }));
    }
    Ok(std::fs::read(path).map_err(failed)?)
}

/// What stands at the target, where anything does.
fn there(path: &Path) -> Result<Option<String>, Error> {
    let name = || path.display().to_string();
    let failed = |source| Error::Collect(CollectError::Read { path: name(), source });
    let Ok(found) = std::fs::metadata(path) else { return Ok(None) };
    // What is no file (a pipe, /dev/stdout) holds nothing to keep.
    if !found.is_file() {
        return Ok(None);
    }
    if found.len() > MOST {
        return Err(Error::Usage(format!("{} has {} bytes; no draft has more than {MOST}", name(), found.len())));
    }
    let bytes = std::fs::read(path).map_err(failed)?;
    String::from_utf8(bytes).map(Some).map_err(|_| {
        Error::Draft(DraftError {
            place: name(),
            what: "is there already, and no draft of Lookback (it is not UTF-8)".to_owned(),
            next: "Name another file with -o, or move this one away.".to_owned(),
        })
    })
}

/// Where to write; `None`: to standard output.
fn target(asked: &DraftArguments, facts: &Facts, root: Option<&Path>, ending: &str) -> Result<Option<PathBuf>, Error> {
    match (&asked.output, root) {
        (Some(path), _) if path == Path::new("-") => Ok(None),
        (Some(path), _) => Ok(Some(path.clone())),
        (None, Some(root)) => Ok(Some(below(root, &next_record_path(facts, ending))?)),
        (None, None) => Err(Error::Usage(
            "there is no working tree to write into; name a file with -o, or - for standard output".into(),
        )),
    }
}

/// Records that are still being written: drafts of ours that are not committed yet, and the one that is named to be drafted again. Filled
/// in as far as they may be, the window that they are about is open.
fn drafted_again(asked: &DraftArguments, evidence: &Evidence, root: Option<&Path>) -> Vec<String> {
    let Some(root) = root else { return Vec::new() };
    let named = asked.output.as_deref().and_then(|path| std::fs::canonicalize(path).ok());
    let same = |path: &Path| named.is_some() && std::fs::canonicalize(path).ok() == named;
    let ours = |path: &Path| {
        if has_extension(path, "docx") {
            return word_file(path).is_ok_and(|bytes| form::is_word_draft(&bytes));
        }
        there(path).is_ok_and(|text| text.is_some_and(|text| form::is_draft(&text)))
    };
    let reviews = evidence.documents.iter().filter(|document| document.reading.presents_review);
    let open = reviews.filter(|document| {
        let path = root.join(&document.path);
        (evidence.subject.uncommitted.contains(&document.path) || same(&path)) && ours(&path)
    });
    open.map(|document| document.path.clone()).collect()
}

/// The folder that paths of the record are relative to.
fn root(asked: &DraftArguments) -> Option<PathBuf> {
    if asked.input.evidence.is_some() {
        return None;
    }
    let path = asked.input.source.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    let workdir = Repository::open(&path).ok()?.workdir()?.to_owned();
    // As the user named it, where that is the same folder.
    let same =
        std::fs::canonicalize(&path).is_ok_and(|one| std::fs::canonicalize(&workdir).is_ok_and(|two| one == two));
    Some(if same { path } else { workdir })
}

/// The digests of the sources that are files.
fn name_files(values: &mut RecordDraft, root: Option<&Path>) {
    for source in &mut values.sources {
        let path = Path::new(&source.name);
        let near = root.map(|root| root.join(path)).filter(|path| path.is_file());
        let Some(path) = near.or_else(|| path.is_file().then(|| path.to_owned())) else { continue };
        let bytes = std::fs::read(path).ok();
        source.digest = bytes.map(|bytes| sha256(&bytes));
    }
}

fn shipped(language: FormLanguage) -> Result<ReviewForm<'static>, Error> {
    let code = match language {
        FormLanguage::En => "en",
        FormLanguage::De => "de",
    };
    ReviewForm::shipped(code).ok_or_else(|| Error::Usage(format!("there is no form in \"{code}\"")))
}

/// The language of the last record.
fn language_of(facts: &Facts) -> FormLanguage {
    let german = |held| facts.records(held).any(|record| record.reading.language.as_deref() == Some("de"));
    if facts.latest().is_some_and(german) { FormLanguage::De } else { FormLanguage::En }
}

fn has_extension(path: &Path, wanted: &str) -> bool {
    path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case(wanted))
}

fn next(path: &Path, values: &RecordDraft, written: &Written, word: bool) -> String {
    let name = line(&path.strip_prefix(".").unwrap_or(path).display().to_string());
    let from = values.begins.map_or_else(String::new, |from| format!("{from} "));
    let mut out = format!(
        "{} {name}: {} of {from}to {}\n\nNext: ",
        if written.changes { "wrote" } else { "nothing is new for" },
        count(values.issues.len(), "security issue"),
        values.period.to
    );
    let todo = form::REVIEWER;
    out += &match (word, written.places) {
        (true, _) => format!("write the judgements into {name}, then commit it on a branch.\n"),
        (false, 0) => format!("read {name} once more (`lookback read {name}`), then commit it on a branch.\n"),
        (false, n) => format!(
            "fill {} ({todo}: …) in {name}; `lookback read {name}` says what is missing. Then commit it on a branch.\n",
            count(n, "place")
        ),
    };
    out
}
