//! CSAF, OpenVEX, CycloneDX and OSV: dispositions, never a pass.

use crate::intake::tests::*;

/// Ids and resolutions of what counts, and the ids that are told to be of others.
fn of_ours(text: &str, products: &[&str]) -> (Vec<String>, bool) {
    let policy = Policy { products: products.iter().map(|one| (*one).to_owned()).collect(), ..Policy::default() };
    let read = read_file("a.json", text.as_bytes(), &policy).unwrap();
    let told = |issue: &Issue| format!("{} {:?}", issue.id, issue.resolution);
    let others = read.limits.iter().any(|limit| limit.what.contains("not yours"));
    assert!(
        !read.limits.iter().any(|limit| limit.what.contains("several") && !products.is_empty()),
        "{:?}",
        read.limits
    );
    (read.issues.iter().map(told).collect(), others)
}

#[test]
fn only_what_is_said_of_our_products_counts() {
    let openvex = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "timestamp": "2025-01-02T00:00:00Z", "statements": [
        {"vulnerability": {"name": "CVE-2025-1001"}, "products": [{"@id": "pkg:github/acme/pump@1.0"}], "status": "fixed"},
        {"vulnerability": {"name": "CVE-2025-1001"}, "products": [{"@id": "pkg:github/acme/probe@1.0"}], "status": "affected"},
        {"vulnerability": {"name": "CVE-2025-1002"}, "products": [{"@id": "pkg:github/acme/probe@1.0"}], "status": "fixed"},
        {"vulnerability": {"name": "CVE-2025-1003"}, "status": "affected"}]}"#;
    let csaf = r#"{"document": {"csaf_version": "2.0", "title": "x", "tracking": {"id": "A-1", "status": "final",
        "initial_release_date": "2025-01-02T00:00:00Z", "current_release_date": "2025-01-02T00:00:00Z"}},
        "product_tree": {"branches": [{"category": "vendor", "name": "Acme", "branches": [
            {"category": "product_name", "name": "Pump", "branches": [
                {"category": "product_version", "name": "1.0", "product": {"product_id": "P1", "name": "Pump 1.0"}}]},
            {"category": "product_name", "name": "Probe", "branches": [
                {"category": "product_version", "name": "1.0", "product": {"product_id": "Q1", "name": "Probe 1.0",
                 "product_identification_helper": {"cpe": "cpe:/a:acme:probe:1.0"}}}]}]}]},
        "vulnerabilities": [{"cve": "CVE-2025-1001", "product_status": {"fixed": ["P1"], "under_investigation": ["Q1"]}},
            {"cve": "CVE-2025-1002", "product_status": {"fixed": ["Q1"]}},
            {"cve": "CVE-2025-1003"}]}"#;
    let all = ["CVE-2025-1001 None", "CVE-2025-1002 Fixed", "CVE-2025-1003 None"];
    let pump = ["CVE-2025-1001 Fixed", "CVE-2025-1003 None"];
    for (text, products, told, others) in [
        (openvex, &[][..], &all[..], false),
        (openvex, &["pkg:github/acme/pump"], &pump, true),
        (openvex, &["pkg:github/acme/probe"], &all, false),
        (csaf, &[], &all, false),
        (csaf, &["Pump"], &pump, true),
        (csaf, &["cpe:2.3:a:acme:probe"], &all, false),
    ] {
        let (found, of_others) = of_ours(text, products);
        let told: Vec<String> = told.iter().map(|one| (*one).to_owned()).collect();
        assert_eq!((found, of_others), (told, others), "{products:?} {text}");
    }
}

#[test]
fn a_bill_of_materials_of_ours_counts_whole() {
    let file = |product: &str| {
        format!(
            r#"{{"bomFormat": "CycloneDX", "metadata": {{"timestamp": "2025-01-02T00:00:00Z", "component": {{"name": "{product}"}}}},
            "components": [{{"bom-ref": "c1", "name": "Pump", "purl": "pkg:generic/pump@1"}}, {{"bom-ref": "c2", "name": "zlib"}}],
            "vulnerabilities": [{{"id": "CVE-2025-1001", "affects": [{{"ref": "c1"}}]}}, {{"id": "CVE-2025-1002", "affects": [{{"ref": "c2"}}]}},
                {{"id": "CVE-2025-1003"}}]}}"#
        )
    };
    let all = ["CVE-2025-1001 None", "CVE-2025-1002 None", "CVE-2025-1003 None"];
    for (product, ours, told, others) in [
        ("Pump", &["Pump"][..], &all[..], false),
        ("Probe", &[], &all, false),
        ("Probe", &["Pump"], &[all[0], all[2]], true),
        ("Probe", &["pkg:generic/pump"], &[all[0], all[2]], true),
    ] {
        let (found, of_others) = of_ours(&file(product), ours);
        assert_eq!(
            (found, of_others),
            (told.iter().map(|one| (*one).to_owned()).collect(), others),
            "{product} {ours:?}"
        );
    }
    let osv = r#"{"id": "GHSA-2222-3333-4444", "modified": "2025-01-02T00:00:00Z", "affected": [
        {"package": {"name": "pump"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2"}]}]},
        {"package": {"name": "probe"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}]}]}]}"#;
    for (ours, told) in [(&[][..], "None"), (&["pump"], "Fixed"), (&["probe"], "None"), (&["other"], "None")] {
        assert_eq!(of_ours(osv, ours), (vec![format!("GHSA-2222-3333-4444 {told}")], false), "{ours:?}");
    }
}

