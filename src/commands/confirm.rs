//! `confirm`: what a document leaves open, and what a named person says of it.
#![expect(clippy::disallowed_methods, reason = "reads and extends the file of confirmations in the working tree")]

use std::path::{Path, PathBuf};

use chrono::NaiveDate;
use clap::Args;

use crate::collect::error::CollectError;
use crate::collect::files::find_config;
use crate::collect::filter::declarations;
use crate::collect::git::repository::Repository;
use crate::commands::arguments::{Manner, date};
use crate::commands::policy::policy_of;
use crate::error::Error;
use crate::sink::write_whole;
use crate::world::World;
use lookback_core::intake::confirmations;
use lookback_core::judge::{OpenPoint, points};
use lookback_core::model::{CONFIRMATIONS, Confirmation, ConfirmedFact, ConfirmedValue, Judged};
use lookback_core::render;
use lookback_reading::{Reader, Reading, fold};

/// The head of a new file.
const HEAD: &str = "# What people confirm that documents state where the reader cannot tell; written by `lookback confirm`.\n\
                    # Bound to one version of the document (its Git blob): a changed document voids it.\n";

/// `confirm`
#[derive(Args, Debug)]
pub struct ConfirmArguments {
    /// A document of the repository
    pub path: PathBuf,
    /// What is confirmed: FACT, FACT=no, date-held=DATE; default: all that is open and needs no date
    #[arg(value_name = "FACT", requires = "by")]
    pub facts: Vec<String>,
    /// Who confirms it. Without a name it is only shown what is open
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// When; default: today in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    pub on: Option<NaiveDate>,
    /// The document's words that say it
    #[arg(long, value_name = "TEXT", requires = "by")]
    pub quote: Option<String>,
    /// The repository; default: the one that encloses the current folder
    #[arg(long, value_name = "PATH")]
    pub repo: Option<PathBuf>,
    /// The configuration; default: lookback.toml in the repository's root
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback confirm docs/review-2026.md                  what is left open
  lookback confirm docs/review-2026.md --by \"Jane Doe\"  settles it";

/// Shows what is open; with a name, writes down what that person says.
pub(crate) fn run(arguments: &ConfirmArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let repository = Repository::open(arguments.repo.as_deref().unwrap_or(Path::new(".")))?;
    let Committed { path, blob, reading, text } = committed(&repository, arguments)?;
    let open = points(&reading);
    let Some(by) = &arguments.by else {
        let style = manner.style(world);
        render::open::render(&path, &reading, &open, world.out, &style)?;
        return Ok(0);
    };
    if open.is_empty() {
        return Err(Error::Usage(format!("{path} leaves nothing open that could be confirmed")));
    }
    let quote = arguments.quote.as_ref().map(|quote| fold(quote));
    if let Some(quote) = quote.as_ref().filter(|quote| !text.contains(quote.as_str())) {
        return Err(Error::Usage(format!("{path} does not say \"{quote}\"")));
    }
    let on = arguments.on.unwrap_or(world.today);
    let said = said(&arguments.facts, &open)?;
    let confirmed = said.into_iter().map(|(fact, value)| Confirmation {
        path: path.clone(),
        blob: blob.clone(),
        fact,
        value,
        by: by.trim().to_owned(),
        on,
        quote: quote.clone(),
        line: 0,
        proposed_by: None,
    });
    let confirmed: Vec<Confirmation> = confirmed.collect();
    append(&repository, &confirmed)?;
    for one in &confirmed {
        writeln!(world.out, "{path}: {} = {}, says {}", one.fact.word(), one.value.written(), one.signed())?;
    }
    writeln!(world.out, "\nwrote {CONFIRMATIONS}: commit it, so that `lookback check` sees it")?;
    Ok(0)
}

/// A document as the last commit has it.
struct Committed {
    path: String,
    blob: String,
    reading: Reading,
    text: String,
}

/// Reads what is committed: a confirmation is bound to that.
fn committed(repository: &Repository, arguments: &ConfirmArguments) -> Result<Committed, Error> {
    let head = repository.resolve(None, None)?;
    let found = find_config(repository, arguments.config.as_deref(), Judged::WorkTree, head)?;
    let policy = policy_of(found.as_ref().map(|config| (config.path.as_str(), config.text.as_str())))?;
    let path = inside(repository, &arguments.path);
    let files = match head {
        Some(head) => repository.tree_files(head)?.files,
        None => Vec::new(),
    };
    let Some(file) = files.into_iter().find(|file| file.path == path) else {
        return Err(Error::Usage(format!(
            "{path} is not in the last commit; a confirmation is bound to what is committed"
        )));
    };
    let bytes = repository
        .blob(file.oid, policy.documents.max_size)
        .map_err(|_| Error::Usage(format!("{path} cannot be read, or is larger than documents.max_size_mib allows")))?;
    let declared = declarations(&policy.documents).map_err(CollectError::from)?;
    let reading = Reader::new(&policy.issues.tracker_keys, &[]).read_as(&path, &bytes, declared.of(&path));
    let text = Reader::text(&path, &bytes).map(|text| fold(&text)).unwrap_or_default();
    Ok(Committed { path, blob: file.oid.to_string(), reading, text })
}

/// What is said of which fact. Only what is open can be confirmed.
fn said(facts: &[String], open: &[OpenPoint]) -> Result<Vec<(ConfirmedFact, ConfirmedValue)>, Error> {
    let known = || open.iter().map(|point| point.fact.word()).collect::<Vec<_>>().join(", ");
    let mut out = Vec::new();
    for text in facts {
        let (fact, value) = text.split_once('=').unwrap_or((text, "yes"));
        let point = open.iter().find(|point| point.fact.word() == fact);
        let fact = point.ok_or_else(|| Error::Usage(format!("`{fact}` is not open; open are: {}", known())))?.fact;
        let value = ConfirmedValue::read(fact, value)
            .ok_or_else(|| Error::Usage(format!("`{text}`: write `{}`", form(fact))))?;
        out.push((fact, value));
    }
    if facts.is_empty() {
        let plain = open.iter().map(|point| point.fact).filter(|fact| *fact != ConfirmedFact::DateHeld);
        out.extend(plain.map(|fact| (fact, ConfirmedValue::Yes)));
    }
    if out.is_empty() {
        return Err(Error::Usage(format!("say which day: `{}`", form(ConfirmedFact::DateHeld))));
    }
    Ok(out)
}

fn form(fact: ConfirmedFact) -> String {
    match fact {
        ConfirmedFact::DateHeld => "date-held=2026-01-09".to_owned(),
        fact => format!("{0}` or `{0}=no", fact.word()),
    }
}

/// The path as the repository has it: from its root, with `/`.
fn inside(repository: &Repository, path: &Path) -> String {
    let root = repository.workdir().and_then(|root| root.canonicalize().ok());
    let own =
        path.canonicalize().ok().zip(root).and_then(|(path, root)| Some(path.strip_prefix(root).ok()?.to_owned()));
    let own = own.unwrap_or_else(|| path.to_owned());
    own.to_string_lossy().trim_start_matches("./").replace('\\', "/")
}

fn append(repository: &Repository, confirmed: &[Confirmation]) -> Result<(), Error> {
    let Some(root) = repository.workdir() else {
        return Err(Error::Usage("a bare repository has no working tree to write to".to_owned()));
    };
    let file = root.join(CONFIRMATIONS);
    if file.is_symlink() {
        return Err(Error::Usage(format!("{CONFIRMATIONS} is a link, and is not followed")));
    }
    let mut text = match std::fs::read_to_string(&file) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(source) => return Err(CollectError::Read { path: CONFIRMATIONS.to_owned(), source }.into()),
    };
    if let Some((line, why)) = confirmations::read(&text).wrong.first() {
        return Err(Error::Usage(format!("{CONFIRMATIONS}, line {line}: {why}; mend it first")));
    }
    for one in confirmed {
        text += &confirmations::write(one);
    }
    Ok(write_whole(&file, text.as_bytes())?)
}
