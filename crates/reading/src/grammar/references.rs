//! Issues named in a text: numbers, keys, advisories, URLs, ranges. Ids are brought to one normal form.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

/// The most ids that one range may stand for.
const WIDEST_RANGE: u64 = 1000;

/// Prefixes of standards, encodings and document parts that look like tracker keys.
const NOT_TRACKERS: [&str; 64] = [
    "ISO", "IEC", "EN", "DIN", "UTF", "SHA", "MD", "AES", "RSA", "TLS", "SSL", "RFC", "IEEE", "NIST", "SP", "FIPS",
    "ANSI", "AAMI", "TIR", "TR", "TS", "HTTP", "OWASP", "COVID", "ASCII", "PCI", "SOC", "GDPR", "BSI", "MDR", "IVDR",
    "FDA", "CFR", "SM", "DM", "SR", "SD", "SI", "SVV", "SUM", "SG", "BASE", "CVSS", "ISMS", "QMS", "SOP", "WCAG", "UN",
    "EU", "US", "Q", "H", "FY", "PM", "MR", "ASVS", "A", "V", "LOG", "KB", "PT", "X", "GPT", "ES",
];

/// Extra patterns and literal ids that count as references.
#[derive(Clone, Debug, Default)]
pub(crate) struct Extra {
    /// Tracker keys of the project's own.
    pub(crate) keys: Vec<Regex>,
    /// Ids that count as they are.
    pub(crate) literals: Option<Regex>,
    /// Words for products, in small letters, with their repository: `pump#12` is an issue of `acme/pump`.
    pub(crate) products: Vec<(String, String)>,
}

impl Extra {
    /// The repository of the product that a text ends with the name of.
    fn product(&self, before: &str) -> Option<&str> {
        let named = |word: &String| {
            let start = before.char_indices().rev().nth(word.chars().count().checked_sub(1)?)?.0;
            let whole = !before[..start].ends_with(|c: char| c.is_alphanumeric() || "-_./".contains(c));
            (whole && before[start..].to_lowercase() == *word).then_some(word.len())
        };
        let found = self.products.iter().filter_map(|(word, repository)| Some((named(word)?, repository)));
        found.max_by_key(|(length, _)| *length).map(|(_, repository)| repository.as_str())
    }
}

static ANY: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(
        r#"(?x)
        (?P<url>https?://[^\s<>()\[\]{}"'`|\\]+)
      | (?P<cve>(?i:\bCVE)[-‐‑–](?P<cy>\d{4})[-‐‑–](?P<cn>\d{4,19})\b)
      | (?P<ghsa>(?i:\bGHSA)-[23456789cfghjmpqrvwxCFGHJMPQRVWX]{4}-[23456789cfghjmpqrvwxCFGHJMPQRVWX]{4}-[23456789cfghjmpqrvwxCFGHJMPQRVWX]{4}\b)
      | (?P<cwe>(?i:\bCWE)-(?P<wn>\d{1,7})\b)
      | (?P<gh>\bGH-(?P<gn>\d{1,10})\b)
      | (?P<repo>\b[A-Za-z0-9][A-Za-z0-9_.-]*/[A-Za-z0-9_.-]+)?\#(?P<num>\d{1,10})\b
      | (?P<advisory>\b(?P<ap>[A-Z][A-Z0-9]{1,9})(?:-[A-Z]{1,3})?-(?:\d{2}|(?:19|20)\d\d)-\d{1,6}\b|\b(?P<ap2>[A-Z][A-Z0-9]{1,9})-[A-Z]\d{1,4}\b|\bSNYK-[A-Z]+-[A-Z0-9]+-\d+\b)
      | (?P<key>\b(?P<kp>[A-Z][A-Z0-9]{1,14})-(?P<kn>\d{1,9})\b)"#,
    )
    .expect("constant pattern")
});

static JOINT: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"^\s*(?:-|–|—|\.\.\.?|…|(?:up )?to(?: and including)?|bis(?: einschlie(?:ß|ss)lich| inklusive| inkl\.?| und mit)?|through|thru|until)\s*$").expect("constant pattern")
});

