//! Which shards a run checks: as somebody writes it, or as the engine tells that runs many of them.

use crate::fleet::error::FleetError;
use crate::net::github::Env;
use lookback_core::render::escape::line;

/// How an engine numbers its jobs.
struct Engine {
    /// The variable that holds the number.
    index: &'static str,
    /// The first number, or the variable that holds it.
    first: Result<u32, &'static str>,
    /// The variable that holds how many there are.
    count: Option<&'static str>,
}

const ENGINES: [Engine; 3] = [
    Engine { index: "JOB_COMPLETION_INDEX", first: Ok(0), count: None },
    Engine { index: "SLURM_ARRAY_TASK_ID", first: Err("SLURM_ARRAY_TASK_MIN"), count: Some("SLURM_ARRAY_TASK_COUNT") },
    Engine { index: "CI_NODE_INDEX", first: Ok(1), count: Some("CI_NODE_TOTAL") },
];

/// The shards of `--shard`; without it all of them.
pub(crate) fn chosen(written: Option<&str>, shards: u32, env: Env<'_>) -> Result<Vec<u32>, FleetError> {
    match written {
        None => Ok((1..=shards).collect()),
        Some("auto") => automatic(shards, env).map(|shard| vec![shard]),
        Some(text) => {
            let numbers = text.split_once('/').map_or((text, None), |(shard, of)| (shard, Some(of)));
            let shard = numbers.0.parse().ok();
            let of = numbers.1.map(|of| of.parse::<u32>().ok());
            match (shard, of) {
                (Some(shard), None | Some(Some(_))) => one(shard, of.flatten(), shards, text).map(|shard| vec![shard]),
                _ => Err(FleetError::mistake(
                    format!("--shard {} is no shard", line(text)),
                    format!("Write --shard i/{shards} with i from 1, or --shard auto."),
                )),
            }
        }
    }
}

fn one(shard: u32, of: Option<u32>, shards: u32, told: &str) -> Result<u32, FleetError> {
    if of.is_some_and(|of| of != shards) {
        return Err(FleetError::mistake(
            format!("shard {} is asked for, and the plan has {shards} of them", line(told)),
            format!("Write --shard i/{shards}, or plan again with --shards {}.", of.unwrap_or(shards)),
        ));
    }
    if !(1..=shards).contains(&shard) {
        return Err(FleetError::mistake(
            format!("there is no shard {}: the plan has 1 to {shards}", line(told)),
            format!("Write --shard i/{shards} with i from 1 to {shards}; an engine runs {shards} jobs."),
        ));
    }
    Ok(shard)
}

fn automatic(shards: u32, env: Env<'_>) -> Result<u32, FleetError> {
    let number = |name: &str| env(name).and_then(|text| text.trim().parse::<u32>().ok());
    for engine in &ENGINES {
        let Some(index) = number(engine.index) else { continue };
        let first = match engine.first {
            Ok(first) => first,
            Err(name) => number(name).unwrap_or(1),
        };
        let told = format!("{} ({}={index})", i64::from(index) - i64::from(first) + 1, engine.index);
        let Some(shard) = index.checked_sub(first).and_then(|place| place.checked_add(1)) else {
            return one(0, None, shards, &told);
        };
        return one(shard, engine.count.and_then(number), shards, &told);
    }
    let names: Vec<&str> = ENGINES.iter().map(|engine| engine.index).collect();
    Err(FleetError::mistake(
        format!("--shard auto: none of {} is set", names.join(", ")),
        format!("Write --shard i/{shards}."),
    ))
}

/// Of what all shards may use together the part of these: they share it out evenly, the first ones take what is left over.
pub(crate) fn part(all: usize, mine: &[u32], shards: u32) -> usize {
    let shards = shards.max(1) as usize;
    mine.iter().map(|shard| all / shards + usize::from(*shard as usize <= all % shards)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shards_share_out_all_and_no_more() {
        for (all, shards) in [(0, 3), (2, 3), (10, 4), (5_000, 256), (7, 1)] {
            let parts: Vec<usize> = (1..=shards).map(|shard| part(all, &[shard], shards)).collect();
            assert_eq!(parts.iter().sum::<usize>(), all);
            assert!(parts.iter().max().unwrap() - parts.iter().min().unwrap() <= 1);
            assert_eq!(part(all, &(1..=shards).collect::<Vec<_>>(), shards), all);
        }
    }

    #[test]
    fn as_written_and_as_engines_tell() {
        let of = |written: Option<&str>, pairs: &[(&str, &str)]| {
            let env = |name: &str| pairs.iter().find(|(of, _)| *of == name).map(|(_, value)| (*value).to_owned());
            chosen(written, 4, &env).map_err(|error| error.to_string())
        };
        assert_eq!(of(None, &[]).unwrap(), [1, 2, 3, 4]);
        assert_eq!(of(Some("2/4"), &[]).unwrap(), [2]);
        assert_eq!(of(Some("2"), &[]).unwrap(), [2]);
        for (pairs, shard) in [
            (&[("JOB_COMPLETION_INDEX", "0")][..], 1),
            (&[("JOB_COMPLETION_INDEX", "3")], 4),
            (&[("SLURM_ARRAY_TASK_ID", "7"), ("SLURM_ARRAY_TASK_MIN", "5"), ("SLURM_ARRAY_TASK_COUNT", "4")], 3),
            (&[("CI_NODE_INDEX", "4"), ("CI_NODE_TOTAL", "4")], 4),
        ] {
            assert_eq!(of(Some("auto"), pairs).unwrap(), [shard], "{pairs:?}");
        }
        for wrong in ["5/4", "0/4", "1/8", "x", "1/x", "-1/4", ""] {
            assert!(of(Some(wrong), &[]).is_err(), "{wrong}");
        }
        for pairs in [
            &[][..],
            &[("JOB_COMPLETION_INDEX", "4")],
            &[("CI_NODE_INDEX", "0"), ("CI_NODE_TOTAL", "4")],
            &[("CI_NODE_INDEX", "1"), ("CI_NODE_TOTAL", "5")],
        ] {
            assert!(of(Some("auto"), pairs).is_err(), "{pairs:?}");
        }
    }
}
