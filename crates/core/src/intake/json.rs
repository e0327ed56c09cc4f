//! JSON text → values, and which of the formats they are in: told by content, never by the file's name. Pure.

use serde_json::Value;

use crate::intake::item::JsonItem;
use crate::intake::source::{IssueFileError, IssueSource, SourceRead, empty, printable};
use crate::intake::{FORMATS, gh_json, pages};
use lookback_reading::{one_based, shorten};

/// Objects that are asked for their format before a file counts as unknown.
const PROBED: usize = 200;

/// Reads the text of a JSON file: one value, or several one after the other (one a line, `gh api --paginate`).
pub(crate) fn read(source: &IssueSource<'_>, text: &str) -> Result<SourceRead, IssueFileError> {
    let mut values = Vec::new();
    for value in serde_json::Deserializer::from_str(text).into_iter::<Value>() {
        values.push(value.map_err(|error| syntax(source, &error))?);
    }
    let mut read = read_values(source, &values)?;
    read.limits.extend(pages::limit(source, &values));
    if !JsonItem::all(&values).iter().any(|item| item.value().is_object()) {
        read.limits.push(empty(source));
    }
    Ok(read)
}

/// The same for values that are already parsed, such as the answers of an API.
pub(crate) fn read_values(source: &IssueSource<'_>, values: &[Value]) -> Result<SourceRead, IssueFileError> {
    let items = JsonItem::all(values);
    let objects = || items.iter().map(JsonItem::value).filter(|value| value.is_object());
    let known = objects().take(PROBED).find_map(|value| FORMATS.iter().find(|format| (format.knows)(value)));
    match (known, objects().next()) {
        (Some(format), _) => (format.read)(source, values),
        (None, None) => gh_json::read(source, values),
        (None, Some(object)) => Err(IssueFileError::Unrecognised {
            name: source.name.to_owned(),
            found: keys(object),
            known: FORMATS.iter().map(|format| format.called).collect::<Vec<_>>().join("; "),
        }),
    }
}

fn keys(object: &Value) -> String {
    let names = object.as_object().map(|fields| fields.keys().take(12).map(|key| printable(key)).collect::<Vec<_>>());
    let names = names.filter(|names| !names.is_empty()).map_or("no fields".to_owned(), |names| names.join(", "));
    shorten(&names, 200)
}

fn syntax(source: &IssueSource<'_>, error: &serde_json::Error) -> IssueFileError {
    let text = error.to_string();
    let why = text.split(" at line ").next().unwrap_or_default();
    IssueFileError::Json {
        name: source.name.to_owned(),
        line: one_based(error.line()).get() as usize,
        column: one_based(error.column()).get() as usize,
        why: printable(why),
    }
}