static BETWEEN: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)\b(?:between|zwischen)\s+$").expect("constant pattern")
});

/// Do two ids name the ends of a range: "#41 to #47", "between #41 and #47"?
pub(crate) fn joined(text: &str, first: &Range<usize>, next: usize) -> bool {
    let joint = text.get(first.end..next).unwrap_or("");
    let and = ["and", "und"].contains(&joint.trim());
    JOINT.is_match(joint) || and && BETWEEN.is_match(&text[..first.start])
}

static SHORT_END: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"^(?:\s?[-–—]\s?|\s?\.\.\.?\s?|\s+(?:(?:up )?to(?: and including)?|bis(?: einschlie(?:ß|ss)lich| inklusive| inkl\.?| und mit)?|through)\s+)#?(\d{1,10})\b").expect("constant pattern")
});

static CONTINUED: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"^(?:(?P<slash>\s?/\s?)|\s*,\s*(?:and\s+|und\s+|or\s+)?|\s+(?:and|und|or|oder|&|sowie)\s+)(?P<dash>-)?(?P<n>\d{1,10})\b").expect("constant pattern")
});

static FOLLOWS: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"^(?:and|und|or|oder|to|bis|were|was|are|is|have|has|had|in|wurden?|sind|ist|waren)\b")
        .expect("constant pattern")
});

static COMMIT: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"(?i)\bcommits?\s+(?:id\s+)?`?([0-9a-f]{7,40})\b").expect("constant pattern")
});

/// An id and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Named {
    /// Normal form.
    pub(crate) id: String,
    /// Where in the text.
    pub(crate) range: Range<usize>,
}

/// A text with each id as `ID`.
pub(crate) fn with_ids(text: &str, named: &[Named]) -> String {
    let mut out = String::new();
    let mut last = 0;
    for name in named.iter().filter(|name| name.range.end <= text.len()) {
        if name.range.start >= last {
            out.push_str(&text[last..name.range.start]);
            out.push_str("ID");
            last = name.range.end;
        }
    }
    out.push_str(&text[last..]);
    out
}

/// Every id in a text, left to right, ranges expanded.
pub(crate) fn find(text: &str, code: &[Range<usize>], extra: &Extra) -> Vec<Named> {
    let mut out: Vec<Named> = Vec::new();
    // (prefix, number, range) of the last id that could begin a range.
    let mut open: Option<(String, u64, Range<usize>)> = None;
    let mut covered = 0;
    if text.contains("://") || text.bytes().any(|byte| byte.is_ascii_digit()) {
        for found in ANY.captures_iter(text) {
            let Some(whole) = found.get(0) else { continue };
            let range = whole.range();
            if range.start < covered {
                continue;
            }
            // The tail of a longer key (`SOP-SEC-07`) names no issue.
            if (found.name("key").is_some() || found.name("advisory").is_some()) && continues(text, range.start) {
                continue;
            }
            let Some((mut prefix, number)) = normal(&found) else { continue };
            if prefix == "#"
                && let Some(repository) = extra.product(&text[..range.start])
            {
                prefix = format!("{repository}#");
            }
            let Some(number) = number else {
                out.push(Named { id: prefix, range });
                open = None;
                continue;
            };
            let pads = |n: u64| id(&prefix, n, &found);
            if let Some((before, from, own)) = open.take()
                && before == prefix
                && joined(text, &own, range.start)
                && from < number
                && number - from <= WIDEST_RANGE
            {
                out.extend((from + 1..number).map(|n| Named { id: pads(n), range: range.clone() }));
            }
            out.push(Named { id: pads(number), range: range.clone() });
            open = Some((prefix.clone(), number, range.clone()));
            if let Some(short) = text.get(range.end..).and_then(|rest| SHORT_END.captures(rest))
                && !prefix.starts_with("CVE")
                && let Some(last) = short.get(1).and_then(|m| m.as_str().parse::<u64>().ok())
                && last > number
                && last - number <= WIDEST_RANGE
                && text.as_bytes().get(range.end + short[0].len()).is_none_or(|next| !b"-/".contains(next))
                && !counts_time(&text[range.end + short[0].len()..])
            {
                let range = range.start..range.end + short[0].len();
                out.extend((number + 1..=last).map(|n| Named { id: pads(n), range: range.clone() }));
                covered = range.end;
                open = None;
            } else {
                covered = shorthand(text, &range, &prefix, number, &found, &mut out).max(covered);
            }
        }
    }
    for stretch in code {
        let word = text.get(stretch.clone()).unwrap_or("").trim();
        if is_commit(word) {
            out.push(Named { id: word.to_lowercase(), range: stretch.clone() });
        }
    }
    for found in COMMIT.captures_iter(text) {
        if let Some(hash) = found.get(1).filter(|hash| is_commit(hash.as_str())) {
            out.push(Named { id: hash.as_str().to_lowercase(), range: hash.range() });
        }
    }
    for (pattern, is_key) in
        extra.keys.iter().map(|key| (key, true)).chain(extra.literals.iter().map(|ids| (ids, false)))
    {
        out.extend(
            pattern
                .find_iter(text)
                .filter(|m| !(m.is_empty() || is_key && continues(text, m.start())))
                .map(|m| Named { id: m.as_str().to_owned(), range: m.range() }),
        );
    }
    out.sort_by(|a, b| (a.range.start, &a.id).cmp(&(b.range.start, &b.id)));
    out.dedup_by(|a, b| a.id == b.id && a.range.start == b.range.start);
    out
}

