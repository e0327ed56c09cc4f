//! SARIF 2.1.0 (OASIS), for GitHub code scanning and every other viewer: all rules, findings as results, limits as notifications.
//!
//! A constraint that could not be judged in full is a result of the kind `open`, so that a platform which closes what is no longer
//! listed does not take a blind run for a clean one.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::judge::rules::RULES;
use crate::model::finding::{Finding, Level};
use crate::model::limit::Limit;
use crate::model::report::{Report, Verdict};
use crate::render::anchor;
use crate::render::anchor::{Anchored, Place, UNSEEN, Unseen};
use crate::render::escape::{sarif as message, uri};
use crate::render::json::safe::write;
use crate::render::lane;
use crate::render::words::{sentence, told};
use lookback_reading::{Constraint, Location, STANDARD, STANDARD_EDITION, count, shorten};

/// Results that GitHub shows of one upload; it refuses uploads with more than five times as many.
pub(crate) const MOST: usize = 5_000;
/// Characters of one message.
const MESSAGE: usize = 8_000;
/// The base of all paths.
const BASE: &str = "SRCROOT";

/// Writes one log with one run.
pub(crate) fn render(report: &Report, out: &mut dyn Write) -> io::Result<()> {
    let log = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [run(report)],
    });
    write(&log, out)
}

fn run(report: &Report) -> Value {
    // Unseen constraints first: they must not fall to the limit of the platform.
    let mut results: Vec<Value> = anchor::unseen(report).iter().map(open).collect();
    let room = MOST.saturating_sub(results.len());
    let findings = anchor::findings(report);
    results.extend(findings.iter().take(room).map(result));
    let left_out = findings.len().saturating_sub(room);
    let mut run = json!({
        "tool": {"driver": crate::render::sarif::driver::driver()},
        "automationDetails": {
            "id": "lookback/",
            "description": {"text": format!("The yearly review that {STANDARD} 4.1.6 and 4.1.8 ask for.")},
        },
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {BASE: {"description": {"text": "The root of the repository."}}},
        "invocations": [invocation(report, left_out)],
        "results": results,
        "properties": properties(report),
    });
    if let (Some(origin), Some(object)) = (&report.origin, run.as_object_mut()) {
        let mut place = json!({"repositoryUri": origin, "mappedTo": {"uriBaseId": BASE}});
        if let Some(revision) = &report.subject.revision {
            place["revisionId"] = json!(revision);
        }
        object.insert("versionControlProvenance".to_owned(), json!([place]));
    }
    run
}

fn result(found: &Anchored) -> Value {
    let Anchored { finding, place, id } = found;
    let mut value = json!({
        "ruleId": finding.rule,
        "ruleIndex": RULES.iter().position(|rule| rule.id == finding.rule),
        "kind": "fail",
        "level": finding.level.word(),
        "message": {"text": shorten(&words(finding, place), MESSAGE)},
        "locations": [location(place, finding)],
        "partialFingerprints": fingerprints(id),
        "properties": {
            "subject": finding.subject,
            "constraint": finding.constraint.map(Constraint::id),
            "standIn": place.stand_in,
        },
    });
    let related = related(finding);
    if let Some(object) = value.as_object_mut() {
        if !related.is_empty() {
            object.insert("relatedLocations".to_owned(), Value::Array(related));
        }
        if let Some(reason) = &finding.waived {
            let waiver = json!({"kind": "external", "status": "accepted", "justification": reason});
            object.insert("suppressions".to_owned(), json!([waiver]));
        }
    }
    value
}

fn open(unseen: &Unseen) -> Value {
    let Unseen { result, message: text, place, id } = unseen;
    let text = format!("{} Shown at this file, because it stands in none.", sentence(text));
    json!({
        "ruleId": UNSEEN,
        "ruleIndex": RULES.len(),
        "kind": "open",
        "level": "none",
        "message": {"text": shorten(&message(&text), MESSAGE)},
        "locations": [physical(&place.location)],
        "partialFingerprints": fingerprints(id),
        "properties": {"subject": result.constraint.id(), "constraint": result.constraint.id(), "standIn": true},
    })
}

/// GitHub tells alerts apart by the first name alone; the second says whose it is.
fn fingerprints(id: &str) -> Value {
    json!({"primaryLocationLineHash": id, "lookback/v1": id})
}

/// Fault, places outside the tree, remedy.
fn words(finding: &Finding, place: &Place) -> String {
    let mut text = sentence(&told(finding));
    for related in finding.related.iter().filter(|related| of_tree(related.location.as_ref()).is_none()) {
        text.push_str(&format!(" See: {}", sentence(&related.message)));
    }
    text.push_str(&format!(" What to do: {}", sentence(&finding.remedy)));
    if place.stand_in {
        text.push_str(" Shown at this file, because the fault stands in none.");
    }
    message(&text)
}

