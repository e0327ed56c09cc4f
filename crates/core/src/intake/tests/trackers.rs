//! Jira and GitLab: what their exports and answers say, as people would read it.

use crate::intake::tests::*;

/// A search of Jira Cloud, newest change first, as `expand=changelog,names` sends it.
const JIRA: &str = r#"{"startAt": 0, "maxResults": 50, "total": 3, "names": {"customfield_10050": "Severity", "summary": "Summary"}, "issues": [
  {"id": "10001", "key": "SEC-12", "self": "https://acme.atlassian.net/rest/api/3/issue/10001",
   "fields": {"summary": "CVE-2025-1234: overflow in the parser", "created": "2025-03-01T10:00:00.000+0100",
     "updated": "2025-05-01T10:00:00.000+0100", "resolutiondate": "2025-05-01T10:00:00.000+0200",
     "status": {"name": "Shipped", "statusCategory": {"key": "done"}}, "issuetype": {"name": "Bug"}, "priority": {"name": "High"},
     "resolution": {"name": "Fixed"}, "labels": ["security", "CWE-120"], "components": [{"name": "parser"}],
     "reporter": {"accountId": "a1", "displayName": "Ann"}, "versions": [{"name": "1.0", "released": true}],
     "customfield_10050": {"value": "Critical"},
     "description": {"type": "doc", "content": [{"type": "paragraph", "content": [{"type": "text", "text": "GHSA: GHSA-2222-3333-4444"}]}]},
     "comment": {"comments": [{"author": {"accountId": "a1", "displayName": "Ann"}, "created": "2025-03-01T11:00:00.000+0100"},
       {"author": {"accountId": "bot", "displayName": "Jira Bot", "accountType": "app"}, "created": "2025-03-01T11:30:00.000+0100"},
       {"author": {"accountId": "b2", "displayName": "Bob"}, "created": "2025-03-02T11:00:00.000+0100"}]}},
   "changelog": {"startAt": 0, "maxResults": 100, "total": 5, "histories": [
     {"id": "5", "created": "2025-05-01T10:00:00.000+0200", "author": {"accountId": "b2", "displayName": "Bob"}, "items": [
        {"field": "status", "fromString": "In test", "toString": "Shipped"}, {"field": "resolution", "fromString": "", "toString": "Fixed"}]},
     {"id": "4", "created": "2025-04-02T10:00:00.000+0200", "author": {"displayName": "Cy"}, "items": [
        {"field": "status", "fromString": "Shipped", "toString": "In test"}, {"field": "resolution", "fromString": "Won't Fix", "toString": null}]},
     {"id": "3", "created": "2025-04-01T10:00:00.000+0200", "author": {"displayName": "Bob"}, "items": [
        {"field": "resolution", "fromString": null, "toString": "Won't Fix"}, {"field": "status", "fromString": "Open", "toString": "Shipped"}]},
     {"id": "2", "created": "2025-03-03T10:00:00.000+0100", "author": {"displayName": "Bob"}, "items": [
        {"field": "Severity", "fieldId": "customfield_10050", "fromString": "High", "toString": "Critical"}]},
     {"id": "1", "created": "2025-03-02T10:00:00.000+0100", "author": {"displayName": "Bob"}, "items": [
        {"field": "Key", "fromString": "OPS-7", "toString": "SEC-12"}]}]}},
  {"id": "10002", "key": "DEV-3", "fields": {"summary": "Log shows the key", "created": "2025-01-10T08:00:00.000+0000",
     "status": {"name": "In test", "statusCategory": {"key": "indeterminate"}}, "issuetype": {"name": "Task"}, "labels": ["later"],
     "security": {"name": "Staff only"}},
   "changelog": {"total": 2, "histories": [
     {"created": "2025-02-01T08:00:00.000+0000", "author": {"displayName": "Ann"}, "items": [{"field": "labels", "fromString": "later", "toString": "later security"}]},
     {"created": "2025-06-01T08:00:00.000+0000", "author": {"displayName": "Dan"}, "items": [{"field": "labels", "fromString": "later security", "toString": "later"}]}]}},
  {"id": "10003", "key": "DEV-4", "fields": {"summary": "Slow", "created": "2025-01-10T08:00:00.000+0000", "labels": []},
   "changelog": {"histories": []}}
]}"#;

