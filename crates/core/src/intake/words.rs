//! What labels, states and titles mean: is it a security issue, how severe, how disposed of, which ids does it carry. Pure.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;

use crate::model::issue::Resolution;
use crate::model::policy::Policy;

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a constant pattern is valid")
}

static CVE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bCVE-\d{4}-\d{4,19}\b"));
static GHSA: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bGHSA(?:-[23456789cfghjmpqrvwx]{4}){3}\b"));
/// Both with any kind of hyphen.
static HYPHENATED: LazyLock<Regex> = LazyLock::new(|| {
    let hyphen = r"[-\u{2010}-\u{2013}\u{2212}\u{FE58}\u{FE63}\u{FF0D}]";
    pattern(&format!(
        r"(?i)\b(?:CVE{hyphen}[0-9]{{4}}{hyphen}[0-9]{{4,19}}|GHSA(?:{hyphen}[23456789cfghjmpqrvwx]{{4}}){{3}})\b"
    ))
});
static CWE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\bCWE[-_ ]?(\d{1,5})\b"));
static STATEMENT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^[\s>*_|#-]*(?:cve|ghsa|advisory|identifiers?|alias(?:es)?)(?:[ -]?(?:ids?|numbers?|identifiers?))?[\s*_`]*(?:[:=|](.*))?$",
    )
});
static ISSUE_URL: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^https?://[^/?#]+/([\w.-]+(?:/[\w.-]+)*?)/(?:-/)?(issues|pull|pulls|merge_requests)/(\d{1,18})(?:[/?#].*)?$",
    )
});

/// A text whose ids of vulnerabilities have the hyphens of ASCII, whatever hyphens or dashes they were typed with.
pub fn plain_ids(text: &str) -> Cow<'_, str> {
    if text.is_ascii() {
        return Cow::Borrowed(text);
    }
    HYPHENATED.replace_all(text, |found: &regex::Captures<'_>| found[0].replace(|c: char| !c.is_ascii(), "-"))
}

/// Is it a security issue by its labels?
pub fn security_label(labels: &BTreeSet<String>, policy: &Policy) -> bool {
    labels.iter().any(|label| {
        let label = label.trim().to_lowercase();
        let tail = label.rsplit([':', '/']).next().unwrap_or_default().trim();
        policy.issues.labels.iter().any(|known| {
            let known = known.trim().to_lowercase();
            known == label || known == tail
        })
    })
}

/// Is it a security issue by its title?
pub fn security_title(title: &str, policy: &Policy) -> bool {
    let plain = plain_ids(title);
    policy.issues.title.is_match(title)
        || CVE.is_match(&plain)
        || GHSA.is_match(&plain)
        || leading_key(title, policy).is_some()
}

/// Is the id itself that of a vulnerability, or a security key of the tracker?
pub fn security_id(id: &str, policy: &Policy) -> bool {
    whole(&CVE, id) || whole(&GHSA, id) || policy.issues.tracker_keys.iter().any(|keys| whole(keys, id))
}

fn whole(pattern: &Regex, text: &str) -> bool {
    let text = plain_ids(text);
    pattern.find(&text).is_some_and(|found| found.start() == 0 && found.end() == text.len())
}

/// A tracker key with which the title begins: `[SEC-12] …`, `SEC-12: …`.
pub fn leading_key(title: &str, policy: &Policy) -> Option<String> {
    let text = title.trim_start_matches(|c: char| c.is_whitespace() || c == '[' || c == '(');
    policy.issues.tracker_keys.iter().find_map(|keys| {
        let found = keys.find(text).filter(|found| found.start() == 0 && found.end() > 0)?;
        let next = text[found.end()..].chars().next();
        next.is_none_or(|c| !c.is_alphanumeric()).then(|| found.as_str().to_owned())
    })
}

/// The CVE and the GHSA id of a title. A title that names several of a kind is a collection, not an alias of each:
/// joining it would merge problems that are to be examined one by one.
pub fn title_ids(title: &str) -> BTreeSet<String> {
    let title = plain_ids(title);
    let mut ids = BTreeSet::new();
    for (pattern, form) in [(&*CVE, upper as fn(&str) -> String), (&*GHSA, ghsa)] {
        let found: BTreeSet<String> = pattern.find_iter(&title).map(|found| form(found.as_str())).collect();
        if found.len() == 1 {
            ids.extend(found);
        }
    }
    ids
}

