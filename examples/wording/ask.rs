//! Puts a case into its place and asks reader and judge what it says.

use std::collections::{BTreeMap, BTreeSet};

use lookback_reading::Reader;
use regex::Regex;
use serde_json::Value;

use crate::Outcome;
use crate::world::{self, PROCEDURE, RECORD, Templates};

/// The outcome of a case.
pub fn ask(case: &Value, templates: &Templates) -> Outcome {
    let lang = case["lang"].as_str().unwrap_or("en");
    let text = case["text"].as_str().unwrap_or_default();
    match case["cat"].as_str().unwrap_or_default() {
        "held" => held(case, templates, lang, text),
        "judged" => judged(case, templates, lang, text),
        "examined" => examined(case, templates, lang, text),
        "claim" => claim(case, templates, lang, text),
        "approval" => approval(case, templates, lang, text),
        "escape" => escape(case, templates, lang, text),
        "action" => action(case, templates, lang, text),
        "followup" => followup(case, templates, lang, text),
        "date" => date(case, templates, lang, text),
        "procedure" => procedure(case, templates, lang, text),
        other => Outcome::Wrong(format!("no category {other}")),
    }
}

fn record(templates: &Templates, lang: &str, data: &str, place: &str, text: &str) -> String {
    let part = |name: &str| templates.part(lang, name).replace("{}", text);
    let mut over: BTreeMap<&str, String> = BTreeMap::new();
    match place {
        "whole" => return format!("{text}\n"),
        "note" => drop(over.insert("note", format!("{text}\n\n"))),
        "end" => drop(over.insert("end", format!("\n{text}\n"))),
        "status" => drop(over.insert("status", part("status"))),
        "row" => drop(over.insert("row", format!("{}\n{text}", templates.part(lang, "approved")))),
        "item" => drop(over.insert("end", part("items"))),
        "cell" => drop(over.insert("end", part("cells"))),
        "footnote" => {
            over.insert("complete", format!("{}{}", templates.part(lang, "complete"), templates.part(lang, "mark")));
            over.insert("end", part("footnote"));
        }
        "date" => drop(over.insert("date", text.to_owned())),
        "complete" => drop(over.insert("complete", text.to_owned())),
        "efficient" => drop(over.insert("efficient", text.to_owned())),
        "resolved" => drop(over.insert("resolved", text.to_owned())),
        "followup" => drop(over.insert("followup", text.to_owned())),
        _ => {}
    }
    world::record_with(templates, lang, data, &over)
}

fn wants(case: &Value, word: &str) -> bool {
    case["want"].as_str() == Some(word)
}

fn data<'a>(case: &'a Value, default: &'a str) -> &'a str {
    case["data"].as_str().unwrap_or(default)
}

fn review(report: &Value) -> Option<&Value> {
    report["reviews"].as_array()?.iter().find(|review| review["path"] == RECORD)
}

/// `Some(true)`: counted; `None`: unsure.
fn counted(report: &Value) -> Option<bool> {
    match review(report) {
        None => Some(false),
        Some(review) => review["counted"].as_bool(),
    }
}

fn why(report: &Value) -> String {
    let told = review(report).map(|review| review["why_not"].to_string());
    told.or_else(|| report["error"].as_str().map(str::to_owned)).unwrap_or_else(|| "not taken for a review".to_owned())
}

fn fired<'a>(report: &'a Value, rules: &[&str]) -> Vec<&'a Value> {
    let here = |finding: &&Value| {
        let path = &finding["location"]["path"];
        rules.iter().any(|rule| finding["rule"] == *rule)
            && (path == RECORD || finding["subject"] == RECORD || path.is_null())
    };
    report["findings"].as_array().map(|all| all.iter().filter(here).collect()).unwrap_or_default()
}

/// Is something unsure about the constraint (and the word, where one is given)?
fn unsure(report: &Value, constraint: &str, word: &str) -> bool {
    fired(report, &["wording-unclear"]).iter().any(|finding| {
        finding["constraint"] == constraint && (word.is_empty() || finding.to_string().to_lowercase().contains(word))
    })
}

/// Compares a yes-or-no answer; a document that does not count has no answer that could assure anybody falsely.
fn compare(want: bool, got: Option<bool>, why: String) -> Outcome {
    match got {
        Some(got) if got == want => Outcome::Right,
        None => Outcome::Unsure(why),
        Some(_) => Outcome::Wrong(why),
    }
}

