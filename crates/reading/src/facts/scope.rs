//! Of what a claim speaks: another period, or issues of some severities.

use crate::grammar::patterns::sentences;

/// Does the clause speak of another time than the period?
pub(crate) fn other_period(text: &str, year: Option<i32>) -> bool {
    // "Since the last review" is the period itself.
    if sentences().of("this-period").matches(text) {
        return false;
    }
    if sentences().of("other-period").matches(text) {
        return true;
    }
    let Some(year) = year else { return false };
    let lower = text.to_lowercase();
    let bytes = lower.as_bytes();
    // "2024 wurden noch alle …" begins with its year.
    let begins = lower.trim_start().get(..5).and_then(|start| start.strip_suffix([' ', ',']));
    if begins.and_then(|digits| digits.parse::<i32>().ok()).is_some_and(|n| (1990..2100).contains(&n) && n != year) {
        return true;
    }
    ["in ", "of ", "from ", "aus ", "jahr ", "year ", "for ", "von "].iter().any(|lead| {
        lower.match_indices(lead).any(|(at, _)| {
            let start = at + lead.len();
            let end = start + 4;
            let number = lower.get(start..end).and_then(|digits| digits.parse::<i32>().ok());
            let whole = bytes.get(end).is_none_or(|next| !next.is_ascii_digit() && *next != b'-' && *next != b'/');
            whole && number.is_some_and(|n| (1990..2100).contains(&n) && n != year)
        })
    })
}

/// Severities that a text names, in their own names.
pub(crate) fn severities(text: &str) -> Vec<String> {
    const NAMES: [(&str, &str); 12] = [
        ("critical", "critical"),
        ("kritisch", "critical"),
        ("severe", "high"),
        ("high", "high"),
        ("hohe", "high"),
        ("hoch", "high"),
        ("medium", "medium"),
        ("moderate", "medium"),
        ("mittlere", "medium"),
        ("mittel", "medium"),
        ("low", "low"),
        ("niedrig", "low"),
    ];
    let mut out: Vec<String> = Vec::new();
    for word in crate::grammar::lexicon::words(text) {
        let whole = |name: &str| match name {
            "kritisch" | "hohe" | "mittlere" | "niedrig" => word.text.starts_with(name),
            name => word.text == name,
        };
        if let Some((_, name)) = NAMES.iter().find(|(written, _)| whole(written))
            && !out.iter().any(|own| own == name)
        {
            out.push((*name).to_owned());
        }
    }
    out
}
