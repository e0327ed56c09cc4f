//! What a report proves, clause by clause, each with the words that prove it; and what it does not prove, each with the reason. Pure, and
//! without words of its own: a clause is claimed where the answer on its constraint is proven and the record's own words carry it.

use crate::judge::catalog;
use crate::judge::rules::RULES;
use crate::model::finding::{Finding, Level};
use crate::model::report::{Approval, ConstraintResult, CountedAs, Report, Review, Verdict};
use lookback_reading::{Aspect, Constraint, DateSource, Kind, Quote};

/// One thing that a statement may claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AuditClause {
    /// A procedure prescribes the periodic review.
    Procedure,
    /// The last review was held on a day, and the next one is not overdue.
    Held,
    /// It covers a period.
    Period,
    /// It examined every security issue managed in that period.
    Examined,
    /// It judged an aspect, favourably or not.
    Judged(Aspect),
    /// Its record names who approved it.
    Approved,
    /// More than the record's own word carries the approval.
    ApprovalShown,
    /// An activity improves the security life cycle.
    Improvement,
    /// It analyses security defects of deployed software.
    Defects,
}

impl AuditClause {
    /// All, in the order of the statement.
    pub const ALL: [AuditClause; 11] = [
        AuditClause::Procedure,
        AuditClause::Held,
        AuditClause::Period,
        AuditClause::Examined,
        AuditClause::Judged(Aspect::Completeness),
        AuditClause::Judged(Aspect::Efficiency),
        AuditClause::Judged(Aspect::Resolution),
        AuditClause::Approved,
        AuditClause::ApprovalShown,
        AuditClause::Improvement,
        AuditClause::Defects,
    ];

    /// The constraint whose answer has to be proven.
    pub fn constraint(self) -> Constraint {
        match self {
            AuditClause::Procedure => Constraint::ReviewEstablished,
            AuditClause::Held | AuditClause::Period | AuditClause::Approved | AuditClause::ApprovalShown => {
                Constraint::HeldAnnually
            }
            AuditClause::Examined => Constraint::IssuesExamined,
            AuditClause::Judged(_) => Constraint::ProcessAssessed,
            AuditClause::Improvement => Constraint::ImprovementEstablished,
            AuditClause::Defects => Constraint::DeployedDefectsAnalysed,
        }
    }

    /// Its key in the words of the page.
    pub fn key(self) -> &'static str {
        match self {
            AuditClause::Procedure => "procedure",
            AuditClause::Held => "held",
            AuditClause::Period => "period",
            AuditClause::Examined => "examined",
            AuditClause::Judged(Aspect::Completeness) => "completeness",
            AuditClause::Judged(Aspect::Efficiency) => "efficiency",
            AuditClause::Judged(Aspect::Resolution) => "resolution",
            AuditClause::Approved => "approved",
            AuditClause::ApprovalShown => "approval-shown",
            AuditClause::Improvement => "improvement",
            AuditClause::Defects => "defects",
        }
    }
}

/// What of a clause a quote proves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ProofPart {
    /// The clause as a whole.
    Whole,
    /// The id of the record.
    Id,
    /// The product.
    Product,
    /// The first day of the period.
    From,
    /// The day held, or the last day of the period.
    Day,
}

/// Words of a committed document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseProof {
    /// Repository-relative path.
    pub path: String,
    /// The words.
    pub quote: Quote,
    /// What they prove.
    pub part: ProofPart,
}

/// A clause that is claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProvenClause {
    /// Which.
    pub clause: AuditClause,
    /// The words that carry it; never empty.
    pub proof: Vec<ClauseProof>,
}

/// A clause that is not claimed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnprovenClause {
    /// Which.
    pub clause: AuditClause,
    /// Why; never empty.
    pub why: Vec<Want>,
}

/// Why a clause is not claimed. Numbers are indexes into `Report::findings`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// There is no commit in which anybody could look it up.
    NoCommit,
    /// There is nothing to judge yet.
    NotDue,
    /// Errors stand.
    Faults(Vec<usize>),
    /// Something stopped the judgement.
    Stopped(Vec<String>),
    /// An error is waived: somebody answers for it, and it is there all the same.
    Waived(Vec<usize>),
    /// What is an error by itself stands at a lower level.
    Lowered(Vec<usize>),
    /// Rules that would tell of the fault are switched off.
    RulesOff(Vec<String>),
    /// No review was held.
    NoReview,
    /// No words prove it.
    NoProof,
    /// The words stand in files that are not committed.
    NotCommitted(Vec<String>),
    /// The record does not name these issues, or not surely.
    NotNamed(Vec<String>),
    /// Another clause has to be proven first.
    Needs(AuditClause),
    /// Nothing but the record's own word carries the approval.
    OnlyClaimed,
}

