//! `explain`: a rule or a constraint in words.

use clap::Args;

use crate::error::Error;
use crate::world::World;
use lookback_core::config::nearest;
use lookback_core::judge::RULES;
use lookback_core::judge::catalog as rules;
use lookback_core::render::rules::text_of;
use lookback_reading::{CONSTRAINTS, Constraint, MAPPINGS};

/// `explain`
#[derive(Args, Debug)]
pub struct ExplainArguments {
    /// A rule (`review-gap`) or a constraint (`4.1.8#b`); without one, all are listed
    #[arg(value_name = "RULE|CONSTRAINT")]
    pub what: Option<String>,
}

/// Explains one, or lists all.
pub(crate) fn run(explain: &ExplainArguments, world: &mut World) -> Result<u8, Error> {
    let Some(what) = explain.what.as_deref() else {
        writeln!(world.out, "Constraints:")?;
        for info in &CONSTRAINTS {
            writeln!(world.out, "  {}  {}", info.id, info.title)?;
        }
        writeln!(world.out, "\nRules:")?;
        for rule in RULES {
            writeln!(world.out, "  {:30} {:8} {}", rule.id, rule.level.word(), rule.title)?;
        }
        return Ok(0);
    };
    if let Some(rule) = rules::find(what) {
        writeln!(world.out, "# {}\n\n{}", rule.id, text_of(rule).trim_end())?;
        return Ok(0);
    }
    if let Ok(constraint) = what.parse::<Constraint>() {
        return explain_constraint(constraint, world);
    }
    let clause: Vec<Constraint> =
        CONSTRAINTS.iter().filter(|info| info.clause == what).map(|info| info.constraint).collect();
    if clause.is_empty() {
        let near = nearest(what, &rules::ids()).map(|id| format!("did you mean {id}? ")).unwrap_or_default();
        return Err(Error::Usage(format!(
            "there is no rule or constraint called \"{what}\"; {near}`lookback explain` lists all"
        )));
    }
    for constraint in clause {
        explain_constraint(constraint, world)?;
    }
    Ok(0)
}

fn explain_constraint(constraint: Constraint, world: &mut World) -> Result<u8, Error> {
    let info = constraint.info();
    writeln!(
        world.out,
        "# {constraint}: {}\n\n{} (our words).\n\nThe auditor asks: {}\n\nRules:",
        info.title, info.says, info.question
    )?;
    for rule in RULES.iter().filter(|rule| rule.constraint == Some(constraint)) {
        writeln!(world.out, "  {:30} {:8} {}", rule.id, rule.level.word(), rule.title)?;
    }
    writeln!(world.out, "\nRelated:")?;
    for (reference, how) in MAPPINGS {
        writeln!(world.out, "  {reference}: {how}")?;
    }
    writeln!(world.out)?;
    Ok(0)
}
