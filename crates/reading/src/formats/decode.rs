//! Bytes → text: byte order marks, UTF-16, Windows-1252, line ends.

/// Turns bytes into text: byte order marks, UTF-16, Windows-1252, lone carriage returns. The second value says what was lost.
pub fn decode(bytes: &[u8]) -> (String, Option<String>) {
    let text = match bytes {
        [0xFF, 0xFE, rest @ ..] => wide(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => wide(rest, u16::from_be_bytes),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => western(bytes).unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned()),
        },
    };
    if text.bytes().take(8192).any(|byte| byte == 0) {
        return (String::new(), Some("binary content: not read".to_owned()));
    }
    let limit = text.contains('\u{FFFD}').then(|| "not valid UTF-8: some characters could not be read".to_owned());
    let text = if text.contains('\r') { lines_by_newline(&text) } else { text };
    (text, limit)
}

/// The text of bytes in Windows-1252 (and so in Latin-1), as older editors save. `None` where it is damaged UTF-8 or another set:
/// a sign of more than one byte in it, a byte that no text has, or too little that is ASCII.
fn western(bytes: &[u8]) -> Option<String> {
    let wide = bytes.utf8_chunks().any(|chunk| !chunk.valid().is_ascii());
    let others = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let control = |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\u{c}');
    let text = encoding_rs::WINDOWS_1252.decode_without_bom_handling(bytes).0;
    (!wide && others * 5 < bytes.len() && !text.chars().any(control)).then(|| text.into_owned())
}

/// Old Macintosh line ends become `\n`; `\r\n` keeps its length.
fn lines_by_newline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        out.push(match c {
            '\r' if chars.peek() == Some(&'\n') => ' ',
            '\r' => '\n',
            c => c,
        });
    }
    out
}

fn wide(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> String {
    let units: Vec<u16> = bytes.as_chunks::<2>().0.iter().map(|pair| unit(*pair)).collect();
    String::from_utf16_lossy(&units)
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn bytes_become_text_or_a_limit() {
        for (bytes, text, lost) in [
            (&b"M\xfcller gepr\xfcft \x96 fertig"[..], "Müller geprüft – fertig", false),
            ("Müller".as_bytes(), "Müller", false),
            (b"\xef\xbb\xbfM\xc3\xbcller", "Müller", false),
            (b"\xff\xfeM\x00\xfc\x00", "Mü", false),
            // Damaged UTF-8 is not taken for another set.
            (b"M\xc3\xbcller gepr\xc3 ft", "Müller gepr\u{FFFD} ft", true),
            // A set that uses most bytes above ASCII (here Shift-JIS) is none of ours.
            (b"\x83\x8c\x83r\x83\x85\x81[", "\u{FFFD}\u{FFFD}\u{FFFD}r\u{FFFD}\u{FFFD}\u{FFFD}[", true),
            (b"a\x81b is not a text at all", "a\u{FFFD}b is not a text at all", true),
            (b"PK\x00\x01\xff", "", true),
        ] {
            let (found, limit) = decode(bytes);
            assert_eq!((found.as_str(), limit.is_some()), (text, lost), "{bytes:?}");
        }
    }
}
