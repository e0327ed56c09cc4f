//! Entry: hands the clock, the environment, the terminal and the output to `run`, and turns its end into an exit code.
#![expect(clippy::disallowed_methods, reason = "the clock, the environment and the terminal enter here")]
#![expect(clippy::print_stderr, reason = "the one place that reports an error")]

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::Parser;
use lookback::{COULD_NOT_RUN, Cli, Error, World, run};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let stdout = io::stdout();
    let terminal = stdout.is_terminal();
    let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let seen = || terminal_size::terminal_size_of(&stdout).map(|(width, _)| usize::from(width.0));
    let width = columns.or_else(seen).filter(|width| *width >= 40);
    let mut out = io::BufWriter::new(stdout.lock());
    let mut notes = io::stderr();
    let now = chrono::Utc::now();
    let inputs = std::env::vars_os()
        .map(|(name, value)| (name.to_string_lossy().into_owned(), value.to_string_lossy().into_owned()))
        .filter(|(name, _)| name.starts_with("INPUT_"))
        .collect();
    let mut world = World {
        today: now.date_naive(),
        now,
        env: &|name| std::env::var(name).ok(),
        inputs: &inputs,
        terminal,
        error_terminal: io::stderr().is_terminal(),
        no_color: dumb || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty()),
        width: width.unwrap_or(100),
        out: &mut out,
        notes: &mut notes,
    };
    let result = run(&cli, &mut world).and_then(|code| match out.flush() {
        // What was judged stands, also where nobody reads the rest.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(code),
    });
    match result {
        Ok(code) => ExitCode::from(code),
        // A reader that went away (`lookback issues | head`) is no fault of the run.
        Err(Error::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            // Messages can carry names from the repository: no control characters reach the terminal.
            let mut message = lookback_core::render::escape::lines(&format!("error: {error}"));
            if let Some(hint) = error.hint() {
                message += &format!("\n  hint: {hint}");
            }
            eprintln!("{message}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}
