//! What a document has to say, point by point: met, denied, missing or unclear, and what to write. For whoever writes the record
//! of a review or its procedure.

use crate::judge::unclear::{ESTABLISHED, HELD, in_force_form, judgement};
use lookback_reading::{Answer, Answered, Aspect, Constraint, DeclaredAs, Kind, Reading};

/// One point of the checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChecklistPoint {
    /// What the document has to do.
    pub(crate) asks: String,
    /// Does it?
    pub(crate) answer: Answer,
    /// Why not, as far as the reading tells.
    pub(crate) why: Option<String>,
    /// A form that is read for certain.
    pub(crate) write: &'static str,
}

/// The points of a document that presents a review, or of a procedure that comes near to establishing one; none for any other.
pub(crate) fn checklist(reading: &Reading) -> Vec<ChecklistPoint> {
    let declared = reading.declared.as_ref().map(|declared| declared.is);
    match reading.kind {
        _ if declared == Some(DeclaredAs::Review) || reading.presents_review => review(reading),
        Kind::Procedure => procedure(reading),
        _ => Vec::new(),
    }
}

fn review(reading: &Reading) -> Vec<ChecklistPoint> {
    let fields = &reading.fields;
    let day = match (&fields.date_held, &fields.ambiguous_date) {
        (Some(_), _) => Answer::Proven,
        (None, Some(_)) => Answer::Unsure,
        (None, None) => Answer::Absent,
    };
    let both = |one: bool, other: bool| if one && other { Answer::Proven } else { Answer::Absent };
    let period = both(fields.period_from.is_some(), fields.period_to.is_some());
    let approved = both(fields.approved_by.is_some(), fields.approved_on.is_some());
    let mut out = vec![
        answered("reports a review that was held", &reading.held, HELD),
        stated("names the day on which it was held", day, "Date held: 2026-01-09"),
        stated("names the period", period, "Period: 2025-01-10 to 2026-01-09"),
        stated("names who approved it, and when", approved, "Approved by: R. Meyer, 2026-01-13"),
    ];
    let constraint = reading.constraints.get(&Constraint::IssuesExamined);
    let absent = Answered::default();
    let issues = constraint.unwrap_or(&absent);
    out.push(answered("examines the security issues of the period", issues, "Issues examined: #14, SEC-3"));
    out.extend(Aspect::ALL.into_iter().map(|aspect| {
        let of = reading.assessments.iter().filter(|found| found.aspect == aspect);
        let answer = of.map(|found| found.answer).max().unwrap_or_default();
        stated(&format!("judges {}", aspect.word()), answer, judgement(aspect))
    }));
    out
}

fn procedure(reading: &Reading) -> Vec<ChecklistPoint> {
    let Some(established) = reading.constraints.get(&Constraint::ReviewEstablished) else { return Vec::new() };
    if established.answer == Answer::Absent && reading.nearest.is_none() && reading.elsewhere.is_none() {
        return Vec::new();
    }
    vec![
        answered("is in force", &reading.in_force, in_force_form(reading)),
        answered("establishes the periodic review", established, ESTABLISHED),
    ]
}

fn answered(asks: &str, answered: &Answered, write: &'static str) -> ChecklistPoint {
    let why = answered.why_not.clone().filter(|_| !answered.met());
    ChecklistPoint { asks: asks.to_owned(), answer: answered.answer, why, write }
}

fn stated(asks: &str, answer: Answer, write: &'static str) -> ChecklistPoint {
    ChecklistPoint { asks: asks.to_owned(), answer, why: None, write }
}

#[cfg(test)]
mod tests {
    use lookback_reading::Reader;

    use super::*;
    use crate::judge::unclear::IN_FORCE;

    fn points(path: &str, text: &str) -> Vec<ChecklistPoint> {
        checklist(&Reader::new(&[], &[]).read(path, text.as_bytes()))
    }

    #[test]
    fn what_the_list_says_to_write_settles_it() {
        let head = "# Annual review of security problem resolution\n\n";
        let path = "docs/reviews/security-review-2026.md";
        let bare = points(path, head);
        assert_eq!(bare.len(), 8, "{bare:#?}");
        assert!(bare.iter().all(|point| point.answer != Answer::Proven), "{bare:#?}");
        let forms: Vec<&str> = bare.iter().map(|point| point.write).collect();
        let full = points(path, &format!("{head}{}\n", forms.join("\n\n")));
        let open: Vec<&ChecklistPoint> = full.iter().filter(|point| point.answer != Answer::Proven).collect();
        assert!(open.is_empty(), "{open:#?}");
    }

    #[test]
    fn a_procedure_is_in_force_and_establishes() {
        let text = format!("# Procedure for security problem resolution\n\n{IN_FORCE}\n\n{ESTABLISHED}\n");
        let found = points("docs/sop-security-problem-resolution.md", &text);
        assert_eq!(found.len(), 2);
        assert!(found.iter().all(|point| point.answer == Answer::Proven), "{found:#?}");
        assert!(
            points("docs/onboarding.md", "# Procedure for new colleagues\n\nThe lead shows them the house.\n")
                .is_empty()
        );
    }
}
