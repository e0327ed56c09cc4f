//! What makes hostile words harmless: one function per sink. Paths, titles, quotes and messages all count as hostile.

use std::fmt::Write as _;

/// What a character becomes where only visible text may stand; `None`: itself.
///
/// Control characters show as their pictures (`␛`), so that a reader sees that something was there; white space of any
/// other sort is a blank; marks that reorder or hide text are `�`.
fn visible(c: char) -> Option<char> {
    match c {
        '\t' | '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}' => Some(' '),
        '\0'..='\u{1f}' => char::from_u32(0x2400 + c as u32),
        '\u{7f}' => Some('\u{2421}'),
        '\u{80}'..='\u{9f}'
        | '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{feff}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => Some('\u{fffd}'),
        _ => None,
    }
}

/// One line of visible text, for a terminal: no control characters, no escape sequences, no bidirectional marks.
pub fn line(text: &str) -> String {
    text.chars().map(|c| visible(c).unwrap_or(c)).collect()
}

/// Lines of visible text: as [`line`], but line ends (`\n`, `\r\n`, `\r`) stay as `\n`.
pub fn lines(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().map(|c| if c == '\n' { c } else { visible(c).unwrap_or(c) }).collect()
}

/// Keeps a log line from being taken for a workflow command, whatever shows the text: the runner looks for `::` at the
/// start of any line and for `##[` anywhere in it.
pub fn no_command(line: &str) -> String {
    let body = line.trim_start();
    let indent = &line[..line.len() - body.len()];
    let guard = if body.starts_with("::") { "\\" } else { "" };
    format!("{indent}{guard}{}", body.replace("##[", "## ["))
}

