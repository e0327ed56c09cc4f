pub(super) mod advisories;
pub(super) mod random;
pub(super) mod trackers;
use std::fmt::Write as _;

use proptest::prelude::*;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::intake::dates;
use crate::intake::read::*;
use crate::intake::source::*;
use crate::join::issues::join;
use crate::model::issue::Severity;
use crate::model::issue::{Event, EventKind, Issue, Resolution};
use crate::model::policy::Policy;

fn read(name: &str, text: &str) -> SourceRead {
    read_file(name, text.as_bytes(), &Policy::default()).unwrap_or_else(|error| panic!("{error}"))
}

fn fails(name: &str, text: &str) -> String {
    read_file(name, text.as_bytes(), &Policy::default()).unwrap_err().to_string()
}

/// One line an issue, then the limits.
fn show(read: &SourceRead) -> String {
    let mut out = String::new();
    for issue in &read.issues {
        let join = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(" ");
        let events = issue.events.iter().map(|event| {
            let note = event.note.as_ref().map_or(String::new(), |note| format!(" ({note})"));
            let actor = event.actor.as_ref().map_or(String::new(), |actor| format!(" by {actor}"));
            format!("{:?} {}{actor}{note}", event.kind, event.at.format("%Y-%m-%dT%H:%M"))
        });
        let severity = issue.severity.map_or("-".to_owned(), |severity| format!("{severity:?}"));
        let _ = writeln!(
            out,
            "{} [{}] {:?} {severity} {:?} deployed={:?} {} {}\n    {}",
            issue.id,
            join(&issue.aliases),
            issue.title,
            issue.resolution,
            issue.deployed,
            join(&issue.cwe),
            issue.fix_commits.join(" "),
            events.collect::<Vec<_>>().join("; ")
        );
    }
    for limit in &read.limits {
        let affects: Vec<&str> = limit.affects.iter().map(|constraint| constraint.id()).collect();
        let _ = writeln!(out, "! {}: {} {affects:?}", limit.what, limit.why);
    }
    out
}

