//! The verdict as an in-toto statement (Statement v1, test-result v0.1), to be signed by others. Its lists mean: passed, passed with
//! warnings, failed. What could not be judged has not passed, and what is not due was not tested: it stands in no list.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::model::digest::sha256;
use crate::model::finding::Level;
use crate::model::report::{ConstraintResult, Report, Verdict};
use crate::render::anchor::inside;
use crate::render::export::error::ExportError;
use lookback_reading::{count, shorten};

#[derive(Serialize)]
pub(crate) struct InTotoStatement {
    #[serde(rename = "_type")]
    kind: &'static str,
    subject: Vec<ResourceDescriptor>,
    #[serde(rename = "predicateType")]
    predicate_type: &'static str,
    predicate: TestResult,
}

#[derive(Serialize)]
struct ResourceDescriptor {
    name: String,
    digest: BTreeMap<&'static str, String>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    annotations: BTreeMap<&'static str, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct TestResult {
    result: &'static str,
    configuration: Vec<ResourceDescriptor>,
    passed_tests: Vec<String>,
    warned_tests: Vec<String>,
    failed_tests: Vec<String>,
}

/// The statement; an error where no commit is what was judged.
pub(crate) fn statement(report: &Report) -> Result<InTotoStatement, ExportError> {
    let subject = &report.subject;
    let commit = |id: &&str| [40, 64].contains(&id.len()) && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let Some(revision) = subject.revision.as_deref().filter(commit) else {
        return Err(ExportError {
            what: "there is no commit that a statement could be about".to_owned(),
            next: "Commit first; a statement names the commit by its id.".to_owned(),
        });
    };
    if !subject.uncommitted.is_empty() {
        let files = count(subject.uncommitted.len(), "file");
        return Err(ExportError {
            what: format!("a statement is about a commit, and {files} were judged that {revision} does not hold"),
            next: "Commit them, or judge the commit alone with --committed.".to_owned(),
        });
    }
    let all = || report.constraints.iter();
    let named = |of: &dyn Fn(&&ConstraintResult) -> bool| -> Vec<String> {
        all().filter(of).map(|result| result.constraint.to_string()).collect()
    };
    // What was not judged in full has not passed.
    let conforms = |result: &ConstraintResult| result.verdict == Verdict::Conforms && result.not_assessed.is_empty();
    let warned = |result: &ConstraintResult| {
        let mut findings = result.findings.iter().filter_map(|at| report.findings.get(*at));
        findings.any(|finding| finding.waived.is_some() || finding.level >= Level::Warning)
    };
    let predicate = TestResult {
        result: result(report, all().any(warned)),
        configuration: vec![configuration(report)],
        passed_tests: named(&|result| conforms(result) && !warned(result)),
        warned_tests: named(&|result| conforms(result) && warned(result)),
        failed_tests: named(&|result| !conforms(result) && result.verdict != Verdict::NotDue),
    };
    Ok(InTotoStatement {
        kind: "https://in-toto.io/Statement/v1",
        subject: vec![ResourceDescriptor {
            name: shorten(&subject.repository, 200),
            digest: [("gitCommit", revision.to_ascii_lowercase())].into(),
            annotations: BTreeMap::new(),
        }],
        predicate_type: "https://in-toto.io/attestation/test-result/v0.1",
        predicate,
    })
}

/// Passed is what conforms in everything.
fn result(report: &Report, warned: bool) -> &'static str {
    let any = |verdict| report.verdict == verdict || report.constraints.iter().any(|result| result.verdict == verdict);
    let in_part = |result: &ConstraintResult| result.verdict == Verdict::Conforms && !result.not_assessed.is_empty();
    if any(Verdict::Nonconforming) || any(Verdict::Undetermined) || report.constraints.iter().any(in_part) {
        "FAILED"
    } else if any(Verdict::NotDue) || warned {
        "WARNED"
    } else {
        "PASSED"
    }
}