/// What is claimed, and what is not: each clause stands in one of the two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditStatement {
    /// Claimed, in order.
    pub proven: Vec<ProvenClause>,
    /// Not claimed, in order.
    pub unproven: Vec<UnprovenClause>,
}

/// What the report proves.
pub fn statement(report: &Report) -> AuditStatement {
    let mut out = AuditStatement { proven: Vec::new(), unproven: Vec::new() };
    for clause in AuditClause::ALL {
        let mut why = wants(report, clause.constraint());
        let proof = if why.is_empty() { proof(report, clause, &out) } else { Ok(Vec::new()) };
        let proof = proof.unwrap_or_else(|want| {
            why.push(want);
            Vec::new()
        });
        if why.is_empty() {
            out.proven.push(ProvenClause { clause, proof });
        } else {
            out.unproven.push(UnprovenClause { clause, why });
        }
    }
    out
}

/// The record of the last held review.
pub(crate) fn last_record(report: &Report) -> Option<&Review> {
    let last = report.cadence.last_review?;
    let mut held =
        report.reviews.iter().filter(|review| review.counted == Some(true) && review.date_held == Some(last));
    let first = held.clone().next();
    let of = report.coverage.as_ref().map(|coverage| coverage.record.as_str());
    held.find(|review| Some(review.path.as_str()) == of).or(first)
}

/// What keeps the answer on a constraint from being proven.
fn wants(report: &Report, constraint: Constraint) -> Vec<Want> {
    if report.subject.revision.is_none() {
        return vec![Want::NoCommit];
    }
    let Some(result) = report.constraints.iter().find(|result| result.constraint == constraint) else {
        return vec![Want::NoProof];
    };
    let of = |wanted: &dyn Fn(&Finding) -> bool| -> Vec<usize> {
        let found = result.findings.iter().copied();
        found.filter(|at| report.findings.get(*at).is_some_and(wanted)).collect()
    };
    let stands = |finding: &Finding| {
        finding.waived.is_none() && (finding.level == Level::Error || report.strict && finding.level == Level::Warning)
    };
    match result.verdict {
        Verdict::Nonconforming => return vec![Want::Faults(of(&stands))],
        Verdict::NotDue => return vec![Want::NotDue],
        Verdict::Undetermined => return vec![Want::Stopped(result.not_assessed.clone())],
        Verdict::Conforms if !result.not_assessed.is_empty() => {
            return vec![Want::Stopped(result.not_assessed.clone())];
        }
        Verdict::Conforms => {}
    }
    // It conforms; but what is waived, lowered or switched off is not proven to be right.
    let record = last_record(report).map(|review| review.path.as_str());
    let earlier = |finding: &Finding| {
        let path = finding.location.as_ref().map(|location| location.path.as_str());
        path != record && report.reviews.iter().any(|review| Some(review.path.as_str()) == path)
    };
    let grave = |finding: &Finding| is_grave(finding.rule) && !earlier(finding);
    let mut why = Vec::new();
    let waived = of(&|finding| grave(finding) && finding.waived.is_some());
    if !waived.is_empty() {
        why.push(Want::Waived(waived));
    }
    let lowered = of(&|finding| grave(finding) && finding.waived.is_none());
    if !lowered.is_empty() {
        why.push(Want::Lowered(lowered));
    }
    let off = report
        .rules_off
        .iter()
        .filter(|id| is_grave(id))
        .filter(|id| RULES.iter().any(|rule| rule.id == id.as_str() && rule.constraint == Some(constraint)));
    let off: Vec<String> = off.cloned().collect();
    if !off.is_empty() {
        why.push(Want::RulesOff(off));
    }
    why
}

/// Is the rule's fault a nonconformity, as shipped?
fn is_grave(rule: &str) -> bool {
    catalog::find(rule).is_some_and(|rule| rule.level == Level::Error)
}

/// The committed words that carry a clause whose constraint conforms.
fn proof(report: &Report, clause: AuditClause, so_far: &AuditStatement) -> Result<Vec<ClauseProof>, Want> {
    let result = report.constraints.iter().find(|result| result.constraint == clause.constraint());
    let result = result.ok_or(Want::NoProof)?;
    if result.evidence.is_empty() {
        return Err(Want::NoProof);
    }
    match clause {
        AuditClause::Procedure => {
            let procedure = |path: &str| {
                let counts = |document: &&crate::model::report::DocumentResult| document.path == path;
                let found = report.documents.iter().find(counts);
                found.is_some_and(|document| document.counted_as == Some(CountedAs::Procedure))
            };
            committed(report, evidence(result).filter(|proof| procedure(&proof.path)).collect())
        }
        // What a procedure demands is not yet done.
        AuditClause::Improvement | AuditClause::Defects => {
            let demands = |path: &str| {
                report.documents.iter().any(|document| document.path == path && document.kind == Kind::Procedure)
            };
            committed(report, evidence(result).filter(|proof| !demands(&proof.path)).collect())
        }
        AuditClause::Held
        | AuditClause::Period
        | AuditClause::Examined
        | AuditClause::Judged(_)
        | AuditClause::Approved
        | AuditClause::ApprovalShown => {
            let record = last_record(report).ok_or(Want::NoReview)?;
            committed(report, of_record(report, record, result, clause, so_far)?)
        }
    }
}

