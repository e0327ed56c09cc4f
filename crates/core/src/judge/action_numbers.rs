//! The numbers of improvement actions: how many a period decided, how many were done, in time, and with something that shows it. Pure.

use std::collections::BTreeMap;

use crate::judge::spread::spread;
use crate::model::action::ActionResult;
use crate::model::metrics::ActionNumbers;
use crate::model::period::{Period, start_of_day};

/// The numbers for the actions that reviews held in the period decided.
pub(crate) fn of(actions: &[ActionResult], period: Period) -> ActionNumbers {
    let mut numbers = ActionNumbers::default();
    let mut names: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut taken = Vec::new();
    for action in actions.iter().filter(|action| period.contains(start_of_day(action.decided_in.on))) {
        let mut count = |name: &str, n: &mut usize, counts: bool| {
            if counts {
                *n += 1;
                names.entry(name.to_owned()).or_default().push(action.name().to_owned());
            }
        };
        let done = action.done_on();
        let in_time = done.zip(action.due).is_some_and(|(done, due)| done <= due);
        count("decided", &mut numbers.decided, true);
        count("done", &mut numbers.done, done.is_some());
        count("on_time", &mut numbers.on_time, in_time);
        count("proven", &mut numbers.proven, done.is_some() && !action.proof.is_empty());
        taken.extend(done.map(|done| whole((done - action.decided_in.on).num_days().max(0))));
    }
    numbers.names = names;
    numbers.days = spread(taken);
    numbers
}

fn whole(days: i64) -> f64 {
    f64::from(i32::try_from(days).unwrap_or(i32::MAX))
}
