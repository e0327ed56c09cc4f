//! Forms of the record: the shipped ones and those of a firm, filled by one engine, strict on names that are not there and bounded
//! by fuel. Whatever comes from data is shown as text and nothing else.

use std::fmt::Write as _;

use minijinja::value::{Serde, Value, ValueKind};
use minijinja::{AutoEscape, Environment, Error, ErrorKind, State};

use crate::model::draft::RecordDraft;
use crate::render::draft::error::DraftError;
use crate::render::draft::marks::{DraftPart, begin, parts};
use crate::render::draft::table::aligned;
use crate::render::escape::{line, markdown};
use crate::render::template;
use lookback_reading::shorten;

/// What marks a place that a person has to fill.
pub const REVIEWER: &str = "TODO(reviewer)";

/// Steps of the engine for one draft: a form with a thousand issues takes less than a tenth of it.
const FUEL: u64 = 20_000_000;
/// What declares a record.
const DECLARED: &str = "---\nlookback: review\n---\n\n";
/// Bytes of a form.
const MOST: usize = 1024 * 1024;

/// A form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReviewForm<'a> {
    /// Its name, for messages.
    pub name: &'a str,
    /// Its text.
    pub text: &'a str,
}

impl ReviewForm<'static> {
    /// The shipped form in a language, by its code.
    pub fn shipped(language: &str) -> Option<ReviewForm<'static>> {
        match language {
            "en" => Some(ReviewForm { name: "review.en.md", text: include_str!("../forms/review.en.md") }),
            "de" => Some(ReviewForm { name: "review.de.md", text: include_str!("../forms/review.de.md") }),
            _ => None,
        }
    }
}

/// Writes a draft into a form of Markdown.
pub fn write(draft: &RecordDraft, form: &ReviewForm<'_>) -> Result<String, DraftError> {
    if form.text.len() > MOST {
        let what = format!("the form has {} bytes; at most {MOST} are read", form.text.len());
        return Err(DraftError::of(form.name, what, "Leave out of the form what is no part of a record."));
    }
    let env = environment();
    let filled = env.render_named_str(form.name, form.text, Serde(draft)).map_err(|error| said(form, &error))?;
    // Whatever the form is called, what comes of it is looked at as a record; the form itself is none.
    let mut out = if filled.starts_with("---\n") { String::new() } else { DECLARED.to_owned() };
    let mut any = false;
    for part in parts(form.name, &filled)? {
        match part {
            DraftPart::Theirs(lines) => lines.iter().for_each(|line| out += &format!("{line}\n")),
            DraftPart::Ours(block) => {
                any = true;
                let lines = aligned(&block.lines);
                let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
                let mark = begin(&block.name, &block.theirs, &lines);
                let _ = write!(out, "{mark}\n{}\n{}\n", lines.join("\n"), block.end);
            }
        }
    }
    if !any {
        let next = "Put what the data say between `<!-- lookback:begin NAME -->` and `<!-- lookback:end NAME -->`.";
        return Err(DraftError::of(form.name, "the form has no block of data", next));
    }
    Ok(out)
}

/// The lines of the places of a draft that people have to fill, 1-based; a row may hold several.
pub fn places(text: &str) -> Vec<usize> {
    text.lines().enumerate().flat_map(|(at, line)| line.matches(REVIEWER).map(move |_| at + 1)).collect()
}

fn said(form: &ReviewForm<'_>, error: &Error) -> DraftError {
    let words = error.line().and_then(|at| form.text.lines().nth(at.checked_sub(1)?));
    let what = match error.kind() {
        // The engine does not tell the name.
        ErrorKind::UndefinedError if words.is_some() => {
            format!("a name that is none in \"{}\"", shorten(&line(words.unwrap_or_default()), 100))
        }
        ErrorKind::OutOfFuel => "the form does not come to an end: it took more steps than any record needs".to_owned(),
        kind => error.detail().map_or_else(|| kind.to_string(), |detail| format!("{kind}: {detail}")),
    };
    let next = match error.kind() {
        ErrorKind::OutOfFuel => "Take the long loop out of the form.",
        ErrorKind::UndefinedError => "docs/draft.md lists the names that a form may use.",
        _ => "docs/draft.md says what a form may hold; `lookback draft --print-form` prints one that works.",
    };
    match error.line() {
        Some(at) => DraftError::at(form.name, at, what, next),
        None => DraftError::of(form.name, what, next),
    }
}

fn environment() -> Environment<'static> {
    let mut env = template::environment();
    env.set_fuel(Some(FUEL));
    env.set_recursion_limit(100);
    env.set_auto_escape_callback(|_| AutoEscape::None);
    env.set_formatter(|out, _: &mut State, value| {
        let text = shown(value)?;
        out.write_str(&text).map_err(Error::from)
    });
    env.add_function("linked", |id: &str, url: Value| Value::from_safe_string(linked(id, url.as_str())));
    env.add_filter("named", named);
    env.add_filter("known", |value: Value, other: Value| if value.is_none() { other } else { value });
    env.add_filter("quoted", |text: &str| Value::from_safe_string(quoted(text)));
    env.add_filter("marked", |text: &str| Value::from_safe_string(plain_id(text)));
    env
}

/// A value as text of Markdown.
fn shown(value: &Value) -> Result<String, Error> {
    match value.kind() {
        ValueKind::None => Ok(String::new()),
        ValueKind::String if value.is_safe() => Ok(value.to_string()),
        ValueKind::String => Ok(markdown(&value.to_string())),
        ValueKind::Number if !value.is_integer() => {
            let number: f64 = value.clone().try_into()?;
            Ok(format!("{number:.1}"))
        }
        ValueKind::Number | ValueKind::Bool => Ok(value.to_string()),
        kind => Err(Error::new(ErrorKind::InvalidOperation, format!("a {kind} is no text; name one of its parts"))),
    }
}

/// The word of a form for a word of ours: `state|named({"open": "offen"})`. What it does not name stays.
fn named(word: &str, words: &Value) -> Result<Value, Error> {
    let found = words.get_attr(word)?;
    Ok(if found.is_undefined() { Value::from(word) } else { found })
}

/// An id as people write it, with a link where it can be read.
fn linked(id: &str, url: Option<&str>) -> String {
    let text = plain_id(id);
    let sound = |url: &&str| {
        (url.starts_with("https://") || url.starts_with("http://"))
            && url.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/?#@!$&'*+,;=%".contains(&b))
    };
    match url.filter(sound) {
        Some(url) => format!("[{text}]({url})"),
        None => text,
    }
}

/// Characters of a title; trackers take fewer.
const TITLE: usize = 300;

/// Words of others as inline code: they are shown as they are, and whoever reads the record does not take them for its own: no
/// judgement, no place to fill, no mark of a block comes out of a title.
fn quoted(text: &str) -> String {
    // Printed with `-o -`, it stands in the log of a runner, which obeys `##[`.
    let text = shorten(line(text).trim(), TITLE).replace("<!--", "<! --").replace("##[", "## [").replace('|', "\\|");
    if text.is_empty() {
        return text;
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    let space = if text.starts_with('`') || text.ends_with('`') { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// Within a line `#12` needs no backslash.
fn plain_id(id: &str) -> String {
    let text = markdown(id);
    text.strip_prefix("\\#").map_or(text.clone(), |rest| format!("#{rest}"))
}
