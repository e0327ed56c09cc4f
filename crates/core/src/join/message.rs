//! What a commit message says about security: ids, weakness classes, closed issues, reverts, whether it claims a fix, and what
//! scanners shall pass over.

use std::sync::LazyLock;

use regex::{Regex, bytes};

use crate::intake::words::plain_ids;
use crate::join::aside::{Aside, aside, suppresses};
use crate::join::commit_claims::{FIXES_ID, VERB, ids_in};
use crate::join::commit_words::pattern;
use crate::join::suspicion;
use crate::model::issue::Resolution;
use lookback_reading::normal;

/// What one message says. All lists are sorted and free of repetition.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a message says or not")]
pub struct CommitMessage {
    /// First line.
    pub subject: String,
    /// `CVE-2025-1234`, `GHSA-xxxx-xxxx-xxxx`, tracker keys.
    pub security: Vec<String>,
    /// Those of them that are spoken of only in passing (`similar to CVE-…`), or that scanners shall pass over.
    pub passing: Vec<String>,
    /// Pairs of a CVE and a GHSA that name one problem.
    pub pairs: Vec<(String, String)>,
    /// Ids that scanners shall pass over, and why: the product is not affected, or the risk is accepted.
    pub suppressed: Vec<String>,
    /// Ids that scanners shall pass over no more.
    pub lifted: Vec<String>,
    /// Ids that it adds to a list, and ids that it removes from one: of suppressions, where a list of them is all that changes.
    pub added: Vec<String>,
    /// See `added`.
    pub removed: Vec<String>,
    /// What becomes of what scanners shall pass over; `None` where a suppression is all that is taken back.
    pub disposal: Option<Resolution>,
    /// `CWE-79`.
    pub cwe: Vec<String>,
    /// Issues that it closes: `#12`, `owner/repo#12`.
    pub issues: Vec<String>,
    /// Does it claim to fix something?
    pub is_fix: bool,
    /// May it fix what it names without saying so? Not so by its type, as a merge, or as a revert.
    pub may_fix: bool,
    /// Is it a merge of branches?
    pub merge: bool,
    /// Is its conventional type `security`, or its scope?
    pub security_type: bool,
    /// Words of a vulnerability in its subject.
    pub words: Option<String>,
    /// Full ids of the commits that it reverts.
    pub reverts: Vec<String>,
    /// The subject of the commit that it reverts, as its own subject names it: `Revert "…"`, `Reapply "…"`.
    pub takes_back: Option<String>,
    /// Ids of the commits that it was picked from.
    pub picked_from: Vec<String>,
}

impl CommitMessage {
    /// What any message says of what the commit is, whether or not it speaks of security.
    pub fn of_any(raw: &[u8], merge: bool) -> Self {
        let subject = String::from_utf8_lossy(first_line(raw)).trim().to_owned();
        let picked_from = picked_from(&String::from_utf8_lossy(raw));
        CommitMessage { merge: merge_subject(&subject, merge), subject, picked_from, ..CommitMessage::default() }
    }

    /// The ids that it is about: all but those that are only spoken of, or passed over.
    pub(crate) fn meant(&self) -> impl Iterator<Item = &String> {
        self.security.iter().filter(|id| self.passing.binary_search(id).is_err())
    }

    /// Does it matter what the commit changed? Of most commits nothing is known but that they close an issue.
    pub fn asks_for_changes(&self) -> bool {
        self.words.is_some()
            || !self.security.is_empty()
            || (self.is_fix && (self.security_type || !self.cwe.is_empty()))
    }
}

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
static PICKED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"^\s*\(cherry[- ]picked\s+from\s+commit\s+([0-9a-f]{7,40})\b"));
static TRAILER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"^(?:Fixes|CVE|CVE-ID|Fixes-CVE|Security|Security-Issue|Resolves|Closes|Bug|Vulnerability)\s*:\s*\S")
});
static ID_FIRST: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\A\s*[\[(]?(?:CVE-\d{4}-\d{4,}|GHSA(?:-[a-z0-9]{4}){3})[\])]?\s*[:\-–]?\s+\S"));
/// Hyphens and dashes that are not of ASCII, and what is not seen within a word: where a message holds one, ids are looked for in the
/// one form of Unicode. Most hold none.
static ODD: LazyLock<Option<bytes::Regex>> = LazyLock::new(|| {
    let odd = r"\xE2\x80[\x8B-\x93]|\xE2\x88\x92|\xC2\xAD|\xEF\xB9[\x98\xA3]|\xEF\xBC\x8D|\xEF\xBB\xBF";
    bytes::RegexBuilder::new(odd).unicode(false).build().ok()
});
/// Reads messages; built once per walk.
pub struct MessageReader {
    keys: Vec<Regex>,
    modules: Vec<String>,
    /// Passes over messages that say nothing; where it could not be built, all are read.
    prefilter: Option<bytes::Regex>,
}

