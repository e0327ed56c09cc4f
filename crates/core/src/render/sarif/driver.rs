//! The tool as SARIF describes it: every rule of the table with its help, and the notifications that a run may hold.

use serde_json::{Value, json};

use crate::judge::rule::Rule;
use crate::judge::rules::RULES;
use crate::model::finding::Level;
use crate::render::anchor::UNSEEN;
use crate::render::rules;
use crate::render::words::{capital, sentence};
use lookback_reading::{Constraint, STANDARD};

/// All rules, in the order of the table, and the one for constraints that could not be judged.
pub(crate) fn driver() -> Value {
    let mut rules: Vec<Value> = RULES.iter().map(|rule| descriptor(rule)).collect();
    rules.push(json!({
        "id": UNSEEN,
        "name": pascal(UNSEEN),
        "shortDescription": {"text": "A constraint could not be judged in full."},
        "fullDescription": {"text": "Something that the judgement depends on could not be seen. That is neither a pass nor a fault."},
        "help": {"text": "Read the notifications of the run: each says what could not be seen and what to do about it."},
        "defaultConfiguration": {"level": "warning"},
        "properties": {"tags": ["compliance", STANDARD]},
    }));
    let mut driver = json!({
        "name": "Lookback",
        "organization": "Lookback",
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "version": env!("CARGO_PKG_VERSION"),
        "rules": rules,
        "notifications": [
            notice("limit", "Something could not be seen.", "What depends on it is not judged; see its message."),
            notice("left-out", "There are more results than platforms take.", "The JSON report lists all of them."),
        ],
    });
    if let (Some(home), Some(object)) = (rules::home(), driver.as_object_mut()) {
        object.insert("informationUri".to_owned(), json!(home));
    }
    driver
}

fn notice(id: &str, says: &str, help: &str) -> Value {
    json!({
        "id": id,
        "shortDescription": {"text": says},
        "fullDescription": {"text": format!("{says} {help}")},
        "help": {"text": help},
    })
}

fn descriptor(rule: &Rule) -> Value {
    let clause = rule.constraint.map(|constraint| format!("{STANDARD} {}", constraint.info().clause));
    let tags: Vec<String> = ["compliance", "security", STANDARD].map(str::to_owned).into_iter().chain(clause).collect();
    let mut value = json!({
        "id": rule.id,
        "name": pascal(rule.id),
        "shortDescription": {"text": sentence(rule.title)},
        "fullDescription": {"text": format!("{} {}", sentence(rule.title), rule.why)},
        "help": {
            "text": format!("{} {} What to do: {}", sentence(rule.title), rule.why, rule.remedy),
            "markdown": rules::text_of(rule),
        },
        "defaultConfiguration": {"level": rule.level.word()},
        "properties": {
            "tags": tags,
            "constraint": rule.constraint.map(Constraint::id),
            "security-severity": severity(rule.level),
        },
    });
    if let (Some(page), Some(object)) = (rules::manual(rule), value.as_object_mut()) {
        object.insert("helpUri".to_owned(), json!(page));
    }
    value
}

/// Where GitHub's code scanning sorts a fault: high, medium or low. A fault of the process is no weakness of its own, so none is critical.
fn severity(level: Level) -> &'static str {
    match level {
        Level::Error => "7.0",
        Level::Warning => "4.0",
        Level::Note => "1.0",
    }
}

/// `review-gap` as `ReviewGap`.
fn pascal(id: &str) -> String {
    id.split('-').map(capital).collect()
}