/// The numbers that follow an id and share its beginning: "CVE-2025-1001/1002", "SEC-40/41", "#100, 101 and 102". Returns where they
/// end.
fn shorthand(
    text: &str,
    first: &Range<usize>,
    prefix: &str,
    number: u64,
    found: &Captures<'_>,
    out: &mut Vec<Named>,
) -> usize {
    let mut end = first.end;
    let digits = number.to_string().len();
    let mut more: Vec<Named> = Vec::new();
    while let Some(next) = text.get(end..).and_then(|rest| CONTINUED.captures(rest)) {
        let (Some(whole), Some(own)) = (next.get(0), next.name("n")) else { break };
        let close = next.name("slash").is_some() || next.name("dash").is_some();
        let rest = text.get(end + whole.end()..).unwrap_or("");
        let after = rest.trim_start();
        let ends_there = after.is_empty()
            || after.starts_with([',', ';', '.', ')', ':', '/', '|', '–'])
                && !(rest.starts_with(['.', ',']) && rest[1..].starts_with(|c: char| c.is_ascii_digit()))
            || FOLLOWS.is_match(after);
        let alike = own.len() + 1 >= digits && own.len() <= digits + 1;
        let bare = prefix.ends_with('#');
        if !alike || !close && (!bare || !ends_there) || prefix.starts_with("CVE") && own.len() < 4 {
            break;
        }
        if rest.starts_with('-') || rest.starts_with(|c: char| c.is_alphanumeric()) {
            break;
        }
        let Ok(n) = own.as_str().parse::<u64>() else { break };
        let range = end + own.start()..end + own.end();
        more.push(Named { id: id(prefix, n, found), range });
        end += whole.end();
    }
    out.append(&mut more);
    end
}

/// Does a hyphen join what stands here to what precedes it?
fn continues(text: &str, at: usize) -> bool {
    text[..at].ends_with('-') && text[..at - 1].ends_with(|c: char| c.is_alphanumeric())
}

/// "#12 to 14 days" is no range of issues.
fn counts_time(rest: &str) -> bool {
    const UNITS: [&str; 14] = [
        "day", "hour", "week", "month", "year", "minute", "percent", "tag", "stunde", "woche", "monat", "jahr",
        "minuten", "prozent",
    ];
    let rest = rest.trim_start().to_lowercase();
    rest.starts_with('%') || UNITS.iter().any(|unit| rest.starts_with(unit))
}