/// The words of the last record.
fn of_record(
    report: &Report,
    record: &Review,
    result: &ConstraintResult,
    clause: AuditClause,
    so_far: &AuditStatement,
) -> Result<Vec<ClauseProof>, Want> {
    let words = &record.words;
    let at = |part: ProofPart, quote: Option<&Quote>| {
        quote.map(|quote| ClauseProof { path: record.path.clone(), quote: quote.clone(), part })
    };
    let needs = |other: AuditClause| {
        let found = so_far.proven.iter().any(|proven| proven.clause == other);
        if found { Ok(()) } else { Err(Want::Needs(other)) }
    };
    match clause {
        AuditClause::Held => {
            let stated = record.date_source.is_some_and(|source| source != DateSource::Inferred);
            let day = words.date_held.as_ref().filter(|_| stated && record.date_held.is_some());
            let day = at(ProofPart::Day, Some(day.ok_or(Want::NoProof)?));
            let id = at(ProofPart::Id, words.doc_id.as_ref().filter(|_| record.doc_id.is_some()));
            let product = at(ProofPart::Product, words.product.as_ref().map(|product| &product.quote));
            Ok(id.into_iter().chain(product).chain(day).collect())
        }
        AuditClause::Period => {
            needs(AuditClause::Held)?;
            let to = words.period_to.as_ref().filter(|_| record.period_stated && record.period.is_some());
            let to = at(ProofPart::Day, Some(to.ok_or(Want::NoProof)?));
            Ok(at(ProofPart::From, words.period_from.as_ref()).into_iter().chain(to).collect())
        }
        AuditClause::Examined => {
            let coverage = report.coverage.as_ref().ok_or(Want::NoReview)?;
            let open: Vec<String> = coverage.missing.iter().chain(&coverage.unsure).cloned().collect();
            if !open.is_empty() || coverage.examined != coverage.managed {
                return Err(Want::NotNamed(open));
            }
            let own: Vec<ClauseProof> = evidence(result).filter(|proof| proof.path == record.path).collect();
            // Words that name an issue go before words that only speak of them.
            let names = |proof: &&ClauseProof| {
                report.issues.iter().any(|issue| issue.managed && proof.quote.text.contains(&issue.issue.id))
            };
            let naming: Vec<ClauseProof> = own.iter().filter(names).cloned().collect();
            Ok(if naming.is_empty() { own } else { naming })
        }
        AuditClause::Judged(aspect) => {
            let judged = words.assessments.iter().find(|judged| judged.aspect == aspect);
            Ok(at(ProofPart::Whole, judged.map(|judged| &judged.quote)).into_iter().collect())
        }
        AuditClause::Approved | AuditClause::ApprovalShown => {
            needs(if clause == AuditClause::Approved { AuditClause::Held } else { AuditClause::Approved })?;
            let shown = matches!(record.approval, Approval::PullRequest | Approval::VerifiedCommit);
            if clause == AuditClause::ApprovalShown && !shown {
                return Err(Want::OnlyClaimed);
            }
            let named = words.approved_by.as_ref().filter(|_| record.approved_by.is_some());
            Ok(at(ProofPart::Whole, named).into_iter().collect())
        }
        AuditClause::Procedure | AuditClause::Improvement | AuditClause::Defects => Err(Want::NoProof),
    }
}

fn evidence(result: &ConstraintResult) -> impl Iterator<Item = ClauseProof> + '_ {
    result.evidence.iter().map(|(path, quote)| ClauseProof {
        path: path.clone(),
        quote: quote.clone(),
        part: ProofPart::Whole,
    })
}

/// Only what a commit holds can be looked up.
fn committed(report: &Report, proof: Vec<ClauseProof>) -> Result<Vec<ClauseProof>, Want> {
    if proof.is_empty() {
        return Err(Want::NoProof);
    }
    let (inside, outside): (Vec<ClauseProof>, Vec<ClauseProof>) =
        proof.into_iter().partition(|proof| !report.subject.uncommitted.contains(&proof.path));
    if inside.is_empty() {
        let mut paths: Vec<String> = outside.into_iter().map(|proof| proof.path).collect();
        paths.dedup();
        return Err(Want::NotCommitted(paths));
    }
    Ok(inside)
}
