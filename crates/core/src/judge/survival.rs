//! How long issues stay open, those counted too that still are: the estimate of Kaplan and Meier (1958). Pure.

use crate::model::metrics::{Survival, SurvivalStep};

/// The estimate for issues with their whole days from the report to the resolution, or (`false`) to the cut-off at which they were open.
pub(crate) fn survival(mut taken: Vec<(i64, bool)>) -> Survival {
    taken.sort_unstable();
    let mut steps: Vec<SurvivalStep> = Vec::new();
    let (mut open_share, mut at_risk) = (1.0, taken.len());
    for same_day in taken.chunk_by(|one, other| one.0 == other.0) {
        let resolved = same_day.iter().filter(|(_, resolved)| *resolved).count();
        if resolved > 0 {
            open_share *= ratio(at_risk - resolved, at_risk);
            steps.push(SurvivalStep { days: same_day[0].0, at_risk, resolved, open_share });
        }
        at_risk -= same_day.len();
    }
    Survival {
        n: taken.len(),
        open: taken.iter().filter(|(_, resolved)| !resolved).count(),
        // A product of shares that is a half may be more by its last bit.
        median_days: steps.iter().find(|step| step.open_share <= 0.5 + 1e-12).map(|step| step.days),
        steps,
    }
}

/// The share of a part in a whole.
pub(crate) fn ratio(part: usize, whole: usize) -> f64 {
    f64::from(u32::try_from(part).unwrap_or(u32::MAX)) / f64::from(u32::try_from(whole).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_issue_is_at_risk_until_the_cut_off() {
        let found = survival(vec![(5, true), (2, true), (9, false), (5, true), (2, false), (12, false)]);
        let steps: Vec<_> = found.steps.iter().map(|step| (step.days, step.at_risk, step.resolved)).collect();
        assert_eq!(steps, [(2, 6, 1), (5, 4, 2)]);
        assert!((found.steps[1].open_share - 5.0 / 6.0 * 0.5).abs() < 1e-12);
        assert_eq!((found.n, found.open, found.median_days), (6, 3, Some(5)));
        // Where most are open there is no median yet, and none of nothing.
        assert_eq!(survival(vec![(1, true), (40, false), (50, false)]).median_days, None);
        assert_eq!(survival(Vec::new()), Survival::default());
    }
}