fn is_commit(word: &str) -> bool {
    (7..=40).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_hexdigit())
        && word.bytes().any(|byte| byte.is_ascii_digit())
        && (word.len() == 40 || word.bytes().any(|byte| byte.is_ascii_alphabetic()))
}

/// Prefix with its number, or the whole id without one.
fn normal(found: &Captures<'_>) -> Option<(String, Option<u64>)> {
    let number = |name: &str| found.name(name).and_then(|m| m.as_str().parse::<u64>().ok());
    if let Some(url) = found.name("url") {
        return Some(of_url(url.as_str()));
    }
    if found.name("cve").is_some() {
        return Some((format!("CVE-{}-", &found["cy"]), number("cn")));
    }
    if let Some(ghsa) = found.name("ghsa") {
        return Some((format!("GHSA-{}", ghsa.as_str()[5..].to_lowercase()), None));
    }
    if found.name("cwe").is_some() {
        return Some(("CWE-".to_owned(), number("wn")));
    }
    if found.name("gh").is_some() {
        return Some(("#".to_owned(), number("gn")));
    }
    if let Some(advisory) = found.name("advisory") {
        let prefix = found.name("ap").or_else(|| found.name("ap2")).map_or("", |m| m.as_str());
        return (!NOT_TRACKERS.contains(&prefix)).then(|| (advisory.as_str().to_owned(), None));
    }
    if let Some(key) = found.name("kp") {
        let text = key.as_str();
        return (!NOT_TRACKERS.contains(&text)).then(|| (format!("{text}-"), number("kn")));
    }
    let repository = found.name("repo").map_or("", |m| m.as_str());
    Some((format!("{repository}#"), number("num")))
}

/// Number in its normal form, keeping leading zeros of the written one (`CVE-2024-0001`).
fn id(prefix: &str, number: u64, found: &Captures<'_>) -> String {
    let padded = |m: &regex::Match<'_>| m.as_str().starts_with('0');
    let width = match (found.name("cn"), found.name("kn")) {
        (Some(number), _) if !padded(&number) => 4,
        (number, key) => number.or(key).filter(padded).map_or(0, |m| m.as_str().len()),
    };
    format!("{prefix}{number:0width$}")
}

/// `owner/repo#12` for the address of an issue, pull request or merge request; the advisory id; else the address.
fn of_url(url: &str) -> (String, Option<u64>) {
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '*', '_', '\'']);
    let path = url.split_once("://").map_or(url, |(_, rest)| rest);
    let path = path.split(['?', '#']).next().unwrap_or(path);
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty() && *part != "-").collect();
    if let [_, owner @ .., repo, kind, number] = parts.as_slice()
        && matches!(*kind, "issues" | "pull" | "pulls" | "merge_requests" | "work_items")
        && !owner.is_empty()
        && let Ok(number) = number.parse::<u64>()
    {
        return (format!("{}/{repo}#{number}", owner.join("/")), None);
    }
    if let Some(last) = parts.last() {
        let upper = last.to_uppercase();
        if upper.starts_with("GHSA-") && upper.len() == 19 {
            return (format!("GHSA-{}", upper[5..].to_lowercase()), None);
        }
        if upper.starts_with("CVE-") && upper.len() >= 13 && upper[4..].bytes().all(|b| b.is_ascii_digit() || b == b'-')
        {
            return (upper, None);
        }
    }
    (url.to_owned(), None)
}

