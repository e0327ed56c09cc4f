//! Limits grouped as people read them: one reason once, with all that it keeps from being seen.

use crate::model::limit::Limit;
use crate::render::escape::{line, no_command};
use crate::render::layout::{Paint, whole, wrap};
use crate::render::style::Style;
use lookback_reading::{Constraint, listed, shorten};

/// Things that could not be seen for one reason.
pub(crate) struct LimitGroup<'r> {
    /// The first, for which reason and remedy stand.
    pub first: &'r Limit,
    /// What could not be seen, in order.
    pub what: Vec<&'r str>,
}

/// The groups; what stops a judgement comes first.
pub(crate) fn groups(limits: &[Limit]) -> Vec<LimitGroup<'_>> {
    let mut out: Vec<LimitGroup<'_>> = Vec::new();
    let (blocking, idle): (Vec<_>, Vec<_>) = limits.iter().partition(|limit| !limit.affects.is_empty());
    for limit in blocking.into_iter().chain(idle) {
        let reason = |limit: &Limit| (limit.why.clone(), limit.remedy.clone(), limit.affects.clone());
        match out.iter_mut().find(|group| reason(group.first) == reason(limit)) {
            Some(group) => group.what.push(&limit.what),
            None => out.push(LimitGroup { first: limit, what: vec![&limit.what] }),
        }
    }
    out
}

/// Those that a judgement depends on.
pub(crate) fn bearing(limits: &[Limit], on: Constraint) -> Vec<Limit> {
    limits.iter().filter(|limit| limit.affects.contains(&on)).cloned().collect()
}

/// Groups shown at the end of a listing without `-v`; things named of one.
const ROWS: usize = 12;
const NAMED: usize = 5;

/// What could not be seen, at the end of a listing.
pub(crate) fn closing(limits: &[Limit], style: &Style, text: &mut String) {
    if limits.is_empty() {
        return;
    }
    let (most, named) = if style.verbosity > 0 { (usize::MAX, usize::MAX) } else { (ROWS, NAMED) };
    let all = groups(limits);
    let heading = Paint { color: style.color }.bold(&format!("Not seen ({})", limits.len()));
    *text += &format!("\n{heading}\n");
    for group in all.iter().take(most) {
        let help = format!("help: {}", line(&shorten(&group.first.remedy, 500)));
        for (said, first, rest) in [(group.told(named), "  ", "    "), (help, "    ", "      ")] {
            for (at, part) in wrap(&said, style.width.saturating_sub(rest.len())).iter().enumerate() {
                *text += &no_command(&format!("{}{part}", if at == 0 { first } else { rest }));
                text.push('\n');
            }
        }
    }
    if all.len() > most {
        *text += &format!("  … and {} more (-v shows all)\n", all.len() - most);
    }
}

impl LimitGroup<'_> {
    /// What could not be seen and why; of many things so many are named.
    pub(crate) fn told(&self, named: usize) -> String {
        let what: Vec<String> = self.what.iter().map(|what| line(&shorten(what, 300))).collect();
        format!("{}: {}", listed(&what, named), line(&shorten(&self.first.why, 500)))
    }

    /// What is not judged because of it; `None` where nothing depends on it.
    pub(crate) fn stops(&self) -> Option<String> {
        match self.first.affects.as_slice() {
            [] => None,
            all if all.len() == Constraint::ALL.len() => Some("every constraint".to_owned()),
            some => Some(some.iter().copied().map(whole).collect::<Vec<_>>().join(", ")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::limit::LimitKind;

    #[test]
    fn one_reason_is_said_once_and_what_decides_first() {
        let limit = |what: &str, why: &str| Limit::new(LimitKind::Document, what, why, "Unlock it.");
        let limits = [
            limit("a.pdf", "it is encrypted"),
            limit("b.pdf", "it is encrypted"),
            limit("c.pdf", "it is encrypted").affecting(&Constraint::ALL),
        ];
        let said: Vec<_> = groups(&limits).iter().map(|group| (group.told(5), group.stops())).collect();
        assert_eq!(
            said,
            [
                ("c.pdf: it is encrypted".to_owned(), Some("every constraint".to_owned())),
                ("a.pdf, b.pdf: it is encrypted".to_owned(), None),
            ]
        );
    }
}
