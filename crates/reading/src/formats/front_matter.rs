//! Front matter: keys and values at the head of a text.

use crate::value::document::{Document, Pair};

/// Reads `key: value` or `key = value` between fences at the head; returns where the body starts.
pub(crate) fn front_matter(doc: &mut Document) -> usize {
    let source = &doc.source;
    let fence = match source.get(..3) {
        Some("---") => "---",
        Some("+++") => "+++",
        _ => return unopened(doc),
    };
    let Some(first) = source.find('\n').filter(|end| source[3..*end].trim().is_empty()) else { return 0 };
    let mut at = first + 1;
    let (mut pairs, mut list) = (Vec::<Pair>::new(), String::new());
    for line in source[at..].split_inclusive('\n').take(200) {
        let trimmed = line.trim_end();
        if trimmed == fence || (fence == "---" && trimmed == "...") {
            let body = at + line.len();
            doc.pairs = pairs;
            return body;
        }
        read_pair(line, at, &mut pairs, &mut list);
        at += line.len();
    }
    0
}

/// Front matter without its first fence: keys, values and lists only, down to a `---`.
fn unopened(doc: &mut Document) -> usize {
    let mut at = 0;
    let (mut pairs, mut list) = (Vec::<Pair>::new(), String::new());
    for (index, line) in doc.source.split_inclusive('\n').take(60).enumerate() {
        let trimmed = line.trim_end();
        if trimmed == "---" && pairs.len() >= 2 {
            doc.pairs = pairs;
            return at + line.len();
        }
        let key = trimmed.split(':').next().unwrap_or("").trim_start();
        let keyed =
            trimmed.contains(':') && !key.is_empty() && key.len() <= 30 && !key.contains([' ', '*', '#', '|', '[']);
        let nested = index > 0 && (trimmed.starts_with(' ') || trimmed.trim_start().starts_with("- "));
        if !keyed && !nested {
            return 0;
        }
        read_pair(line, at, &mut pairs, &mut list);
        at += line.len();
    }
    0
}

/// Reads one line. `list` holds the key whose items may follow.
fn read_pair(line: &str, at: usize, pairs: &mut Vec<Pair>, list: &mut String) {
    let body = line.trim();
    if let Some(value) = body.strip_prefix("- ") {
        let Some(last) = pairs.last().cloned() else { return };
        let start = at + line.find(value).unwrap_or(0);
        if last.value.is_empty() {
            pairs.pop();
        }
        let key = if list.is_empty() { last.key } else { list.clone() };
        pairs.push(Pair::new(&key, unquoted(value), start..at + line.trim_end().len()));
        return;
    }
    let Some(split) = body.find([':', '=']) else { return };
    let key = body[..split].trim().trim_matches('"');
    if key.is_empty() || key.starts_with('#') || key.len() > 60 {
        return;
    }
    let offset = line.find(body).unwrap_or(0) + split + 1;
    let raw = line[offset..].trim_end();
    let skipped = raw.len() - raw.trim_start().len();
    let value = match raw.find(" #") {
        Some(cut) if !raw.trim_start().starts_with(['"', '\'', '#']) => &raw[..cut],
        _ => raw,
    };
    let span = at + offset + skipped..at + offset + value.trim_end().len().max(skipped);
    if value.trim().is_empty() {
        key.clone_into(list);
    } else if !line.starts_with([' ', '\t']) {
        list.clear();
    }
    pairs.push(Pair::new(key, unquoted(value), span));
}

fn unquoted(value: &str) -> &str {
    value.trim().trim_matches(['"', '\'', '[', ']']).trim()
}
