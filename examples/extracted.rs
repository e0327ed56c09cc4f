//! Prints the text that the reader sees in files: `cargo run --example extracted -- FILE…`.
#![expect(clippy::print_stdout, clippy::disallowed_methods, reason = "a command")]

use lookback_reading::Reader;

fn main() -> std::io::Result<()> {
    for path in std::env::args().skip(1) {
        let bytes = std::fs::read(&path)?;
        println!("{}", Reader::text(&path, &bytes).unwrap_or_else(|| format!("{path}: not read")));
    }
    Ok(())
}
