//! The asking of all sources at once.

use futures_util::future::join_all;

use crate::collect::error::CollectError;
use crate::collect::source::{Answers, Asked, Asking, SourceAnswer};
use crate::collect::sources;
use crate::net::session::Net;

/// Everything that is to be asked. What is known without a server is answered already; a mistake in it, or in the settings, stops
/// the run before anybody is asked.
pub(crate) fn prepare<'a>(asking: &'a Asking<'a>) -> Result<Vec<Asked<'a>>, CollectError> {
    sources().map(|source| (source.ask)(asking)).collect()
}

/// Asks all servers at once, in one conversation. What cannot be had is a limit.
pub(crate) fn answers(asked: Vec<Asked<'_>>, net: &Net<'_>) -> Result<Answers, CollectError> {
    let mut answered: Vec<SourceAnswer> = Vec::new();
    let mut later = Vec::new();
    for one in asked {
        match one {
            Asked::Now(answers) => answered.extend(answers),
            Asked::Later(conversation) => later.push(conversation),
            Asked::WithTheWalk => {}
        }
    }
    // No thread is started where nobody is asked.
    if !later.is_empty() {
        for answers in net.block_on(join_all(later))? {
            answered.extend(answers?);
        }
    }
    answered.sort_by_key(|one| one.rank);
    let mut all = Answers::default();
    for one in answered {
        all.add(one);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::sources;

    #[test]
    fn every_source_has_a_name_of_its_own() {
        let names: BTreeSet<&str> = sources().map(|source| source.name).collect();
        assert_eq!(names.len(), sources().count());
    }
}
