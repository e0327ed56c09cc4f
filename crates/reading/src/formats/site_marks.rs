//! What generators of sites put into Markdown beside the text: tables of contents, labels, frames of notes, imports, comments. It is
//! blanked out byte by byte, so that every word keeps its place; what stands in a frame is read.

use std::borrow::Cow;
use std::ops::Range;

/// The text from `body` on as it is shown, of the same length.
pub(crate) fn shown(source: &str, body: usize) -> Cow<'_, str> {
    let marks = [
        "[TOC]", "[toc]", ":::", "!!!", "???", ")=\n", ")=\r", "```{", "~~~{", "{/*", "{:", "{#", "}`", "[!", "*[",
        "[[", "=== \"", "\n% ", "import ",
    ];
    if !marks.iter().any(|mark| source[body..].contains(mark)) {
        return Cow::Borrowed(source);
    }
    let mut page = Page { bytes: source.as_bytes().to_vec(), frames: Vec::new(), code: None, after_blank: true };
    let mut start = body;
    for line in source[body..].split_inclusive('\n') {
        page.line(line.trim_end_matches(['\n', '\r']), start, start == body);
        start += line.len();
    }
    page.comments(source, body);
    // Only whole characters were replaced, by blanks.
    String::from_utf8(page.bytes).map_or(Cow::Borrowed(source), Cow::Owned)
}

struct Page {
    bytes: Vec<u8>,
    /// How far the notes that are open set in what they hold.
    frames: Vec<usize>,
    /// What ends the code that is open.
    code: Option<Fence>,
    /// Was the line before a blank one?
    after_blank: bool,
}

struct Fence {
    mark: char,
    length: usize,
    /// Words, not code: its fences are frames.
    prose: bool,
    /// No word of it has come yet: what begins with a colon is an option.
    options: bool,
}

impl Page {
    fn blank(&mut self, range: Range<usize>) {
        self.bytes[range].fill(b' ');
    }