/// The message of a workflow command, as `@actions/core` writes it, with no other command inside.
pub fn command_data(text: &str) -> String {
    text.replace("##[", "## [").replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command, as `@actions/core` writes it.
pub fn command_property(text: &str) -> String {
    command_data(text).replace(':', "%3A").replace(',', "%2C")
}

/// One cell of a table that a spreadsheet may open: one line, and never a formula. Text that begins with `=`, `+`, `-` or `@`
/// (also in full width) gets an apostrophe before it, which spreadsheets hide; other programs strip it.
pub fn cell(text: &str) -> String {
    let text = line(text);
    let text = no_command(text.trim());
    let formula = text.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if formula { format!("'{text}") } else { text }
}

/// The plain text of a SARIF message: no embedded link comes out of it, and no placeholder.
pub fn sarif(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = lines(text).replace("](", "] (");
    // `{0}` would stand for an argument; a doubled brace is a brace.
    while let Some(at) = rest.find('{') {
        let tail = rest.split_off(at + 1);
        out.push_str(&rest);
        if tail.starts_with(|c: char| c.is_ascii_digit()) {
            out.push('{');
        }
        rest = tail;
    }
    out + &rest
}

/// A repository-relative path as a relative URI reference (RFC 3986): every byte but letters, digits, `-._~` and `/` as `%XX`,
/// so that no path can be taken for another scheme, host, query or fragment.
pub fn uri(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String can't fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Text or attribute value in XML 1.0: the five characters with a meaning as entities, and no character that XML forbids.
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    for c in lines(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            // An attribute's line end would be read as a blank.
            '\n' => out.push_str("&#10;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
    out.replace("##[", "#&#35;[")
}

/// Inline text for GitHub flavoured Markdown, for any place but inside a code span: shows as it is written, on one line,
/// as nothing but text. No markup, HTML, link, image, mention, mathematics or table column comes out of it.
pub fn markdown(text: &str) -> String {
    let text = line(text);
    let text = text.trim();
    let mut out = String::with_capacity(text.len() + text.len() / 8);
    let mut before = ' ';
    let mut leading_digits = true;
    for (at, c) in text.char_indices() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            // An entity, because a backslash before a pipe means different things inside and outside a table.
            '|' => out.push_str("&#124;"),
            '$' => out.push_str("&#36;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '~' => {
                out.push('\\');
                out.push(c);
            }
            // The zero-width blank breaks the forms that GitHub makes live by itself: mentions, addresses, emoji names.
            '@' => out.push_str("@&#8203;"),
            ':' if text[at..].starts_with("://") || (!before.is_alphanumeric() && !text[at + 1..].starts_with(' ')) => {
                out.push_str(":&#8203;");
            }
            '.' if text[..at].to_ascii_lowercase().ends_with("www") => out.push_str("&#8203;."),
            '#' | '-' | '+' | '=' if at == 0 => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if at > 0 && leading_digits => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        leading_digits = leading_digits && c.is_ascii_digit();
        before = c;
    }
    out
}

/// Inline code for GitHub flavoured Markdown; an HTML element, because a code span can't hold a pipe in a table.
pub fn markdown_code(text: &str) -> String {
    let inner = markdown(text);
    if inner.is_empty() { inner } else { format!("<code>{inner}</code>") }
}

/// A link for GitHub flavoured Markdown around text that is escaped already; the text alone where the address holds what could end it.
pub(crate) fn markdown_link(escaped: &str, url: &str) -> String {
    if url.contains(['<', '>', '\\', '|', '`']) || url.chars().any(|c| c.is_whitespace() || visible(c).is_some()) {
        return escaped.to_owned();
    }
    format!("[{escaped}](<{}>)", url.replace('&', "&amp;"))
}

/// Text inside a string of JSON, safe to show: characters that a terminal obeys or hides, and what a runner takes for a command, are
/// written as `\u….`. The value is the same.
pub(crate) fn json(fragment: &str) -> String {
    let mut out = String::with_capacity(fragment.len());
    for c in fragment.chars() {
        if visible(c).is_some() {
            let mut units = [0; 2];
            for unit in c.encode_utf16(&mut units) {
                // Writing to a String can't fail.
                let _ = write!(out, "\\u{unit:04x}");
            }
        } else {
            out.push(c);
        }
    }
    out.replace("##[", "#\\u0023[")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_shown() {
        assert_eq!(line("a\u{1b}[31mb\r\nc\u{202e}d\u{9b}e\u{7f}"), "a␛[31mb  c\u{fffd}d\u{fffd}e␡");
        assert_eq!(lines("a\r\nb\rc\nd\te"), "a\nb\nc\nd e");
        assert_eq!(line("Prüfung – 審査 👩‍⚕️"), "Prüfung – 審査 👩‍⚕️");
    }

    /// The pairs were made with `@actions/core` 3 (`escapeData`, `escapeProperty`).
    #[test]
    fn commands_are_escaped_as_actions_core_does() {
        for (text, data, property) in [
            ("100%", "100%25", "100%25"),
            ("a\r\nb", "a%0D%0Ab", "a%0D%0Ab"),
            ("a:b,c", "a:b,c", "a%3Ab%2Cc"),
            ("%0A", "%250A", "%250A"),
            ("::error::x", "::error::x", "%3A%3Aerror%3A%3Ax"),
            ("ü;=\"'", "ü;=\"'", "ü;=\"'"),
        ] {
            assert_eq!(command_data(text), data);
            assert_eq!(command_property(text), property);
        }
    }

    #[test]
    fn log_lines_are_not_commands() {
        assert_eq!(no_command("  ::set-output name=x::y"), "  \\::set-output name=x::y");
        assert_eq!(no_command("see ##[add-mask]x"), "see ## [add-mask]x");
        assert_eq!(no_command("rust::path"), "rust::path");
    }

    #[test]
    fn markdown_is_inert() {
        for (text, expected) in [
            ("a|b", "a&#124;b"),
            ("<img src=x>", "&lt;img src=x&gt;"),
            ("![x](http://e.org)", "!\\[x\\](http:&#8203;//e.org)"),
            ("@octocat, see www.e.org", "@&#8203;octocat, see www&#8203;.e.org"),
            ("# no heading", "\\# no heading"),
            ("see #12", "see #12"),
            ("1. no list", "1\\. no list"),
            ("- no list", "\\- no list"),
            ("a\nb", "a b"),
            ("`code` *b* _i_ ~s~ $m$", "\\`code\\` \\*b\\* \\_i\\_ \\~s\\~ &#36;m&#36;"),
        ] {
            assert_eq!(markdown(text), expected);
        }
    }

    #[test]
    fn links_hold_their_address_and_nothing_else() {
        for url in ["https://e.org/a%20b.md?plain=1&x#L7", "https://e.org/a_(b)_*c*", "https://e.org/&copy;"] {
            let text = format!("{} and on", markdown_link(&markdown_code("a]b|c"), url));
            let links: Vec<String> = Parser::new_ext(&text, Options::ENABLE_TABLES)
                .filter_map(|event| match event {
                    Event::Start(Tag::Link { dest_url, .. }) => Some(dest_url.to_string()),
                    _ => None,
                })
                .collect();
            assert_eq!(links, [url]);
        }
        for url in ["https://e.org/>x", "https://e.org/a b", "https://e.org/|", "https://e.org/\n"] {
            assert_eq!(markdown_link("x", url), "x");
        }
    }

    #[test]
    fn cells_are_no_formulas() {
        for (text, expected) in [
            ("=1+1", "'=1+1"),
            (" \t=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("-101 days", "'-101 days"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("＝1", "'＝1"),
            ("a\n=1", "a =1"),
            ("#12", "#12"),
            ("::error::x", "\\::error::x"),
        ] {
            assert_eq!(cell(text), expected);
        }
    }

    #[test]
    fn sarif_messages_hold_no_links_and_no_placeholders() {
        assert_eq!(sarif("see [x](http://e.org) {0} {a} }"), "see [x] (http://e.org) {{0} {a} }");
        assert_eq!(sarif("a\r\nb"), "a\nb");
    }

    #[test]
    fn paths_are_relative_uris() {
        assert_eq!(uri("docs/a b.md"), "docs/a%20b.md");
        assert_eq!(uri("http://e.org/?q#f"), "http%3A//e.org/%3Fq%23f");
        assert_eq!(uri("Prüfung/100%.md"), "Pr%C3%BCfung/100%25.md");
    }

    fn unescape(text: &str) -> String {
        text.replace("%2C", ",").replace("%3A", ":").replace("%0A", "\n").replace("%0D", "\r").replace("%25", "%")
    }

    /// Text full of what escapes are for.
    fn hostile() -> impl Strategy<Value = String> {
        let bits = prop_oneof![
            Just("::error::".to_owned()),
            Just("##[".to_owned()),
            Just("\r\n".to_owned()),
            Just("\u{1b}[31m".to_owned()),
            Just("\u{202e}".to_owned()),
            Just("|".to_owned()),
            Just("\\".to_owned()),
            Just("`".to_owned()),
            Just("](http://e.org)".to_owned()),
            Just("<b>".to_owned()),
            Just("&amp;".to_owned()),
            Just("@me".to_owned()),
            Just("---".to_owned()),
            Just("%0A".to_owned()),
            any::<char>().prop_map(String::from),
            "[ -~]{0,6}",
        ];
        proptest::collection::vec(bits, 0..12).prop_map(|bits| bits.concat())
    }

    proptest! {
        #[test]
        fn lines_hold_nothing_a_terminal_obeys(text in hostile()) {
            prop_assert!(!line(&text).chars().any(|c| c.is_control() || visible(c).is_some()));
            prop_assert!(!lines(&text).chars().any(|c| c != '\n' && (c.is_control() || visible(c).is_some())));
            prop_assert_eq!(line(&line(&text)), line(&text));
        }

        #[test]
        fn commands_stay_one_line_and_keep_their_words(text in hostile()) {
            for escaped in [command_data(&text), command_property(&text)] {
                prop_assert!(!escaped.contains(['\r', '\n']) && !escaped.contains("##["));
                prop_assert_eq!(unescape(&escaped), text.replace("##[", "## ["));
            }
            prop_assert!(!command_property(&text).contains([':', ',']));
        }

        /// Another parser reads the same words.
        #[test]
        fn xml_is_text_to_a_parser(text in hostile()) {
            let element = format!("<a b=\"{0}\">{0}</a>", xml(&text));
            let expected = lines(&text).replace(['\u{fffe}', '\u{ffff}'], "\u{fffd}");
            let mut reader = quick_xml::Reader::from_str(&element);
            let mut words = String::new();
            loop {
                match reader.read_event().unwrap() {
                    quick_xml::events::Event::Start(start) => {
                        let attribute = start.attributes().next().unwrap().unwrap();
                        let value = attribute.normalized_value(quick_xml::XmlVersion::Implicit1_0).unwrap();
                        prop_assert_eq!(&*value, &expected);
                    }
                    quick_xml::events::Event::Text(text) => words.push_str(&text),
                    quick_xml::events::Event::GeneralRef(name) => {
                        let known = match name.resolve_char_ref().unwrap() {
                            Some(c) => c.to_string(),
                            None => quick_xml::escape::resolve_xml_entity(&name).unwrap().to_owned(),
                        };
                        words.push_str(&known);
                    }
                    quick_xml::events::Event::End(_) => break,
                    other => prop_assert!(false, "{other:?}"),
                }
            }
            prop_assert_eq!(words, expected);
        }

        #[test]
        fn guarded_lines_are_no_commands(text in hostile()) {
            let guarded = no_command(&line(&text));
            prop_assert!(!guarded.trim_start().starts_with("::"));
            prop_assert!(!guarded.contains("##["));
        }

        /// Another parser agrees that it is text and nothing else, alone and in a table, and reads the same words.
        #[test]
        fn markdown_is_text_to_a_parser(text in hostile()) {
            let escaped = markdown(&text);
            prop_assert!(!escaped.contains('\n'));
            let expected = line(&text).trim().to_owned();
            let dialect = Options::ENABLE_TABLES
                | Options::ENABLE_FOOTNOTES
                | Options::ENABLE_STRIKETHROUGH
                | Options::ENABLE_TASKLISTS
                | Options::ENABLE_MATH
                | Options::ENABLE_GFM;
            let mut seen = String::new();
            for event in Parser::new_ext(&escaped, dialect) {
                match event {
                    Event::Text(words) => seen.push_str(&words),
                    Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                    other => prop_assert!(false, "{other:?} from {escaped:?}"),
                }
            }
            prop_assert_eq!(&seen.replace('\u{200b}', ""), &expected);

            let table = format!("| a | b |\n|---|---|\n| {escaped} | {} |\n", markdown_code(&text));
            let mut cells = Vec::new();
            for event in Parser::new_ext(&table, dialect) {
                match event {
                    Event::Start(Tag::TableCell) => cells.push(String::new()),
                    Event::Text(words) => cells.last_mut().unwrap().push_str(&words),
                    Event::InlineHtml(html) => prop_assert!(["<code>", "</code>"].contains(&&*html), "{html}"),
                    Event::Start(Tag::Table(_) | Tag::TableHead | Tag::TableRow) | Event::End(_) => {}
                    other => prop_assert!(false, "{other:?} from {table:?}"),
                }
            }
            let cells: Vec<_> = cells.into_iter().map(|cell| cell.replace('\u{200b}', "")).collect();
            prop_assert_eq!(&cells[2..], &[expected.clone(), expected][..]);
        }
    }
}
