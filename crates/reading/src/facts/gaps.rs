//! Places that are not filled in: stand-ins where a value belongs, also such as a page hides, and boxes of steps that are not ticked.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::LazyLock;

use regex::{Regex, bytes};

use crate::facts::statements::Titles;
use crate::grammar::dates;
use crate::grammar::lexicon::{Lexicon, words};
use crate::grammar::terms::Term;
use crate::value::document::{Document, Shape, Text};
use crate::value::text::Quote;

/// Over bytes where anything but a sign may stand: a stretch of bytes is small, one of characters took longer to compile than all else.
static MARK: LazyLock<bytes::Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    bytes::Regex::new(
        r"(?x)\b(?:TBD|TBA|FIXME|XXX+|XYZ|N\.N\.|YYYY-MM-DD|YYYY-MM|DD\.MM\.(?:YYYY|[0-9]{4})|MM/DD/YYYY|DD/MM/YYYY|TT\.MM\.(?:JJJJ|[0-9]{4})|JJJJ-MM-TT|YYYY|JJJJ|NNN+)\b
        |\bTODO\b(?:\([^)]*\)|:|$)?
        |(?i:\bto\ be\ (?:determined|defined|completed|confirmed|filled\ in|added|supplied)\b|\bnoch\ (?:festzulegen|zu\ bestimmen|auszufüllen|zu\ ergänzen)\b|\bhier\ eintragen\b|\bbitte\ ausfüllen\b|\blorem\ ipsum\b)
        |\{\{(?-u:[^}\n]){1,60}\}\}|<[A-Za-z](?-u:[^<>\n/@=]){1,50}\ (?-u:[^<>\n/@=]){1,50}>|_{3,}|\.{5,}(?P<leader>[\ \t]*\d+[\ \t]*(?:\n|$))?
        |<(?:[A-ZÄÖÜ][A-Za-zÄÖÜäöüß_-]{2,30}|(?i:date|name|title|company|role|product|version|year|owner|id|datum|firma|jahr|rolle|produkt))>
        |\[(?:\s{2,}|[A-ZÄÖÜ](?-u:[^\]\n\[]){1,80}|\.\.\.|…|e\.g\.(?-u:[^\]\n]){1,80}|date|name|names|title|datum|namen|role|from|to|von|bis|n|x\ days
            |(?:names?|date|datum|title|role|function|signature|unterschrift|initials|kürzel|vorname|nachname|funktion)\ (?:of|and|der|des|und|/|or|oder)\b(?-u:[^\]\n]){0,60}
            |(?:insert|enter|add|describe|list|summari[sz]e|number|names|your|bitte|to\ be|placeholder|specify|state)\b(?-u:[^\]\n\[]){0,80}|(?-u:[^\]\n\[]){4,80}\?)\](?P<after>[(\[:])?",
    )
    .expect("constant pattern")
});

/// The fewest underscores of a line that parts, and the fewest words of a sentence below it.
const RULE: usize = 20;
const SENTENCE: usize = 5;