    /// Looks at a line that begins at `start`.
    fn line(&mut self, line: &str, start: usize, first: bool) {
        let body = line.trim_start();
        // A tab sets in as far as four blanks.
        let indent =
            line[..line.len() - body.len()].bytes().map(|byte| if byte == b'\t' { 4 } else { 1 }).sum::<usize>();
        let after_blank = std::mem::replace(&mut self.after_blank, body.is_empty());
        let whole = start..start + line.len();
        if self.fence(body, &whole) || self.code.as_ref().is_some_and(|code| !code.prose) {
            return;
        }
        if body.is_empty() {
            return;
        }
        while self.frames.last().is_some_and(|inner| indent < *inner) {
            self.frames.pop();
        }
        if let Some(title) = note(body) {
            self.frames.push(indent + 4);
            let at = whole.end - body.len();
            self.blank(at..at + title.start);
            self.blank(at + title.end..whole.end);
            self.set_in(start, indent);
            return;
        }
        self.set_in(start, indent);
        let named = |open: char, close: &str| body.starts_with(open) && body.ends_with(close);
        let nothing = body.eq_ignore_ascii_case("[toc]")
            || body.eq_ignore_ascii_case("[[toc]]")
            || body.eq_ignore_ascii_case("[[_toc_]]")
            || body.eq_ignore_ascii_case("@[toc]")
            || named('(', ")=") && !body.contains(' ')
            || named('{', "}") && (body.starts_with("{:") || body.starts_with("{#") || body.starts_with("{."))
            || body.starts_with("*[") && body.contains("]: ")
            || body.starts_with("% ") && after_blank && !first
            || body.starts_with("import ") && body.contains(" from ") && body.ends_with(['\'', '"', ';']);
        if nothing {
            return self.blank(whole);
        }
        if let Some(rest) = body.strip_prefix(":::") {
            // The kind of the frame; what follows is its title.
            let kind = rest.trim_start_matches([':', ' ', '{', '.']);
            let kind = kind.trim_start_matches(|c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '}' | '.'));
            let title = kind.trim_start_matches(['[', ' ']);
            self.blank(whole.end - body.len()..whole.end - title.len());
            if title.ends_with(']') || title.ends_with('}') {
                self.blank(whole.end - 1..whole.end);
            }
            return;
        }
        self.within(body, whole.end - body.len());
    }

    /// Marks within a line: roles, ids of headings, the kinds of callouts.
    fn within(&mut self, body: &str, start: usize) {
        for (at, _) in body.match_indices("}`") {
            let Some(open) = body[..at].rfind('{') else { continue };
            if body[open + 1..at].chars().all(|c| c.is_alphanumeric() || matches!(c, ':' | '-' | '_' | '.')) {
                self.blank(start + open..start + at + 1);
            }
        }
        for (at, _) in body.match_indices("{#") {
            if let Some(end) = body[at..].find('}') {
                self.blank(start + at..start + at + end + 1);
            }
        }
        let quoted = body.trim_start_matches(['>', ' ']);
        if body.starts_with('>') && quoted.starts_with("[!") {
            let from = body.len() - quoted.len();
            if let Some(end) = quoted.find(']') {
                let more = quoted[end + 1..].len() - quoted[end + 1..].trim_start_matches(['+', '-']).len();
                self.blank(start + from..start + from + end + 1 + more);
            }
        }
        // A link to a page of the site: its words are those behind the bar, else its name.
        for (at, _) in body.match_indices("[[") {
            let Some(end) = body[at..].find("]]").map(|end| at + end).filter(|end| is_page(&body[at + 2..*end])) else {
                continue;
            };
            let shown = body[at..end].rfind('|').map_or(at + 2, |bar| at + bar + 1);
            self.blank(start + at..start + shown);
            self.blank(start + end..start + end + 2);
        }
    }

    /// Sets words in a note back to where they would stand without it. Four blanks are code in Markdown; a quotation is none, and
    /// whoever looks at the source sees that there is no mark of one.
    fn set_in(&mut self, start: usize, indent: usize) {
        let depth = self.frames.len() - usize::from(self.frames.last().is_some_and(|inner| indent + 4 == *inner));
        for frame in (0..depth).filter(|frame| frame * 4 + 4 <= indent) {
            let tab = self.bytes[start + frame] == b'\t';
            self.bytes[if tab { start + frame } else { start + frame * 4 + 3 }] = b'>';
        }
    }

    /// Fences of code, and of words that only look so: returns whether the line is one.
    fn fence(&mut self, body: &str, whole: &Range<usize>) -> bool {
        let mark = body.chars().next().filter(|mark| matches!(mark, '`' | '~'));
        let length = mark.map_or(0, |mark| body.chars().take_while(|c| *c == mark).count());
        match &mut self.code {
            Some(code) if mark == Some(code.mark) && length >= code.length && body[length..].trim().is_empty() => {
                let prose = code.prose;
                self.code = None;
                if prose {
                    self.blank(whole.clone());
                }
                true
            }
            Some(code) if code.prose => {
                code.options &= body.starts_with(':');
                let option = code.options;
                if option {
                    self.blank(whole.clone());
                }
                option
            }
            Some(_) => false,
            None if length >= 3 => {
                let mark = mark.unwrap_or('`');
                let rest = body[length..].trim_start();
                let prose = rest.strip_prefix('{').is_some_and(|kind| PROSE.iter().any(|own| kind.starts_with(own)));
                self.code = Some(Fence { mark, length, prose, options: true });
                if prose {
                    let title = rest.find('}').map_or("", |end| rest[end + 1..].trim());
                    self.blank(whole.start..whole.end - title.len());
                }
                true
            }
            None => false,
        }
    }

    /// Comments of MDX may go over lines.
    fn comments(&mut self, source: &str, body: usize) {
        let mut from = body;
        while let Some(at) = source[from..].find("{/*").map(|at| from + at) {
            let end = source[at..].find("*/}").map_or(source.len(), |end| at + end + 3);
            let kept: Vec<usize> = (at..end).filter(|at| source.as_bytes()[*at] == b'\n').collect();
            self.blank(at..end);
            for at in kept {
                self.bytes[at] = b'\n';
            }
            from = end;
        }
    }
}

/// Is it the name of a page, and no place to be filled in?
fn is_page(words: &str) -> bool {
    let name = words.split('|').next().unwrap_or_default();
    let word = name.split(|c: char| !c.is_ascii_lowercase()).any(|run| run.len() >= 5);
    word && !name.contains(' ') && name.contains(['/', '-', '.'])
}

