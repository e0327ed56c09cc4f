//! How verbs are used, told by the words beside them: what happened, what is done as a rule, and what begins with a date.

use crate::grammar::lexicon::{Hit, Word};

/// Who acts in the past: `we fixed`.
const ACTORS: [&str; 22] = [
    "we",
    "i",
    "they",
    "he",
    "she",
    "it",
    "who",
    "team",
    "customer",
    "users",
    "user",
    "researcher",
    "attacker",
    "attackers",
    "engineer",
    "developers",
    "maintainers",
    "vendor",
    "reporter",
    "also",
    "then",
    "and",
];

/// What is acted on: `implemented a fix`.
const OBJECTS: [&str; 20] = [
    "the", "a", "an", "our", "all", "this", "that", "its", "their", "his", "her", "two", "three", "four", "several",
    "some", "it", "them", "us", "into",
];

/// Words after which a form in `-ed` is no verb of the past.
const NOT_TOLD_AFTER: [&str; 22] = [
    "be", "is", "are", "being", "the", "a", "an", "as", "when", "if", "any", "each", "all", "of", "to", "by", "with",
    "no", "that", "newly", "get", "must",
];

/// Forms in `-ed` that begin notes without telling anything.
const NO_DEEDS: [&str; 14] = [
    "based",
    "required",
    "related",
    "recommended",
    "needed",
    "proposed",
    "expected",
    "detailed",
    "unauthorized",
    "limited",
    "automated",
    "advanced",
    "shared",
    "embedded",
];

/// Is the word a participle of the present or the future: "is held yearly", "will be found"?
pub(crate) fn passive(words: &[Word], hit: &Hit) -> bool {
    let index = words.partition_point(|word| word.range.start < hit.range.start);
    let before = index.checked_sub(1).and_then(|i| words.get(i));
    before.is_some_and(|word| ["be", "is", "are", "being", "get", "gets", "to"].contains(&word.text.as_str()))
}

/// English participles that do not end in `-ed`.
const PARTICIPLES: [&str; 22] = [
    "held",
    "kept",
    "made",
    "done",
    "sent",
    "given",
    "taken",
    "found",
    "written",
    "run",
    "set",
    "put",
    "led",
    "met",
    "brought",
    "built",
    "shown",
    "known",
    "chosen",
    "drawn",
    "undertaken",
    "seen",
];

/// "is reviewed", "are kept": English present passive, which tells how something is done, not that it was.
pub(crate) fn is_done(words: &[Word]) -> bool {
    words.windows(2).any(|pair| {
        let done = &pair[1].text;
        matches!(pair[0].text.as_str(), "is" | "are")
            && (done.len() > 4 && done.ends_with("ed") && !done.ends_with("eed")
                || PARTICIPLES.contains(&done.as_str()))
    })
}

/// Does the text begin with a date or a time of day?
pub(crate) fn stamped(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| !c.is_alphanumeric());
    let time = |text: &str| {
        let digits = text.bytes().take_while(u8::is_ascii_digit).count();
        matches!(digits, 1 | 2)
            && text.as_bytes().get(digits) == Some(&b':')
            && text.as_bytes().get(digits + 1..digits + 3).is_some_and(|rest| rest.iter().all(u8::is_ascii_digit))
    };
    if !start.starts_with(|c: char| c.is_ascii_digit()) && !crate::grammar::dates::starts_with_month(start) {
        return false;
    }
    let mut head = start.len().min(24);
    while !start.is_char_boundary(head) {
        head -= 1;
    }
    time(start)
        || crate::grammar::dates::find(&start[..head])
            .first()
            .is_some_and(|date| date.range.start == 0 && matches!(date.written, crate::grammar::dates::Written::Day(_)))
}

/// English verbs of the past by their ending, where a subject or an object shows that they are verbs.
pub(crate) fn tells(words: &[Word]) -> bool {
    words.iter().enumerate().any(|(at, word)| {
        if word.text.len() < 5
            || !word.text.ends_with("ed")
            || word.text.ends_with("eed")
            || NO_DEEDS.contains(&word.text.as_str())
        {
            return false;
        }
        let near = |list: &[&str], index: Option<usize>| {
            index.and_then(|i| words.get(i)).is_some_and(|word| list.contains(&word.text.as_str()))
        };
        let before = at.checked_sub(1);
        if at == 0 {
            return !near(&["by", "in", "to", "on", "for"], Some(1)) && words.len() > 1;
        }
        near(&ACTORS, before) || near(&OBJECTS, Some(at + 1)) && !near(&NOT_TOLD_AFTER, before)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::lexicon::words;

    #[test]
    fn what_begins_with_a_date_or_a_time() {
        for text in
            ["14:38 - the alert went off", "**9:05** pager", "2025-03-02 10:00 UTC: fixed", "March 3, 2025: reported"]
        {
            assert!(stamped(text), "{text}");
        }
        for text in
            ["3 of 4 reports were triaged", "2:1 majority", "March was quiet", "May we ask why?", "1.2 Scope", "", "–"]
        {
            assert!(!stamped(text), "{text}");
        }
    }

    #[test]
    fn what_is_done_as_a_rule() {
        for text in
            ["Reports are triaged by the lead.", "The list is kept for six years.", "Findings are closed weekly."]
        {
            assert!(is_done(&words(text)), "{text}");
        }
        for text in ["Reports were triaged.", "The team is large.", "We need what is indeed rare.", "is", ""] {
            assert!(!is_done(&words(text)), "{text}");
        }
    }
}
