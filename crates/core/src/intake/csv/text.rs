//! The text of a CSV file before it is parsed: Excel's hint, the separator, a quotation mark left open. Pure.

/// Excel writes `sep=;` as a first line; returns the rest and the lines skipped.
pub(crate) fn skip_hint(text: &str) -> (&str, usize) {
    let (first, rest) = text.split_once('\n').unwrap_or((text, ""));
    if first.trim_end().len() == 5 && first.starts_with("sep=") { (rest, 1) } else { (text, 0) }
}

/// The separator: of comma, semicolon and tab the one that the header has most of outside quotation marks.
pub(crate) fn sniff(text: &str) -> u8 {
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let (mut counts, mut quoted) = ([0_usize; 3], false);
    for byte in header.bytes() {
        match byte {
            b'"' => quoted = !quoted,
            b',' if !quoted => counts[0] += 1,
            b';' if !quoted => counts[1] += 1,
            b'\t' if !quoted => counts[2] += 1,
            _ => {}
        }
    }
    match counts {
        [comma, semicolon, tab] if semicolon > comma && semicolon >= tab => b';',
        [comma, _, tab] if tab > comma => b'\t',
        _ => b',',
    }
}

/// The 1-based line of a quotation mark that is never closed: the parser would swallow the rest of the file in silence.
pub(crate) fn open_quote(bytes: &[u8], separator: u8) -> Option<usize> {
    let (mut line, mut opened, mut start) = (1, None, true);
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        if opened.is_some() {
            if byte == b'"' {
                if bytes.get(at + 1) == Some(&b'"') {
                    at += 1;
                } else {
                    opened = None;
                }
            }
        } else if byte == b'"' && start {
            opened = Some(line);
        }
        start = opened.is_none() && (byte == separator || byte == b'\n' || byte == b'\r');
        line += usize::from(byte == b'\n');
        at += 1;
    }
    opened
}
