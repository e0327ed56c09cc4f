//! The JSON Schema of `lookback.toml`, for editors: made from the key table. Draft 7, which editors of TOML know.

use serde_json::{Map, Value, json};

use crate::config::key::{Key, KeyKind};
use crate::config::keys::keys;
use crate::config::page::about;

const TITLE: &str = "Lookback configuration";

/// The schema; `rules` are the ids that `[rules]` may name.
pub fn schema(rules: &[&str]) -> Value {
    let mut root = table(TITLE);
    for key in keys() {
        let (path, name) = key.split();
        let mut at = &mut root;
        let mut known = String::new();
        for part in path.split('.') {
            known = if known.is_empty() { part.to_owned() } else { format!("{known}.{part}") };
            let of_list = part.strip_suffix("[]");
            let fresh = || match of_list {
                Some(_) => json!({"type": "array", "description": about(&known), "items": table(about(&known))}),
                None => table(about(&known)),
            };
            at = &mut at["properties"][of_list.unwrap_or(part)];
            if at.is_null() {
                *at = fresh();
            }
            if of_list.is_some() {
                at = &mut at["items"];
            }
        }
        if !name.starts_with('<') {
            at["properties"][name] = value(key);
        } else if name == "<rule>" {
            for rule in rules {
                at["properties"][rule] = value(key);
            }
        } else {
            at["additionalProperties"] = value(key);
        }
    }
    root["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    root["$id"] = json!("urn:lookback:schema:config:1");
    root["title"] = json!(TITLE);
    root
}

fn table(about: &str) -> Value {
    json!({"type": "object", "description": about, "additionalProperties": false, "properties": Map::new()})
}

fn value(key: &Key) -> Value {
    let text = || json!({"type": "string", "minLength": 1});
    let texts = || json!({"type": "array", "items": text()});
    let mut value = match key.kind {
        KeyKind::Text | KeyKind::Pattern => text(),
        KeyKind::Texts | KeyKind::Patterns => texts(),
        KeyKind::TextOrTexts => json!({"anyOf": [text(), texts()]}),
        KeyKind::Number => json!({"type": "integer", "minimum": 0}),
        KeyKind::Flag => json!({"type": "boolean"}),
        KeyKind::Date => json!({"type": "string", "format": "date"}),
        KeyKind::Choice => choice(key.says),
    };
    value["description"] = json!(key.says);
    value
}

/// The words that a key names in quotes; where one holds a number to be chosen (`N-months`), they are examples.
fn choice(says: &str) -> Value {
    let words: Vec<&str> = says.split('"').skip(1).step_by(2).collect();
    if words.iter().any(|word| word.starts_with("N-")) {
        let plain: Vec<_> = words.into_iter().filter(|word| !word.starts_with("N-")).collect();
        json!({"type": "string", "examples": plain})
    } else {
        json!({"type": "string", "enum": words})
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// TOML as JSON has it: days are texts.
    fn plain(value: toml::Value) -> Value {
        match value {
            toml::Value::Datetime(when) => json!(when.to_string()),
            toml::Value::Array(list) => list.into_iter().map(plain).collect(),
            toml::Value::Table(table) => table.into_iter().map(|(key, value)| (key, plain(value))).collect(),
            other => serde_json::to_value(other).unwrap(),
        }
    }

    #[test]
    fn what_the_reader_takes_the_schema_takes() {
        let schema = schema(&["review-gap", "review-hollow"]);
        jsonschema::meta::validate(&schema).unwrap();
        let schema = jsonschema::validator_for(&schema).unwrap();
        for key in keys() {
            let (table, name) = key.split();
            let head = table.strip_suffix("[]").map_or_else(|| format!("[{table}]"), |list| format!("[[{list}]]"));
            for value in [key.default().unwrap_or_default(), key.example.to_owned()] {
                let line = if name.starts_with('<') { value } else { format!("{name} = {value}") };
                let Ok(text) = toml::from_str::<toml::Value>(&format!("{head}\n{line}")) else { continue };
                let errors: Vec<_> = schema.iter_errors(&plain(text)).map(|error| error.to_string()).collect();
                assert!(errors.is_empty(), "{}: {errors:?}", key.path);
            }
        }
        for wrong in [
            "[cadance]\nwindow = \"12-months\"",
            "[cadence]\nnotice_days = \"60\"",
            "[rules]\nreview-gap = \"fatal\"",
            "[rules]\nreview-gup = \"off\"",
            "[on]\npull_request = \"some\"",
            "[[waiver]]\nruel = \"x\"",
        ] {
            assert!(!schema.is_valid(&plain(toml::from_str(wrong).unwrap())), "{wrong}");
        }
    }
}