fn held(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let place = case["place"].as_str().unwrap_or("note");
    let document = record(templates, lang, data(case, "zero"), place, text);
    let report = world::check(templates, lang, data(case, "zero"), &document, false);
    let got = counted(&report);
    if wants(case, "unsure") {
        return if got.is_none() { Outcome::Right } else { Outcome::Wrong(why(&report)) };
    }
    compare(wants(case, "yes"), got, why(&report))
}

fn judged(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let (place, word) = match case["aspect"].as_str().unwrap_or_default() {
        "completeness" => ("complete", "complet"),
        "efficiency" => ("efficient", "efficien"),
        _ => ("resolved", "resol"),
    };
    let mut document = record(templates, lang, data(case, "two"), place, text);
    for (name, words) in case["over"].as_object().into_iter().flatten() {
        if name == "title" {
            let rest = document.split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default();
            document = format!("# {}\n{rest}", words.as_str().unwrap_or_default());
        } else {
            document = document.replace(&templates.part(lang, name), words.as_str().unwrap_or_default());
        }
    }
    let report = world::check(templates, lang, data(case, "two"), &document, false);
    let missing = fired(&report, &["assessment-missing"])
        .iter()
        .any(|finding| format!("{}{}", finding["subject"], finding["message"]).to_lowercase().contains(word));
    let not_counted = counted(&report) != Some(true);
    let want = wants(case, "proven");
    if not_counted {
        return if want { Outcome::Wrong(format!("not counted: {}", why(&report))) } else { Outcome::Right };
    }
    let got = if missing {
        Some(false)
    } else if unsure(&report, "4.1.8#c", word) {
        None
    } else {
        Some(true)
    };
    compare(want, got, String::new())
}

