//! What VEX statements about several products say over time → state and disposition of one issue. Pure.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};

use crate::intake::source::add;
use crate::model::issue::{EventKind, Issue, Resolution};

/// What a statement says of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    /// Affected, or nobody knows yet.
    Open,
    /// A fix is there.
    Fixed,
    /// Not affected.
    NotAffected,
}

/// One statement about one vulnerability.
#[derive(Clone, Debug)]
pub(crate) struct Statement {
    /// Since when.
    pub at: DateTime<Utc>,
    /// Of which products; none named: of the document's only one.
    pub products: Vec<String>,
    /// What it says.
    pub standing: Standing,
    /// Its justification.
    pub note: Option<String>,
}

/// Adds opening, closings and reopenings, and the disposition. The issue is open while any product is affected or under
/// investigation. Statements in the order of the document; those of the same moment keep it.
pub(crate) fn apply(mut statements: Vec<Statement>, actor: Option<&str>, issue: &mut Issue) {
    statements.sort_by_key(|statement| statement.at);
    let mut products: BTreeMap<String, Standing> = BTreeMap::new();
    let mut closed = false;
    let mut at = 0;
    while let Some(first) = statements.get(at) {
        let moment = first.at;
        let mut note = None;
        if at == 0 {
            add(issue, EventKind::Opened, Some(moment), actor, None);
        }
        // All statements of one moment together: half of them are no state of the issue.
        while let Some(statement) = statements.get(at).filter(|statement| statement.at == moment) {
            let whole = statement.products.is_empty().then(String::new);
            for product in statement.products.iter().cloned().chain(whole) {
                products.insert(product, statement.standing);
            }
            note = statement.note.clone().or(note);
            at += 1;
        }
        let now = !products.values().any(|standing| *standing == Standing::Open);
        if now != closed {
            closed = now;
            let kind = if closed { EventKind::Closed } else { EventKind::Reopened };
            add(issue, kind, Some(moment), actor, note);
        }
    }
    let fixed = products.values().any(|standing| *standing == Standing::Fixed);
    issue.resolution = match (closed, fixed) {
        (false, _) => Resolution::None,
        (true, true) => Resolution::Fixed,
        (true, false) => Resolution::NotAffected,
    };
}
