//! `explain`: a rule or a constraint in words.

use clap::Args;

use crate::commands::arguments::Manner;
use crate::error::Error;
use crate::world::World;
use lookback_core::config::nearest;
use lookback_core::judge::catalog;
use lookback_core::judge::{RULES, Rule};
use lookback_core::render::rules;
use lookback_reading::{CONSTRAINTS, Constraint, ConstraintInfo, MAPPINGS, STANDARD_EDITION};

/// `explain`
#[derive(Args, Debug)]
pub struct ExplainArguments {
    /// A rule (`review-gap`) or a constraint (`4.1.8#b`), as it is printed; without one, all are listed
    #[arg(value_name = "RULE|CONSTRAINT")]
    pub what: Vec<String>,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback explain             all rules and constraints
  lookback explain review-gap  a rule
  lookback explain 4.1.8#b     a constraint";

/// Explains one, or lists all.
pub(crate) fn run(explain: &ExplainArguments, manner: &Manner, world: &mut World) -> Result<u8, Error> {
    let what = explain.what.join(" ");
    if what.is_empty() {
        writeln!(world.out, "Constraints:")?;
        for info in &CONSTRAINTS {
            writeln!(world.out, "  {}  {}", info.id, info.title)?;
        }
        writeln!(world.out, "\nRules:")?;
        for rule in RULES {
            writeln!(world.out, "  {:30} {:8} {}", rule.id, rule.level.word(), rule.title)?;
        }
        return Ok(0);
    }
    if let Some(rule) = rule_of(&what) {
        let style = manner.style(world);
        rules::explain(rule, world.out, &style)?;
        return Ok(0);
    }
    let wanted = folded(&what);
    let means = |info: &&ConstraintInfo| folded(info.id) == wanted || folded(info.clause) == wanted;
    let clause: Vec<Constraint> = CONSTRAINTS.iter().filter(means).map(|info| info.constraint).collect();
    if clause.is_empty() {
        let near = nearest(&what, &catalog::ids()).map(|id| format!("did you mean {id}? ")).unwrap_or_default();
        return Err(Error::Usage(format!(
            "there is no rule or constraint called \"{what}\"; {near}`lookback explain` lists all"
        )));
    }
    for constraint in clause {
        explain_constraint(constraint, world)?;
    }
    Ok(0)
}

/// The rule that is meant: its name alone, or as it stands in what is printed (`error[review-gap]`, a title of an annotation).
fn rule_of(what: &str) -> Option<&'static Rule> {
    let bracketed = what.split_once('[').and_then(|(_, rest)| rest.split_once(']')).map(|(rule, _)| rule);
    let last = what.split_whitespace().next_back();
    [Some(what), bracketed, last].into_iter().flatten().find_map(|id| catalog::find(id.trim_end_matches(':')))
}

/// An id without the standard's name, its edition and signs that people leave out: `IEC 81001-5-1 4.1.8#b`, `4.1.8 b`, `4.1.8(b)`.
fn folded(id: &str) -> String {
    let (standard, edition) = STANDARD_EDITION.split_once(':').unwrap_or((STANDARD_EDITION, ""));
    let id = id.to_lowercase().replace(&standard.to_lowercase(), "").replace(&format!(":{edition}"), "");
    id.chars().filter(|c| c.is_alphanumeric() || *c == '.').collect()
}

fn explain_constraint(constraint: Constraint, world: &mut World) -> Result<u8, Error> {
    let info = constraint.info();
    writeln!(
        world.out,
        "{constraint}: {}\n\n{} (our words).\n\nThe auditor asks: {}\n\nRules:",
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
