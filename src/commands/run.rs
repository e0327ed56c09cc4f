//! Does what the command line asks: collect, judge, show. The clock, the terminal and the output enter from `main`.
#![expect(clippy::disallowed_methods, reason = "reads and writes the files that the user names")]

use crate::commands::self_test;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use chrono::{DateTime, NaiveDate, Utc};
use clap::CommandFactory;

use crate::action::entry as action;
use crate::cli;
use crate::cli::{Cli, Command, Input, Listing, Plain, Source, When};
use crate::collect::changes::Base;
use crate::collect::gather as collect;
use crate::collect::gather::IssueFile;
use crate::collect::git::repository::Repository;
use crate::error::Error;
use crate::event::Event;
use crate::net::base::Progress;
use crate::sources;
use crate::sources::Sources;
use lookback_core::config::parse as config;
use lookback_core::join::embargo;
use lookback_core::judge::catalog as rules;
use lookback_core::judge::facts::Facts;
use lookback_core::judge::verdict as judge;
use lookback_core::model::evidence::{EVIDENCE_VERSION, Evidence};
use lookback_core::model::policy::Policy;
use lookback_core::model::report::Report;
use lookback_core::render;
use lookback_core::render::format::Format;
use lookback_core::render::style::Style;
use lookback_reading::{CONSTRAINTS, Constraint, MAPPINGS, Reader, Reading};

pub use crate::commands::check::checked;

/// What a run may know of the world.
pub struct World<'a> {
    /// Today in UTC.
    pub today: NaiveDate,
    /// The time, for what a server wants dated.
    pub now: DateTime<Utc>,
    /// The environment: addresses, tokens, proxies, the event of a workflow.
    pub env: &'a (dyn Fn(&str) -> Option<String> + Sync),
    /// The variables `INPUT_*` of the environment: inputs of the action.
    pub inputs: &'a BTreeMap<String, String>,
    /// Is standard output a terminal?
    pub terminal: bool,
    /// Is standard error a terminal (for progress)?
    pub error_terminal: bool,
    /// Does the environment forbid colour (`NO_COLOR`, `TERM=dumb`)?
    pub no_color: bool,
    /// Columns of the terminal.
    pub width: usize,
    /// Standard output.
    pub out: &'a mut dyn Write,
}

/// Runs one command and returns the exit code.
pub fn run(cli: &Cli, world: &mut World) -> Result<u8, Error> {
    match &cli.command {
        Command::Check(check) => Ok(checked(cli, check, world)?.exit_code),
        Command::Action => action::run(world),
        Command::Status(status) => self::status(status, cli, world),
        Command::Issues(listing) => issues(listing, cli, world),
        Command::Timeline(listing) => timeline(listing, cli, world),
        Command::Collect(collect) => self::collect(collect, cli, world),
        Command::Read(read) => self::read(read, cli, world),
        Command::Explain(explain) => self::explain(explain.what.as_deref(), world),
        Command::Init(init) => self::init(init, world),
        Command::Schema(schema) => self::schema(&schema.name, world),
        Command::Demo(demo) => self::demo(demo, cli, world),
        Command::SelfTest(arguments) => self_test::self_test(arguments, world),
        Command::Completions(completions) => {
            clap_complete::generate(completions.shell, &mut Cli::command(), "lookback", world.out);
            Ok(0)
        }
        Command::Man(man) => self::man(man.folder.as_deref(), world),
    }
}

pub fn style(cli: &Cli, world: &World) -> Style {
    let color = match cli.color {
        When::Always => true,
        When::Never => false,
        When::Auto => world.terminal && !world.no_color,
    };
    let verbosity = if cli.quiet { -1 } else { i8::try_from(cli.verbose).unwrap_or(2) };
    Style { color, width: world.width, verbosity }
}

/// Which lane a command judges in.
#[derive(Clone, Copy)]
pub enum Asked<'a> {
    /// The whole state, also on a pull request.
    Everything,
    /// As a pull request against this revision, or as the event tells.
    Lane(Option<&'a str>),
}

/// The event that started the run; outside GitHub Actions there is none.
pub fn event(world: &World) -> Event {
    let payload = (world.env)("GITHUB_EVENT_PATH").and_then(|path| std::fs::read_to_string(path).ok());
    Event::new(world.env, payload.as_deref())
}

