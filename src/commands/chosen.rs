//! Which state of the repository is judged: what is checked out where people work, the commit where machines do, or what the command
//! line says.

use crate::collect::git::checkout::Checkout;
use crate::collect::git::repository::Repository;
use crate::commands::arguments::SourceArguments;
use crate::error::Error;
use crate::event::in_ci;
use crate::world::World;
use lookback_core::model::{Judged, Limit, LimitKind};

/// Chooses the state, and compares it with the commit. A work tree that nobody asked for and that cannot be compared is a limit.
pub(crate) fn checkout(
    repository: &Repository,
    source: &SourceArguments,
    world: &World,
) -> Result<(Checkout, Option<Limit>), Error> {
    let asked = match (source.work_tree, source.staged, source.committed) {
        (true, ..) => Some((Judged::WorkTree, "--work-tree")),
        (_, true, _) => Some((Judged::Index, "--staged")),
        (.., true) => Some((Judged::Commit, "--committed")),
        _ => None,
    };
    let nothing = nothing_to_compare(repository, source)?;
    match (asked, nothing) {
        (Some((Judged::WorkTree | Judged::Index, flag)), Some(why)) => Err(Error::Usage(format!("{flag}: {why}"))),
        (_, Some(_)) => Ok((Checkout::default(), None)),
        (asked, None) => {
            let default = if in_ci(world.env) { Judged::Commit } else { Judged::WorkTree };
            let judged = asked.map_or(default, |(judged, _)| judged);
            // `git commit FILE` and `git commit -a` hand an index of their own to the hook, for the repository that they run in.
            let index = (world.env)("GIT_INDEX_FILE").filter(|_| judged == Judged::Index && source.repo.is_none());
            let index = index.zip(repository.workdir()).map(|(index, root)| root.join(index));
            match repository.checkout(judged, index.as_deref()) {
                Ok(checkout) => Ok((checkout, None)),
                Err(error) if asked.is_some() && judged != Judged::Commit => Err(error.into()),
                // How many changed files are left out is not known: that changes no verdict.
                Err(_) if judged == Judged::Commit => Ok((Checkout::default(), None)),
                Err(error) => Ok((Checkout::default(), Some(not_compared(&error.to_string())))),
            }
        }
    }
}

/// Why there is only the commit, if so.
fn nothing_to_compare(repository: &Repository, source: &SourceArguments) -> Result<Option<&'static str>, Error> {
    if !repository.is_checked_out() {
        return Ok(Some("nothing is checked out here"));
    }
    let tip = repository.resolve(source.rev.as_deref(), None)?;
    Ok(if tip.is_none() {
        Some("there is no commit yet to compare with")
    } else if source.rev.is_some() {
        Some("--rev names another state")
    } else if source.as_of.is_some() && repository.resolve(None, source.as_of)? != tip {
        Some("--as-of names a day before the newest commit")
    } else {
        None
    })
}

fn not_compared(why: &str) -> Limit {
    Limit::new(
        LimitKind::Tree,
        "what is checked out",
        format!("the commit was judged: {why}"),
        "Commit what is to be judged, or turn off what Git keeps of the work tree in a form of its own (`git sparse-checkout reapply --no-sparse-index`).",
    )
}