/// Directives that hold words, and no code.
const PROSE: [&str; 14] = [
    "note",
    "warning",
    "important",
    "tip",
    "hint",
    "attention",
    "caution",
    "danger",
    "error",
    "admonition",
    "seealso",
    "topic",
    "dropdown",
    "card",
];

/// The title of a note, `!!! note "Title"`, as a range of the line; empty where it has none.
fn note(body: &str) -> Option<Range<usize>> {
    const MORE: [&str; 3] = ["inline", "end", "annotate"];
    let rest = ["!!! ", "???+ ", "??? ", "=== "].iter().find_map(|mark| body.strip_prefix(mark))?;
    // A tab has its name in quotation marks, a note its kind before them; anything else is shouted.
    let mut kinds = rest.split('"').next().unwrap_or_default().split_whitespace();
    let kind = kinds.next().map(|kind| kind.chars().all(|c| c.is_ascii_lowercase() || c == '-'));
    if kind != (!body.starts_with("===")).then_some(true) || kinds.any(|more| !MORE.contains(&more)) {
        return None;
    }
    let open = body.find('"').map_or(body.len(), |open| open + 1);
    let close = body.rfind('"').filter(|close| *close >= open).unwrap_or(body.len());
    Some(open..close.max(open))
}

#[cfg(test)]
mod tests {
    use super::shown;

    fn words(text: &str) -> String {
        let shown = shown(text, 0);
        assert_eq!(shown.len(), text.len(), "{text}");
        shown.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn marks_of_sites_are_not_shown() {
        for (text, expected) in [
            ("[TOC]\n\n# A\n", "# A"),
            ("[[_TOC_]]\n[[toc]]\nx\n", "x"),
            ("(security-review)=\n# A\n", "# A"),
            (":::{note}\nHeld.\n:::\n", "Held."),
            (":::info Meeting\n\nHeld.\n\n:::\n", "Meeting\nHeld."),
            ("::: {.callout-note}\nHeld.\n:::\n", "Held."),
            (":::tip[Meeting]\nHeld.\n:::\n", "Meeting\nHeld."),
            ("```{note}\n:class: dropdown\nNot held.\n```\n", "Not held."),
            ("```{contents}\n:local:\n```\n", "```{contents}\n:local:\n```"),
            ("```text\n[TOC]\n```\n", "```text\n[TOC]\n```"),
            ("{: .table }\nx\n", "x"),
            ("## A {#own-id}\n", "## A"),
            ("See {ref}`the plan`.\n", "See      `the plan`."),
            ("> [!NOTE]\n> Held.\n", ">\n> Held."),
            ("> [!info]- Meeting\n> Held.\n", ">          Meeting\n> Held."),
            ("*[CVE]: a number\nx\n", "x"),
            ("x\n\n% replace [Date]\n", "x"),
            ("Closed in time: 95\n% of all issues.\n", "Closed in time: 95\n% of all issues."),
            ("!!! The review was not held !!!\n", "!!! The review was not held !!!"),
            ("!!! note that it was not held\n", "!!! note that it was not held"),
            ("% Title of Pandoc\nx\n", "% Title of Pandoc\nx"),
            ("import Tabs from '@theme/Tabs';\nx {/* replace\n[Date] */} y\n", "x\ny"),
            ("We import goods from abroad.\n", "We import goods from abroad."),
            ("[[pages/plan|the plan]], [[TBD]], [[YYYY-MM-DD]]\n", "the plan  , [[TBD]], [[YYYY-MM-DD]]"),
            ("!!! note \"Meeting\"\n\n    Held.\n\nx\n", "Meeting\n>Held.\nx"),
            ("??? info\n    Held.\n", ">Held."),
            ("!!! note\n\n\tHeld.\n", ">Held."),
            ("=== \"P1\"\n\n    Held.\n", "P1\n>Held."),
            ("A\n===\n\n[TOC]\n", "A\n==="),
            ("    code [TOC]\n", "code [TOC]"),
        ] {
            assert_eq!(words(text), expected, "{text}");
        }
    }
}
