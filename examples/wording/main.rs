//! How much ordinary wording is understood: each case of `tests/wording` stands in a record or procedure that is otherwise in order,
//! goes through reader and judge in memory, and is compared with the answer that a careful reader gives.
//!
//! `wording [-v] [--floor PERCENT] [--most-wrong PERCENT] FILE…`: a line a category and language (right, unsure, wrong); `-v` lists what
//! was not right. Fails where less is right, or more is wrong.
#![allow(unreachable_pub, reason = "modules of one binary")]
#![allow(clippy::print_stdout, clippy::disallowed_methods, reason = "a measuring tool")]

mod ask;
mod world;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::ExitCode;

use serde_json::Value;

/// What became of a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The answer wanted.
    Right,
    /// Neither: the reader says that it cannot tell.
    Unsure(String),
    /// The other answer.
    Wrong(String),
}

#[derive(Default)]
struct Tally {
    right: usize,
    unsure: usize,
    wrong: usize,
}

impl Tally {
    fn all(&self) -> usize {
        self.right + self.unsure + self.wrong
    }

    fn line(&self, name: &str) -> String {
        let share = |n: usize| 100 * n / self.all().max(1);
        format!(
            "{name:22} {:4} cases: {:4} right ({:3} %), {:3} unsure, {:3} wrong ({:2} %)",
            self.all(),
            self.right,
            share(self.right),
            self.unsure,
            self.wrong,
            share(self.wrong)
        )
    }
}

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (mut verbose, mut floor, mut most, mut files) = (false, 0, 100, Vec::new());
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "-v" => verbose = true,
            "--floor" => floor = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(100),
            "--most-wrong" => most = arguments.next().and_then(|n| n.parse().ok()).unwrap_or(0),
            _ => files.push(argument),
        }
    }
    let templates = world::Templates::load(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/wording")));
    let (mut by, mut all): (BTreeMap<String, Tally>, Tally) = Default::default();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        for case in text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok()) {
            let outcome = ask::ask(&case, &templates);
            let word = |key: &str| case[key].as_str().unwrap_or_default().to_owned();
            let negative = matches!(&*case["want"].to_string(), "\"no\"" | "\"false\"" | "\"untracked\"");
            let name = format!("{} {} {}", word("cat"), word("lang"), if negative { "no" } else { "yes" });
            for tally in [by.entry(name).or_default(), &mut all] {
                match &outcome {
                    Outcome::Right => tally.right += 1,
                    Outcome::Unsure(_) => tally.unsure += 1,
                    Outcome::Wrong(_) => tally.wrong += 1,
                }
            }
            if verbose && outcome != Outcome::Right {
                println!("{} {outcome:?}\n    {:?}", word("id"), word("text"));
            }
        }
    }
    for (name, tally) in &by {
        println!("{}", tally.line(name));
    }
    println!("{}", all.line("all"));
    let low = 100 * all.right < floor * all.all() || 100 * all.wrong > most * all.all();
    if all.all() == 0 || low { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