/// CVE and GHSA ids that a body states as its own: `CVE: CVE-2025-1234`, or alone below a heading `CVE ID`.
pub fn body_ids(body: &str) -> BTreeSet<String> {
    let mut ids = BTreeSet::new();
    let mut lines = body.lines().filter(|line| !line.trim().is_empty()).take(10_000).peekable();
    while let Some(line) = lines.next() {
        if line.len() > 500 {
            continue;
        }
        let Some(found) = STATEMENT.captures(line) else { continue };
        match found.get(1).map(|rest| rest.as_str().trim()).filter(|rest| !rest.is_empty()) {
            Some(stated) => ids.extend(title_ids(stated)),
            None => {
                ids.extend(
                    lines.peek().filter(|next| next.len() <= 60).map(|next| title_ids(next)).unwrap_or_default(),
                );
            }
        }
    }
    ids
}

/// All weakness classes of a text, as `CWE-79`.
pub fn cwes(text: &str) -> BTreeSet<String> {
    CWE.captures_iter(text)
        .filter_map(|found| found[1].parse::<u32>().ok())
        .map(|number| format!("CWE-{number}"))
        .collect()
}

fn upper(text: &str) -> String {
    text.to_ascii_uppercase()
}

fn ghsa(text: &str) -> String {
    format!("GHSA{}", text[4..].to_ascii_lowercase())
}

/// The usual spelling of an id: CVE in capitals, GHSA with a small tail, the rest as it is. The address of its page in a
/// database of vulnerabilities is that id.
pub fn usual(id: &str) -> String {
    let plain = plain_ids(id.trim());
    let id = &*plain;
    let tail = id.trim_end_matches('/').rsplit(['/', '=']).next().unwrap_or_default();
    let id = if id.contains("://") && (whole(&CVE, tail) || whole(&GHSA, tail)) { tail } else { id };
    if whole(&CVE, id) {
        upper(id)
    } else if whole(&GHSA, id) {
        ghsa(id)
    } else {
        id.to_owned()
    }
}

/// `owner/name` and number of an issue's URL, and whether it is that of a pull request.
pub(crate) fn issue_url(url: &str) -> Option<(String, u64, bool)> {
    let found = ISSUE_URL.captures(url)?;
    let pull = &found[2] != "issues";
    Some((found[1].to_owned(), found[3].parse().ok()?, pull))
}