#[test]
fn a_vex_gives_a_disposition_and_stays_an_issue() {
    let text = r#"{"@context": "https://openvex.dev/ns/v0.2.0", "@id": "https://acme.example/vex/1", "author": "Acme PSIRT", "timestamp": "2025-02-01T00:00:00Z",
      "version": 2, "statements": [
        {"vulnerability": {"name": "CVE-2025-1234", "aliases": ["GHSA-2222-3333-4444"], "description": "A library bug"}, "products": [{"@id": "pkg:acme/pump@1"}],
         "status": "not_affected", "justification": "vulnerable_code_not_present", "impact_statement": "The parser is not built."},
        {"vulnerability": {"name": "CVE-2025-2222"}, "products": [{"@id": "pkg:acme/pump@1"}, {"@id": "pkg:acme/app@1"}], "status": "under_investigation", "timestamp": "2025-01-01T00:00:00Z"},
        {"vulnerability": {"name": "CVE-2025-2222"}, "products": [{"@id": "pkg:acme/pump@1"}], "status": "affected", "action_statement": "Update", "timestamp": "2025-01-05T00:00:00Z"},
        {"vulnerability": {"name": "CVE-2025-2222"}, "products": [{"@id": "pkg:acme/app@1"}], "status": "not_affected", "timestamp": "2025-01-05T00:00:00Z"},
        {"vulnerability": {"name": "CVE-2025-2222"}, "products": [{"@id": "pkg:acme/pump@1"}], "status": "fixed", "timestamp": "2025-01-20T00:00:00Z"},
        {"vulnerability": "CVE-2025-3333", "products": ["pkg:acme/pump@1"], "status": "affected"}]}"#;
    insta::assert_snapshot!(show(&read("pump.vex.json", text)), @r###"
    CVE-2025-1234 [GHSA-2222-3333-4444] "A library bug" - NotAffected deployed=None  
        Opened 2025-02-01T00:00 by Acme PSIRT; Closed 2025-02-01T00:00 by Acme PSIRT (not_affected: vulnerable_code_not_present: The parser is not built.)
    CVE-2025-2222 [] "" - Fixed deployed=Some(true)  
        Opened 2025-01-01T00:00 by Acme PSIRT; Closed 2025-01-20T00:00 by Acme PSIRT (fixed)
    CVE-2025-3333 [] "" - None deployed=Some(true)  
        Opened 2025-02-01T00:00 by Acme PSIRT
    ! pump.vex.json: no date of opening of 3 issues (CVE-2025-1234, CVE-2025-2222, CVE-2025-3333): the earliest other date stands in for it, so the issue may have been known earlier []
    ! pump.vex.json: a closing for some products of several of 1 issue (CVE-2025-1234): the file is about more products than it closes the issue for, and nobody says which of them is yours ["4.1.8#b", "4.1.8#c"]
    "###);
}

#[test]
fn mistakes_of_a_vex_are_named_by_their_path() {
    let text = r#"{"@context": ["https://openvex.dev/ns"], "timestamp": "soon", "statements": [{"vulnerability": {"name": "CVE-2025-1"}, "status": "fine"}, {"status": "fixed"}]}"#;
    insta::assert_snapshot!(fails("x.json", text), @r###"
    x.json: timestamp "soon" is not a date; expected YYYY-MM-DDTHH:MM:SSZ
    x.json: statements[0].status is "fine"; expected not_affected, affected, fixed or under_investigation
    x.json: statements[1].vulnerability.name is missing; expected an id such as CVE-2025-1234
    "###);
}

/// A document with one vulnerability of this status and these further fields.
fn csaf(status: &str, more: &str) -> String {
    format!(
        r#"{{"document": {{"category": "csaf_security_advisory", "csaf_version": "2.0", "title": "Pump advisory",
        "tracking": {{"id": "ACME-2025-01", "status": "final", "version": "2", "initial_release_date": "2025-03-01T00:00:00Z", "current_release_date": "2025-04-01T00:00:00Z",
          "revision_history": [{{"date": "2025-03-01T00:00:00Z", "number": "1", "summary": "first"}}, {{"date": "2025-04-01T00:00:00Z", "number": "2", "summary": "fix"}}]}}}},
        "product_tree": {{"product_groups": [{{"group_id": "G", "product_ids": ["P1", "P2"]}}]}},
        "vulnerabilities": [{{"cve": "CVE-2025-1234", "cwe": {{"id": "CWE-120", "name": "x"}}, "ids": [{{"system_name": "Acme", "text": "SEC-12"}}], "discovery_date": "2025-01-01T00:00:00Z",
          "product_status": {status}{more}}}]}}"#
    )
}

