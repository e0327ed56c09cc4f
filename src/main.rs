//! Entry: hands the clock, the environment, the terminal and the output to `run`, and turns its end into an exit code.
#![expect(clippy::disallowed_methods, reason = "the clock, the environment and the terminal enter here")]
#![expect(clippy::print_stderr, reason = "the one place that reports an error")]

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use lookback::{COULD_NOT_RUN, Error, World, parse, run};

fn main() -> ExitCode {
    let cli = parse(std::env::args_os()).unwrap_or_else(|error| error.exit());
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
        links: terminal && !dumb && follows_links(),
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
                message += &format!("\n  hint: {}", lookback_core::render::escape::line(&hint));
            }
            eprintln!("{message}");
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

/// Is the terminal one that is known to follow links? What another one does with them nobody knows.
fn follows_links() -> bool {
    let is = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let of = |name: &str, known: &[&str]| is(name).is_some_and(|value| known.iter().any(|part| value.contains(part)));
    let asked = is("FORCE_HYPERLINK").map(|value| value != "0");
    asked.unwrap_or_else(|| {
        is("VTE_VERSION").and_then(|version| version.parse::<u32>().ok()).is_some_and(|version| version >= 5000)
            || ["WT_SESSION", "KONSOLE_VERSION", "DOMTERM"].iter().any(|name| is(name).is_some())
            || of("TERM_PROGRAM", &["iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper"])
            || of("TERM", &["kitty", "alacritty", "foot", "ghostty"])
    })
}