fn of_tree(location: Option<&Location>) -> Option<&Location> {
    location.filter(|location| anchor::inside(&location.path))
}

fn location(place: &Place, finding: &Finding) -> Value {
    let page = finding.quote.as_ref().and_then(|quote| quote.place.as_ref()).filter(|_| !place.stand_in);
    let Some(page) = page else { return physical(&place.location) };
    // The line counts within the page, not within the file.
    let mut value = physical(&Location::file(&place.location.path));
    value["logicalLocations"] = json!([{"name": page}]);
    value
}

/// Platforms want a region; what is about the whole file stands at its first line.
fn physical(location: &Location) -> Value {
    let mut region = Map::new();
    let first = location.line.map_or(1, std::num::NonZeroU32::get);
    region.insert("startLine".to_owned(), json!(first));
    if let (Some(_), Some(column)) = (location.line, location.column) {
        region.insert("startColumn".to_owned(), json!(column));
        let last = location.end_line.map_or(first, std::num::NonZeroU32::get).max(first);
        region.insert("endLine".to_owned(), json!(last));
        // A region that ends where it begins, or before, is none.
        let end = location.end_column.filter(|end| last > first || *end > column);
        let end = end.map_or(column.get().saturating_add(1), std::num::NonZeroU32::get);
        region.insert("endColumn".to_owned(), json!(end));
    }
    let artifact = json!({"uri": uri(&location.path), "uriBaseId": BASE});
    json!({"physicalLocation": {"artifactLocation": artifact, "region": region}})
}

fn related(finding: &Finding) -> Vec<Value> {
    let places = finding.related.iter().filter_map(|related| Some((of_tree(related.location.as_ref())?, related)));
    let numbered = places.enumerate().map(|(at, (place, related))| {
        let mut value = physical(place);
        value["id"] = json!(at + 1);
        value["message"] = json!({"text": message(&sentence(&related.message))});
        value
    });
    numbered.collect()
}

fn invocation(report: &Report, left_out: usize) -> Value {
    let mut notifications: Vec<Value> = report.limits.iter().map(notification).collect();
    if left_out > 0 {
        let text = format!("{} not listed; the JSON report lists all.", count(left_out, "finding"));
        notifications.push(json!({
            "descriptor": {"id": "left-out", "index": 1},
            "level": "warning",
            "message": {"text": text},
        }));
    }
    json!({
        "executionSuccessful": true,
        "exitCode": report.exit_code,
        "exitCodeDescription": report.lane.verdict.word(),
        "toolExecutionNotifications": notifications,
    })
}

fn notification(limit: &Limit) -> Value {
    let why = limit.why.trim().trim_end_matches('.');
    let text = format!("Not seen: {}, because {why}. {}", limit.what, sentence(&limit.remedy));
    let affects: Vec<_> = limit.affects.iter().map(|constraint| constraint.id()).collect();
    json!({
        "descriptor": {"id": "limit", "index": 0},
        "level": if affects.is_empty() { Level::Note.word() } else { Level::Warning.word() },
        "message": {"text": shorten(&message(&text), MESSAGE)},
        "properties": {"affects": affects},
    })
}

