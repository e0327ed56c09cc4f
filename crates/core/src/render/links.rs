//! Links that a terminal follows (OSC 8), put around the ids of issues and rules in finished text.

use std::collections::BTreeMap;

use crate::judge::rules::RULES;
use crate::model::report::Report;
use crate::render::rules::manual;

/// Where ids lead.
pub(crate) fn of(report: &Report) -> BTreeMap<&str, String> {
    let known = report.issues.iter().chain(&report.candidates);
    let issues = known.filter_map(|result| Some((result.issue.id.as_str(), result.issue.url.clone()?)));
    let plain = |address: &str| address.starts_with("https://") && address.bytes().all(|byte| byte.is_ascii_graphic());
    let issues = issues.filter(|(id, address)| plain(address) && id.chars().all(of_id));
    let rules = RULES.iter().filter_map(|rule| Some((rule.id, manual(rule)?)));
    rules.chain(issues).collect()
}

/// The text with its ids linked, each where it stands alone. Colour codes of ours stay as they are.
pub(crate) fn linked(text: &str, links: &BTreeMap<&str, String>) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut rest = text;
    while !rest.is_empty() {
        let other = rest.find(|c: char| of_id(c) || c == '\u{1b}').unwrap_or(rest.len());
        out.push_str(&rest[..other]);
        rest = &rest[other..];
        let word = match rest.strip_prefix('\u{1b}') {
            Some(code) => 1 + code.find('m').map_or(code.len(), |end| end + 1),
            None => rest.find(|c: char| !of_id(c)).unwrap_or(rest.len()),
        };
        let (word, after) = rest.split_at(word);
        match links.get(word) {
            Some(address) => out.push_str(&format!("\u{1b}]8;;{address}\u{1b}\\{word}\u{1b}]8;;\u{1b}\\")),
            None => out.push_str(word),
        }
        rest = after;
    }
    out
}

fn of_id(c: char) -> bool {
    c.is_ascii_alphanumeric() || "#-_/".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_stand_alone_are_linked_and_nothing_else_changes() {
        let links = BTreeMap::from([("#1", "https://a.example/1".to_owned())]);
        let text = "\u{1b}[1m#1\u{1b}[0m, #12, (#1): x#1";
        let linked = linked(text, &links);
        let one = "\u{1b}]8;;https://a.example/1\u{1b}\\#1\u{1b}]8;;\u{1b}\\";
        assert_eq!(linked, format!("\u{1b}[1m{one}\u{1b}[0m, #12, ({one}): x#1"));
    }
}