/// The evidence, the policy and the date to judge for.
pub fn input(input: &Input, asked: Asked, cli: &Cli, world: &World) -> Result<(Evidence, Policy, NaiveDate), Error> {
    if let Some(path) = &input.evidence {
        let mut evidence = read_evidence(path)?;
        let policy = match &input.source.config {
            Some(path) => policy(Some(&(path.display().to_string(), collect::read_text(path)?)))?,
            None => policy(evidence.config.as_ref().map(|config| (config.path.clone(), config.text.clone())).as_ref())?,
        };
        let as_of = input.source.as_of.unwrap_or(evidence.subject.as_of);
        // What was collected in private may be judged where the log is public.
        evidence.private = event(world).private.or(evidence.private);
        embargo::mask(&mut evidence, policy.show_embargoed);
        return Ok((evidence, policy, as_of));
    }
    let (evidence, policy) = collect_from(&input.source, asked, cli, world)?;
    let as_of = evidence.subject.as_of;
    Ok((evidence, policy, as_of))
}

pub fn policy(config: Option<&(String, String)>) -> Result<Policy, Error> {
    match config {
        Some((path, text)) => Ok(config::parse(text, path, &rules::ids())?),
        None => Ok(Policy::default()),
    }
}

pub fn read_evidence(path: &Path) -> Result<Evidence, Error> {
    let wrong = |why: String| Error::Evidence { path: path.display().to_string(), why };
    let text = if path == Path::new("-") {
        io::read_to_string(io::stdin()).map_err(|error| wrong(error.to_string()))?
    } else {
        std::fs::read_to_string(path).map_err(|error| wrong(error.to_string()))?
    };
    let evidence: Evidence = serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
    if evidence.schema_version != EVIDENCE_VERSION {
        return Err(wrong(format!("it has version {}, this is {EVIDENCE_VERSION}", evidence.schema_version)));
    }
    Ok(evidence)
}

pub fn collect_from(source: &Source, asked: Asked, cli: &Cli, world: &World) -> Result<(Evidence, Policy), Error> {
    let path = source.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    let repository = Repository::open(&path)?;
    let rev = source.rev.as_deref();
    let found = collect::find_config(&repository, source.config.as_deref(), rev)?;
    let policy = policy(found.as_ref().map(|config| (config.path.clone(), config.text.clone())).as_ref())?;
    let event = event(world);
    let base = match asked {
        Asked::Everything => None,
        Asked::Lane(Some(rev)) => Some(Base { rev: rev.to_owned(), head: None, by_hand: true }),
        Asked::Lane(None) => event.base(&repository.name()),
    };
    let sources = Sources::of(source, &policy, world.env);
    let files: Vec<IssueFile> = collect::issue_files(&repository, &sources.files, &policy, rev)?;
    let asking = progress(world.error_terminal && !cli.quiet, "{spinner} {human_pos} requests to GitHub {msg}");
    let shown = asking.clone();
    let world_of = sources::Asked { env: world.env, now: world.now, today: world.today };
    let github = sources::ask(&sources, &repository, &policy, source, &world_of, move |progress| match progress {
        Progress::Requests(n) => shown.set_position(n as u64),
        Progress::Waiting(wait) => shown.set_message(format!("(waits {} s for its rate limit)", wait.as_secs())),
    });
    asking.finish_and_clear();
    let github = github?;
    let asked = sources.github_repositories(&repository, &policy, world.env);
    let extra = crate::net::github::Extra { cache: source.cache.as_deref(), ca: source.ca.as_deref() };
    let reach = crate::collect::trackers::read::Reach { env: world.env, extra: &extra, offline: source.offline };
    let trackers = crate::collect::trackers::read::collect(&policy, &reach);
    let bar = progress(world.error_terminal && !cli.quiet, "{spinner} {human_pos} commits");
    let evidence = collect::collect(
        &repository,
        &policy,
        found,
        &files,
        &collect::Options {
            rev,
            as_of: source.as_of,
            today: world.today,
            base: base.as_ref(),
            private: event.private.filter(|_| event.is_about(&repository.name())),
            trackers,
            github,
            asked,
            progress: &|n| bar.set_position(n as u64),
        },
    );
    bar.finish_and_clear();
    let mut evidence = evidence?;
    sources::vouch(&sources, &repository, &policy, source, &world_of, &mut evidence)?;
    Ok((evidence, policy))
}