impl MessageReader {
    /// With the patterns of the team's own tracker keys.
    pub fn new(keys: &[Regex]) -> Self {
        let mut text = String::from(
            r"(?i)CVE-\d|GHSA-|CWE-\d|This reverts commit|Re(?:vert|apply) \x22|security|\bsec[(:!]|(?:fix|close|resolve)[sd]?(?:es|ed)?[\s:]+(?:issues? )?(?:[\w./:-]*#\d|https?://|GH-\d)",
        );
        for key in keys {
            text.push_str("|(?-i:");
            text.push_str(key.as_str());
            text.push(')');
        }
        let prefilter = bytes::RegexBuilder::new(&text).unicode(false).build().or_else(|_| bytes::Regex::new(&text));
        MessageReader { keys: keys.to_vec(), modules: Vec::new(), prefilter: prefilter.ok() }
    }

    /// With the names of parts of the software: as a prefix (`security: …`) they say nothing of security.
    #[must_use]
    pub fn with_modules(mut self, modules: Vec<String>) -> Self {
        self.modules = modules;
        self
    }

    /// What the message says, or `None` when it says nothing about security and closes no issue.
    pub fn read(&self, raw: &[u8], merge: bool) -> Option<CommitMessage> {
        let odd = ODD.as_ref().is_some_and(|odd| odd.is_match(raw));
        let plain = odd.then(|| plain_ids(&normal(&String::from_utf8_lossy(raw))).into_owned());
        let raw = plain.as_ref().map_or(raw, |plain| plain.as_bytes());
        let first = first_line(raw);
        let maybe = suspicion::maybe(first);
        let passed = self.prefilter.as_ref().is_none_or(|prefilter| prefilter.is_match(raw));
        if !maybe && !passed {
            return None;
        }
        let subject = String::from_utf8_lossy(first).trim().to_owned();
        let maybe = maybe && !suppresses(&subject);
        let words = if maybe { suspicion::words(&subject, &self.modules) } else { None };
        if words.is_none() && !passed {
            return None;
        }
        let text = String::from_utf8_lossy(raw);
        let mut security = ids_in(&text);
        let pairs = pairs(&text, &security);
        for key in &self.keys {
            security.extend(all(key, &text, str::to_owned));
        }
        let conventional = CONVENTIONAL.captures(&text);
        let kind = conventional.as_ref().map(|c| c[1].to_lowercase()).unwrap_or_default();
        let scope =
            conventional.as_ref().and_then(|c| c.get(2)).map(|scope| scope.as_str().to_lowercase()).unwrap_or_default();
        // `security(parser): …` is a type whatever the parts of the software are called.
        let is_security = |word: &str| matches!(word, "security" | "sec") && !suspicion::is_module(word, &self.modules);
        let about_security = is_security(&scope) || is_security(&kind) || (kind == "security" && !scope.is_empty());
        let reverts: Vec<String> = REVERTS.captures_iter(&text).map(|found| found[1].to_lowercase()).collect();
        let takes_back = takes_back(&subject);
        let revert = !reverts.is_empty() || takes_back.is_some() || subject.starts_with("Revert ");
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
        let merge = merge_subject(&subject, merge);
        let Aside { suppressed, lifted, added, removed, passing, disposal } = aside(&text, &security);
        let marked = || SECURITY_SUBJECT.find(&subject).map(|found| found.as_str().trim().to_owned());
        let mut message = CommitMessage {
            is_fix: claims && !merge && !revert && (!quiet || !issues.is_empty()),
            may_fix: !quiet && !revert && !suspicion::is_quiet(subject.trim_start_matches("Merge ")),
            merge,
            security_type: (about_security && type_fix) || SECURITY_SUBJECT.is_match(&subject),
            cwe: all(&CWE, &text, str::to_uppercase),
            passing,
            lifted,
            added,
            removed,
            disposal,
            picked_from: picked_from(&text),
            words: words.or_else(marked).filter(|_| !quiet && !merge && !revert),
            subject,
            security,
            pairs,
            suppressed,
            issues,
            reverts,
            takes_back,
        };
        for list in [
            &mut message.security,
            &mut message.passing,
            &mut message.suppressed,
            &mut message.lifted,
            &mut message.added,
            &mut message.removed,
            &mut message.cwe,
            &mut message.issues,
            &mut message.reverts,
        ] {
            list.sort();
            list.dedup();
        }
        let says = !message.security.is_empty()
            || !message.cwe.is_empty()
            || !message.issues.is_empty()
            || !message.reverts.is_empty()
            || message.takes_back.is_some()
            || message.security_type
            || message.words.is_some();
        says.then_some(message)
    }
}

