//! What a commit message says about security: ids, weakness classes, closed issues, reverts, and whether it claims a fix.

use std::sync::LazyLock;

use regex::{Regex, RegexBuilder, bytes};

use crate::join::commit_words::WORDS;

/// What one message says. All lists are sorted and free of repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CommitMessage {
    /// First line.
    pub subject: String,
    /// `CVE-2025-1234`, `GHSA-xxxx-xxxx-xxxx`, tracker keys.
    pub security: Vec<String>,
    /// `CWE-79`.
    pub cwe: Vec<String>,
    /// Issues that it closes: `#12`, `owner/repo#12`.
    pub issues: Vec<String>,
    /// Does it claim to fix something?
    pub is_fix: bool,
    /// Is its conventional type `security`, or its scope?
    pub security_type: bool,
    /// Full ids of the commits that it reverts.
    pub reverts: Vec<String>,
}

fn pattern(text: &str) -> Regex {
    RegexBuilder::new(text).case_insensitive(true).multi_line(true).build().expect("a fixed pattern is valid")
}

static IDS: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\bCVE-\d{4}-\d{4,19}\b|\bGHSA(?:-[23456789cfghjmpqrvwx]{4}){3}\b"));
static CWE: LazyLock<Regex> = LazyLock::new(|| pattern(r"\bCWE-\d{1,5}\b"));
const ISSUE: &str = r"(?:[\w.-]+/[\w.-]+)?#\d+|https?://[^\s/]+/[\w.-]+/[\w.-]+/(?:-/)?issues/\d+|GH-\d+";
static CLOSES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:fix(?:e[sd])?|close[sd]?|resolve[sd]?)(?:\s+|\s*:\s*)(?:issues?\s+)?((?:{ISSUE})(?:(?:\s*,\s*|\s+and\s+|\s*,\s*and\s+)(?:{ISSUE}))*)"
    ))
});
static ONE_ISSUE: LazyLock<Regex> = LazyLock::new(|| pattern(ISSUE));
static CONVENTIONAL: LazyLock<Regex> = LazyLock::new(|| pattern(r"\A\s*([a-z]+)(?:\(([^)]*)\))?!?:\s"));
static SECURITY_SUBJECT: LazyLock<Regex> = LazyLock::new(|| pattern(r"\A\s*\[security\]"));
static REVERTS: LazyLock<Regex> = LazyLock::new(|| pattern(r"^This reverts commit ([0-9a-f]{40})\b"));
static TRAILER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:Fixes|CVE|CVE-ID|Fixes-CVE|Security|Security-Issue|Resolves|Closes|Bug|Vulnerability)\s*:\s*\S")
});
static VERB: LazyLock<Regex> = LazyLock::new(|| pattern(&format!(r"\b(?:{})\b", WORDS.fixing.join("|"))));
/// `Fixes CVE-…` or `resolves SEC-12` as a sentence of the body.
static FIXES_ID: LazyLock<Regex> = LazyLock::new(|| {
    pattern(&format!(
        r"\b(?:{})[\s:]+(?:for\s+|the\s+|against\s+)?(?:security\s+)?(?:(?:issue|vulnerability|bug|advisory)\s+)?[\[(]?(?:CVE-\d|GHSA-|[A-Z][A-Z0-9]{{1,14}}-\d)",
        WORDS.fixing_an_id.join("|")
    ))
});
static ID_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\A\s*[\[(]?(?:CVE-\d{4}-\d{4,}|GHSA(?:-[a-z0-9]{4}){3})[\])]?\s*[:\-–]?\s+\S"));

/// Reads messages; built once per walk.
pub struct MessageReader {
    keys: Vec<Regex>,
    /// Passes over messages that say nothing; where it could not be built, all are read.
    prefilter: Option<bytes::Regex>,
}