/// A counter on standard error, on a terminal only; it appears only when the walk takes long enough to be noticed.
pub fn progress(shown: bool, template: &str) -> indicatif::ProgressBar {
    if !shown {
        return indicatif::ProgressBar::hidden();
    }
    let bar = indicatif::ProgressBar::new_spinner();
    if let Ok(style) = indicatif::ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar
}

pub fn judged(from: &Input, cli: &Cli, world: &World) -> Result<Report, Error> {
    let (evidence, policy, as_of) = input(from, Asked::Everything, cli, world)?;
    Ok(judge::judge(&evidence, &policy, as_of, false))
}

pub fn status(status: &cli::Status, cli: &Cli, world: &mut World) -> Result<u8, Error> {
    let report = judged(&status.input, cli, world)?;
    match status.badge.as_deref() {
        Some("-") => writeln!(world.out, "{:#}", render::status::badge_json(&report))?,
        Some(file) => {
            crate::sink::write_whole(
                Path::new(file),
                format!("{:#}\n", render::status::badge_json(&report)).as_bytes(),
            )?;
            writeln!(world.out, "{}", render::status::status_line(&report))?;
        }
        None => writeln!(world.out, "{}", render::status::status_line(&report))?,
    }
    Ok(0)
}

pub fn issues(listing: &cli::IssueListing, cli: &Cli, world: &mut World) -> Result<u8, Error> {
    let report = judged(&listing.input, cli, world)?;
    let style = style(cli, world);
    match listing.format {
        cli::Table::Text => render::issues::render(&report, world.out, &style)?,
        cli::Table::Json => render::json::report::issues_json(&report, world.out)?,
        cli::Table::Csv => render::csv::issues(&report, world.out)?,
    }
    Ok(0)
}

pub fn timeline(listing: &Listing, cli: &Cli, world: &mut World) -> Result<u8, Error> {
    let (evidence, policy, as_of) = input(&listing.input, Asked::Everything, cli, world)?;
    let spans = lookback_core::judge::timeline::spans(&Facts::new(&evidence, &policy, as_of));
    let style = style(cli, world);
    match listing.format {
        Plain::Text => render::timeline::render(&spans, world.out, &style)?,
        Plain::Json => render::json::report::spans_json(&spans, world.out)?,
    }
    Ok(0)
}

pub fn collect(collect: &cli::Collect, cli: &Cli, world: &mut World) -> Result<u8, Error> {
    let (evidence, _) = collect_from(&collect.source, Asked::Everything, cli, world)?;
    let text = serde_json::to_string_pretty(&evidence).map_err(io::Error::from)?;
    let text = render::escape::json(&text) + "\n";
    match &collect.output {
        Some(path) => crate::sink::write_whole(path, text.as_bytes())?,
        None => world.out.write_all(text.as_bytes())?,
    }
    Ok(0)
}

pub fn read(read: &cli::Read, cli: &Cli, world: &mut World) -> Result<u8, Error> {
    let policy = match &read.config {
        Some(path) => policy(Some(&(path.display().to_string(), collect::read_text(path)?)))?,
        None => Policy::default(),
    };
    let reader = Reader::new(&policy.issues.tracker_keys, &[]);
    let mut readings: Vec<(String, Reading)> = Vec::new();
    for path in &read.files {
        let name = path.display().to_string();
        let failed = |source| collect::CollectError::Read { path: name.clone(), source };
        let size = std::fs::metadata(path).map_err(failed)?.len();
        if size > policy.documents.max_size {
            return Err(Error::Usage(format!(
                "{name} has {size} bytes; at most {} are read (documents.max_size_mib)",
                policy.documents.max_size
            )));
        }
        let bytes = std::fs::read(path).map_err(failed)?;
        let reading = reader.read(&name, &bytes);
        readings.push((name, reading));
    }
    let style = style(cli, world);
    match read.format {
        Plain::Json => render::json::report::read_json(&readings, world.out)?,
        Plain::Text => render::reading::render(&readings, world.out, &style)?,
    }
    Ok(0)
}

