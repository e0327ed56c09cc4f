//! What reStructuredText and AsciiDoc put together before they show it: names that stand for words, and parts that are shown under a
//! condition. Lines keep their numbers.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use crate::formats::lines::Markup;

/// Words longer than this stand for no name.
const MOST: usize = 500;
/// All words that names stand for, together.
const MOST_IN_ALL: usize = 1 << 20;

/// The text with names resolved, and without what is not shown.
pub(crate) fn resolved(source: String, markup: Markup) -> String {
    match markup {
        Markup::Rst if source.contains("replace::") => names_resolved(&source, &substitutions(&source), '|', '|', true),
        Markup::AsciiDoc if source.contains('{') || source.contains("::") => {
            let shown = shown(&source);
            names_resolved(&shown, &attributes(&shown), '{', '}', false)
        }
        _ => source,
    }
}

/// The text as its lines are read, each sign in its place so that quotes are the document's own words: in AsciiDoc what is struck out is
/// blank, and the terms of a list of descriptions are labels.
pub(crate) fn leveled(source: &str, markup: Markup) -> Cow<'_, str> {
    if markup != Markup::AsciiDoc || !["::", "[.", "[line-through]"].iter().any(|sign| source.contains(sign)) {
        return Cow::Borrowed(source);
    }
    Cow::Owned(without_struck(source).split_inclusive('\n').map(described).collect())
}

/// A term as a label: `Document ID:: SR-63`. What follows `::` at once is a macro.
fn described(line: &str) -> String {
    let term = line.split_once("::").and_then(|(name, rest)| {
        let named = name.chars().any(char::is_alphanumeric) && name.len() <= 80 && !name.contains(['|', '`']);
        let deeper = rest.trim_start_matches(':');
        let alone = deeper.trim().is_empty() || deeper.starts_with([' ', '\t']);
        let blanks = " ".repeat(1 + rest.len() - deeper.len());
        (named && alone && !name.starts_with("..")).then(|| format!("{name}:{blanks}{deeper}"))
    });
    term.unwrap_or_else(|| line.to_owned())
}

/// Blanks for what is struck out: `[.line-through]##88#`, `[.line-through]#of the old text#`. A role may stand beside others.
fn without_struck(source: &str) -> String {
    let mut out = String::with_capacity(source.len());
    let mut rest = source;
    while let Some((before, (role, after))) =
        rest.split_once('[').and_then(|(before, tail)| Some((before, tail.split_once(']')?)))
    {
        let strikes = role.split(['.', ' ', ',']).any(|role| matches!(role, "line-through" | "strike" | "del"));
        let marks = after.len() - after.trim_start_matches('#').len();
        let line = after.lines().next().unwrap_or_default();
        let end = line.get(marks..).and_then(|struck| struck.find('#')).map(|at| marks + at);
        if let Some(end) = end.filter(|_| strikes && (1..=2).contains(&marks)) {
            let kept = after[end..].trim_start_matches('#');
            out.push_str(before);
            out.push_str(&" ".repeat(rest.len() - before.len() - kept.len()));
            rest = kept;
        } else {
            out.push_str(&rest[..=before.len()]);
            rest = &rest[before.len() + 1..];
        }
    }
    out + rest
}

/// `.. |held| replace:: 2026-01-09`
fn substitutions(source: &str) -> BTreeMap<String, &str> {
    let named = source.lines().filter_map(|line| {
        let (name, words) = line.trim_start().strip_prefix(".. |")?.split_once("| replace::")?;
        Some((name.trim().to_lowercase(), words.trim()))
    });
    named.filter(|(_, words)| !words.is_empty() && words.len() <= MOST).collect()
}

/// `:held: 2026-01-09`
fn attribute(line: &str) -> Option<(&str, &str)> {
    let (name, words) = line.strip_prefix(':')?.split_once(':')?;
    let plain = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '!'));
    (plain && (words.is_empty() || words.starts_with([' ', '\t']))).then_some((name, words.trim()))
}

fn attributes(source: &str) -> BTreeMap<String, &str> {
    let named = source.lines().filter_map(attribute).filter(|(_, words)| !words.is_empty() && words.len() <= MOST);
    named.map(|(name, words)| (name.to_lowercase(), words)).collect()
}

/// Without the lines between `ifdef::draft[]` and `endif::[]` where nothing defines it. What hangs on the program or on a comparison
/// may be shown, and is read.
fn shown(source: &str) -> String {
    let mut defined: BTreeSet<String> = BTreeSet::new();
    let mut out = String::with_capacity(source.len());
    let mut open: Vec<bool> = Vec::new();
    for line in source.split_inclusive('\n') {
        let body = line.trim_end();
        let visible = open.iter().all(|shown| *shown);
        let condition =
            ["ifdef::", "ifndef::", "ifeval::"].iter().find(|word| body.starts_with(**word) && body.ends_with(']'));
        let kept = if let Some(word) = condition {
            let (names, words) = body[word.len()..].trim_end_matches(']').split_once('[').unwrap_or_default();
            let is = |name: &str| defined.contains(&name.to_lowercase());
            let known = |name: &str| {
                !["backend", "basebackend", "env", "doctype", "outfilesuffix"].iter().any(|of| name.starts_with(of))
            };
            let set = if names.contains('+') { names.split('+').all(is) } else { names.split(',').any(is) };
            let unknown = *word == "ifeval::" || names.split(['+', ',']).any(|name| !known(name));
            let shown = unknown || set == (*word == "ifdef::");
            if words.is_empty() || *word == "ifeval::" {
                open.push(shown);
                None
            } else {
                // What is shown stands in the brackets.
                Some(words).filter(|_| shown && visible)
            }
        } else if body.starts_with("endif::") {
            open.pop();
            None
        } else {
            if let Some((name, _)) = attribute(body).filter(|_| visible) {
                match name.strip_prefix('!').or_else(|| name.strip_suffix('!')) {
                    Some(name) => drop(defined.remove(&name.to_lowercase())),
                    None => drop(defined.insert(name.to_lowercase())),
                }
            }
            Some(body).filter(|_| visible)
        };
        out.push_str(kept.unwrap_or_default());
        out.push_str(&line[body.len()..]);
    }
    out
}