/// Placeholders in the text, with their places, and unticked boxes.
pub(crate) fn placeholders(doc: &Document, path: &str, titles: &Titles, lexicon: &Lexicon) -> Vec<Quote> {
    // What is quoted, and how far the place goes: what a stand-in asks for is the same place.
    let mut out: Vec<(Range<usize>, usize)> = Vec::new();
    let mut scan = |text: &Text, action: bool| {
        if choice_left(&text.text) {
            out.push(place(text.whole()));
        }
        if !text.text.contains(['T', 'X', 'Y', 'J', '[', '{', '<', '_', '.', 'N', 'F', 't', 'n', 'b', 'h']) {
            return;
        }
        for found in MARK.captures_iter(text.text.as_bytes()) {
            let Some(range) = found.get(0).map(|whole| whole.range()) else { continue };
            let whole = &text.text[range.clone()];
            if is_rule(&text.text, &range) {
                continue;
            }
            // A link or a reference is no placeholder.
            if found.name("after").is_some() || found.name("leader").is_some() || not_a_gap(whole) {
                continue;
            }
            // `Text <target>`_ and :ref:`text <target>` of reStructuredText.
            if whole.starts_with('<') && text.text[range.end..].starts_with('`') {
                continue;
            }
            // `link:x[Text]` of AsciiDoc.
            let before = text.text[..range.start].chars().next_back();
            if whole.starts_with('[') && before.is_some_and(|c| c.is_alphanumeric() || matches!(c, ']' | ')' | '/')) {
                continue;
            }
            if left_out(&text.text, &range) || leads_to_value(&text.text, &range) {
                continue;
            }
            if text.code.iter().any(|code| code.start <= range.start && range.end <= code.end) {
                continue;
            }
            if changes_from_to(&text.text, &range, lexicon) {
                continue;
            }
            // An action may be without owner or date without the record being unfilled.
            if action && whole.starts_with("TB") {
                continue;
            }
            let end = if whole.starts_with("TODO") { end_of_line(&text.text, range.end) } else { range.end };
            out.push((text.span(range.clone()), text.span(range.start..end).end));
        }
    };
    for block in &doc.blocks {
        let action = titles.all(block.section).any(&[Term::ActionHeading, Term::ImproveHeading, Term::FollowUp]);
        match &block.shape {
            // What is quoted is not for this document to fill in.
            Shape::Quote(_) => {}
            shape => shape.texts().for_each(|text| scan(text, action)),
        }
    }
    for block in &doc.blocks {
        let action = titles.all(block.section).any(&[Term::ActionHeading, Term::ImproveHeading, Term::FollowUp]);
        match &block.shape {
            Shape::Quote(_) | Shape::Heading(_) => {}
            Shape::Item { text, checked: Some(false) } => {
                let other = action || titles.lists_tasks(block.section);
                if !text.is_blank() && !other && !is_task(&text.text, lexicon) {
                    out.push(place(text.whole()));
                }
            }
            Shape::Table { rows, .. } => {
                for cell in rows.iter().flatten().filter(|cell| stands_for_a_value(&cell.text, action, lexicon)) {
                    out.push(place(cell.whole()));
                }
            }
            Shape::Paragraph(text) | Shape::Item { text, .. } => {
                let (mut at, mut before) = (0, "");
                for line in text.text.split_inclusive('\n') {
                    let range = at..at + line.trim_end().len();
                    at += line.len();
                    let goes_on = goes_on(std::mem::replace(&mut before, line), line);
                    if !goes_on && stands_for_a_value(line, action, lexicon) {
                        out.push(place(text.span(range)));
                    }
                }
            }
        }
    }
    let extension = path.rsplit('.').next().unwrap_or_default().to_lowercase();
    if MARKDOWN.contains(&extension.as_str()) {
        out.extend(hidden(&doc.source).into_iter().map(place));
    }
    // The stand-in itself goes before the line or cell that holds it, and nothing is listed twice.
    let mut kept: BTreeMap<usize, (Range<usize>, usize)> = BTreeMap::new();
    for (range, end) in out {
        let before = kept.range(..end).next_back();
        if before.is_none_or(|(_, (_, until))| *until <= range.start) {
            kept.insert(range.start, (range, end));
        }
    }
    kept.into_values().map(|(range, _)| doc.quote(range)).collect()
}

/// A place that is quoted as a whole.
fn place(range: Range<usize>) -> (Range<usize>, usize) {
    let end = range.end;
    (range, end)
}

fn end_of_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end)
}

/// Does a row of dots lead from a label to its value: "Completeness ........ green"? Those of a form lead to nothing, or to the next label.
fn leads_to_value(text: &str, range: &Range<usize>) -> bool {
    let start = text[..range.start].rfind('\n').map_or(0, |at| at + 1);
    let end = end_of_line(text, range.end);
    let (label, value) = (&text[start..range.start], &text[range.end..end]);
    text[range.clone()].bytes().all(|byte| byte == b'.')
        && label.contains(char::is_alphabetic)
        && value.contains(char::is_alphabetic)
        && ![label, value].iter().any(|side| side.contains("....") || side.contains([':', '|']))
}

/// Does a line go on with the sentence of the one before, broken where the page ended: "… but intend / to do so."?
fn goes_on(before: &str, line: &str) -> bool {
    let before = before.trim_end();
    let broken = before.ends_with(char::is_alphanumeric) && line.starts_with(char::is_lowercase);
    before.len() >= WRAPPED && (broken || before.ends_with(','))
}

/// A line of prose that is broken is at least so long, in bytes.
const WRAPPED: usize = 40;

/// Does it offer answers beside boxes, of which nobody ticked one: "☐ yes ☐ no"?
fn choice_left(text: &str) -> bool {
    text.matches('☐').count() > 1 && !text.contains(['☑', '☒', '✓', '✔', '✗'])
}

/// Formats in which `<judgement on completeness>` is taken for a tag and hidden.
const MARKDOWN: [&str; 3] = ["md", "markdown", "mkd"];

