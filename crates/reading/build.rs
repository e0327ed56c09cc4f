//! Makes the table of sentence patterns, so that no start of the program has to.

use std::path::PathBuf;
use std::{env, fs};

#[path = "src/grammar/needs.rs"]
mod needs;
#[path = "src/grammar/plain.rs"]
mod plain;
#[path = "src/grammar/table.rs"]
mod table;

#[expect(clippy::disallowed_methods, reason = "a build script reads a source and writes what it makes of it")]
fn main() -> Result<(), String> {
    let source = "src/words/sentences.toml";
    for file in [source, "src/grammar/needs.rs", "src/grammar/plain.rs", "src/grammar/table.rs"] {
        println!("cargo::rerun-if-changed={file}");
    }
    let toml = fs::read_to_string(source).map_err(|error| format!("{source}: {error}"))?;
    let table = table::table(&toml).map_err(|error| format!("{source}: {error}"))?;
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("cargo names no OUT_DIR")?).join("sentences.txt");
    fs::write(&out, table).map_err(|error| format!("{}: {error}", out.display()))
}