impl MessageReader {
    /// With the patterns of the team's own tracker keys.
    pub fn new(keys: &[Regex]) -> Self {
        let mut text = String::from(
            r"(?i)CVE-\d|GHSA-|CWE-\d|This reverts commit|security|\bsec[(:!]|(?:fix|close|resolve)[sd]?(?:es|ed)?[\s:]+(?:issues? )?(?:[\w./:-]*#\d|https?://|GH-\d)",
        );
        for key in keys {
            text.push_str("|(?-i:");
            text.push_str(key.as_str());
            text.push(')');
        }
        let prefilter = bytes::RegexBuilder::new(&text).unicode(false).build().or_else(|_| bytes::Regex::new(&text));
        MessageReader { keys: keys.to_vec(), prefilter: prefilter.ok() }
    }

    /// What the message says, or `None` when it says nothing about security and closes no issue.
    pub fn read(&self, raw: &[u8], merge: bool) -> Option<CommitMessage> {
        if self.prefilter.as_ref().is_some_and(|prefilter| !prefilter.is_match(raw)) {
            return None;
        }
        let text = String::from_utf8_lossy(raw);
        let subject = text.trim_start().lines().next().unwrap_or_default().trim().to_owned();
        let mut security = all(&IDS, &text, str::to_uppercase);
        for id in &mut security {
            // GHSA ids are written in lower case behind the prefix.
            if let Some(rest) = id.strip_prefix("GHSA") {
                *id = format!("GHSA{}", rest.to_lowercase());
            }
        }
        for key in &self.keys {
            security.extend(all(key, &text, str::to_owned));
        }
        let conventional = CONVENTIONAL.captures(&text);
        let kind = conventional.as_ref().map(|c| c[1].to_lowercase()).unwrap_or_default();
        let scope =
            conventional.as_ref().and_then(|c| c.get(2)).map(|scope| scope.as_str().to_lowercase()).unwrap_or_default();
        let about_security =
            matches!(kind.as_str(), "security" | "sec") || matches!(scope.as_str(), "security" | "sec");
        let reverts: Vec<String> = REVERTS.captures_iter(&text).map(|found| found[1].to_lowercase()).collect();
        let revert = !reverts.is_empty() || subject.starts_with("Revert ");
        let quiet =
            matches!(kind.as_str(), "docs" | "doc" | "chore" | "test" | "tests" | "ci" | "style" | "release" | "build")
                && scope != "security"
                && scope != "deps";
        let mut issues = Vec::new();
        for found in CLOSES.captures_iter(&text) {
            issues.extend(ONE_ISSUE.find_iter(&found[1]).filter_map(|one| issue_id(one.as_str())));
        }
        let type_fix = matches!(kind.as_str(), "fix" | "security" | "sec" | "hotfix" | "bugfix");
        let claims = type_fix
            || VERB.is_match(&subject)
            || ID_FIRST.is_match(&text)
            || TRAILER.is_match(&text)
            || FIXES_ID.is_match(&text)
            || !issues.is_empty();
        let mut message = CommitMessage {
            is_fix: claims && !merge_subject(&subject, merge) && !revert && (!quiet || !issues.is_empty()),
            security_type: (about_security && type_fix_or_security(&kind)) || SECURITY_SUBJECT.is_match(&subject),
            cwe: all(&CWE, &text, str::to_uppercase),
            subject,
            security,
            issues,
            reverts,
        };
        for list in [&mut message.security, &mut message.cwe, &mut message.issues, &mut message.reverts] {
            list.sort();
            list.dedup();
        }
        let says = !message.security.is_empty()
            || !message.cwe.is_empty()
            || !message.issues.is_empty()
            || !message.reverts.is_empty()
            || message.security_type;
        says.then_some(message)
    }
}

fn type_fix_or_security(kind: &str) -> bool {
    matches!(kind, "fix" | "security" | "sec" | "hotfix" | "bugfix")
}