/// The subject that a commit quotes to take it back; one that applies a change again takes its revert back.
fn takes_back(subject: &str) -> Option<String> {
    let quoted =
        |rest: &str| rest.rsplit_once('"').map(|(quoted, _)| quoted.to_owned()).filter(|text| !text.is_empty());
    let again = || subject.strip_prefix("Reapply \"").and_then(quoted).map(|text| format!("Revert \"{text}\""));
    subject.strip_prefix("Revert \"").and_then(quoted).or_else(again)
}

fn picked_from(text: &str) -> Vec<String> {
    PICKED.captures_iter(text).map(|found| found[1].to_lowercase()).collect()
}

fn first_line(raw: &[u8]) -> &[u8] {
    let raw = raw.trim_ascii_start();
    raw.split(|byte| *byte == b'\n').next().unwrap_or_default()
}

/// A CVE and a GHSA that stand alone together, in the message or in a line, name one problem.
fn pairs(text: &str, ids: &[String]) -> Vec<(String, String)> {
    let pair = |ids: &[String]| {
        let of = |prefix: &str| {
            let mut found: Vec<&String> = ids.iter().filter(|id| id.starts_with(prefix)).collect();
            found.sort();
            found.dedup();
            found
        };
        match (of("CVE-").as_slice(), of("GHSA-").as_slice()) {
            ([cve], [advisory]) => Some(((*cve).clone(), (*advisory).clone())),
            _ => None,
        }
    };
    if let Some(pair) = pair(ids) {
        return vec![pair];
    }
    if !ids.iter().any(|id| id.starts_with("GHSA-")) {
        return Vec::new();
    }
    text.lines().filter_map(|line| pair(&ids_in(line))).collect()
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
    fn what_a_subject_takes_back() {
        for (subject, expected) in [
            ("Revert \"Fix it (#12)\" (#13)", Some("Fix it (#12)")),
            ("Revert \"Revert \"Fix it\"\"", Some("Revert \"Fix it\"")),
            ("Reapply \"Fix it\" (#14)", Some("Revert \"Fix it\"")),
            ("Revert the fix of CVE-2025-1234", None),
            ("Reapply the fix of CVE-2025-1234", None),
            ("Fix \"Revert \"button\"", None),
        ] {
            assert_eq!(read(&format!("{subject}\n\nSecurity.")).takes_back.as_deref(), expected, "{subject}");
        }
        assert!(!read("Reapply \"Fix CVE-2025-1234\"").is_fix && !read("Revert \"Fix CVE-2025-1234\"").is_fix);
        assert!(read("Reapply the fix of CVE-2025-1234").is_fix);
    }

    #[test]
    fn ids_with_any_kind_of_hyphen() {
        for dash in ["\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}"] {
            let text = "Fix the parser: CVE-2025-1234, ghsa-2345-cfgh-jmpq".replace('-', dash);
            let message = read(&text);
            assert_eq!(message.security, ["CVE-2025-1234", "GHSA-2345-cfgh-jmpq"], "{text}");
            assert!(message.is_fix, "{text}");
        }
        assert_eq!(read("Fix CVE-2025-12\u{200B}34").security, ["CVE-2025-1234"]);
        // What is no id stays as it was written.
        assert_eq!(
            read("Fix CVE-2025-1234 \u{2013} for 2024\u{2013}2025").subject,
            "Fix CVE-2025-1234 \u{2013} for 2024\u{2013}2025"
        );
    }

    #[test]
    fn spoken_of_in_passing() {
        for (text, passing) in [
            ("parser: split it\n\nSimilar to the fix for CVE-2025-1234.", true),
            ("Fix a regression from CVE-2025-1234", true),
            ("Follow-up to CVE-2025-1234 and CVE-2025-1235: tidy up", true),
            ("We are not affected by CVE-2025-1234", true),
            ("CVE-2025-1234 does not apply: explain", true),
            ("parser: stricter\n\nSee CVE-2025-1234.", false),
            ("Fix and tests for CVE-2025-1234.", false),
            ("parser: stricter\n\nThe change log mentions CVE-2025-1234.", false),
            ("Similar to CVE-2025-1235, this fixes CVE-2025-1234", false),
            ("Bump zlib: the old one is affected by CVE-2025-1234", false),
        ] {
            assert_eq!(read(text).passing.contains(&"CVE-2025-1234".to_owned()), passing, "{text}");
        }
    }

    #[test]
    fn what_scanners_shall_pass_over() {
        use Resolution::{Accepted, NotAffected};
        for (text, disposal) in [
            ("Ignore CVE-2025-1234", Some(Accepted)),
            ("chore: ignore urllib3 CVE-2025-1234 (Safety 61893)", Some(Accepted)),
            ("Suppress some safety alerts\n\nCVE-2025-1234: we do not use it", Some(NotAffected)),
            ("Allow-list the false positive CVE-2025-1234", Some(NotAffected)),
            ("Merge pull request #7 from acme/ignore-zlib-CVE-2025-1234", Some(Accepted)),
            ("Ignore CVE-2025-1234 for now\n\nThis is not a false positive.", Some(Accepted)),
            ("Audit: CVE-2025-1234 wird ignoriert\n\nIgnoriere CVE-2025-1234, nicht betroffen", Some(NotAffected)),
        ] {
            let message = read(text);
            assert_eq!((message.suppressed, message.disposal), (vec!["CVE-2025-1234".to_owned()], disposal), "{text}");
        }
        for (text, fix) in [
            ("Do not ignore CVE-2025-1234 any more", false),
            ("No longer ignore CVE-2025-1234", false),
            ("Stop ignoring CVE-2025-1234", false),
            ("chore: un-ignore CVE-2025-1234", false),
            ("Remove the ignore for CVE-2025-1234", false),
            ("CVE-2025-1234 is no longer ignored", false),
            ("Audit: CVE-2025-1234 nicht mehr ignorieren", false),
            ("Ignoriere CVE-2025-1234 nicht mehr", false),
            ("Wir ignorieren CVE-2025-1234 nicht länger", false),
            ("Do not ignore CVE-2025-1234 any more; fix the parser", true),
            ("Do not simply ignore CVE-2025-1234", false),
            ("Ignore the alert CVE-2025-1234 no longer", false),
            ("Ignoriere die Schwachstelle CVE-2025-1234 nicht mehr", false),
            ("Ignoriere urllib3 CVE-2025-1234 nicht mehr", false),
            ("Unsuppress CVE-2025-1234", false),
            ("Re-enable CVE-2025-1234", false),
            ("Drop the suppression of CVE-2025-1234", false),
            ("Suppression of CVE-2025-1234 removed", false),
            ("Ausnahme für CVE-2025-1234 aufgehoben", false),
            ("Unterdrückung von CVE-2025-1234 gelöscht", false),
            ("CVE-2025-1234 darf nicht einfach ignoriert werden", false),
            ("Not a false positive: CVE-2025-1234", false),
        ] {
            let message = read(text);
            assert_eq!((message.suppressed.len(), message.disposal), (0, None), "{text}");
            assert_eq!((message.lifted.len(), message.passing.len()), (1, usize::from(!fix)), "{text}");
        }
        for (text, fix) in [
            ("We ignored CVE-2025-1234 so far; fix it", true),
            ("Wir haben bisher ignoriert: CVE-2025-1234. Behebt CVE-2025-1234.", true),
            ("parser: stricter\n\nUntil now we ignored CVE-2025-1234.", false),
        ] {
            let message = read(text);
            assert_eq!((message.suppressed.len(), message.lifted.len()), (0, 0), "{text}");
            assert_eq!(message.passing.is_empty(), fix, "{text}");
            assert!(!fix || message.is_fix, "{text}");
        }
        assert_eq!(read("Ignored CVE-2025-1234: no fix").suppressed.len(), 1);
        assert!(read("Ignore oversized frames (CVE-2025-1234)").suppressed.is_empty());
        assert!(read("Ignore oversized frames: fixes the vulnerability CVE-2025-1234").suppressed.is_empty());
        assert!(read("Skip the header when it is broken. Fixes CVE-2025-1234").suppressed.is_empty());
        assert_eq!(read("No longer ignore CVE-2025-1234").disposal, None);
        for text in [
            "Do not accept malformed headers CVE-2025-1234",
            "CVE-2025-1234: oversized frames are not accepted any more",
            "Fix overflow\n\nCVE-2025-1234 is not a false positive.",
        ] {
            let message = read(text);
            assert!(message.is_fix && message.meant().count() == 1 && message.lifted.is_empty(), "{text}: {message:?}");
        }
    }

    #[test]
    fn what_a_list_gets_and_loses() {
        let (one, two) = ("CVE-2025-0001", "CVE-2025-0002");
        for text in [
            format!("Remove {one} and add {two}"),
            format!("{two} hinzugefügt, {one} aus der Liste gelöscht"),
            format!("Streiche {one}\n\nErgänze {two}"),
        ] {
            let message = read(&text);
            assert_eq!((message.removed, message.added), (vec![one.to_owned()], vec![two.to_owned()]), "{text}");
        }
        assert_eq!(read(&format!("Clean up the list\n\n{one}\n{two}")).removed.len(), 2);
        assert_eq!(read(&format!("Remove {one} from the list: fixed in 1.3")).removed.len(), 0);
        assert_eq!(read(&format!("Remove {one} from the list: not fixed in 1.3")).removed.len(), 1);
    }

    #[test]
    fn names_of_modules() {
        let reader = MessageReader::new(&[]).with_modules(vec!["security".to_owned()]);
        let read = |text: &str| reader.read(text.as_bytes(), false).unwrap_or_default();
        assert!(!read("security: fix the handle").security_type);
        assert!(!read("fix(security): handle").security_type);
        assert!(read("security(parser): x").security_type);
        assert!(read("[security] fix the handle").security_type);
        assert_eq!(read("security: fix double free").words.as_deref(), Some("double free"));
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

    /// Work stays in proportion to the length: this takes minutes where it is not.
    #[test]
    fn long_messages() {
        let ids: String =
            (0..40_000).map(|n| format!(" CVE-2025-{n:05}, see CVE-2024-{n:05} (unlike CVE-2023-{n:05})")).collect();
        let message = read(&format!("Fix them all\n\n{ids}"));
        assert_eq!((message.security.len(), message.passing.len()), (120_000, 40_000));
        let lifted: String = (0..40_000).map(|n| format!("CVE-2025-{n:05} is no longer ignored.\n")).collect();
        let message = read(&format!("Ignore some alerts\n\n{lifted}"));
        assert_eq!((message.lifted.len(), message.suppressed.len()), (40_000, 0));
    }

    proptest! {
        #[test]
        fn never_panics(raw in prop::collection::vec(any::<u8>(), 0..200), merge in any::<bool>()) {
            let _ = MessageReader::new(&[]).read(&raw, merge);
        }

        #[test]
        fn never_panics_on_words(words in prop::collection::vec(0..WORDS.len(), 0..30)) {
            let text: String = words.into_iter().map(|word| WORDS[word]).collect();
            let _ = MessageReader::new(&[]).read(text.as_bytes(), false);
        }
    }

    const WORDS: [&str; 16] = [
        "CVE-2025-1234",
        "CVE-2025-1235",
        "GHSA-2345-cfgh-jmpq",
        "Ignore ",
        "ignoriere ",
        "alerts ",
        "nicht mehr",
        "ä",
        " ",
        "\n",
        ". ",
        "(",
        ", ",
        " and ",
        "remove ",
        "is fixed ",
    ];
}
