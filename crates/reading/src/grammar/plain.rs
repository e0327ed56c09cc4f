//! A text as the sentence patterns see it, and a pattern with what it names.

/// A text as the patterns see it, byte for byte as long: small letters, `ae` for `ä`, a blank for any white space. Patterns
/// over ASCII are small and fast; those over all of Unicode took a second to compile.
pub(crate) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            'ä' | 'Ä' => out.push_str("ae"),
            'ö' | 'Ö' => out.push_str("oe"),
            'ü' | 'Ü' => out.push_str("ue"),
            'ß' => out.push_str("ss"),
            _ if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            _ if c.is_whitespace() => out.extend(std::iter::repeat_n(' ', c.len_utf8())),
            _ => {
                let mut lower = c.to_lowercase();
                let same = lower.len() == 1 && lower.clone().all(|small| small.len_utf8() == c.len_utf8());
                out.push(if same { lower.next().unwrap_or(c) } else { c });
            }
        }
    }
    out
}

/// The text before the first group, its name, and the text after it.
pub(crate) fn group_in(pattern: &str) -> Option<(&str, (&str, &str))> {
    let (before, after) = pattern.split_once("<<")?;
    Some((before, after.split_once(">>")?))
}

/// A pattern with each `<<group>>` put in.
pub(crate) fn with_groups<'g>(pattern: &str, group: impl Fn(&str) -> Option<&'g str>) -> String {
    let mut out = String::new();
    let mut rest = pattern;
    while let Some((before, (name, after))) = group_in(rest) {
        out.push_str(before);
        out.push_str(group(name).unwrap_or_default());
        rest = after;
    }
    out + rest
}
