//! What a document leaves open, for people: the text of `lookback confirm`.

use std::io::{self, Write};

use crate::judge::confirmed::OpenPoint;
use crate::render::escape::{line, no_command};
use crate::render::layout::{Paint, wrap};
use crate::render::style::Style;
use lookback_reading::{Reading, shorten};

/// Quotes of one point.
const QUOTES: usize = 3;

/// Writes what is open, each with the nearest words.
pub fn render(path: &str, reading: &Reading, open: &[OpenPoint], out: &mut dyn Write, style: &Style) -> io::Result<()> {
    let paint = Paint { color: style.color };
    let mut lines = vec![format!("{}: {} open", paint.bold(&line(&shorten(path, 300))), open.len())];
    let width = style.width.clamp(40, 400);
    let mut say = |indent: usize, text: &str| {
        let parts = wrap(text, width.saturating_sub(indent + 2));
        lines.extend(parts.into_iter().map(|part| format!("{}{part}", " ".repeat(indent))));
    };
    for point in open {
        let constraint = point.fact.constraint();
        let why = point.why.as_deref().unwrap_or("its words leave it open");
        say(2, &format!("{} ({}): {}", point.fact.word(), constraint.id(), line(why)));
        for quote in point.quotes.iter().take(QUOTES) {
            say(4, &format!("{}: “{}”", line(&quote.whereabouts()), line(&shorten(&quote.text, 300))));
        }
    }
    if open.is_empty() && reading.foreign().is_some() && reading.declared.is_none() {
        say(
            2,
            "Its language is not judged. Declare first what it is: `lookback: review` in its front matter, or [[document]] in lookback.toml.",
        );
    }
    if !open.is_empty() {
        say(
            2,
            "A labelled line in the document settles each for certain; where it cannot be changed: `lookback confirm PATH --by NAME`.",
        );
    }
    let safe: String = lines.iter().flat_map(|line| [no_command(line), "\n".to_owned()]).collect();
    out.write_all(safe.as_bytes())
}
