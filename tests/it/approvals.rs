//! How GitHub vouches for the commits of records, against a server of our own: asked, judged, and said when it cannot be seen.
#![expect(clippy::unwrap_used, reason = "tests stop where they fail")]

use std::time::Duration;

use crate::support::server::{Reply, Seen, Server, Spoil};
use crate::support::{PROCEDURE, Repo, record};
use lookback::read_approvals;
use lookback::{Auth, Client, Secret, Settings, block_on};
use lookback_core::judge::verdict::judge;
use lookback_core::model::Evidence;
use lookback_core::model::Policy;
use lookback_core::model::{Approval, Report};
use serde_json::{Value, json};

const TOKEN: &str = "ghp_canary0123456789";

/// One record without an approver in its text.
fn evidence() -> Evidence {
    let repo = Repo::new();
    repo.write("docs/procedure.md", PROCEDURE);
    let text = record("2025-03-14", "2024-03-01", "2025-03-14", &[]);
    let text: String = text.lines().filter(|line| !line.contains("Approv")).map(|line| format!("{line}\n")).collect();
    repo.write("docs/reviews/security-review-2025.md", text);
    repo.commit("2025-03-14", "Record");
    let run = repo.run("collect", &["--as-of", "2025-06-01"]);
    serde_json::from_str(&run.out).unwrap_or_else(|error| panic!("{error}: {}", run.err))
}

fn asked(evidence: &mut Evidence, answers: impl Fn(&Seen, &str) -> Reply + Send + Sync + 'static) -> Report {
    let server = Server::start(Spoil::Nothing, answers);
    let mut settings = Settings::new(&server.address, Auth::Bearer(Secret::new(TOKEN)));
    (settings.timeout, settings.pause) = (Duration::from_secs(5), Duration::from_millis(5));
    block_on(async {
        let client = Client::new(settings).unwrap();
        read_approvals(&client, "acme/pump", evidence).await;
    })
    .unwrap();
    judge(evidence, &Policy::default(), "2025-06-01".parse().unwrap(), false)
}

/// A GitHub on which the record came through pull request 12, with these reviews.
fn github(reviews: Value) -> impl Fn(&Seen, &str) -> Reply + Send + Sync + 'static {
    move |seen, _| {
        let path = seen.path.split('?').next().unwrap();
        let pull = json!({ "number": 12, "user": { "login": "robin", "type": "User" }, "merged_at": "2025-03-20T10:00:00Z",
            "head": { "sha": "final" } });
        match path.rsplit('/').next().unwrap() {
            "pulls" => Reply::json(200, &json!([pull])),
            "reviews" => Reply::json(200, &reviews),
            _ => Reply::json(
                200,
                &json!({ "author": { "login": "robin" }, "commit": { "verification": {
                "verified": true, "reason": "valid", "signature": "-----BEGIN PGP SIGNATURE-----" } } }),
            ),
        }
    }
}

fn review(login: &str, commit: &str) -> Value {
    json!({ "user": { "login": login, "type": "User" }, "author_association": "MEMBER", "state": "APPROVED", "commit_id": commit,
        "submitted_at": "2025-03-19T10:00:00Z" })
}

#[test]
fn an_approved_pull_request_approves_the_record() {
    let mut seen = evidence();
    let plain = judge(&seen, &Policy::default(), "2025-06-01".parse().unwrap(), false);
    assert!(plain.findings.iter().any(|finding| finding.rule == "review-unapproved"), "{:?}", plain.reviews);
    let report = asked(&mut seen, github(json!([review("anna", "final"), review("robin", "final")])));
    assert_eq!(report.reviews[0].approval, Approval::PullRequest);
    assert_eq!(report.reviews[0].approved_by.as_deref(), Some("anna (pull request #12)"));
    assert!(!report.findings.iter().any(|finding| finding.rule == "review-unapproved"));
    // What was collected is judged alike elsewhere.
    let again: Evidence = serde_json::from_str(&serde_json::to_string(&seen).unwrap()).unwrap();
    assert_eq!(again, seen);
}

#[test]
fn approved_by_its_author_or_in_an_earlier_version_is_not_approved() {
    for (reviews, words) in [
        (json!([review("robin", "final")]), "nobody but its author approved pull request #12"),
        (json!([review("anna", "first")]), "anna approved pull request #12 before its last change"),
        (json!([]), "nobody but its author approved pull request #12"),
    ] {
        let report = asked(&mut evidence(), github(reviews));
        let finding = report.findings.iter().find(|finding| finding.rule == "review-unapproved").unwrap();
        assert!(finding.message.contains(words), "{}", finding.message);
        assert_eq!(report.reviews[0].approval, Approval::None);
    }
}

#[test]
fn a_passer_by_and_a_branch_aside_approve_nothing() {
    let approval = |association: &str, base: &'static str| {
        let mut review = review("anna", "final");
        review["author_association"] = association.into();
        let answers = github(json!([review]));
        let report = asked(&mut evidence(), move |seen, own| {
            let reply = answers(seen, own);
            let end = format!(r#""base":{{"ref":"{base}","repo":{{"default_branch":"main"}}}},"head""#);
            Reply { body: reply.body.replace(r#""head""#, &end), ..reply }
        });
        report.reviews[0].approval
    };
    for (association, base, counts) in [
        ("MEMBER", "main", true),
        ("COLLABORATOR", "main", true),
        ("OWNER", "main", true),
        ("NONE", "main", false),
        ("CONTRIBUTOR", "main", false),
        ("FIRST_TIME_CONTRIBUTOR", "main", false),
        ("MEMBER", "aside", false),
    ] {
        assert_eq!(approval(association, base) == Approval::PullRequest, counts, "{association} {base}");
    }
}

#[test]
fn what_cannot_be_seen_is_a_limit_and_an_unknown_commit_is_none() {
    let mut evidence = self::evidence();
    let before = evidence.limits.len();
    asked(&mut evidence, |_, _| Reply::json(403, &json!({ "message": format!("Resource not accessible {TOKEN}") })));
    let limit = evidence.limits.iter().find(|limit| limit.what.contains("approvals")).unwrap();
    assert!(limit.affects.is_empty() && limit.remedy.contains("pull-requests: read"));
    assert!(!format!("{:?}", evidence.limits).contains(TOKEN));
    let mut unpushed = self::evidence();
    asked(&mut unpushed, |_, _| Reply::json(404, &json!({ "message": "Not Found" })));
    assert_eq!(unpushed.limits.len(), before);
}