#[test]
fn an_advisory_is_closed_only_when_every_affected_product_has_a_remedy() {
    let fix = r#", "remediations": [{"category": "vendor_fix", "date": "2025-03-20T00:00:00Z", "details": "Update to 2.0", "product_ids": ["P1"]}]"#;
    let group = fix.replace(r#""product_ids": ["P1"]"#, r#""group_ids": ["G"]"#);
    let weak = r#", "remediations": [{"category": "vendor_fix", "details": "Update", "product_ids": ["P1"]}, {"category": "no_fix_planned", "details": "End of life", "product_ids": ["P2"]}]"#;
    let flags = r#", "flags": [{"label": "vulnerable_code_not_in_execute_path", "date": "2025-02-02T00:00:00Z", "product_ids": ["P1"]}]"#;
    let none = r#", "remediations": [{"category": "none_available", "details": "Wait", "product_ids": ["P1"]}]"#;
    for (status, more, resolution, closed) in [
        (r#"{"known_affected": ["P1"], "fixed": ["P3"]}"#, fix, Resolution::Fixed, Some("2025-03-20")),
        (r#"{"known_affected": ["P1", "P2"]}"#, fix, Resolution::None, None),
        (r#"{"known_affected": ["P1", "P2"]}"#, group.as_str(), Resolution::Fixed, Some("2025-03-20")),
        (r#"{"known_affected": ["P1", "P2"]}"#, weak, Resolution::Accepted, Some("2025-04-01")),
        (r#"{"known_affected": ["P1"]}"#, none, Resolution::None, None),
        (r#"{"known_affected": ["P1"], "under_investigation": ["P2"]}"#, fix, Resolution::None, None),
        (r#"{"known_not_affected": ["P1"]}"#, flags, Resolution::NotAffected, Some("2025-02-02")),
        (r#"{"fixed": ["P1"]}"#, "", Resolution::Fixed, Some("2025-04-01")),
        ("{}", "", Resolution::None, None),
    ] {
        let read = read("a.json", &csaf(status, more));
        let issue = &read.issues[0];
        let at = issue
            .events
            .iter()
            .find(|event| event.kind == EventKind::Closed)
            .map(|event| event.at.format("%Y-%m-%d").to_string());
        assert_eq!((issue.resolution, at.as_deref()), (resolution, closed), "{status} {more}");
        assert_eq!(issue.aliases.iter().collect::<Vec<_>>(), ["ACME-2025-01", "SEC-12"]);
    }
}

#[test]
fn scores_titles_and_dates_of_an_advisory() {
    let more = r#", "title": "Overflow", "scores": [{"products": ["P1"], "cvss_v3": {"baseScore": 6.1, "vectorString": "CVSS:3.1/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N"}},
        {"products": ["P2"], "cvss_v3": {"baseSeverity": "HIGH"}}]"#;
    insta::assert_snapshot!(show(&read("a.json", &csaf(r#"{"known_affected": ["P1"]}"#, more))), @r###"
    CVE-2025-1234 [ACME-2025-01 SEC-12] "Overflow" High None deployed=Some(true) CWE-120 
        Opened 2025-01-01T00:00; Published 2025-03-01T00:00
    "###);
    let draft = csaf("{}", "")
        .replace("\"final\"", "\"draft\"")
        .replace("\"cve\": \"CVE-2025-1234\", ", "")
        .replace("SEC-12", "");
    let read = read("a.json", &draft);
    assert!(read.issues[0].private);
    assert_eq!(read.issues[0].id, "ACME-2025-01");
}

#[test]
fn records_of_osv() {
    let text = r#"{"vulns": [{"schema_version": "1.6.0", "id": "GHSA-2222-3333-4444", "modified": "2025-06-01T00:00:00Z", "published": "2025-03-01T00:00:00Z",
        "aliases": ["CVE-2025-1234"], "summary": "Overflow", "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H"}],
        "affected": [{"package": {"ecosystem": "crates.io", "name": "pump"}, "ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.2.3"}]},
          {"type": "GIT", "repo": "https://github.com/acme/pump", "events": [{"introduced": "0"}, {"fixed": "0123456789abcdef0123456789abcdef01234567"}]}], "versions": ["1.0.0"]}],
        "references": [{"type": "FIX", "url": "https://github.com/acme/pump/commit/89abcdef0123456789abcdef0123456789abcdef"}, {"type": "ADVISORY", "url": "https://acme.example/1"}],
        "database_specific": {"cwe_ids": ["CWE-120"], "severity": "LOW"}},
      {"id": "OSV-2025-1", "modified": "2025-06-01T00:00:00Z", "details": "Still open", "affected": [{"ranges": [{"type": "SEMVER", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}, {"introduced": "1.1.0"}]}]}]},
      {"id": "OSV-2025-2", "modified": "2025-06-01T00:00:00Z", "published": "2025-05-01T00:00:00Z", "withdrawn": "2025-05-20T00:00:00Z", "summary": "A mistake"}]}"#;
    insta::assert_snapshot!(show(&read("osv.json", text)), @r###"
    GHSA-2222-3333-4444 [CVE-2025-1234] "Overflow" Critical Fixed deployed=Some(true) CWE-120 0123456789abcdef0123456789abcdef01234567 89abcdef0123456789abcdef0123456789abcdef
        Opened 2025-03-01T00:00 (first-known-date); Closed 2025-03-01T00:00 (fixed); Published 2025-03-01T00:00
    OSV-2025-1 [] "Still open" - None deployed=Some(true)  
        Opened 2025-06-01T00:00
    OSV-2025-2 [] "A mistake" - NotAffected deployed=None  
        Opened 2025-05-01T00:00 (first-known-date); Published 2025-05-01T00:00; Closed 2025-05-20T00:00 (withdrawn)
    ! osv.json: no date of opening of 3 issues (GHSA-2222-3333-4444, OSV-2025-1, OSV-2025-2): the earliest other date stands in for it, so the issue may have been known earlier []
    ! osv.json: no date of closing of 1 issue (GHSA-2222-3333-4444): it has a fix, and the date of its publication stands in for it []
    "###);
}

#[test]
fn vulnerabilities_of_cyclonedx() {
    let text = r#"{"bomFormat": "CycloneDX", "specVersion": "1.6", "metadata": {"timestamp": "2025-05-01T00:00:00Z"}, "vulnerabilities": [
        {"id": "CVE-2025-1234", "ratings": [{"severity": "medium"}, {"score": 9.8}], "cwes": [120], "description": "Overflow", "references": [{"id": "GHSA-2222-3333-4444"}],
         "analysis": {"state": "not_affected", "justification": "code_not_reachable", "firstIssued": "2025-02-01T00:00:00Z", "lastUpdated": "2025-03-01T00:00:00Z"}},
        {"id": "CVE-2025-2222", "analysis": {"state": "exploitable", "response": ["will_not_fix"]}},
        {"id": "CVE-2025-3333", "analysis": {"state": "resolved"}}]}"#;
    insta::assert_snapshot!(show(&read("bom.json", text)), @r###"
    CVE-2025-1234 [GHSA-2222-3333-4444] "Overflow" Critical NotAffected deployed=None CWE-120 
        Opened 2025-02-01T00:00; Closed 2025-03-01T00:00 (not_affected: code_not_reachable)
    CVE-2025-2222 [] "" - None deployed=Some(true)  
        Opened 2025-05-01T00:00
    CVE-2025-3333 [] "" - Fixed deployed=None  
        Opened 2025-05-01T00:00 (first-known-date); Closed 2025-05-01T00:00 (resolved)
    ! bom.json: no date of opening of 2 issues (CVE-2025-2222, CVE-2025-3333): the earliest other date stands in for it, so the issue may have been known earlier []
    ! bom.json: no date of closing of 1 issue (CVE-2025-3333): the state says closed; the date of the last change stands in for it []
    "###);
    assert!(read("bom.json", r#"{"bomFormat": "CycloneDX", "components": []}"#).issues.is_empty());
}

#[test]
fn a_file_of_no_known_format_names_all_that_are_known() {
    let text = fails("x.json", r#"{"version": "15.0", "scan": {}, "vulnerabilities": []}"#);
    assert!(text.starts_with("x.json: JSON with scan, version, vulnerabilities is of no format"), "{text}");
    for name in ["Jira", "CSAF 2.0", "OpenVEX", "CycloneDX", "OSV", "GitLab", "GitHub", "CSV"] {
        assert!(text.contains(name), "{name}: {text}");
    }
    assert!(fails("x.json", "{\"a\": ").contains("line 1, column"));
}