/// The configuration by its digest, with what else decides: the day, and the version. No configuration judges as an empty one does.
fn configuration(report: &Report) -> ResourceDescriptor {
    let (name, digest) = match &report.policy {
        Some(policy) => {
            // What lies elsewhere lies elsewhere on every machine.
            let name = if inside(&policy.path) {
                &policy.path
            } else {
                policy.path.rsplit(['/', '\\']).next().unwrap_or_default()
            };
            (shorten(name, 300), policy.sha256.clone())
        }
        None => ("defaults".to_owned(), sha256(b"")),
    };
    ResourceDescriptor {
        name,
        digest: [("sha256", digest)].into(),
        annotations: [
            ("judgedFor", report.subject.as_of.to_string()),
            ("lookback", env!("CARGO_PKG_VERSION").to_owned()),
            ("verdict", report.verdict.word().to_owned()),
        ]
        .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::export::{Export, export};
    use crate::render::sample;

    fn text(report: &Report) -> String {
        export(Export::InToto, report).unwrap()
    }

    #[test]
    fn the_sample() {
        insta::assert_snapshot!(text(&sample::report()), @r#"
        {
          "_type": "https://in-toto.io/Statement/v1",
          "subject": [
            {
              "name": "acme/pump",
              "digest": {
                "gitCommit": "1a2b3c4d5e6f708192a3b4c5d6e7f8091a2b3c4d"
              }
            }
          ],
          "predicateType": "https://in-toto.io/attestation/test-result/v0.1",
          "predicate": {
            "result": "FAILED",
            "configuration": [
              {
                "name": "lookback.toml",
                "digest": {
                  "sha256": "1c68cd25a6768a070797bde7830db25189e6c09439480809a4ecde9215916842"
                },
                "annotations": {
                  "judgedFor": "2026-05-15",
                  "lookback": "0.1.0",
                  "verdict": "nonconforming"
                }
              }
            ],
            "passedTests": [
              "IEC 81001-5-1 4.1.8#a"
            ],
            "warnedTests": [
              "IEC 81001-5-1 4.1.6#a"
            ],
            "failedTests": [
              "IEC 81001-5-1 4.1.6#b",
              "IEC 81001-5-1 4.1.8#b",
              "IEC 81001-5-1 4.1.8#c",
              "IEC 81001-5-1 4.1.8#d"
            ]
          }
        }
        "#);
    }

    /// Every combination of a verdict with what else may stand: what is not proven is in no list of what passed.
    #[test]
    fn only_what_conforms_passes() {
        let verdicts = [Verdict::Conforms, Verdict::NotDue, Verdict::Undetermined, Verdict::Nonconforming];
        for (at, verdict) in (0..6).flat_map(|at| verdicts.map(|verdict| (at, verdict))) {
            let mut report = sample::report();
            report.findings.clear();
            for result in &mut report.constraints {
                (result.verdict, result.findings) = (Verdict::Conforms, Vec::new());
                result.not_assessed.clear();
            }
            report.constraints[at].verdict = verdict;
            report.constraints[at].not_assessed.clear();
            report.verdict = verdict;
            let value: serde_json::Value = serde_json::from_str(&text(&report)).unwrap();
            let predicate = &value["predicate"];
            let holds = |list: &str| {
                let name = report.constraints[at].constraint.to_string();
                predicate[list].as_array().unwrap().iter().any(|one| one == name.as_str())
            };
            let lists = ["passedTests", "warnedTests", "failedTests"].map(holds);
            let (expected, result) = match verdict {
                Verdict::Conforms => ([true, false, false], "PASSED"),
                Verdict::NotDue => ([false, false, false], "WARNED"),
                Verdict::Undetermined | Verdict::Nonconforming => ([false, false, true], "FAILED"),
            };
            assert_eq!((lists, predicate["result"].as_str()), (expected, Some(result)), "{verdict:?}");
        }
    }

    #[test]
    fn a_statement_is_about_a_commit() {
        let mut report = sample::report();
        report.subject.uncommitted = vec!["docs/a.md".to_owned()];
        assert!(export(Export::InToto, &report).unwrap_err().next.contains("--committed"));
        report.subject.uncommitted.clear();
        report.subject.revision = None;
        assert!(export(Export::InToto, &report).is_err());
    }

    #[test]
    fn the_policy_is_known_by_its_digest_on_every_machine() {
        let mut report = sample::report();
        report.policy.as_mut().unwrap().path = "/home/me/lookback.toml".to_owned();
        let named = text(&report);
        assert!(named.contains("\"lookback.toml\"") && !named.contains("/home/me"), "{named}");
        report.policy = None;
        assert!(text(&report).contains("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    }
}
