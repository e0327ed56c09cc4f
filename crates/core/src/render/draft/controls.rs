//! Where the content controls of a Word text stand: found by a reader of XML, as ranges of bytes, so that all else can stay as it is.

use std::ops::Range;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// Elements deeper than this are not read.
const DEEPEST: usize = 512;

/// A content control of ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Control {
    /// Its tag without the prefix, and without what a draft noted behind it.
    pub(crate) name: String,
    /// The value of its tag, as written.
    pub(crate) tag: Range<usize>,
    /// What the draft that filled it noted behind the name; `None`: it is empty.
    pub(crate) note: Option<String>,
    /// What stands in it.
    pub(crate) content: Range<usize>,
    /// The property that calls its content a hint.
    pub(crate) hint: Option<Range<usize>>,
    /// Where it stands.
    pub(crate) place: ControlPlace,
}

/// Where a control stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ControlPlace {
    /// Within a paragraph.
    Line,
    /// Around paragraphs or tables.
    Block,
}

/// A control that is being read.
struct Open {
    depth: usize,
    tag: Option<String>,
    at: Range<usize>,
    parent: String,
    content: Option<(usize, usize)>,
    hint: Option<Range<usize>>,
}

/// The controls whose tags begin with the prefix, in order. An error says what is wrong, and where.
pub(crate) fn controls(text: &str, prefix: &str) -> Result<Vec<Control>, String> {
    let mut reader = Reader::from_str(text);
    let (mut stack, mut open): (Vec<String>, Vec<Open>) = (Vec::new(), Vec::new());
    let mut out: Vec<Control> = Vec::new();
    loop {
        let before = position(&reader);
        let event = reader.read_event().map_err(|error| format!("its XML is damaged at byte {before}: {error}"))?;
        let after = position(&reader);
        match event {
            Event::Start(start) => {
                let name = start.name().as_ref().to_owned();
                if stack.len() >= DEEPEST {
                    return Err(format!("its elements are nested deeper than {DEEPEST}"));
                }
                match name.as_str() {
                    "w:sdt" => open.push(Open {
                        depth: stack.len(),
                        tag: None,
                        at: 0..0,
                        parent: stack.last().cloned().unwrap_or_default(),
                        content: None,
                        hint: None,
                    }),
                    "w:sdtContent" => {
                        if let Some(control) = direct(&mut open, &stack, 1) {
                            control.content = Some((after, after));
                        }
                    }
                    _ => property(&start, &mut open, &stack, (text, before..after)),
                }
                stack.push(name);
            }
            Event::Empty(start) => {
                if start.name().as_ref() == "w:sdtContent"
                    && let Some(control) = direct(&mut open, &stack, 1)
                    && control.tag.as_ref().is_some_and(|tag| tag.starts_with(prefix))
                {
                    let tag = control.tag.clone().unwrap_or_default();
                    return Err(format!("the control {tag} is empty: put a word or a table into it"));
                }
                property(&start, &mut open, &stack, (text, before..after));
            }
            Event::End(end) => {
                let name = end.name().as_ref().to_owned();
                if stack.pop().as_deref() != Some(name.as_str()) {
                    return Err(format!("its XML is damaged at byte {before}: </{name}> closes nothing"));
                }
                if name == "w:sdtContent"
                    && let Some(control) = direct(&mut open, &stack, 1)
                    && let Some((start, _)) = control.content
                {
                    control.content = Some((start, before));
                }
                if name == "w:sdt"
                    && let Some(done) = open.pop()
                {
                    out.extend(closed(done, &open, prefix, &out)?);
                }
            }
            Event::Eof if !stack.is_empty() => return Err("its XML is cut off".to_owned()),
            Event::Eof => break,
            _ => {}
        }
    }
    out.sort_by_key(|control| control.content.start);
    Ok(out)
}

fn position(reader: &Reader<&[u8]>) -> usize {
    usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX)
}

/// The innermost control, where the element at hand is so many levels below it.
fn direct<'o>(open: &'o mut [Open], stack: &[String], levels: usize) -> Option<&'o mut Open> {
    open.last_mut().filter(|control| stack.len() == control.depth + levels)
}

fn property(start: &BytesStart<'_>, open: &mut [Open], stack: &[String], (text, at): (&str, Range<usize>)) {
    if stack.last().is_none_or(|parent| parent != "w:sdtPr") {
        return;
    }
    let Some(control) = direct(open, stack, 2) else { return };
    match start.name().as_ref() {
        "w:tag" => {
            let value =
                start.attributes().with_checks(false).flatten().find(|attribute| attribute.key.as_ref() == "w:val");
            control.tag = value.map(|attribute| attribute.value.trim().to_owned());
            let value = control.tag.as_ref().and_then(|tag| text[at.clone()].find(tag.as_str()).zip(Some(tag.len())));
            control.at = value.map_or(0..0, |(from, length)| at.start + from..at.start + from + length);
        }
        "w:showingPlcHdr" => control.hint = Some(at),
        _ => {}
    }
}

/// The name of a control, and what a draft noted behind it.
fn split(tag: &str) -> (String, Option<String>) {
    tag.split_once('#').map_or_else(|| (tag.to_owned(), None), |(name, note)| (name.to_owned(), Some(note.to_owned())))
}

/// The control, if it is ours.
fn closed(done: Open, around: &[Open], prefix: &str, had: &[Control]) -> Result<Option<Control>, String> {
    let ours = |tag: &Option<String>| tag.as_deref().and_then(|tag| tag.strip_prefix(prefix)).map(str::to_owned);
    let Some(name) = ours(&done.tag) else {
        // What is filled loses what stands in it.
        return match around.iter().find_map(|open| ours(&open.tag)) {
            Some(outer) => Err(format!("the control {prefix}{outer} holds another control: take that out")),
            None => Ok(None),
        };
    };
    if let Some(outer) = around.iter().find_map(|open| ours(&open.tag)) {
        return Err(format!(
            "the control {prefix}{name} stands in the control {prefix}{outer}: put one after the other"
        ));
    }
    let Some((start, end)) = done.content else {
        return Err(format!("the control {prefix}{name} has no content: it is damaged"));
    };
    if had.iter().any(|control| control.name == split(&name).0) {
        return Err(format!("two controls have the tag {prefix}{name}: keep one"));
    }
    let place = match done.parent.as_str() {
        "w:p" | "w:hyperlink" | "w:ins" => ControlPlace::Line,
        "w:tr" | "w:tbl" => {
            return Err(format!(
                "the control {prefix}{name} stands around a row or a cell: put it around the whole table, or into the cell"
            ));
        }
        _ => ControlPlace::Block,
    };
    if let Some(hint) = &done.hint
        && hint.end > start
    {
        return Err(format!("the control {prefix}{name} has its properties behind its content: it is damaged"));
    }
    let (name, note) = split(&name);
    Ok(Some(Control { name, tag: done.at, note, content: start..end, hint: done.hint, place }))
}