/// `Merge branch 'cve-…'` moves commits; it fixes nothing itself. A squash merge has one parent and a subject of its own.
fn merge_subject(subject: &str, merge: bool) -> bool {
    subject.starts_with("Merge branch")
        || subject.starts_with("Merge remote-tracking")
        || subject.starts_with("Merge tag")
        || merge
}

fn all(pattern: &Regex, text: &str, normal: impl Fn(&str) -> String) -> Vec<String> {
    pattern.find_iter(text).map(|found| normal(found.as_str())).collect()
}

/// `#12` or `owner/repo#12` from any way of writing an issue.
fn issue_id(text: &str) -> Option<String> {
    if let Some(rest) = text.split_once("://").map(|(_, rest)| rest) {
        let mut parts = rest.split('/').skip(1);
        let (owner, name) = (parts.next()?, parts.next()?);
        return Some(format!("{owner}/{name}#{}", rest.rsplit('/').next()?));
    }
    let upper = text.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("GH-"));
    Some(if upper { format!("#{}", text.get(3..)?) } else { text.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(text: &str) -> CommitMessage {
        MessageReader::new(&[Regex::new(r"\bSEC-\d+\b").unwrap()]).read(text.as_bytes(), false).unwrap_or_default()
    }

    #[test]
    fn what_is_a_fix() {
        for (text, fix) in [
            ("fix(security): reject oversized frames\n\nCVE-2025-1234", true),
            ("fix: bounds (CVE-2025-1234)", true),
            ("CVE-2025-1234: check bounds", true),
            ("Bump openssl to 3.0.9 (CVE-2025-1234)", true),
            ("parser: check length\n\nFixes: CVE-2025-1234", true),
            ("parser: check length\n\nCVE: CVE-2025-1234", true),
            ("parser: check length\n\nFixes CVE-2025-1234", true),
            ("parser: check length\n\nThis addresses the vulnerability CVE-2025-1234.", true),
            ("parser: check length\n\nResolves SEC-12", true),
            ("parser: log more\n\nHelps to see what happened in SEC-12.", false),
            ("docs: mention CVE-2025-1234", false),
            ("docs: fix the text on CVE-2025-1234", false),
            ("Merge branch 'fix-CVE-2025-1234'", false),
            (
                "Revert \"fix: bounds (CVE-2025-1234)\"\n\nThis reverts commit 0123456789012345678901234567890123456789.",
                false,
            ),
            ("RELEASE-NOTES: list CVE-2025-1234", false),
            ("SEC-12 add logging", false),
            ("SEC-12: fix the parser", true),
        ] {
            assert_eq!(read(text).is_fix, fix, "{text}");
        }
    }

    #[test]
    fn ids_and_issues() {
        let message = read(
            "fix: a\n\nFixes #12, #13 and acme/pump#14\nCloses: GH-15\nResolves https://github.com/acme/pump/issues/16\nsee #99\ncve-2025-1234 ghsa-2345-cfgh-jmpq CWE-79 SEC-3",
        );
        assert_eq!(message.issues, ["#12", "#13", "#15", "acme/pump#14", "acme/pump#16"]);
        assert_eq!(message.security, ["CVE-2025-1234", "GHSA-2345-cfgh-jmpq", "SEC-3"]);
        assert_eq!(message.cwe, ["CWE-79"]);
    }

    #[test]
    fn conventional_security() {
        assert!(read("fix(security): x").security_type);
        assert!(read("security: x").security_type);
        assert!(read("sec(parser)!: x").security_type);
        assert!(!read("docs(security): x").security_type);
        assert!(!read("fix: improve security of y").security_type);
        assert_eq!(read("prefix #12: nothing closes"), CommitMessage::default());
    }

    proptest! {
        #[test]
        fn never_panics(raw in prop::collection::vec(any::<u8>(), 0..200), merge in any::<bool>()) {
            let _ = MessageReader::new(&[]).read(&raw, merge);
        }
    }
}