/// Elements that a page may hold.
const ELEMENTS: &str = " a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption center cite code col \
    colgroup data datalist dd del details dfn dialog div dl dt em embed fieldset figcaption figure font footer form frame h1 h2 h3 h4 h5 h6 head \
    header hgroup hr html i iframe img input ins kbd label legend li link main map mark menu meta meter nav noscript object ol optgroup option \
    output p param picture pre progress q rp rt ruby s samp script section select slot small source span strong style sub summary sup svg table \
    tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr ";

/// Stand-ins in angle brackets that a page hides as unknown tags.
fn hidden(source: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let (mut at, mut fenced) = (0, false);
    for line in source.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim_start().starts_with("```") || line.trim_start().starts_with("~~~") {
            fenced = !fenced;
            continue;
        }
        if fenced || line.starts_with("    ") || line.contains("<!--") {
            continue;
        }
        for found in TAG.captures_iter(line) {
            let (Some(whole), Some(name)) = (found.get(0), found.name("name")) else { continue };
            let quoted = line[..whole.start()].matches('`').count() % 2 == 1;
            let element = ELEMENTS.contains(&format!(" {} ", name.as_str().to_lowercase()));
            let long = !(3..=31).contains(&name.as_str().chars().count());
            let more = found.name("more").is_none_or(|more| in_words(more.as_str()));
            if !quoted && !element && !long && more {
                out.push(start + whole.start()..start + whole.end());
            }
        }
    }
    out
}

static TAG: LazyLock<Regex> = LazyLock::new(|| {
    #[expect(clippy::expect_used, reason = "constant pattern, covered by tests")]
    Regex::new(r"<(?P<name>\p{Ll}[\p{L}_-]*)(?: (?P<more>[^<>\n]*?))?(?:…|\.\.\.)?>").expect("constant pattern")
});

/// Words as people put them between angle brackets: no attributes, no addresses, and not a page of them.
fn in_words(more: &str) -> bool {
    more.chars().count() <= 80 && more.chars().all(|c| c.is_alphanumeric() || " ,'’.#-".contains(c))
}

/// Is the text, or what stands behind its label, nothing but a stand-in: "…", "xxx", "(to be written)"?
fn stands_for_a_value(text: &str, action: bool, lexicon: &Lexicon) -> bool {
    let text = text.trim();
    let (label, value) = match text.rsplit_once(": ").or_else(|| text.strip_suffix(':').map(|label| (label, "…"))) {
        // A label with nothing behind it begins a list.
        Some((_, "…")) if text.ends_with(':') => return false,
        Some((label, value)) if label.split_whitespace().count() <= 10 => (label, value),
        _ => ("", text),
    };
    if bids(value) {
        return true;
    }
    let bare = value.trim_matches(|c: char| {
        c.is_whitespace() || matches!(c, '*' | '_' | '`' | '"' | '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>')
    });
    if !bare.is_empty() && bare.chars().all(|c| matches!(c, '…' | '.' | '?' | ' ')) {
        let dots =
            bare.contains('…') || bare.contains("...") || bare.contains("??") || bare == "?" && !label.is_empty();
        return dots;
    }
    if action {
        return false;
    }
    let field = crate::grammar::labels::field(label);
    if matches!(field, Some("approved_by" | "approved_on" | "status" | "next_review" | "outcome")) {
        return false;
    }
    // What stands for a value is short.
    if bare.len() > 400 {
        return false;
    }
    let found = words(bare);
    let stands = lexicon.hits(&found).into_iter().any(|hit| {
        let covered =
            found.iter().filter(|word| hit.range.start <= word.range.start && word.range.end <= hit.range.end).count();
        hit.term == Term::Gap && found.len() <= covered + 1
    });
    // "offen" in a cell is the state of a row.
    stands
        && (bare.len() < value.trim().len()
            || !label.is_empty()
            || found.len() > 1
            || bare.to_lowercase().starts_with("xx"))
}

/// Is it nothing but a hint in brackets: "[Describe here how you know.]"?
fn bids(value: &str) -> bool {
    let inner = value.trim().strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    inner.is_some_and(|inner| !inner.contains(['[', ']']) && inner.split_whitespace().count() >= 4)
}

