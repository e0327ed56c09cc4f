//! The plan: every repository once, with its team and its shard. Same answers: same bytes.

use std::collections::BTreeMap;

use crate::fleet::config::FleetConfig;
use crate::fleet::error::FleetError;
use crate::fleet::names::name_of;
use lookback_core::model::{ConfigText, FLEET_VERSION, FleetPlan, MOST_SHARDS, PlannedRepository};
use lookback_core::render::escape::line;
use lookback_reading::shorten;

/// What a repository is expected to take that nobody has checked yet, in milliseconds.
const UNKNOWN_MS: u64 = 1_000;

/// Makes the plan. `costs`: what repositories took the last time, in milliseconds.
pub(crate) fn plan(
    mut repositories: Vec<PlannedRepository>,
    shards: u32,
    config: Option<ConfigText>,
    costs: &BTreeMap<String, u64>,
) -> Result<FleetPlan, FleetError> {
    within(shards)?;
    let teams = FleetConfig::new(config.as_ref())?;
    if repositories.is_empty() {
        return Err(FleetError::mistake(
            "the plan is empty: nothing that was named holds a repository that is wanted",
            "Name a list with --list, an organisation with --org or a group with --group; archived repositories and forks are left out unless asked for.",
        ));
    }
    repositories.sort_by(|a, b| (&a.name, &a.url).cmp(&(&b.name, &b.url)));
    twice(&repositories)?;
    let unknown = middle(costs.values().copied().collect()).unwrap_or(UNKNOWN_MS);
    for repository in &mut repositories {
        repository.team = teams.team(&repository.name);
        repository.cost_ms = costs.get(&repository.name).copied().unwrap_or(unknown);
    }
    balance(&mut repositories, shards);
    Ok(FleetPlan { schema_version: FLEET_VERSION, shards, config, repositories })
}

/// Is it a number of shards?
pub(crate) fn within(shards: u32) -> Result<(), FleetError> {
    if (1..=MOST_SHARDS).contains(&shards) {
        return Ok(());
    }
    Err(FleetError::mistake(
        format!("{shards} shards are not possible: a plan has 1 to {MOST_SHARDS}, the most jobs of one matrix"),
        format!("Write --shards N with N from 1 to {MOST_SHARDS}."),
    ))
}

/// A name that two places bear would be one row for both.
fn twice(sorted: &[PlannedRepository]) -> Result<(), FleetError> {
    let mut seen: BTreeMap<String, &PlannedRepository> = BTreeMap::new();
    for one in sorted {
        let Some(other) = seen.insert(one.name.to_lowercase(), one) else { continue };
        let shown = |text: &str| line(&shorten(text, 200));
        let next = if name_of(&one.url) == one.name && one.url != other.url {
            "Give one of them another name: write name=NAME behind its address in the list."
        } else {
            "Name it once."
        };
        return Err(FleetError::mistake(
            format!("{} is named twice: {} and {}", shown(&one.name), shown(&other.url), shown(&one.url)),
            next,
        ));
    }
    Ok(())
}

/// The longest first, each to the shard that has the least so far.
fn balance(repositories: &mut [PlannedRepository], shards: u32) {
    let mut longest: Vec<usize> = (0..repositories.len()).collect();
    longest.sort_by_key(|at| (std::cmp::Reverse(repositories[*at].cost_ms), *at));
    let mut loads: Vec<(u64, u32)> = (1..=shards).map(|shard| (0, shard)).collect();
    for at in longest {
        let Some(least) = loads.iter_mut().min() else { return };
        least.0 = least.0.saturating_add(repositories[at].cost_ms.max(1));
        repositories[at].shard = least.1;
    }
}

fn middle(mut values: Vec<u64>) -> Option<u64> {
    values.sort_unstable();
    values.get(values.len() / 2).copied()
}

/// The matrix for `fromJSON` of a workflow.
pub(crate) fn matrix(plan: &FleetPlan) -> String {
    let shards: Vec<String> = (1..=plan.shards).map(|shard| format!("\"{shard}/{}\"", plan.shards)).collect();
    format!("{{\"shard\":[{}]}}", shards.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn repository(name: &str) -> PlannedRepository {
        PlannedRepository {
            name: name.to_owned(),
            url: format!("https://host/{name}"),
            branch: None,
            visibility: None,
            team: None,
            pushed: None,
            cost_ms: 0,
            shard: 1,
        }
    }

    #[test]
    fn mistakes_are_told() {
        let none = BTreeMap::new();
        let of = |names: &[&str], shards| {
            let all = names.iter().map(|name| repository(name)).collect();
            plan(all, shards, None, &none).map_err(|error| error.to_string())
        };
        assert!(of(&[], 1).unwrap_err().contains("empty"));
        for shards in [0, 257] {
            assert!(of(&["a/b"], shards).unwrap_err().contains("1 to 256"), "{shards}");
        }
        assert!(of(&["a/b", "A/b"], 1).unwrap_err().contains("twice"));
        assert_eq!(of(&["a/b"], 256).unwrap().shards, 256);
    }

    #[test]
    fn a_matrix_names_each_shard() {
        let plan = plan(vec![repository("a/b")], 3, None, &BTreeMap::new()).unwrap();
        assert_eq!(matrix(&plan), r#"{"shard":["1/3","2/3","3/3"]}"#);
    }

    proptest! {
        /// No shard is longer than the mean and the longest repository together; the order of what is named does not matter.
        #[test]
        fn shards_are_balanced(costs in prop::collection::vec(1u64..10_000, 1..80), shards in 1u32..20) {
            let names: Vec<String> = (0..costs.len()).map(|n| format!("a/{n}")).collect();
            let known: BTreeMap<String, u64> = names.iter().cloned().zip(costs.iter().copied()).collect();
            let all: Vec<PlannedRepository> = names.iter().map(|name| repository(name)).collect();
            let mut turned = all.clone();
            turned.reverse();
            let made = plan(all, shards, None, &known).unwrap();
            prop_assert_eq!(&made, &plan(turned, shards, None, &known).unwrap());
            let load = |shard: u32| made.repositories.iter().filter(|one| one.shard == shard).map(|one| one.cost_ms).sum::<u64>();
            let most = (1..=shards).map(load).max().unwrap();
            prop_assert!(most <= costs.iter().sum::<u64>() / u64::from(shards) + costs.iter().max().unwrap());
        }
    }
}