#[test]
fn a_search_of_jira_with_its_changelog() {
    insta::assert_snapshot!(show(&read("export.json", JIRA)), @r###"
    SEC-12 [CVE-2025-1234 GHSA-2222-3333-4444 OPS-7 https://acme.atlassian.net/browse/SEC-12] "CVE-2025-1234: overflow in the parser" Critical Fixed deployed=Some(true) CWE-120 
        Opened 2025-03-01T09:00 by Ann; FirstResponse 2025-03-02T10:00 by Bob; SeverityChanged 2025-03-03T09:00 by Bob (High → Critical); Closed 2025-04-01T08:00 by Bob (Won't Fix); Reopened 2025-04-02T08:00 by Cy (In test); Closed 2025-05-01T08:00 by Bob (Fixed)
    DEV-3 [] "Log shows the key" - None deployed=None  
        Opened 2025-01-10T08:00; Recognised 2025-02-01T08:00 by Ann (labels: later security); Declassified 2025-06-01T08:00 by Dan (labels: was later security)
    "###);
}

#[test]
fn jira_without_a_changelog_says_what_it_does_not_know() {
    let text = r#"[{"key": "SEC-1", "fields": {"summary": "Leak", "labels": ["security"], "created": "2025-01-01T00:00:00.000+0000",
        "updated": "2025-03-01T00:00:00.000+0000", "status": {"name": "Parked"}, "resolution": {"name": "Won't Do"}}},
      {"key": "SEC-2", "fields": {"summary": "Leak two", "labels": ["security"], "created": "2025-01-01T00:00:00.000+0000",
        "resolutiondate": "2025-02-01T00:00:00.000+0000", "status": {"name": "Done"}, "resolution": {"name": "Retired"},
        "issuelinks": [{"type": {"name": "Duplicate"}, "outwardIssue": {"key": "SEC-1"}}]}}]"#;
    insta::assert_snapshot!(show(&read("jira.json", text)), @r###"
    SEC-1 [] "Leak" - Accepted deployed=None  
        Opened 2025-01-01T00:00; Closed 2025-03-01T00:00 (Won't Do)
    SEC-2 [] "Leak two" - Duplicate deployed=None  
        Opened 2025-01-01T00:00; Closed 2025-02-01T00:00 (Retired)
    ! jira.json: no date of closing of 1 issue (SEC-1): the state says closed; the date of the last change stands in for it []
    ! jira.json: the state "Parked" of 1 issue (SEC-1): nobody says whether it means open or closed; the issue counted as closed while it had a resolution or a date of closing ["4.1.8#b", "4.1.8#c"]
    ! jira.json: no changelog of 2 issues (SEC-1, SEC-2): reopenings, later labels and changes of severity are not seen; the state before the export follows from the dates of the fields []
    "###);
    // The team's own words come first.
    let mut policy = Policy::default();
    policy.issues.states = vec![("parked".to_owned(), true)];
    policy.issues.resolutions = vec![("retired".to_owned(), Resolution::Mitigated)];
    let read = read_file("jira.json", text.as_bytes(), &policy).unwrap();
    let closed = |issue: &Issue| issue.events.iter().any(|event| event.kind == EventKind::Closed);
    assert!(read.issues.iter().all(closed));
    assert_eq!(read.issues[1].resolution, Resolution::Mitigated);
    assert!(!read.limits.iter().any(|limit| limit.what.contains("Parked")));
}

#[test]
fn a_cut_or_contradicted_changelog_is_a_limit_that_matters() {
    let text = r#"{"key": "SEC-1", "fields": {"summary": "x", "labels": ["security"], "created": "2025-01-01T00:00:00.000+0000",
        "updated": "2025-03-01T00:00:00.000+0000", "status": {"name": "Done"}}, "changelog": {"total": 40, "histories": [
        {"created": "2025-02-01T00:00:00.000+0000", "items": [{"field": "status", "fromString": "Done", "toString": "In Progress"}]}]}}"#;
    insta::assert_snapshot!(show(&read("one.json", text)), @r###"
    SEC-1 [] "x" - None deployed=None  
        Opened 2025-01-01T00:00; Closed 2025-01-01T00:00 (Done); Reopened 2025-02-01T00:00 (In Progress); Closed 2025-03-01T00:00 (Done)
    ! one.json: an incomplete changelog of 1 issue (SEC-1): Jira sent only a part of it, so changes of state may be missing ["4.1.8#b", "4.1.8#c"]
    ! one.json: a changelog that does not lead to the present state of 1 issue (SEC-1): changes of state are missing in it; the present state was believed ["4.1.8#b", "4.1.8#c"]
    "###);
}

#[test]
fn mistakes_of_jira_are_named_by_their_path() {
    let text = r#"{"issues": [{"key": "SEC-1", "fields": {"labels": ["security"], "created": "03/04/2026"}}, {"key": "", "fields": {}},
        {"key": "SEC-2", "fields": {"labels": ["security"]}, "changelog": {"histories": [{"created": "banana"}]}}]}"#;
    insta::assert_snapshot!(fails("jira.json", text), @r###"
    jira.json: issues[0].fields.created "03/04/2026" could mean two days; expected YYYY-MM-DDTHH:MM:SSZ
    jira.json: issues[1].key is missing; expected the key of the issue, such as SEC-12
    jira.json: issues[2].changelog.histories[0].created "banana" is not a date; expected YYYY-MM-DDTHH:MM:SSZ
    "###);
}