/// Is it a concrete task, and not a step of the review that is yet to be ticked off?
fn is_task(text: &str, lexicon: &Lexicon) -> bool {
    let found = words(text);
    let hits = lexicon.hits(&found);
    let has = |term: Term| hits.iter().any(|hit| hit.term == term);
    let step =
        [Term::Completeness, Term::Efficiency, Term::Resolution, Term::Approves, Term::ThisReview, Term::ThisRecord];
    if found.len() < 2 || step.into_iter().any(has) {
        return false;
    }
    let begins = found.first().map_or(0, |word| word.range.start);
    let bids = hits.iter().any(|hit| hit.term == Term::Imperative && hit.range.start == begins);
    let infinitive = found.last().is_some_and(|word| {
        let own = &text[word.range.clone()];
        own.starts_with(char::is_lowercase)
            && ["en", "ern", "eln"].iter().any(|end| own.ends_with(end))
            && own.len() > 4
    });
    let tied = !dates::find(text).is_empty() || text.contains(['@', '#']) || text.contains(':') || text.contains('(');
    let of_review =
        [Term::Defect, Term::SecurityDefect, Term::Handling, Term::Past, Term::HeldAct].into_iter().any(has);
    bids || infinitive || tied || has(Term::Improve) || has(Term::AnotherEvent) && !has(Term::Past) || !of_review
}

/// "… the parser [...] was split": dots in brackets amid a sentence stand for what a quotation leaves out, not for a value.
fn left_out(text: &str, own: &Range<usize>) -> bool {
    let word = |side: &str| side.chars().find(|c| !matches!(c, ' ' | ',' | ';')).is_some_and(char::is_alphanumeric);
    let reversed: String = text[..own.start].chars().rev().take(8).collect();
    matches!(&text[own.clone()], "[...]" | "[…]") && word(&text[own.end..]) && word(&reversed)
}

/// A line of underscores above a sentence, as mail programs draw it, parts; above a name or a label somebody is to sign on it.
fn is_rule(text: &str, range: &Range<usize>) -> bool {
    let alone = text[..range.start].ends_with('\n') || range.start == 0;
    let below = text[range.end..].strip_prefix('\n').or_else(|| text[range.end..].strip_prefix(' '));
    let words = |line: &str| line.split_whitespace().count();
    text[range.clone()].bytes().all(|byte| byte == b'_')
        && range.len() >= RULE
        && alone
        && below.is_some_and(|below| words(below.lines().next().unwrap_or_default()) >= SENTENCE)
}

/// "changed from [Low] to [High]": two values in brackets, one word apart, are no gaps.
fn changes_from_to(text: &str, own: &Range<usize>, lexicon: &Lexicon) -> bool {
    let one_word = |between: &str| words(between).len() == 1 && between.trim().chars().all(char::is_alphabetic);
    let before = &text[..own.start];
    let after = &text[own.end..];
    let follows = before.rfind(']').is_some_and(|end| one_word(&before[end + 1..]));
    let leads = after.find('[').is_some_and(|start| one_word(&after[..start]));
    let names = [
        Term::Placeholder,
        Term::RecordField,
        Term::ControlField,
        Term::Instruction,
        Term::NameColumn,
        Term::DateColumn,
    ];
    let first_word_before = if follows { before.rfind('[').map_or("", |at| &before[..at]) } else { before };
    (follows || leads)
        && !lexicon.marks(&text[own.clone()]).any(&names)
        && first_word_before.trim_end().ends_with(char::is_alphanumeric)
}

/// Variables that a site generator puts in itself: `{{ site.baseurl }}`.
const SITE: [&str; 8] = ["site.", "page.", "layout.", "post.", "include.", "jekyll.", "relref", "ref "];

/// Bracketed text that is a citation, a state or a note rather than a gap.
fn not_a_gap(text: &str) -> bool {
    if let Some(name) = text.strip_prefix("{{") {
        // Shortcodes and filters are a site's syntax too.
        if name.starts_with(['<', '%']) || name.contains('|') {
            return true;
        }
        let name = name.trim_start();
        return SITE.iter().any(|prefix| name.starts_with(prefix));
    }
    let inner = text.trim_matches(['[', ']', '<', '>']);
    text.starts_with('[')
        && (inner.bytes().any(|byte| byte.is_ascii_digit())
            && !inner.contains(' ')
            && !inner.contains("YYYY")
            && !inner.contains("XX")
            || ["CVE", "GHSA", "RFC", "HSEC", "ISO", "IEC"].iter().any(|prefix| inner.starts_with(prefix))
            || [
                "x",
                "X",
                "DONE",
                "OK",
                "NEW",
                "High",
                "Medium",
                "Low",
                "Critical",
                "Info",
                "FIXED",
                "Fixed",
                "Open",
                "Closed",
                "HIGH",
                "MEDIUM",
                "LOW",
                "CRITICAL",
                "INFO",
                "CLOSED",
                "OPEN",
                "PASS",
                "FAIL",
                "Resolved",
                "Done",
                "Acknowledged",
            ]
            .contains(&inner))
}