fn properties(report: &Report) -> Value {
    let constraints: Vec<_> = report
        .constraints
        .iter()
        .map(|result| json!({"id": result.constraint.id(), "verdict": result.verdict.word()}))
        .collect();
    json!({
        "verdict": report.verdict.word(),
        "undetermined": report.verdict == Verdict::Undetermined,
        "lane": {"name": lane::name(report.lane.lane), "verdict": report.lane.verdict.word()},
        "strict": report.strict,
        "rulesOff": report.rules_off,
        "standard": STANDARD_EDITION,
        "repository": report.subject.repository,
        "revision": report.subject.revision,
        "asOf": report.subject.as_of,
        "constraints": constraints,
        "cadence": {
            "state": report.cadence.state,
            "window": report.cadence.window,
            "lastReview": report.cadence.last_review,
            "due": report.cadence.due,
            "daysLeft": report.cadence.days_left,
        },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::render::sample;

    fn log(report: &Report) -> Value {
        let mut out = Vec::new();
        render(report, &mut out).unwrap();
        serde_json::from_slice(&out).unwrap()
    }

    #[test]
    fn a_result_of_the_sample() {
        let log = log(&sample::report());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let found = results.iter().find(|result| result["ruleId"] == "conclusion-contradicted");
        // Its place in the table moves with every new rule; the next test looks at it.
        let mut contradicted = found.unwrap().clone();
        contradicted.as_object_mut().unwrap().remove("ruleIndex");
        insta::assert_snapshot!(format!("{contradicted:#}"), @r##"
        {
          "kind": "fail",
          "level": "error",
          "locations": [
            {
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "docs/quality/SR-2024.md",
                  "uriBaseId": "SRCROOT"
                },
                "region": {
                  "endColumn": 64,
                  "endLine": 41,
                  "startColumn": 3,
                  "startLine": 41
                }
              }
            }
          ],
          "message": {
            "text": "The record says that all security issues were resolved, but #12 was open at the cut-off 2025-01-31. See: #12 was opened on 2024-06-03 and never closed. What to do: Correct the conclusion, or name the open issues and why they may stay open."
          },
          "partialFingerprints": {
            "lookback/v1": "9b379a920bcd85e45b127e42389f0000:1",
            "primaryLocationLineHash": "9b379a920bcd85e45b127e42389f0000:1"
          },
          "properties": {
            "constraint": "4.1.8#c",
            "standIn": false,
            "subject": "docs/quality/SR-2024.md"
          },
          "relatedLocations": [
            {
              "id": 1,
              "message": {
                "text": "#12 stands here as open."
              },
              "physicalLocation": {
                "artifactLocation": {
                  "uri": "docs/quality/SR-2024.md",
                  "uriBaseId": "SRCROOT"
                },
                "region": {
                  "endColumn": 15,
                  "endLine": 22,
                  "startColumn": 1,
                  "startLine": 22
                }
              }
            }
          ],
          "ruleId": "conclusion-contradicted"
        }
        "##);
        insta::assert_snapshot!(format!("{:#}", log["runs"][0]["invocations"]), @r##"
        [
          {
            "executionSuccessful": true,
            "exitCode": 1,
            "exitCodeDescription": "nonconforming",
            "toolExecutionNotifications": [
              {
                "descriptor": {
                  "id": "limit",
                  "index": 0
                },
                "level": "warning",
                "message": {
                  "text": "Not seen: which issues affect deployed software, because neither advisories nor labels were read: the run was offline. Run with a token, or set the label `deployed` on such issues and export them."
                },
                "properties": {
                  "affects": [
                    "4.1.6#b"
                  ]
                }
              }
            ]
          }
        ]
        "##);
    }

    #[test]
    fn every_rule_of_the_table_is_there_and_found_by_its_index() {
        let log = log(&sample::report());
        let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
        assert_eq!(rules.len(), RULES.len() + 1);
        for rule in rules {
            for text in ["shortDescription", "fullDescription", "help"] {
                assert!(rule[text]["text"].as_str().unwrap().len() > 10, "{rule}");
            }
        }
        for result in log["runs"][0]["results"].as_array().unwrap() {
            let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
            assert_eq!(rules[index]["id"], result["ruleId"]);
        }
    }

    #[test]
    fn a_waiver_is_a_suppression_with_its_reason() {
        let log = log(&sample::report());
        let results = log["runs"][0]["results"].as_array().unwrap();
        let waived: Vec<_> = results.iter().filter(|result| result.get("suppressions").is_some()).collect();
        assert_eq!(waived.len(), 1);
        assert_eq!(waived[0]["ruleId"], "closed-without-resolution");
        assert!(waived[0]["suppressions"][0]["justification"].as_str().unwrap().starts_with("duplicate of #7"));
    }

    #[test]
    fn blind_is_not_clean() {
        let mut report = sample::report();
        report.findings.clear();
        let log = log(&report);
        let results = log["runs"][0]["results"].as_array().unwrap();
        assert_eq!(results.len(), 1);
        assert_eq!(results[0]["kind"], "open");
        let notification = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
        assert!(notification["message"]["text"].as_str().unwrap().contains("the run was offline"));
    }

    #[test]
    fn more_than_the_platform_takes_is_counted() {
        let mut report = sample::report();
        let template = report.findings[0].clone();
        report.findings.extend(std::iter::repeat_n(template, MOST));
        let log = log(&report);
        assert_eq!(log["runs"][0]["results"].as_array().unwrap().len(), MOST);
        let notifications = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"];
        assert_eq!(notifications[1]["message"]["text"], "10 findings not listed; the JSON report lists all.");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]
        #[test]
        fn hostile_words_make_neither_links_nor_foreign_uris(words in prop_oneof![
            Just("[x](http://e.org) {0}".to_owned()), Just("http://e.org/x".to_owned()), Just("../../etc/passwd".to_owned()),
            any::<String>()
        ]) {
            let log = log(&sample::poisoned(&words));
            for result in log["runs"][0]["results"].as_array().unwrap() {
                prop_assert!(!result["message"]["text"].as_str().unwrap().contains("]("));
                let location = &result["locations"][0]["physicalLocation"];
                let uri = location["artifactLocation"]["uri"].as_str().unwrap();
                // A file may be called `..a`; no part of the path is `..`.
                let up = uri.split('/').any(|part| part == "..");
                prop_assert!(!uri.is_empty() && !uri.starts_with('/') && !uri.contains(':') && !up, "{}", uri);
                let region = &location["region"];
                prop_assert!(region["startLine"].as_u64().unwrap() > 0);
            }
        }
    }
}
