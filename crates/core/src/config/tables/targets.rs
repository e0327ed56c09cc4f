//! `[targets]`: the team's own time targets.

use crate::config::key::{Key, KeyKind, Set, nothing};
use crate::config::walk::{ConfigWalk, Entry};
use crate::model::issue::Severity;
use crate::model::policy::Policy;

/// Its keys, in the order in which they are written and documented.
pub(crate) static KEYS: [Key; 5] = [
    target(
        "targets.critical",
        "14",
        "Days from the report of a critical issue to its verified fix: your own target.",
        |w, p, e| {
            w.target(p, e, Severity::Critical);
        },
    ),
    target("targets.high", "30", "The same for high severity.", |w, p, e| w.target(p, e, Severity::High)),
    target("targets.medium", "90", "The same for medium severity.", |w, p, e| w.target(p, e, Severity::Medium)),
    target("targets.low", "180", "The same for low severity.", |w, p, e| w.target(p, e, Severity::Low)),
    target("targets.respond", "5", "Days to the first response, for all issues.", |w, p, e| {
        p.targets.line = Some(first_line(p.targets.line, w, e));
        p.targets.respond_days = w.number(e, 0, 3660, "days").or(p.targets.respond_days);
    }),
];

const fn target(path: &'static str, example: &'static str, says: &'static str, set: Set) -> Key {
    Key { path, kind: KeyKind::Number, default_of: nothing, example, says, set }
}

fn first_line(line: Option<usize>, walk: &ConfigWalk<'_>, entry: &Entry<'_>) -> usize {
    let here = walk.places.of(entry.at).0;
    line.map_or(here, |line| line.min(here))
}

impl ConfigWalk<'_> {
    fn target(&mut self, policy: &mut Policy, entry: &Entry<'_>, severity: Severity) {
        policy.targets.line = Some(first_line(policy.targets.line, self, entry));
        if let Some(days) = self.number(entry, 0, 3660, "days") {
            policy.targets.resolve_days.retain(|(of, _)| *of != severity);
            policy.targets.resolve_days.push((severity, days));
            policy.targets.resolve_days.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        }
    }
}