fn examined(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let set = data(case, "seven");
    let over: BTreeMap<&str, String> = [("issues", text.to_owned())].into();
    let document = world::record_with(templates, lang, set, &over);
    let report = world::check(templates, lang, set, &document, false);
    if counted(&report) != Some(true) {
        return Outcome::Wrong(format!("not counted: {}", why(&report)));
    }
    let number = |text: &str| text.rsplit(|c: char| !c.is_ascii_digit()).next().and_then(|n| n.parse::<u64>().ok());
    let got: BTreeSet<u64> = report["issues"]
        .as_array()
        .into_iter()
        .flatten()
        .filter(|issue| issue["examined"].as_bool() == Some(true))
        .filter_map(|issue| number(issue["id"].as_str()?))
        .collect();
    let want: BTreeSet<u64> = case["want"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    compare(true, Some(got == want), format!("{got:?} instead of {want:?}"))
}

fn claim(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let set = data(case, "five");
    let document = record(templates, lang, set, case["place"].as_str().unwrap_or("resolved"), text);
    let report = world::check(templates, lang, set, &document, false);
    if counted(&report) != Some(true) {
        return Outcome::Wrong(format!("not counted: {}", why(&report)));
    }
    let found = fired(&report, &["conclusion-contradicted"]);
    let said = found.first().map(|finding| finding["message"].to_string()).unwrap_or_default();
    let got = match (found.is_empty(), unsure(&report, "4.1.8#c", "claims")) {
        (false, _) => Some(false),
        (true, true) => None,
        (true, false) => Some(true),
    };
    compare(wants(case, "true"), got, said)
}

fn approval(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let mut over: BTreeMap<&str, String> = [("row", String::new())].into();
    let row = case["place"] == "row";
    over.insert(if row { "row" } else { "end" }, if row { text.to_owned() } else { format!("\n{text}\n") });
    // Without the row nothing stands between the table and what follows.
    let document = world::record_with(templates, lang, "zero", &over);
    let report = world::check(templates, lang, "zero", &document, false);
    let by = review(&report).map(|review| review["approved_by"].to_string()).unwrap_or_default();
    let none = review(&report).is_none_or(|review| review["approval"] == "none");
    let want = wants(case, "yes");
    if counted(&report) != Some(true) {
        return if want { Outcome::Wrong(format!("not counted: {}", why(&report))) } else { Outcome::Right };
    }
    let named = case["who"].as_str().is_none_or(|who| by.contains(who));
    compare(want, Some(!none && (named || !want)), format!("approved by {by}"))
}

fn escape(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let mut over: BTreeMap<&str, String> = [("deployed", text.to_owned())].into();
    if let Some(heading) = case["heading"].as_str() {
        over.insert("deployed_heading", heading.to_owned());
    }
    let document = world::record_with(templates, lang, "one", &over);
    let report = world::check(templates, lang, "one", &document, false);
    let want = wants(case, "yes");
    if counted(&report) != Some(true) {
        return if want { Outcome::Wrong(format!("not counted: {}", why(&report))) } else { Outcome::Right };
    }
    let found = fired(&report, &["deployed-defects-not-analysed", "cause-not-traced"]);
    let said = found.first().map(|finding| finding["rule"].to_string()).unwrap_or_default();
    let got = if !found.is_empty() {
        Some(false)
    } else if unsure(&report, "4.1.6#b", "") {
        None
    } else {
        Some(true)
    };
    compare(want, got, said)
}

fn reading(path: &str, text: &str) -> Value {
    let reader = Reader::new(&world::policy().issues.tracker_keys, &[]);
    let mut out = Vec::new();
    let read = vec![(path.to_owned(), reader.read(path, text.as_bytes()))];
    let written = lookback_core::render::json::report::read_json(&read, &mut out);
    written.ok().and_then(|()| serde_json::from_slice::<Value>(&out).ok()).map(|all| all[0].clone()).unwrap_or_default()
}

fn action(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let over: BTreeMap<&str, String> = [("actions", text.to_owned())].into();
    let document = world::record_with(templates, lang, "zero", &over);
    if wants(case, "untracked") {
        let report = world::check(templates, lang, "zero", &document, false);
        let found = fired(&report, &["action-untracked"]);
        return compare(true, Some(!found.is_empty()), "taken for tracked".to_owned());
    }
    let (want, read) = (&case["want"], reading(RECORD, &document));
    let about = want["about"].as_str().unwrap_or_default().to_lowercase();
    let actions = read["actions"].as_array().cloned().unwrap_or_default();
    let Some(found) = actions.iter().find(|one| one["text"].to_string().to_lowercase().contains(&about)) else {
        return Outcome::Wrong(format!("not read: {actions:?}"));
    };
    for key in ["owner", "due", "state"] {
        let Some(pattern) = want[key].as_str() else { continue };
        let matches =
            Regex::new(&format!("(?i){pattern}")).is_ok_and(|p| p.is_match(found[key].as_str().unwrap_or_default()));
        if !matches {
            return Outcome::Wrong(format!("{key} is {}", found[key]));
        }
    }
    Outcome::Right
}

fn followup(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let over: BTreeMap<&str, String> = [("followup", text.to_owned())].into();
    let document = world::record_with(templates, lang, "zero", &over);
    let report = world::check(templates, lang, "zero", &document, true);
    let any =
        report["findings"].as_array().into_iter().flatten().any(|finding| finding["rule"] == "action-not-followed-up");
    compare(
        wants(case, "told"),
        Some(!any),
        if any { "seen as not followed up".to_owned() } else { "taken for told".to_owned() },
    )
}

fn date(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let title = case["title"].as_str().map_or_else(|| templates.part(lang, "title"), str::to_owned);
    let places: BTreeMap<&str, String> = [("title", title), ("text", text.to_owned())].into();
    let read = reading("record.md", &templates.fill(&format!("dated.{lang}"), &places));
    let fields = &read["fields"];
    for (key, want) in case["want"].as_object().into_iter().flatten() {
        let got = match key.as_str() {
            "held" => &fields["date_held"],
            other => &fields["period"][other],
        };
        if got != want {
            return Outcome::Wrong(format!("{key} is {got}"));
        }
    }
    Outcome::Right
}

fn procedure(case: &Value, templates: &Templates, lang: &str, text: &str) -> Outcome {
    let heading = case["heading"].as_str().map_or_else(|| templates.part(lang, "heading"), str::to_owned);
    let status = case["status"].as_str().map_or_else(String::new, |line| format!("{line}\n\n"));
    let places: BTreeMap<&str, String> = [("heading", heading), ("status", status), ("text", text.to_owned())].into();
    let read = reading(PROCEDURE, &templates.fill(&format!("procedure.{lang}"), &places));
    let mut doubt = false;
    for (constraint, want) in case["want"].as_object().into_iter().flatten() {
        let got = read["constraints"][constraint]["met"].as_bool();
        match got {
            None => doubt = true,
            got if got != want.as_bool() => return Outcome::Wrong(format!("{constraint} is {got:?}")),
            _ => {}
        }
    }
    if doubt { Outcome::Unsure(String::new()) } else { Outcome::Right }
}
