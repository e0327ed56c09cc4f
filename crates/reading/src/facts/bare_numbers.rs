//! Numbers of issues without a sign: "31, 32" in a column of issues, "items 31 through 37", "Discussed: 31, 34".

use crate::grammar::dates;
use crate::grammar::patterns::{Captures, sentences as patterns};
use crate::grammar::references::{self, Extra, Named};

/// The number of an issue that stands alone in its cell: "14", "31, 32", "31–37".
pub(crate) fn numbers_alone(text: &str) -> Vec<String> {
    let text = text.trim();
    let plain = !text.is_empty()
        && text.len() <= 60
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, ',' | ' ' | '-' | '–' | '/' | ';'))
        && !text.starts_with(['-', '–']);
    if plain { list(text) } else { Vec::new() }
}

/// The ids of a list of bare numbers, ranges opened.
fn list(text: &str) -> Vec<String> {
    let mut out = String::new();
    for part in text.split(|c: char| c.is_whitespace() || matches!(c, ',' | ';' | '/')).filter(|part| !part.is_empty())
    {
        let number = part.starts_with(|c: char| c.is_ascii_digit());
        out.push_str(if number { " #" } else { " " });
        out.push_str(&part.replace(['-', '–'], " to #"));
    }
    let ids = references::find(&out, &[], &Extra::default());
    ids.into_iter().map(|named| named.id).filter(|id| id.len() <= 8).collect()
}

/// "Items 31 through 37 were discussed", "Discussed: 31, 34": numbers after a word for issues, or behind a label.
pub(crate) fn bare_numbers(text: &str, named: &[Named]) -> Vec<Named> {
    let mut out = Vec::new();
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return out;
    }
    let issues = patterns().of("bare-issues").all(text).into_iter();
    let labelled = patterns().of("bare-labelled").all(text).into_iter().filter(|found| are_issues(text, found));
    let mut found: Vec<Captures<'_>> = issues.chain(labelled).collect();
    // "Numbers 41 to 47 but not 44".
    if !found.is_empty() || !named.is_empty() {
        found.extend(patterns().of("bare-excepted").all(text));
    }
    for found in found {
        let Some(numbers) = found.name("list") else { continue };
        let after = text[numbers.end()..].chars().next();
        let free = !named.iter().any(|name| name.range.start < numbers.end() && numbers.start() < name.range.end);
        let year = numbers.len() == 4 && ["19", "20"].iter().any(|century| numbers.as_str().starts_with(century));
        if free
            && !year
            && !after.is_some_and(|c| {
                matches!(c, '.' | '%' | '-' | '/' | ':')
                    && text[numbers.end() + 1..].starts_with(|c: char| c.is_ascii_digit())
            })
        {
            let range = numbers.range();
            out.extend(opened_list(numbers.as_str()).into_iter().map(|id| Named { id, range: range.clone() }));
        }
    }
    out
}

/// The ids of a list in which ranges may be written in words.
fn opened_list(numbers: &str) -> Vec<String> {
    list(&numbers.replace("through", "to").replace("thru", "to"))
}

/// Behind a label that names no issues: "Discussed: 31, 34" lists them; "Discussed: 12", "12 reports" and a date don't.
fn are_issues(text: &str, found: &Captures<'_>) -> bool {
    let Some(numbers) = found.name("list") else { return false };
    let counts = text[numbers.end()..].trim_start().starts_with(char::is_alphabetic);
    let text = numbers.as_str();
    let year = text.split(|c: char| !c.is_ascii_digit()).any(|number| number.len() == 4);
    let dated = (year || text.contains('/')) && !dates::find(text).is_empty();
    !counts && !dated && opened_list(text).len() > 1
}