/// The normal form of an address as a reference, for link targets.
pub(crate) fn of_link(url: &str) -> String {
    of_url(url).0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str) -> Vec<String> {
        find(text, &[], &Extra::default()).into_iter().map(|named| named.id).collect()
    }

    #[test]
    fn a_product_before_the_number_is_its_repository() {
        let products =
            vec![("pump".to_owned(), "acme/pump".to_owned()), ("infusion pump".to_owned(), "acme/big".to_owned())];
        let extra = Extra { products, ..Extra::default() };
        for (text, expected) in [
            ("pump#12", "acme/pump#12"),
            ("the Pump#12.", "acme/pump#12"),
            ("Infusion pump#3", "acme/big#3"),
            ("jet-pump#3", "#3"),
            ("other/pump#3", "other/pump#3"),
            ("pump #3", "#3"),
            ("#3", "#3"),
            ("issue#3", "#3"),
        ] {
            let found = find(text, &[], &extra);
            assert_eq!(found.iter().map(|one| one.id.as_str()).collect::<Vec<_>>(), [expected], "{text}");
        }
        let range = find("pump#12–14 and #15", &[], &extra);
        let range: Vec<&str> = range.iter().map(|one| one.id.as_str()).collect();
        assert_eq!(range, ["acme/pump#12", "acme/pump#13", "acme/pump#14", "#15"]);
    }

    #[test]
    fn forms() {
        for (text, expected) in [
            ("fixed in #12 and GH-7", vec!["#12", "#7"]),
            ("see owner/repo#12", vec!["owner/repo#12"]),
            ("https://github.com/o/r/issues/12.", vec!["o/r#12"]),
            ("https://github.com/o/r/pull/3#issuecomment-1", vec!["o/r#3"]),
            ("https://gitlab.com/g/sub/r/-/issues/9", vec!["g/sub/r#9"]),
            ("https://github.com/o/r/security/advisories/GHSA-2345-6789-cfgh", vec!["GHSA-2345-6789-cfgh"]),
            ("https://nvd.nist.gov/vuln/detail/CVE-2024-1234", vec!["CVE-2024-1234"]),
            ("https://example.org/x", vec!["https://example.org/x"]),
            ("cve-2024-1234, CWE-79, SEC-12", vec!["CVE-2024-1234", "CWE-79", "SEC-12"]),
            ("ISO-13485, UTF-8, SHA-256, IEC-62304", vec![]),
            ("#12–#15", vec!["#12", "#13", "#14", "#15"]),
            ("#12 to #14", vec!["#12", "#13", "#14"]),
            ("#12-14", vec!["#12", "#13", "#14"]),
            ("SEC-3..SEC-5", vec!["SEC-3", "SEC-4", "SEC-5"]),
            ("CVE-2024-1001 bis CVE-2024-1003", vec!["CVE-2024-1001", "CVE-2024-1002", "CVE-2024-1003"]),
            ("#1 to #5000", vec!["#1", "#5000"]),
            ("#3,\n#5,\nCVE-2024-0001", vec!["#3", "#5", "CVE-2024-0001"]),
            ("commit deadbee1 and commit 12", vec!["deadbee1"]),
            ("RUSTSEC-2024-0001", vec!["RUSTSEC-2024-0001"]),
            ("#3 –\n#5", vec!["#3", "#4", "#5"]),
            ("GH-3 to GH-5 and acme/pump#7", vec!["#3", "#4", "#5", "acme/pump#7"]),
            ("SEC-3–5, SEC-9", vec!["SEC-3", "SEC-4", "SEC-5", "SEC-9"]),
            ("acme/pump#3–acme/pump#5", vec!["acme/pump#3", "acme/pump#4", "acme/pump#5"]),
            ("#6 bis #8", vec!["#6", "#7", "#8"]),
            ("the time fell after #12 to 14 days", vec!["#12"]),
            ("#12/#13, (#14)", vec!["#12", "#13", "#14"]),
            ("ghsa-2345-6789-cfgh", vec!["GHSA-2345-6789-cfgh"]),
        ] {
            assert_eq!(ids(text), expected, "{text}");
        }
    }

    #[test]
    fn extra_keys_count() {
        let extra = Extra { keys: vec![Regex::new(r"PT-\d+").unwrap()], literals: None, products: Vec::new() };
        assert_eq!(find("PT-9", &[], &extra)[0].id, "PT-9");
    }
}