#[test]
fn the_csv_of_jira() {
    let text = "Summary,Issue key,Issue id,Issue Type,Status,Status Category,Priority,Resolution,Reporter,Reporter Id,Created,Updated,Resolved,Affects Version/s,Labels,Labels,Description,Custom field (CVSS),Comment,Comment,Security Level\n\
        Overflow,SEC-12,10001,Bug,Shipped,Done,High,Fixed,Ann,a1,01/Mar/25 9:05 AM,02/May/25 10:00 PM,01/May/25 10:00 PM,1.0,security,CWE-120,\"CVE: CVE-2025-1234\nmore\",,01/Mar/25 10:00 AM;a1;me again,02/Mar/25 10:00 AM;b2;\"we look; soon\",Staff\n\
        Slow,DEV-1,10002,Bug,Open,To Do,Low,,Ann,a1,01/Mar/25 9:05 AM,,,,,,,,,,\n\
        Weak,SEC-13,10003,Bug,In test,In Progress,Low,,Ann,a1,2025-04-01 09:05,,,,security,,,,,,\n";
    insta::assert_snapshot!(show(&read("jira.csv", text)), @r###"
    SEC-12 [CVE-2025-1234] "Overflow" High Fixed deployed=Some(true) CWE-120 
        Opened 2025-03-01T09:05; FirstResponse 2025-03-02T10:00 by b2; Closed 2025-05-01T22:00 (Fixed)
    SEC-13 [] "Weak" Low None deployed=None  
        Opened 2025-04-01T09:05
    ! jira.csv: the time zone: Jira's CSV names none, so the times were read as UTC: what happened near midnight may count on a neighbouring day []
    "###);
}

#[test]
fn a_zone_that_the_policy_names_is_that_of_jiras_csv() {
    let text = "Summary,Issue key,Issue Type,Status,Reporter,Reporter Id,Created,Labels,Comment\n\
        Overflow,SEC-12,Bug,Open,Ann,a1,01/Jan/26 12:30 AM,security,02/Jan/26 12:30 AM;b2;we look\n";
    let mut policy = Policy::default();
    policy.issues.time_zone = Some(chrono_tz::Tz::Europe__Berlin);
    let found = read_file("jira.csv", text.as_bytes(), &policy).unwrap();
    insta::assert_snapshot!(show(&found), @r#"
    SEC-12 [] "Overflow" - None deployed=None  
        Opened 2025-12-31T23:30; FirstResponse 2026-01-01T23:30 by b2
    "#);
}

#[test]
fn issues_of_gitlab_with_their_events() {
    let text = r#"[{"id": 900, "iid": 12, "project_id": 5, "title": "Overflow", "description": "Seen at a customer", "state": "closed",
       "created_at": "2025-03-01T10:00:00.000Z", "updated_at": "2025-05-02T10:00:00.000Z", "closed_at": "2025-05-01T10:00:00.000Z",
       "labels": ["security", "severity::high", "CWE-120"], "author": {"username": "ann"}, "confidential": true,
       "web_url": "https://gitlab.example.com/acme/sub/pump/-/issues/12", "references": {"full": "acme/sub/pump#12"},
       "notes": [{"system": true, "author": {"username": "bob"}, "created_at": "2025-03-01T12:00:00Z"}, {"author": {"username": "bob"}, "created_at": "2025-03-02T12:00:00Z"}],
       "resource_state_events": [{"state": "closed", "created_at": "2025-04-01T10:00:00Z", "user": {"username": "bob"}},
         {"state": "reopened", "created_at": "2025-04-02T10:00:00Z", "user": {"username": "ann"}},
         {"state": "closed", "created_at": "2025-05-01T10:00:00Z", "user": {"username": "bob"}}],
       "resource_label_events": [{"action": "add", "created_at": "2025-03-05T10:00:00Z", "label": {"name": "security"}, "user": {"username": "cy"}}]},
      {"iid": 13, "project_id": 5, "title": "Weak hash", "state": "opened", "created_at": "2025-03-01T10:00:00Z", "labels": ["bug"],
       "web_url": "https://gitlab.example.com/acme/sub/pump/-/work_items/13",
       "resource_label_events": [{"action": "remove", "created_at": "2025-04-05T10:00:00Z", "label": {"name": "security"}, "user": {"username": "cy"}}],
       "resource_state_events": []},
      {"iid": 14, "project_id": 5, "title": "Old one", "state": "closed", "created_at": "2020-03-01T10:00:00Z", "updated_at": "2020-04-01T10:00:00Z",
       "labels": ["security", "wontfix"], "resource_state_events": []},
      {"iid": 15, "project_id": 5, "title": "Slow", "state": "opened", "created_at": "2025-03-01T10:00:00Z", "labels": []}]"#;
    insta::assert_snapshot!(show(&read("gl.json", text)), @r###"
    #12 [acme/sub/pump#12 https://gitlab.example.com/acme/sub/pump/-/issues/12] "Overflow" High None deployed=None CWE-120 
        Opened 2025-03-01T10:00 by ann; FirstResponse 2025-03-02T12:00 by bob; Closed 2025-04-01T10:00 by bob; Reopened 2025-04-02T10:00 by ann; Closed 2025-05-01T10:00 by bob
    #13 [acme/sub/pump#13 https://gitlab.example.com/acme/sub/pump/-/work_items/13] "Weak hash" - None deployed=None  
        Opened 2025-03-01T10:00; Declassified 2025-04-05T10:00 by cy (label security)
    #14 [] "Old one" - Accepted deployed=None  
        Opened 2020-03-01T10:00; Closed 2020-04-01T10:00
    ! gl.json: no date of closing of 1 issue (#14): the state says closed; the date of the last change stands in for it []
    "###);
}

#[test]
fn a_project_export_of_gitlab() {
    let text = r#"{"iid": 3, "title": "Leak", "state": "closed", "created_at": "2025-01-01T00:00:00Z", "closed_at": "2025-02-01T00:00:00Z", "label_links": [{"label": {"title": "security"}}], "resource_label_events": []}
{"iid": 4, "title": "Slow", "state": "opened", "created_at": "2025-01-01T00:00:00Z", "label_links": []}"#;
    insta::assert_snapshot!(show(&read("issues.ndjson", text)), @r###"
    #3 [] "Leak" - None deployed=None  
        Opened 2025-01-01T00:00; Closed 2025-02-01T00:00
    ! issues.ndjson: no history of 1 issue (#3): the state events are not part of an export, so reopenings are not seen []
    "###);
}

#[test]
fn vulnerabilities_of_gitlab() {
    let rest = r#"[{"id": 7, "title": "SQL injection", "state": "dismissed", "severity": "high", "report_type": "sast", "created_at": "2025-01-01T00:00:00Z",
        "confirmed_at": "2025-01-05T00:00:00Z", "dismissed_at": "2025-02-01T00:00:00Z", "dismissal_reason": "used_in_tests",
        "finding": {"identifiers": [{"external_type": "cwe", "external_id": "89", "name": "CWE-89"}]}},
      {"id": 8, "title": "Old library", "state": "resolved", "severity": "unknown", "report_type": "dependency_scanning", "created_at": "2025-01-01T00:00:00Z",
        "updated_at": "2025-03-01T00:00:00Z", "identifiers": [{"external_id": "CVE-2025-1", "name": "CVE-2025-1234"}]}]"#;
    let graph = r#"{"data": {"project": {"vulnerabilities": {"nodes": [{"id": "gid://gitlab/Vulnerability/9", "title": "XSS", "state": "CONFIRMED", "severity": "CRITICAL",
        "reportType": "DAST", "detectedAt": "2025-01-01T00:00:00Z", "webUrl": "https://gitlab.com/acme/pump/-/security/vulnerabilities/9",
        "identifiers": [{"name": "CVE-2025-1111", "externalId": "CVE-2025-1111"}, {"name": "CVE-2025-2222", "externalId": "CVE-2025-2222"}],
        "stateTransitions": {"nodes": [{"createdAt": "2025-02-01T00:00:00Z", "toState": "DISMISSED", "comment": "not ours", "author": {"username": "bob"}},
          {"createdAt": "2025-03-01T00:00:00Z", "toState": "CONFIRMED", "author": {"username": "ann"}}]}}]}}}}"#;
    insta::assert_snapshot!(show(&read("v.json", rest)), @r###"
    vulnerability 7 [] "SQL injection" High NotAffected deployed=None CWE-89 
        Opened 2025-01-01T00:00; FirstResponse 2025-01-05T00:00 (confirmed); Closed 2025-02-01T00:00 (used_in_tests)
    vulnerability 8 [CVE-2025-1234] "Old library" - Fixed deployed=None  
        Opened 2025-01-01T00:00; Closed 2025-03-01T00:00 (resolved)
    ! v.json: no date of closing of 1 issue (vulnerability 8): the state says closed; the date of the last change stands in for it []
    "###);
    insta::assert_snapshot!(show(&read("v.json", graph)), @r###"
    vulnerability 9 [https://gitlab.com/acme/pump/-/security/vulnerabilities/9] "XSS" Critical None deployed=None  
        Opened 2025-01-01T00:00; Closed 2025-02-01T00:00 by bob (not ours); FirstResponse 2025-03-01T00:00 by ann (confirmed); Reopened 2025-03-01T00:00 by ann (confirmed)
    "###);
    let none = r#"{"data": {"project": {"vulnerabilities": {"nodes": []}}}}"#;
    assert_eq!(read("v.json", none), SourceRead::default());
}

#[test]
fn the_csv_exports_of_gitlab() {
    let issues = "Title,Description,Issue ID,URL,State,Author,Author Username,Confidential,Locked,Created At (UTC),Updated At (UTC),Closed At (UTC),Labels\n\
        Leak,CVE: CVE-2025-1234,12,https://gitlab.com/acme/pump/-/issues/12,Closed,Ann,ann,Yes,No,2025-01-01 10:00:00,2025-03-01 10:00:00,2025-02-01 10:00:00,\"security,severity::low\"\n\
        Slow,,13,https://gitlab.com/acme/pump/-/issues/13,Open,Ann,ann,No,No,2025-01-01 10:00:00,,,bug\n";
    let vulnerabilities = "Tool,Scanner Name,Status,Vulnerability,Details,Severity,CVE,CWE,Other Identifiers,Dismissed At,Dismissed By,Confirmed At,Resolved At,Detected At,Location,CVSS Vectors,Dismissal Reason,Vulnerability ID\n\
        sast,X,dismissed,Injection,d,high,,CWE-89,,2025-02-01T00:00:00Z,bob,2025-01-03T00:00:00Z,,2025-01-01T00:00:00Z,a.rs,,acceptable_risk,7\n\
        sast,X,detected,Overflow,d,,CVE-2025-1234,,,,,,,2025-01-01T00:00:00Z,b.rs,CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H,,8\n";
    insta::assert_snapshot!(show(&read("issues.csv", issues)), @r###"
    #12 [CVE-2025-1234 acme/pump#12 https://gitlab.com/acme/pump/-/issues/12] "Leak" Low None deployed=None  
        Opened 2025-01-01T10:00; Closed 2025-02-01T10:00 (Closed)
    "###);
    insta::assert_snapshot!(show(&read("v.csv", vulnerabilities)), @r###"
    vulnerability 7 [] "Injection" High Accepted deployed=None CWE-89 
        Opened 2025-01-01T00:00; FirstResponse 2025-01-03T00:00; Closed 2025-02-01T00:00 (acceptable_risk)
    vulnerability 8 [CVE-2025-1234] "Overflow" Critical None deployed=None  
        Opened 2025-01-01T00:00
    "###);
}

#[test]
fn findings_of_gitlab_go_by_their_published_ids() {
    let header =
        "Tool,Scanner Name,Status,Vulnerability,Details,Severity,CVE,CWE,Other Identifiers,Detected At,Location";
    let ids = |rows: &[(&str, &str)], last: &str| -> Vec<String> {
        let row = |(at, (cve, others)): (usize, &(&str, &str))| {
            let number = if last.is_empty() { String::new() } else { format!(",{}", at + 1) };
            format!("dep,X,detected,Leak,d,high,{cve},,{others},2025-01-01T00:00:00Z,a.rs{number}\n")
        };
        let rows: String = rows.iter().enumerate().map(row).collect();
        let read = read("v.csv", &format!("{header}{last}\n{rows}"));
        let told = |issue: &Issue| issue.aliases.iter().fold(issue.id.clone(), |all, one| format!("{all} {one}"));
        let refused = read.limits.iter().filter(|limit| limit.why.contains("no id"));
        read.issues.iter().map(told).chain(refused.map(|limit| limit.why.clone())).collect()
    };
    let rows = [
        ("CVE-2025-1111", "GHSA-2222-3333-4444"),
        ("", "Gemnasium-12; GHSA-2222-3333-5555"),
        ("", "Bandit Test ID B303; ESLint rule ID security/x"),
    ];
    let found = ids(&rows, "");
    assert_eq!(found[..2], ["CVE-2025-1111 GHSA-2222-3333-4444", "GHSA-2222-3333-5555"]);
    assert!(found.len() == 3 && found[2].contains("row 4"), "{found:?}");
    // The rule of a scanner is no name of what it finds.
    let numbered = ids(&rows, ",Vulnerability ID");
    assert_eq!(
        numbered,
        ["vulnerability 1 CVE-2025-1111 GHSA-2222-3333-4444", "vulnerability 2 GHSA-2222-3333-5555", "vulnerability 3"]
    );
}

#[test]
fn what_hides_from_the_public_stays_marked() {
    let private = |name: &str, text: &str| {
        read(name, text).issues.iter().filter(|issue| issue.private).map(|issue| issue.id.clone()).collect::<Vec<_>>()
    };
    assert_eq!(private("export.json", JIRA), ["DEV-3"]);
    let gitlab = r#"[{"iid": 1, "project_id": 5, "title": "x", "labels": ["security"], "confidential": true, "created_at": "2025-01-01"},
        {"iid": 2, "project_id": 5, "title": "x", "labels": ["security"], "confidential": false, "created_at": "2025-01-01"}]"#;
    assert_eq!(private("g.json", gitlab), ["#1"]);
}

#[test]
fn jira_closes_at_its_resolution_where_the_changelog_does_not_tell() {
    let text = r#"{"issues": [
        {"key": "SEC-1", "fields": {"summary": "x", "labels": ["security"], "created": "2024-05-05T00:00:00.000+0000", "status": {"name": "Done"},
            "resolutiondate": "2025-05-25T00:00:00.000+0000"}, "changelog": {"total": 1, "histories": [
            {"created": "2025-05-26T00:00:00.000+0000", "items": [{"field": "labels", "fromString": "", "toString": "security"}]}]}},
        {"key": "SEC-2", "fields": {"summary": "x", "labels": ["security"], "created": "2024-05-05T00:00:00.000+0000", "status": {"name": "Done"},
            "updated": "2025-06-01T00:00:00.000+0000"}, "changelog": {"histories": []}}]}"#;
    let read = read("jira.json", text);
    let closed = |at: usize| {
        let mut events = read.issues[at].events.iter();
        events.find(|event| event.kind == EventKind::Closed).map(|event| event.at.date_naive().to_string())
    };
    assert_eq!((closed(0).as_deref(), closed(1).as_deref()), (Some("2025-05-25"), Some("2025-06-01")));
    assert!(read.limits.iter().any(|limit| limit.what.contains("no date of closing") && limit.what.contains("SEC-2")));
    assert!(fails("jira.json", r#"{"issues": [{"id": "10001"}], "isLast": true}"#).contains("fields"));
}

#[test]
fn gitlabs_graphql_writes_numbers_as_texts() {
    let issue = r#"{"iid": "12", "title": "Bypass", "state": "opened", "createdAt": "2025-01-02T00:00:00Z",
        "webUrl": "https://gitlab.example/acme/pump/-/issues/12", "labels": {"nodes": [{"title": "security"}]}}"#;
    for text in [format!("[{issue}]"), format!(r#"{{"data": {{"project": {{"issues": {{"nodes": [{issue}]}}}}}}}}"#)] {
        let read = read("gitlab.json", &text);
        assert_eq!(ids(&read.issues), ["#12"]);
        assert!(read.issues[0].aliases.contains("acme/pump#12") && read.issues[0].labels.contains("security"));
    }
    let text = r#"[{"iid": "twelve", "title": "Bypass", "web_url": "https://gitlab.example/a/b/-/issues/12"}]"#;
    assert!(fails("gitlab.json", text).contains("[0].iid is not the number"));
}