/// Every name between its marks by the words that it stands for. In tables columns stay where they are, as far as there is room.
fn names_resolved(source: &str, named: &BTreeMap<String, &str>, open: char, close: char, columns: bool) -> String {
    if named.is_empty() {
        return source.to_owned();
    }
    let mut out = String::with_capacity(source.len());
    let mut grown = 0;
    for line in source.split_inclusive('\n') {
        let defines = line.trim_start().starts_with(".. |")
            || attribute(line.trim_end()).is_some_and(|(name, _)| open == '{' && named.contains_key(name));
        let mut rest = line;
        while let Some(at) = rest.find(open).filter(|_| !defines && grown < MOST_IN_ALL) {
            let inner = &rest[at + 1..];
            let found = inner.find(close).and_then(|end| Some((end, *named.get(&inner[..end].to_lowercase())?)));
            let Some((end, words)) = found else {
                out.push_str(&rest[..=at]);
                rest = inner;
                continue;
            };
            out.push_str(&rest[..at]);
            out.push_str(words);
            grown += words.len();
            rest = &inner[end + 1..];
            let blanks = rest.len() - rest.trim_start_matches(' ').len();
            if columns && blanks > 1 {
                let (long, mark) = (words.chars().count(), end + 2);
                out.extend(std::iter::repeat_n(' ', mark.saturating_sub(long)));
                rest = &rest[long.saturating_sub(mark).min(blanks - 1)..];
            }
        }
        out.push_str(rest);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::text::fold;

    #[test]
    fn names_stand_for_words() {
        for (markup, text, expected) in [
            (Markup::Rst, ".. |held| replace:: 2026-01-09\n\n:Date held: |held|\n", ":Date held: 2026-01-09"),
            (Markup::Rst, ".. |h| replace:: 2026-01-09\n\n| |h|           | x |\n", "| 2026-01-09    | x |"),
            (Markup::Rst, ".. |held-on| replace:: 2026\n\n| |held-on|   | x |\n", "| 2026        | x |"),
            (Markup::Rst, ".. |h| replace:: 2026-01-09\n\n|today| and |h|\n", "|today| and 2026-01-09"),
            (Markup::AsciiDoc, ":held: 2026-01-09\n\nDate held: {held}\n", "Date held: 2026-01-09"),
            (
                Markup::AsciiDoc,
                ":t: https://t.example/issues\n\n{t}/3[ticket], {other}\n",
                "https://t.example/issues/3[ticket], {other}",
            ),
            (Markup::Plain, ":held: 2026-01-09\n\n{held}\n", "{held}"),
        ] {
            assert_eq!(resolved(text.to_owned(), markup).lines().last(), Some(expected), "{text}");
        }
    }

    #[test]
    fn each_sign_stays_in_its_place() {
        for (text, expected) in [
            ("include::a.adoc[]\nProduct:: Pump\n", "Product:  Pump"),
            ("Owner::: Ann\n", "Owner:   Ann"),
            ("Approved by::\n", "Approved by: "),
            (".. note:: x\n", ".. note:: x"),
            ("The type std::vec :: is.\n", "The type std::vec :: is."),
            ("Examined: #86, [.line-through]##88#, é [.strike]#ü# #90.\n", "Examined: #86, , é #90."),
            ("Seen: [.line-through]#the old#, [.red]#the new#.\n", "Seen: , [.red]#the new#."),
        ] {
            let read = leveled(text, Markup::AsciiDoc);
            let last = read.lines().last().unwrap();
            assert!(last == expected || fold(last) == expected, "{last}");
            assert_eq!(read.len(), text.len(), "{text}");
        }
        assert_eq!(leveled("Product:: Pump\n", Markup::Plain), "Product:: Pump\n");
    }

    #[test]
    fn parts_under_a_condition() {
        let hidden = "The review was not held.";
        for (head, word, is_shown) in [
            ("", "ifdef::draft[]", false),
            (":draft:\n", "ifdef::draft[]", true),
            (":draft:\n:draft!:\n", "ifdef::draft[]", false),
            ("", "ifndef::final[]", true),
            (":final:\n", "ifndef::final[]", false),
            (":a:\n", "ifdef::a,b[]", true),
            (":a:\n", "ifdef::a+b[]", false),
            ("", "ifdef::backend-pdf[]", true),
            ("", "ifeval::[\"{status}\" == \"draft\"]", true),
        ] {
            let text = format!("{head}{word}\n{hidden}\nendif::[]\nDone.\n");
            let shown = resolved(text.clone(), Markup::AsciiDoc);
            assert_eq!(shown.contains(hidden), is_shown, "{text}");
            assert_eq!(shown.lines().count(), text.lines().count(), "{text}");
        }
        assert!(!resolved("ifdef::draft[Not held.]\n".to_owned(), Markup::AsciiDoc).contains("held"));
        assert!(resolved(":draft:\nifdef::draft[Not held.]\n".to_owned(), Markup::AsciiDoc).contains("Not held."));
    }
}
