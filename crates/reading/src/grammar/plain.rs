//! A text as the sentence patterns see it.

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
