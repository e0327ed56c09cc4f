//! The floor of a fleet: what a repository's own policy may not loosen. What it loosens all the same is told, and judged by the floor.

use crate::judge::rules::policy_weakened::keys::loosened;
use crate::model::issue::Severity;
use crate::model::policy::Policy;
use crate::model::policy_base::Loosened;

/// Keys, or tables of keys, that a floor may hold.
pub const FLOOR_KEYS: [&str; 7] = [
    "cadence.window",
    "cadence.monitoring_plan",
    "rules.",
    "targets.critical",
    "targets.high",
    "targets.medium",
    "targets.low",
];

/// Raises a policy to the floor. `stated`: the keys that the floor holds; `line`: the line of a key in the policy's own text.
pub fn raise(
    policy: &mut Policy,
    floor: &Policy,
    stated: &[String],
    line: &dyn Fn(&str) -> Option<usize>,
) -> Vec<Loosened> {
    let mut found = loosened(floor, policy, line, &|_| true);
    found.retain(|one| stated.contains(&one.key));
    for one in &found {
        if one.key == "cadence.window" {
            policy.cadence.window = floor.cadence.window.clone();
            policy.cadence.window_line = None;
        } else if let Some(rule) = one.key.strip_prefix("rules.") {
            policy.levels.retain(|(id, _)| id != rule);
            policy.levels.extend(floor.levels.iter().filter(|(id, _)| id == rule).cloned());
        } else if let Some(severity) = one.key.strip_prefix("targets.").and_then(severity) {
            policy.targets.resolve_days.retain(|(of, _)| *of != severity);
            policy.targets.resolve_days.extend(floor.targets.resolve(Some(severity)).map(|days| (severity, days)));
            policy.targets.resolve_days.sort_by_key(|(severity, _)| std::cmp::Reverse(*severity));
        }
    }
    found
}

fn severity(word: &str) -> Option<Severity> {
    match word {
        "critical" => Some(Severity::Critical),
        "high" => Some(Severity::High),
        "medium" => Some(Severity::Medium),
        "low" => Some(Severity::Low),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::parse::{parse, part};
    use crate::judge::catalog;
    use crate::model::period::Window;

    const FLOOR: &str = "[floor.cadence]\nwindow = \"12-months\"\n[floor.rules]\nreview-overdue = \"error\"\nreview-gap = \"warning\"\n[floor.targets]\nhigh = 30\n";

    fn raised(own: &str) -> (Policy, Vec<String>) {
        let (floor, stated) = part(FLOOR, "fleet.toml", "floor", &catalog::ids()).unwrap();
        let stated: Vec<String> = stated.into_iter().map(|(key, _)| key).collect();
        let mut policy = parse(own, "lookback.toml", &catalog::ids()).unwrap();
        let told = raise(&mut policy, &floor, &stated, &|_| None);
        (policy, told.into_iter().map(|one| format!("{}: {} -> {}", one.key, one.before, one.after)).collect())
    }

    #[test]
    fn what_is_looser_is_told_and_raised() {
        let own = "[cadence]\nwindow = \"calendar-year\"\n[rules]\nreview-overdue = \"off\"\nreview-hollow = \"off\"\n[targets]\nhigh = 90\nlow = 900\n";
        let (policy, told) = raised(own);
        assert_eq!(
            told,
            [
                "cadence.window: 12-months -> calendar-year",
                "targets.high: 30 -> 90",
                "rules.review-overdue: error -> off"
            ]
        );
        assert_eq!(policy.cadence.window, Window::Months(12));
        assert_eq!(policy.targets.resolve(Some(Severity::High)), Some(30));
        assert_eq!(policy.targets.resolve(Some(Severity::Low)), Some(900), "the floor says nothing of it");
        let level = |rule: &str| policy.levels.iter().find(|(id, _)| id == rule).map(|(_, level)| *level);
        assert!(level("review-overdue").unwrap().is_some());
        assert_eq!(level("review-hollow"), Some(None), "the floor says nothing of it");
    }

    #[test]
    fn what_is_tighter_stays() {
        let (policy, told) =
            raised("[cadence]\nwindow = \"6-months\"\n[rules]\nreview-gap = \"error\"\n[targets]\nhigh = 10\n");
        assert_eq!(told, Vec::<String>::new());
        assert_eq!(policy.cadence.window, Window::Months(6));
        assert_eq!(policy.targets.resolve(Some(Severity::High)), Some(10));
    }
}
