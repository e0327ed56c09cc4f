//! What a sentence leaves out of the examination: what follows "except", the last two of a list, or all that it names.

use std::ops::Range;

use crate::grammar::learned;
use crate::grammar::learned::Said;
use crate::grammar::lexicon::words;
use crate::grammar::patterns::{Part, sentences as patterns};
use crate::grammar::references;
use crate::grammar::references::Named;
use crate::value::reading::Answer;

/// Has it a word without which nothing is left out, and not of other work that was put off, or of more than what it names?
fn lacks(sentence: &str) -> bool {
    let all = patterns();
    let other = ["deferred-work", "nothing-more", "neither-is"].iter().any(|name| all.of(name).matches(sentence));
    all.of("lacks").matches(sentence) && !other
}

/// Does a sentence in other words say that what it names was not examined, and nothing of others?
pub(crate) fn leaves_out(sentence: &str) -> bool {
    lacks(sentence)
        && !patterns().of("tells-apart").matches(sentence)
        && learned::scores("", sentence).answer(Said::Unexamined) == Answer::Proven
}

/// Does a sentence say of each issue that it names that it was examined?
pub(crate) fn examines(sentence: &str, named: usize) -> bool {
    named == 1 && patterns().of("examines").matches(sentence) || patterns().of("examined-label").matches(sentence)
}

/// Does it come near to saying so?
pub(crate) fn may_leave_out(sentence: &str) -> bool {
    lacks(sentence)
        && !patterns().of("tells-apart").matches(sentence)
        && learned::scores("", sentence).answer(Said::Unexamined) != Answer::Absent
}

/// Does a word turn round what it stands with?
pub(crate) fn negates(word: &str) -> bool {
    patterns().of("negates").matches(word)
}

/// "No issue was left out", "nothing was skipped".
pub(crate) fn nothing(clause: &str) -> bool {
    !patterns().of("turns-or-time").matches(clause) && words(clause).iter().any(|word| negates(&word.text))
}

/// "All of them except #14 were examined": the stretch of the ids that are left out, where the sentence is on examining.
pub(crate) fn excepted(text: &str, sentence: &Range<usize>, named: &[Named]) -> Vec<Range<usize>> {
    let all = patterns();
    let mut out = Vec::new();
    for (index, name) in named.iter().enumerate() {
        let before =
            text[sentence.start..name.range.start].rfind(';').map_or(sentence.start, |at| sentence.start + at + 1);
        let after = text[name.range.end..sentence.end].find(';').map_or(sentence.end, |at| name.range.end + at);
        let words = &text[before..after];
        // "Without #44 it would have been a quiet year" leaves nothing out.
        let opens = text[before..name.range.start].rfind([',', ':', '.']).map_or(before, |at| before + at + 1);
        if all.of("supposes-otherwise").matches(&text[opens..after]) {
            continue;
        }
        if !all.of("examines").matches(words) && all.of("other-exception").matches(words) {
            continue;
        }
        let lead = format!("{}ID", &text[sentence.start..name.range.start]);
        let ends =
            all.of("excepting").all(&lead).into_iter().any(|found| found.get(0).is_some_and(|m| m.end() == lead.len()));
        if !ends {
            continue;
        }
        let mut end = name.range.end;
        for next in &named[index..] {
            let between = text.get(end..next.range.start.max(end)).unwrap_or("");
            let joined = all.of("list-joint").matches(between.trim());
            if !joined {
                break;
            }
            end = end.max(next.range.end);
        }
        out.push(name.range.start..end);
    }
    out
}

/// "The last two were not looked at", "only the first three", "all but the last one": which of the issues named in this order are left
/// out. `excludes`: does a clause leave something out?
pub(crate) fn part_of(sentence: &str, named: &[String], excludes: impl Fn(&str) -> bool) -> Option<Vec<String>> {
    let all = patterns();
    let found = all.of("part-of-list").first(sentence)?;
    let count = found.name("n").and_then(|n| all.number(&n.as_str().to_lowercase())).map_or(1, |n| n as usize);
    if found.name("unit").is_some() || count >= named.len() {
        return None;
    }
    let is_last = found.name("tail").is_some();
    let (first, last) = named.split_at(if is_last { named.len() - count } else { count });
    let (chosen, others) = if is_last { (last, first) } else { (first, last) };
    let at = found.get(0).map_or(0, Part::start);
    let clause = clauses(sentence, 0..sentence.len()).into_iter().find(|clause| clause.contains(&at))?;
    let clause = &sentence[clause];
    if excludes(clause) || all.of("all-but-part").matches(&sentence[..at]) {
        return Some(chosen.to_vec());
    }
    all.of("only-part").matches(clause).then(|| others.to_vec())
}

/// What stands in the brackets of a text, one in another left aside.
pub(crate) fn brackets(text: &str) -> Vec<Range<usize>> {
    let mut out = Vec::new();
    let mut start = 0;
    while let Some(open) = text[start..].find('(').map(|at| start + at + 1) {
        let end = text[open..].find(')').map_or(text.len(), |at| open + at);
        out.push(open..end);
        start = end;
    }
    out
}

/// What a bracket that names nothing is said of: the issue right before it, or the range that ends there.
pub(crate) fn before_bracket(text: &str, at: usize, named: &[Named]) -> Option<Range<usize>> {
    let before: Vec<&Named> = named.iter().filter(|name| name.range.end <= at).collect();
    let last = before.last().filter(|last| text[last.range.end..at].trim().trim_end_matches('(').is_empty())?;
    let mut start = last.range.start;
    for name in before.iter().rev().filter(|name| name.range.end <= last.range.start) {
        if !references::joined(text, &name.range, start) {
            break;
        }
        start = name.range.start;
    }
    Some(start..last.range.end)
}

/// A sentence cut at the words and signs at which it turns to another matter.
pub(crate) fn clauses(text: &str, sentence: Range<usize>) -> Vec<Range<usize>> {
    let slice = &text[sentence.clone()];
    let turns = patterns().of("examined-turns").all(slice);
    let mut cuts: Vec<usize> = turns.iter().filter_map(|turn| turn.get(0)).map(Part::start).collect();
    cuts.sort_unstable();
    let mut out = Vec::new();
    let mut start = 0;
    for cut in cuts.into_iter().chain([slice.len()]) {
        if start < cut {
            out.push(sentence.start + start..sentence.start + cut);
        }
        start = cut;
    }
    out
}