#[test]
fn our_reminder_is_no_issue_and_nobody_hides_one_behind_its_mark() {
    let by = |author: &str| {
        let body = format!("{REMINDER_MARK}key=1 -->");
        let text = format!(
            r#"[{{"number": 1, "title": "Review due", "labels": [{{"name": "security"}}], "state": "OPEN",
            "createdAt": "2025-01-10T00:00:00Z", "body": "{body}", "author": {author}}}]"#
        );
        read("issues.json", &text).issues.len()
    };
    assert_eq!(by(r#"{"login": "app/github-actions", "is_bot": true}"#), 0);
    assert_eq!(by(r#"{"login": "github-actions[bot]"}"#), 0);
    assert_eq!(by(r#"{"login": "mallory", "is_bot": false}"#), 1);
}

#[test]
fn the_json_of_gh() {
    let text = r#"[
      {"number": 12, "title": "Buffer overflow in parser (CVE-2025-1234)", "state": "CLOSED", "stateReason": "COMPLETED",
       "labels": [{"name": "type: security"}, {"name": "severity: moderate"}, {"name": "CWE-120"}, {"name": "customer-reported"}],
       "createdAt": "2025-03-01T10:00:00Z", "closedAt": "2025-03-09T10:00:00Z", "url": "https://github.com/acme/pump/issues/12",
       "author": {"login": "ann"}, "body": "See CVE-2024-9999.\nGHSA: GHSA-2222-3333-4444",
       "comments": [{"author": {"login": "ann"}, "createdAt": "2025-03-01T11:00:00Z"},
                    {"author": {"login": "dependabot[bot]"}, "createdAt": "2025-03-01T12:00:00Z"},
                    {"author": {"login": "bob"}, "createdAt": "2025-03-03T10:00:00Z"}]},
      {"number": 13, "title": "Crash on start", "state": "OPEN", "labels": [{"name": "bug"}], "createdAt": "2025-03-01T10:00:00Z"},
      {"number": 14, "title": "Weak hash", "state": "CLOSED", "stateReason": "NOT_PLANNED", "closedAt": "2025-04-01T00:00:00Z",
       "labels": [{"name": "Security"}, {"name": "wontfix"}], "createdAt": "2025-03-01T10:00:00Z"},
      {"number": 15, "title": "Twice", "state": "CLOSED", "stateReason": "DUPLICATE", "labels": [{"name": "kind/security"}],
       "createdAt": "2025-03-01T10:00:00Z", "updatedAt": "2025-03-05T10:00:00Z"}
    ]"#;
    insta::assert_snapshot!(show(&read("x/issues.json", text)), @r###"
    #12 [CVE-2025-1234 GHSA-2222-3333-4444 acme/pump#12 https://github.com/acme/pump/issues/12] "Buffer overflow in parser (CVE-2025-1234)" Medium None deployed=Some(true) CWE-120 
        Opened 2025-03-01T10:00 by ann; FirstResponse 2025-03-03T10:00 by bob; Closed 2025-03-09T10:00 (completed)
    #14 [] "Weak hash" - Accepted deployed=None  
        Opened 2025-03-01T10:00; Closed 2025-04-01T00:00 (not_planned)
    #15 [] "Twice" - Duplicate deployed=None  
        Opened 2025-03-01T10:00; Closed 2025-03-05T10:00 (duplicate)
    ! issues.json: no date of closing of 1 issue (#15): the state says closed; the date of the last change stands in for it []
    "###);
}

#[test]
fn the_json_of_the_rest_api_without_labels() {
    let text = r#"[{"number": 3, "title": "Leak", "state": "closed", "state_reason": "not_planned", "created_at": "2025-01-01T00:00:00Z",
        "closed_at": "2025-01-02T00:00:00Z", "url": "https://api.github.com/repos/acme/pump/issues/3",
        "html_url": "https://github.com/acme/pump/issues/3", "user": {"login": "ann"}, "comments": 4}]
        [{"number": 4, "pull_request": {"url": "x"}}, {"number": 5, "title": "No dates"}]"#;
    insta::assert_snapshot!(show(&read("rest.json", text)), @r###"
    #3 [acme/pump#3 https://github.com/acme/pump/issues/3] "Leak" - None deployed=None  
        Opened 2025-01-01T00:00 by ann; Closed 2025-01-02T00:00 (not_planned)
    #5 [] "No dates" - None deployed=None  
        
    ! rest.json: no date at all of 1 issue (#5): without a date nobody can tell in which period the issue was managed ["4.1.8#b"]
    ! rest.json: labels of 2 issues: the field `labels` was not exported, so every issue of the file counts as a security issue []
    "###);
}

#[test]
fn rows_that_are_no_security_issues_are_left_out_and_said_so() {
    let json = r#"[{"number": 1, "title": "Slow", "labels": [{"name": "bug"}], "createdAt": "2025-01-01"}]"#;
    let plain = read("i.json", json);
    assert_eq!((plain.issues.len(), plain.limits.len()), (0, 1));
    assert!(plain.limits[0].affects.is_empty());
    let stated = json.replace("\"createdAt\"", "\"body\": \"CVE: CVE-2025-1234\", \"createdAt\"");
    assert_eq!(read("i.json", &stated).issues.len(), 1);
    let mut policy = Policy::default();
    policy.issues.tracker_keys = vec![regex::Regex::new(r"SEC-\d+").unwrap()];
    let csv = "key,title,type,created\nSEC-1,x,Bug,2025-01-01\nDEV-1,y,Bug,2025-01-01\nDEV-2,SEC-2: z,Bug,2025-01-01\n";
    let found = read_file("i.csv", csv.as_bytes(), &policy).unwrap();
    assert_eq!(ids(&found.issues), ["SEC-1", "DEV-2"]);
    assert!(found.issues[1].aliases.contains("SEC-2"));
}

#[test]
fn an_answer_of_graphql_and_an_id_that_stands_twice() {
    let item = |title: &str| {
        format!(
            r#"{{"number": 3, "title": "{title}", "state": "OPEN", "createdAt": "2025-01-01", "labels": {{"nodes": [{{"name": "security"}}]}}}}"#
        )
    };
    let answer = |nodes: &str| format!(r#"{{"data": {{"repository": {{"issues": {{"nodes": [{nodes}]}}}}}}}}"#);
    let once = read("i.json", &answer(&item("Leak")));
    assert_eq!((ids(&once.issues), once.limits.len()), (vec!["#3"], 0));
    let twice = read("i.json", &answer(&format!("{}, {}", item("Leak"), item("Overflow"))));
    assert!(twice.limits[0].what.contains("#3, item 1 and item 2"), "{:?}", twice.limits);
}

#[test]
fn faulty_json_names_the_place() {
    assert!(
        fails("i.json", "[{\"number\": 1,\n  \"title\": }]").starts_with("i.json: line 2, column 12: expected value")
    );
    insta::assert_snapshot!(fails("i.json", r#"[{"number": 1, "createdAt": "banana"}, 7, {"title": "x"}, {"number": 2, "closedAt": "03/04/2026"}]"#), @r###"
    i.json: item 2: not an issue but a bare value
    i.json: item 3: no issue; it has neither a `number` with a title or state, nor the `url` of an issue
    i.json: item 1, field "createdAt": "banana" is not a date; write YYYY-MM-DDTHH:MM:SSZ
    i.json: item 4, field "closedAt": "03/04/2026" could mean two days; write YYYY-MM-DDTHH:MM:SSZ
    "###);
    assert!(fails("i.json", r#"{"message": "Not Found"}"#).contains("i.json: JSON with message is of no format"));
}

#[test]
fn a_csv_with_common_headers() {
    let text = "\u{feff}Issue Key;Summary;Priority;Created;Resolved;Status;Resolution;Labels;Fix commit;Field\r\n\
        SEC-2;\"Leak; of keys\";High;01.02.2025;2025-03-01 10:00;Closed;Done;security;abcdef1 https://x/commit/1234567;yes\r\n\
        SEC-3;Slow;P1;2025-02-01;;In Progress;;performance;;\r\n\
        \r\n\
        SEC-4;Old;low;2025-02-01;;Closed;Won't fix;Security, sev/critical;;no\r\n\
        SEC-5;Quoted;;;;;;security;;\r\n\
        7;[security] Numbered;medium;;2025-05-05;;False positive;;;\r\n";
    insta::assert_snapshot!(show(&read("issues.csv", text)), @r###"
    SEC-2 [] "Leak; of keys" High Fixed deployed=Some(true)  abcdef1 1234567
        Opened 2025-02-01T00:00; Closed 2025-03-01T10:00 (Done)
    SEC-4 [] "Old" Low Accepted deployed=Some(false)  
        Opened 2025-02-01T00:00
    SEC-5 [] "Quoted" - None deployed=None  
        
    #7 [] "[security] Numbered" Medium NotAffected deployed=None  
        Opened 2025-05-05T00:00 (first-known-date); Closed 2025-05-05T00:00 (False positive)
    ! issues.csv: no date at all of 1 issue (SEC-5): without a date nobody can tell in which period the issue was managed ["4.1.8#b"]
    ! issues.csv: no date of opening of 1 issue (#7): the earliest other date stands in for it, so the issue may have been known earlier []
    ! issues.csv: no date of closing of 1 issue (SEC-4): the state says closed, and nobody says since when: the issue counts as open in every balance, and no claim is held against it ["4.1.8#b", "4.1.8#c"]
    ! issues.csv: the time zone: Jira's CSV names none, so the times were read as UTC: what happened near midnight may count on a neighbouring day []
    "###);
}

#[test]
fn columns_of_ones_own() {
    let mut policy = Policy::default();
    policy.issues.columns =
        vec![("id".into(), "Vorgang".into()), ("opened".into(), "gemeldet am".into()), ("closed".into(), "Zu".into())];
    let text = "Vorgang\tGemeldet am\tTitel\nV-1\t04.03.2025\tx\n";
    insta::assert_snapshot!(show(&read_file("t.tsv", text.as_bytes(), &policy).unwrap()), @r###"
    V-1 [] "x" - None deployed=None  
        Opened 2025-03-04T00:00
    ! t.tsv: the column "Zu" for closed: the file has no such column; it has Vorgang, Gemeldet am, Titel ["4.1.8#b"]
    "###);
}

#[test]
fn faulty_csv_names_row_and_column() {
    let text = "id,reported,closed,title\n1,banana,,x\n2,03/04/2026,2025-02-30,y\n3,2025-01-01\n,2025-01-01,,z\n5,soon,,\"a\nb\"\n6,x,,y\n";
    insta::assert_snapshot!(fails("issues.csv", text), @r###"
    issues.csv: row 2, column "reported": "banana" is not a date; write YYYY-MM-DD
    issues.csv: row 3, column "reported": "03/04/2026" could mean two days; write YYYY-MM-DD or set issues.date_order
    issues.csv: row 3, column "closed": "2025-02-30" is not a date of the calendar; write YYYY-MM-DD
    issues.csv: row 4: 2 cells, but the header has 4; quote cells that hold a separator
    issues.csv: row 5, column "id": no id; every issue needs one
    issues.csv: row 6, column "reported": "soon" is not a date; write YYYY-MM-DD
    issues.csv: row 7 (line 8), column "reported": "x" is not a date; write YYYY-MM-DD
    "###);
    let many: String = (0..50).fold("id,opened\n".to_owned(), |text, n| format!("{text}{n},soon\n"));
    assert!(fails("issues.csv", &many).ends_with("… and 30 more"));
}

#[test]
fn what_spreadsheets_save_is_read_whatever_its_character_set() {
    let text = "Nr.;Titel;Gemeldet am;Geschlossen am\r\n1;Prüfsumme fehlt \u{2013} Gerät;2025-01-02;2025-02-11\r\n";
    let wide = |bytes: fn(u16) -> [u8; 2]| {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(bytes).collect::<Vec<u8>>()
    };
    let western = text.chars().map(|c| if c == '\u{2013}' { 0x96 } else { u8::try_from(u32::from(c)).unwrap() });
    for (set, bytes) in [
        ("UTF-8", text.as_bytes().to_vec()),
        ("UTF-8 with a mark", [b"\xef\xbb\xbf", text.as_bytes()].concat()),
        ("UTF-16, little end first", wide(u16::to_le_bytes)),
        ("UTF-16, big end first", wide(u16::to_be_bytes)),
        ("Windows-1252", western.collect()),
    ] {
        let read = read_file("list.csv", &bytes, &Policy::default()).unwrap();
        let [issue] = read.issues.as_slice() else { panic!("{set}: {read:?}") };
        assert_eq!(issue.title, "Prüfsumme fehlt \u{2013} Gerät", "{set}");
        let days: Vec<String> = issue.events.iter().map(|event| event.at.date_naive().to_string()).collect();
        assert_eq!(days, ["2025-01-02", "2025-02-11"], "{set}");
    }
}

#[test]
fn files_that_cannot_be_read() {
    let policy = Policy::default();
    let fails_bytes = |bytes: &[u8]| read_file("issues.csv", bytes, &policy).unwrap_err().to_string();
    assert!(fails_bytes(b"i\0d\0").contains("UTF-16 without its mark"));
    assert!(fails_bytes(b"\xff\xfe\x00\xd8,\0").contains("damaged UTF-16"));
    assert!(
        fails_bytes(b"id,title\n1,M\xc3\xbcller gepr\xc3ft\n").contains("line 2 is neither UTF-8 nor Windows-1252")
    );
    assert!(fails_bytes(b"id,title\n1,\x83\x8c\x83r\x83\x85\x81[\n").contains("line 2 is neither"));
    assert!(fails("issues.csv", "title,opened\nx,2025-01-01\n").contains("no column holds the id"));
    assert!(fails("issues.csv", "id,title\n1,\"never closed\n2,x\n").contains("line 2: a quotation mark"));
    assert!(fails("issues", "").contains("empty"));
    for (name, text) in [
        ("issues.yaml", "- id: 1\n  title: a, b\n"),
        ("issues", "---\nissues:\n- id: 1\n"),
        ("issues.txt", "issues:\n  - id: 1, 2\n"),
        ("issues.toml", "[[issue]]\nid = 1\n"),
    ] {
        assert!(fails(name, text).contains("no table"), "{name}: {}", fails(name, text));
    }
    assert!(fails("issues.csv", "version https://git-lfs.github.com/spec/v1\noid sha256:0\n").contains("Git LFS"));
    assert!(fails("bom.xml", "<?xml version=\"1.0\"?><bom/>").contains("XML"));
    assert!(check_size("big.csv", MAX_BYTES).is_ok());
    assert!(check_size("big.csv", MAX_BYTES + 1).unwrap_err().to_string().contains("256 MiB"));
}

#[test]
fn excel_hints_and_quotes_in_cells() {
    let read = read("i.csv", "sep=;\nid;title;opened\n1;a \"b\" c;2025-01-01\n2;\"x \"\"y\"\"\";2025-01-01\n");
    assert_eq!(read.issues.iter().map(|issue| issue.title.as_str()).collect::<Vec<_>>(), ["a \"b\" c", "x \"y\""]);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "reads a file that is not everywhere")]
fn real_records_as_they_are() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/curl-cves.csv");
    let Ok(bytes) = std::fs::read(&path) else {
        println!("skipped: {} is not there", path.display());
        return;
    };
    let read = read_file("../../../shared/data/curl-cves.csv", &bytes, &Policy::default()).unwrap();
    assert_eq!(read.issues.len(), 206);
    // The one whose report nobody dated.
    assert_eq!(read.limits.len(), 1, "{:?}", read.limits);
    assert!(read.limits[0].what.contains("CVE-2000-0973"));
    assert_eq!(read.issues.iter().filter(|issue| issue.resolution == Resolution::Fixed).count(), 204);
    for issue in &read.issues {
        assert!(issue.id.starts_with("CVE-") && issue.severity.is_some() && !issue.cwe.is_empty(), "{issue:?}");
        assert_eq!(issue.deployed, Some(true));
        let kinds: Vec<EventKind> = issue.events.iter().map(|event| event.kind).collect();
        assert_eq!(kinds, [EventKind::Opened, EventKind::Closed, EventKind::Published], "{}", issue.id);
        assert_eq!(issue.sources.iter().collect::<Vec<_>>(), ["curl-cves.csv"]);
    }
    assert_eq!(join(read.issues, "curl/curl").len(), 206);
}

fn issue(id: &str, aliases: &[&str], source: &str) -> Issue {
    let policy = Policy::default();
    let mut issue = IssueSource { name: source, short: source, policy: &policy }.issue(id.to_owned());
    issue.aliases = aliases.iter().map(|alias| (*alias).to_owned()).collect();
    issue
}

fn ids(issues: &[Issue]) -> Vec<&str> {
    issues.iter().map(|issue| issue.id.as_str()).collect()
}

#[test]
fn one_problem_seen_by_three_sources() {
    let day = |text: &str| Some(dates::parse(text, None).unwrap());
    let mut tracker = issue("#12", &["cve-2025-1234", "https://github.com/acme/pump/issues/12"], "issues.json");
    add(&mut tracker, EventKind::Opened, day("2025-02-03"), None, None);
    tracker.severity = Some(Severity::Medium);
    let mut advisory = issue("CVE-2025-1234", &["GHSA-2222-3333-4444", "CWE-79"], "cves.csv");
    add(&mut advisory, EventKind::Opened, day("2025-02-01"), None, None);
    advisory.severity = Some(Severity::High);
    advisory.fix_commits = vec!["abcdef1".into()];
    advisory.resolution = Resolution::Fixed;
    let mut history = issue("acme/pump#12", &["CWE-79"], HISTORY);
    history.severity = Some(Severity::Critical);
    history.fix_commits = vec!["abcdef1234567890".into()];
    let other = issue("#3", &["CWE-79", "acme/PUMP#3"], HISTORY);
    let joined = join(vec![history, tracker, other, advisory], "acme/pump");
    assert_eq!(ids(&joined), ["#3", "#12"]);
    let one = &joined[1];
    assert_eq!(one.severity, Some(Severity::High));
    assert_eq!(one.resolution, Resolution::Fixed);
    assert_eq!(one.fix_commits, ["abcdef1234567890"]);
    assert_eq!(one.events.len(), 1);
    assert_eq!(one.events[0].at, day("2025-02-01").unwrap());
    assert_eq!(one.sources.len(), 3);
    assert!(one.aliases.contains("CVE-2025-1234") && one.aliases.contains("acme/pump#12"));
}

#[test]
fn a_number_of_another_repository_is_another_issue() {
    let ours = issue("#12", &[], HISTORY);
    let theirs = issue("#12", &["https://github.com/acme/lib/issues/12"], "lib.json");
    let joined = join(vec![theirs.clone(), ours.clone()], "acme/pump");
    assert_eq!(ids(&joined), ["#12", "acme/lib#12"]);
    // Without an origin nobody can tell; the same number is taken for the same issue.
    assert_eq!(ids(&join(vec![theirs, ours], "pump")), ["#12"]);
}

#[test]
fn a_mere_commit_belongs_to_the_issues_that_it_fixes() {
    let mut first = issue("CVE-2025-1111", &[], "cves.csv");
    first.fix_commits = vec!["abcdef1".into()];
    let mut second = issue("CVE-2025-2222", &[], "cves.csv");
    second.fix_commits = vec!["abcdef1234".into(), "7777777".into()];
    let mut commit = issue("commit abcdef123456", &[], HISTORY);
    commit.fix_commits = vec!["abcdef1234567890".into()];
    let mut alone = issue("commit 0123456789ab", &[], HISTORY);
    alone.fix_commits = vec!["0123456789abcdef".into()];
    let mut single = issue("commit 777777700000", &[], HISTORY);
    single.fix_commits = vec!["7777777000001111".into()];
    let all = vec![alone, commit, first, second, single];
    let joined = join(all.clone(), "a/b");
    assert_eq!(ids(&joined), ["CVE-2025-1111", "CVE-2025-2222", "commit 0123456789ab"]);
    assert_eq!(joined[0].fix_commits, ["abcdef1234567890"]);
    assert_eq!(joined[1].fix_commits, ["7777777000001111", "abcdef1234567890"]);
    assert!(joined[0].aliases.is_empty());
    assert_eq!(joined[1].aliases.iter().collect::<Vec<_>>(), ["commit 777777700000"]);
    assert_eq!(join(joined.clone(), "a/b"), joined);
    assert_eq!(join(all.into_iter().rev().collect(), "a/b"), joined);
}

#[test]
fn ids_sort_as_people_count() {
    let joined = join(
        ["#10", "#2", "SEC-10", "SEC-9", "CVE-2025-1000", "CVE-2024-20000"].map(|id| issue(id, &[], "x")).into(),
        "a/b",
    );
    assert_eq!(ids(&joined), ["#2", "#10", "CVE-2024-20000", "CVE-2025-1000", "SEC-9", "SEC-10"]);
}

fn some_issue() -> impl Strategy<Value = Issue> {
    let name = || {
        prop_oneof![
            (1..6_u8).prop_map(|n| format!("#{n}")),
            (1..6_u8).prop_map(|n| format!("acme/pump#{n}")),
            (1..4_u8).prop_map(|n| format!("Acme/Lib#{n}")),
            (1..4_u8).prop_map(|n| format!("https://github.com/acme/pump/issues/{n}")),
            (1..6_u8).prop_map(|n| format!("CVE-2025-100{n}")),
            (1..6_u8).prop_map(|n| format!("cve-2025-100{n}")),
            (2..6_u8).prop_map(|n| format!("ghsa-{n}222-2222-2222")),
            (1..6_u8).prop_map(|n| format!("SEC-{n}")),
            Just("CWE-79".to_owned()),
        ]
    };
    let kinds = prop_oneof![
        Just(EventKind::Opened),
        Just(EventKind::FirstResponse),
        Just(EventKind::Closed),
        Just(EventKind::Published)
    ];
    let event = (kinds, 0..4_i64, proptest::option::of("[ab]"), proptest::option::of("[xy]")).prop_map(
        |(kind, day, actor, note)| Event { at: DateTime::from_timestamp(day * 86_400, 0).unwrap(), kind, actor, note },
    );
    let severity = proptest::option::of(prop_oneof![Just(Severity::Low), Just(Severity::High)]);
    let rest = (
        prop_oneof![Just(HISTORY), Just("a.csv"), Just("b.json")],
        severity,
        proptest::collection::vec(event, 0..4),
        proptest::option::of(any::<bool>()),
        "[ab]{0,2}",
    );
    (name(), proptest::collection::btree_set(name(), 0..3), rest).prop_map(
        |(id, aliases, (source, severity, events, deployed, title))| {
            let mut issue = issue(&id, &[], source);
            (issue.aliases, issue.severity, issue.events, issue.deployed, issue.title) =
                (aliases, severity, events, deployed, title);
            issue
        },
    )
}

/// The components by repeated comparison of all pairs.
fn components(issues: &[Issue], repository: &str) -> usize {
    let keys: Vec<BTreeSet<String>> = issues.iter().map(|issue| crate::join::issues::keys(issue, repository)).collect();
    let mut of: Vec<usize> = (0..issues.len()).collect();
    loop {
        let mut changed = false;
        for a in 0..issues.len() {
            for b in 0..issues.len() {
                if of[a] < of[b] && !keys[a].is_disjoint(&keys[b]) {
                    of[b] = of[a];
                    changed = true;
                }
            }
        }
        if !changed {
            return of.into_iter().collect::<BTreeSet<_>>().len();
        }
    }
}

proptest! {
    #[test]
    fn joining_depends_on_nothing_but_the_issues(
        (issues, shuffled) in proptest::collection::vec(some_issue(), 0..9)
            .prop_flat_map(|issues| (Just(issues.clone()), Just(issues).prop_shuffle())),
        repository in prop_oneof![Just("acme/pump"), Just("pump")],
    ) {
        let joined = join(issues.clone(), repository);
        prop_assert_eq!(joined.len(), components(&issues, repository));
        prop_assert_eq!(&joined, &join(shuffled, repository));
        prop_assert_eq!(&joined, &join(joined.clone(), repository));
        for issue in &joined {
            prop_assert!(!issue.aliases.contains(&issue.id));
            prop_assert!(issue.events.iter().filter(|event| event.kind == EventKind::Opened).count() <= 1);
        }
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300), json in any::<bool>()) {
        let _ = read_file(if json { "a.json" } else { "a.csv" }, &bytes, &Policy::default());
        let _ = read_file("a", &bytes, &Policy::default());
    }

    #[test]
    fn arbitrary_cells_never_panic(cells in proptest::collection::vec("[ -~äöü\u{202e}\"\\n;,]{0,14}|[0-9]{1,4}[-./][0-9]{1,2}[-./T ][0-9:+]{1,12}", 1..40), width in 1..6_usize) {
        let mut text = "id,opened,closed,severity,labels\n".to_owned();
        for row in cells.chunks(width) {
            text.push_str(&row.join(","));
            text.push('\n');
        }
        let _ = read_file("a.csv", text.as_bytes(), &Policy::default());
        let json = serde_json::json!([{"number": 1, "title": cells[0], "createdAt": cells.last(), "body": cells.join("\n"),
            "labels": cells, "comments": [{"author": cells[0], "createdAt": "2025-01-01"}], "url": cells[0]}]);
        let _ = read_file("a.json", json.to_string().as_bytes(), &Policy::default());
    }
}