pub(super) fn tokens(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace(['\'', '’'], "");
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// The words of a state or resolution in one, umlauts written out: "In Prüfung" is `in-pruefung`.
fn spelled(text: &str) -> String {
    tokens(text).join("-").replace('ä', "ae").replace('ö', "oe").replace('ü', "ue")
}

/// Do two names say the same, but for case and punctuation?
pub fn same(one: &str, two: &str) -> bool {
    let (one, two) = (tokens(one), tokens(two));
    !one.is_empty() && one == two
}

/// How a label, state or reason says that it was disposed of. A mere `done` says nothing.
pub fn resolution_word(text: &str) -> Resolution {
    match spelled(text.rsplit([':', '/']).next().unwrap_or(text)).as_str() {
        "duplicate" | "duplicated" | "duplikat" | "doppelt" | "dublette" => Resolution::Duplicate,
        "wontfix"
        | "wont-fix"
        | "will-not-fix"
        | "wont-do"
        | "accepted-risk"
        | "acceptable-risk"
        | "risk-accepted"
        | "risk-acceptance"
        | "accept-risk"
        | "risiko-akzeptiert"
        | "risiko-angenommen"
        | "wird-nicht-behoben"
        | "nicht-beheben"
        | "wird-nicht-erledigt" => Resolution::Accepted,
        "false-positive"
        | "falsepositive"
        | "not-affected"
        | "notaffected"
        | "invalid"
        | "not-a-bug"
        | "notabug"
        | "not-vulnerable"
        | "not-a-vulnerability"
        | "not-applicable"
        | "used-in-tests"
        | "nicht-betroffen"
        | "kein-fehler"
        | "falsch-positiv"
        | "fehlalarm"
        | "ungueltig"
        | "nicht-zutreffend" => Resolution::NotAffected,
        "mitigated" | "mitigation" | "mitigating-control" | "workaround" | "umgangen" | "abgemildert" => {
            Resolution::Mitigated
        }
        _ => Resolution::None,
    }
}

/// The same for a column that states the resolution, where `fixed` is a statement too.
pub(crate) fn resolution_cell(text: &str) -> Resolution {
    if let Some(rest) = behind_closed(text) {
        return resolution_cell(&rest);
    }
    match tokens(text).join("-").as_str() {
        "fixed" | "fix" | "patched" | "remediated" | "behoben" | "fix-released" | "fixed-and-verified"
        | "korrigiert" => Resolution::Fixed,
        _ => {
            Some(resolution_word(text)).filter(|told| *told != Resolution::None).unwrap_or_else(|| with_a_reason(text))
        }
    }
}

/// A resolution before its reason: `accepted (low risk)`, `fixed: commit 1a2b3c4`. Accepted is what has a reason.
fn with_a_reason(text: &str) -> Resolution {
    let parts = text.split_once(['(', ':', ';', ',']).or_else(|| text.split_once(" - "));
    match parts.filter(|(_, reason)| reason.contains(char::is_alphanumeric)) {
        Some((head, _)) if matches!(head.trim().to_lowercase().as_str(), "accepted" | "akzeptiert" | "angenommen") => {
            Resolution::Accepted
        }
        parts => parts.map_or(Resolution::None, |(head, _)| resolution_cell(head)),
    }
}

/// What a state says behind "closed": `RESOLVED FIXED`, `Closed (Won't fix)`.
fn behind_closed(text: &str) -> Option<String> {
    const CLOSED: [&str; 6] = ["closed", "resolved", "verified", "done", "geschlossen", "erledigt"];
    let words = tokens(text);
    let (first, rest) = words.split_first()?;
    (CLOSED.contains(&first.as_str()) && !rest.is_empty()).then(|| rest.join(" "))
}

/// How the reason of a dismissal disposes of an alert. Bare reasons of convenience dispose of nothing.
pub fn dismissal(reason: &str) -> Resolution {
    match tokens(reason).join("-").as_str() {
        "inaccurate" | "not-used" | "false-positive" | "used-in-tests" => Resolution::NotAffected,
        "tolerable-risk" | "wont-fix" => Resolution::Accepted,
        "revoked" => Resolution::Mitigated,
        _ => Resolution::None,
    }
}

/// The strongest of what labels say.
pub fn resolution_labels(labels: &BTreeSet<String>) -> Resolution {
    labels.iter().map(|label| resolution_word(label)).min().unwrap_or_default()
}

/// Do labels say that software in the field is affected?
pub fn deployed_labels(labels: &BTreeSet<String>) -> Option<bool> {
    labels
        .iter()
        .any(|label| {
            let words = tokens(label.rsplit([':', '/']).next().unwrap_or(label)).join("-");
            matches!(
                words.as_str(),
                "deployed"
                    | "field"
                    | "in-the-field"
                    | "found-in-field"
                    | "field-issue"
                    | "field-report"
                    | "customer-reported"
                    | "customer"
                    | "production"
                    | "in-production"
                    | "post-market"
                    | "postmarket"
                    | "escaped"
            )
        })
        .then_some(true)
}

/// Does a state mean closed (`Some(true)`), open (`Some(false)`), or nothing known?
pub(crate) fn closed_word(text: &str) -> Option<bool> {
    match spelled(text).as_str() {
        "closed"
        | "resolved"
        | "done"
        | "fixed"
        | "verified"
        | "released"
        | "completed"
        | "complete"
        | "published"
        | "dismissed"
        | "canceled"
        | "cancelled"
        | "rejected"
        | "removed"
        | "obsolete"
        | "declined"
        | "abandoned"
        | "cant-reproduce"
        | "cannot-reproduce"
        | "not-reproducible"
        | "nicht-reproduzierbar"
        | "worksforme"
        | "works-for-me"
        | "geschlossen"
        | "erledigt"
        | "behoben"
        | "abgeschlossen"
        | "fertig"
        | "geloest"
        | "abgelehnt"
        | "zurueckgewiesen"
        | "verworfen"
        | "fix-released"
        | "solved"
        | "korrigiert"
        | "umgesetzt" => Some(true),
        "open"
        | "opened"
        | "reopened"
        | "new"
        | "todo"
        | "to-do"
        | "in-progress"
        | "in-review"
        | "triage"
        | "backlog"
        | "assigned"
        | "active"
        | "proposed"
        | "committed"
        | "submitted"
        | "unconfirmed"
        | "untriaged"
        | "triaged"
        | "started"
        | "unstarted"
        | "pending"
        | "on-hold"
        | "blocked"
        | "feedback"
        | "waiting"
        | "under-investigation"
        | "work-in-progress"
        | "to-be-discussed"
        | "ready"
        | "draft"
        | "detected"
        | "confirmed"
        | "offen"
        | "neu"
        | "in-arbeit"
        | "in-bearbeitung"
        | "in-pruefung"
        | "in-umsetzung"
        | "in-analyse"
        | "wiedereroeffnet"
        | "erneut-geoeffnet"
        | "zu-erledigen"
        | "zurueckgestellt"
        | "wartend"
        | "angenommen"
        | "bestaetigt"
        | "zugewiesen"
        | "aktiv"
        | "gemeldet"
        | "acknowledged"
        | "investigating"
        | "analysis"
        | "deferred"
        | "doing"
        | "reported" => Some(false),
        _ if behind_closed(text).is_some_and(|rest| resolution_cell(&rest) != Resolution::None) => Some(true),
        _ if resolution_word(text) != Resolution::None && resolution_word(text) != Resolution::Mitigated => Some(true),
        _ => None,
    }
}

/// `yes` and `no`, in the forms of spreadsheets.
pub(crate) fn yes_no(text: &str) -> Option<bool> {
    match text.trim().to_lowercase().as_str() {
        "yes" | "y" | "true" | "1" | "x" | "ja" | "wahr" => Some(true),
        "no" | "n" | "false" | "0" | "nein" | "falsch" => Some(false),
        _ => None,
    }
}

/// Does a cell hold a value, not a dash?
pub fn filled(text: &str) -> bool {
    !matches!(text.trim().to_lowercase().as_str(), "" | "-" | "–" | "—" | "n/a" | "na" | "none" | "null" | "unreleased")
}

/// Does a cell name a version, as of the one that holds a fix? "None" and "not yet" do not.
pub fn names_version(text: &str) -> bool {
    filled(text) && text.contains(|c: char| c.is_ascii_digit())
}

/// Commit ids of a cell, plain or at the end of a URL.
pub fn commits(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split(|c: char| c.is_whitespace() || matches!(c, ';' | ',' | '|')) {
        let id = part.trim_end_matches('/').rsplit(['/', '@']).next().unwrap_or_default().to_ascii_lowercase();
        let hex = (7..=64).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_hexdigit());
        if hex && !found.contains(&id) {
            found.push(id);
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(labels: &[&str]) -> BTreeSet<String> {
        labels.iter().map(|label| (*label).to_owned()).collect()
    }

    #[test]
    fn ids_have_one_kind_of_hyphen() {
        for dash in ["-", "\u{2010}", "\u{2011}", "\u{2012}", "\u{2013}", "\u{2212}", "\u{FF0D}"] {
            let of = |text: &str| text.replace('_', dash);
            let (cve, advisory) = (of("cve_2025_12345"), of("GHSA_2222_3333_4444"));
            assert_eq!((usual(&cve).as_str(), usual(&advisory).as_str()), ("CVE-2025-12345", "GHSA-2222-3333-4444"));
            let title = format!("Prüfen {cve} ({advisory}) \u{2013} heute");
            let found = title_ids(&title);
            assert_eq!(found.iter().map(String::as_str).collect::<Vec<_>>(), ["CVE-2025-12345", "GHSA-2222-3333-4444"]);
            assert!(security_title(&title, &Policy::default()) && security_id(&cve, &Policy::default()), "{dash}");
        }
        // A range, a year and what is no id stay as they are.
        for text in
            ["2024\u{2013}2025", "CVE-2025-1234\u{2013}1240", "CVE \u{2013} 2025", "GHSA\u{2013}abc", "RA\u{2011}12"]
        {
            assert_eq!(plain_ids(text), text);
        }
    }

    #[test]
    fn security_by_label_title_and_id() {
        let mut policy = Policy::default();
        policy.issues.tracker_keys = vec![pattern(r"SEC-\d+")];
        for (label, security) in [
            ("Security", true),
            ("type: security", true),
            ("kind/security", true),
            ("insecurity", false),
            ("security/low", false),
        ] {
            assert_eq!(security_label(&set(&[label]), &policy), security, "{label}");
        }
        assert!(security_title("Fix ghsa-2222-3333-4444", &policy));
        assert!(security_title("[SEC-12] overflow", &policy));
        assert!(!security_title("Mentions SEC-12 in passing", &policy));
        assert!(
            security_id("SEC-4", &policy) && security_id("cve-2025-1234", &policy) && !security_id("XSEC-4", &policy)
        );
    }

    #[test]
    fn a_resolution_before_its_reason() {
        for (text, expected) in [
            ("accepted (low risk)", Resolution::Accepted),
            ("Akzeptiert: Restrisiko tragbar", Resolution::Accepted),
            ("accepted", Resolution::None),
            ("accepted ()", Resolution::None),
            ("not accepted (yet)", Resolution::None),
            ("fixed: commit 1a2b3c4", Resolution::Fixed),
            ("behoben (Version 2.1)", Resolution::Fixed),
            ("duplicate (of #12)", Resolution::Duplicate),
            ("nicht betroffen (nur im Test)", Resolution::NotAffected),
            ("open: to be fixed", Resolution::None),
        ] {
            assert_eq!(resolution_cell(text), expected, "{text}");
        }
    }

    #[test]
    fn ids_of_titles_and_bodies() {
        assert_eq!(title_ids("cve-2025-1234: leak"), set(&["CVE-2025-1234"]));
        assert_eq!(title_ids("CVE-2025-1234 and CVE-2025-1235"), set(&[]));
        assert_eq!(body_ids("See CVE-2025-1111.\n**CVE ID:** CVE-2025-1234\n"), set(&["CVE-2025-1234"]));
        assert_eq!(body_ids("### CVE ID\n\nCVE-2025-1234\n\n### Else\n"), set(&["CVE-2025-1234"]));
        assert_eq!(body_ids("| GHSA | GHSA-2222-3333-4444 |"), set(&["GHSA-2222-3333-4444"]));
        assert_eq!(usual("ghsa-2222-3333-CFGH"), "GHSA-2222-3333-cfgh");
        assert_eq!(usual("https://nvd.nist.gov/vuln/detail/cve-2025-1234/"), "CVE-2025-1234");
        assert_eq!(usual("https://cve.mitre.org/cgi-bin/cvename.cgi?name=CVE-2025-1234"), "CVE-2025-1234");
        assert_eq!(
            usual("https://acme.example/fix/CVE-2025-1234/issues/3"),
            "https://acme.example/fix/CVE-2025-1234/issues/3"
        );
        assert_eq!(issue_url("https://github.com/acme/pump/issues/12"), Some(("acme/pump".into(), 12, false)));
        assert_eq!(issue_url("https://gitlab.com/a/b/c/-/issues/12#note_1"), Some(("a/b/c".into(), 12, false)));
        assert_eq!(issue_url("https://curl.se/docs/CVE-2026-12064.html"), None);
    }

    #[test]
    fn dispositions() {
        for (text, resolution) in [
            ("wontfix", Resolution::Accepted),
            ("Won't fix", Resolution::Accepted),
            ("resolution/false-positive", Resolution::NotAffected),
            ("status: duplicate", Resolution::Duplicate),
            ("mitigated", Resolution::Mitigated),
            ("completed", Resolution::None),
            ("fixed", Resolution::None),
        ] {
            assert_eq!(resolution_word(text), resolution, "{text}");
        }
        assert_eq!(resolution_cell("Fixed"), Resolution::Fixed);
        assert_eq!(closed_word("Won't Fix"), Some(true));
        assert_eq!(closed_word("In Progress"), Some(false));
        assert_eq!(closed_word("Canceled"), Some(true));
        assert_eq!(closed_word("UNCONFIRMED"), Some(false));
        assert_eq!(closed_word("Accepted"), None);
        assert_eq!(commits("https://x/commit/ABCDEF1; 1234567,zzz 12"), ["abcdef1", "1234567"]);
    }
}
