//! Columns, wrapping and colour for text. Takes text that is already harmless, adds nothing but blanks, line ends and
//! our own colour codes.

use anstyle::{AnsiColor, Effects, Style as Ansi};
use unicode_width::UnicodeWidthStr;

use crate::model::finding::Level;
use crate::model::period::State;
use crate::model::report::Verdict;
use lookback_reading::Constraint;

/// Paints, or leaves as it is.
#[derive(Clone, Copy)]
pub struct Paint {
    /// Paints?
    pub color: bool,
}

impl Paint {
    /// Any style.
    pub fn with(self, style: Ansi, text: &str) -> String {
        if self.color && !text.is_empty() { format!("{style}{text}{style:#}") } else { text.to_owned() }
    }

    /// Bold.
    pub fn bold(self, text: &str) -> String {
        self.with(Ansi::new().effects(Effects::BOLD), text)
    }

    /// The colour of a verdict.
    pub fn verdict(self, verdict: Verdict, text: &str) -> String {
        let color = match verdict {
            Verdict::Conforms | Verdict::NotDue => AnsiColor::Green,
            Verdict::Undetermined => AnsiColor::Yellow,
            Verdict::Nonconforming => AnsiColor::Red,
        };
        self.with(color.on_default().effects(Effects::BOLD), text)
    }

    /// The colour of a state.
    pub fn state(self, state: State, text: &str) -> String {
        let color = match state {
            State::Current => AnsiColor::Green,
            State::DueSoon => AnsiColor::Yellow,
            State::Never | State::Overdue => AnsiColor::Red,
        };
        self.with(color.on_default().effects(Effects::BOLD), text)
    }

    /// The colour of a level.
    pub fn level(self, level: Level, text: &str) -> String {
        let color = match level {
            Level::Note => AnsiColor::Cyan,
            Level::Warning => AnsiColor::Yellow,
            Level::Error => AnsiColor::Red,
        };
        self.with(color.on_default().effects(Effects::BOLD), text)
    }
}

/// Fills with blanks up to a display width; longer text stays as it is.
pub(crate) fn pad(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

/// Cuts to a display width and marks the cut with `…`.
pub fn cut(text: &str, width: usize) -> String {
    if text.width() <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        out.push(c);
        // Measured as a whole, because a character can widen the one before it (`0` and U+FE0F).
        if out.width() + 1 > width {
            out.pop();
            break;
        }
    }
    out.truncate(out.trim_end().len());
    out.push('…');
    out
}

/// Holds words together until they are wrapped.
const NO_BREAK: char = '\u{a0}';

/// A constraint with its standard, not to be torn apart by [`wrap`].
pub fn whole(constraint: Constraint) -> String {
    constraint.to_string().replace(' ', &NO_BREAK.to_string())
}

/// Breaks at blanks so that no line is wider than `width`, except for single words that are. A no-break blank holds
/// words together and comes out as a blank.
pub fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut current = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        let wide = word.width();
        if !current.is_empty() && used + 1 + wide > width {
            lines.push(std::mem::take(&mut current));
            used = 0;
        }
        if !current.is_empty() {
            current.push(' ');
            used += 1;
        }
        current.push_str(&word.replace(NO_BREAK, " "));
        used += wide;
    }
    if !current.is_empty() || lines.is_empty() {
        lines.push(current);
    }
    lines
}

/// Aligned columns, two blanks apart, no blanks at line ends. The first row is the head. Right-aligned columns are named.
pub fn columns(rows: &[Vec<String>], right: &[usize]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|at| rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.width()).max().unwrap_or(0))
        .collect();
    rows.iter()
        .map(|row| {
            let mut out = String::new();
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    out.push_str("  ");
                }
                if right.contains(&at) {
                    out.push_str(&" ".repeat(widths[at].saturating_sub(cell.width())));
                    out.push_str(cell);
                } else {
                    out.push_str(&pad(cell, widths[at]));
                }
            }
            out.truncate(out.trim_end().len());
            out
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn wide_characters_count_twice() {
        let rows = vec![vec!["審査".to_owned(), "x".to_owned()], vec!["abc".to_owned(), "y".to_owned()]];
        assert_eq!(columns(&rows, &[]), ["審査  x", "abc   y"]);
        assert_eq!(cut("審査審査", 5), "審査…");
        assert_eq!(cut("abc", 3), "abc");
    }

    #[test]
    fn words_without_width_are_not_lost() {
        assert_eq!(wrap("ab \u{301} c", 2), ["ab", "\u{301} c"]);
        assert_eq!(wrap("\u{301}", 2), ["\u{301}"]);
        assert_eq!(wrap("", 2), [""]);
    }

    proptest! {
        #[test]
        fn wrapping_keeps_words_and_width(text in "[^\\pC\u{a0}]{0,200}", width in 1usize..60) {
            let lines = wrap(&text, width);
            for line in &lines {
                prop_assert!(line.width() <= width || !line.contains(' '), "{:?}", line);
            }
            let words: Vec<_> = lines.iter().flat_map(|line| line.split(' ')).filter(|word| !word.is_empty()).collect();
            prop_assert_eq!(words, text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>());
            prop_assert!(cut(&text, width).width() <= width);
        }
    }
}