pub fn explain(what: Option<&str>, world: &mut World) -> Result<u8, Error> {
    let Some(what) = what else {
        writeln!(world.out, "Constraints:")?;
        for info in &CONSTRAINTS {
            writeln!(world.out, "  {}  {}", info.id, info.title)?;
        }
        writeln!(world.out, "\nRules:")?;
        for rule in lookback_core::judge::rules::RULES {
            writeln!(world.out, "  {:30} {:8} {}", rule.id, rule.level.word(), rule.title)?;
        }
        return Ok(0);
    };
    if let Some(rule) = rules::find(what) {
        writeln!(world.out, "# {}\n\n{}", rule.id, rules::text_of(rule).trim_end())?;
        return Ok(0);
    }
    if let Ok(constraint) = what.parse::<Constraint>() {
        return explain_constraint(constraint, world);
    }
    let clause: Vec<Constraint> =
        CONSTRAINTS.iter().filter(|info| info.clause == what).map(|info| info.constraint).collect();
    if clause.is_empty() {
        let near = lookback_core::config::walk::nearest(what, &rules::ids())
            .map(|id| format!("did you mean {id}? "))
            .unwrap_or_default();
        return Err(Error::Usage(format!(
            "there is no rule or constraint called \"{what}\"; {near}`lookback explain` lists all"
        )));
    }
    for constraint in clause {
        explain_constraint(constraint, world)?;
    }
    Ok(0)
}

pub fn explain_constraint(constraint: Constraint, world: &mut World) -> Result<u8, Error> {
    let info = constraint.info();
    writeln!(
        world.out,
        "# {constraint}: {}\n\n{} (our words).\n\nThe auditor asks: {}\n\nRules:",
        info.title, info.says, info.question
    )?;
    for rule in lookback_core::judge::rules::RULES.iter().filter(|rule| rule.constraint == Some(constraint)) {
        writeln!(world.out, "  {:30} {:8} {}", rule.id, rule.level.word(), rule.title)?;
    }
    writeln!(world.out, "\nRelated:")?;
    for (reference, how) in MAPPINGS {
        writeln!(world.out, "  {reference}: {how}")?;
    }
    writeln!(world.out)?;
    Ok(0)
}

pub fn init(init: &cli::Init, world: &mut World) -> Result<u8, Error> {
    let root = init.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    for path in crate::init::init(&root, init.action.as_deref())? {
        writeln!(world.out, "wrote {}", path.display())?;
    }
    writeln!(world.out, "\nNext: read lookback.toml, then run `lookback check`.")?;
    Ok(0)
}

pub fn schema(name: &str, world: &mut World) -> Result<u8, Error> {
    let Some(schema) = render::schema::schema(name) else {
        return Err(Error::Usage(format!(
            "there is no schema called \"{name}\"; there are {}",
            render::schema::SCHEMAS.join(", ")
        )));
    };
    writeln!(world.out, "{schema:#}")?;
    Ok(0)
}

pub fn demo(demo: &cli::Demo, cli: &Cli, world: &mut World) -> Result<u8, Error> {
    let today = demo.as_of.unwrap_or(world.today);
    let folder = match &demo.folder {
        Some(folder) => folder.clone(),
        None => temporary("lookback-demo-", "as in `lookback demo FOLDER`")?.keep(),
    };
    let built = crate::demo::build::build(&folder, today)?;
    writeln!(world.out, "Built {} in {}\n", built.what, folder.display())?;
    let source = Source { repo: Some(folder.clone()), as_of: Some(today), ..Source::default() };
    let (evidence, policy) = collect_from(&source, Asked::Everything, cli, world)?;
    let report = judge::judge(&evidence, &policy, today, false);
    let style = style(cli, world);
    render::format::render(Format::Text, &report, &style, world.out)?;
    writeln!(world.out, "\nThe demo is made with gaps: this verdict is the right one. Try next:")?;
    for command in &built.next {
        writeln!(world.out, "  {command}")?;
    }
    Ok(0)
}

/// A new folder for temporary files. A minimal image has no place for them: then the user names a folder.
pub fn temporary(prefix: &str, how: &str) -> Result<tempfile::TempDir, Error> {
    let made = tempfile::Builder::new().prefix(prefix).tempdir();
    made.map_err(|error| Error::Usage(format!("cannot make a temporary folder: {error}; name a folder {how}")))
}

pub fn man(folder: Option<&Path>, world: &mut World) -> Result<u8, Error> {
    match folder {
        Some(folder) => {
            std::fs::create_dir_all(folder)?;
            clap_mangen::generate_to(Cli::command(), folder)?;
            writeln!(world.out, "wrote the pages into {}", folder.display())?;
        }
        None => clap_mangen::Man::new(Cli::command()).render(world.out)?,
    }
    Ok(0)
}
