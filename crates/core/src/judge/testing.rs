//! A small world built in memory, for the tests of the rules.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::missing_panics_doc,
    clippy::return_self_not_must_use,
    clippy::new_without_default,
    reason = "for tests"
)]

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::fixtures::{issue, time};
use crate::judge::catalog as rules;
use crate::judge::confirmed::Settled;
use crate::judge::facts::Facts;
use crate::judge::rule::RuleCheck;
use crate::model::evidence::{DocumentHistory, EVIDENCE_VERSION, Evidence, FoundDocument, History, Revision, Subject};
use crate::model::finding::Finding;
use crate::model::issue::{EventKind, Release};
use crate::model::policy::{Policy, Waiver};
use lookback_reading::{
    Action, Among, Answer, Answered, Aspect, Assessment, Claim, ClaimKind, Constraint, DateSource, Interval, Kind,
    Quote, Reading, Reference, Stated, one_based,
};

pub struct Scene {
    pub evidence: Evidence,
    pub policy: Policy,
}

/// A reading under construction.
pub struct Draft(pub Reading);

impl Draft {
    pub fn names(mut self, id: &str) -> Self {
        self.0.references.push(Reference {
            id: id.into(),
            line: one_based(20),
            examined: Some(true),
            doubt: None,
            attachment: None,
        });
        self
    }

    pub fn claims(mut self, kind: ClaimKind) -> Self {
        self.0.claims.push(Claim { kind, among: Among::default(), near: false, quote: Quote::at(30, 1, "the claim") });
        self
    }

    pub fn period(mut self, from: &str, to: &str) -> Self {
        let stated = |text: &str| Stated { value: text.parse().unwrap(), quote: Quote::at(4, 1, text) };
        self.0.fields.period_from = Some(stated(from));
        self.0.fields.period_to = Some(stated(to));
        self
    }

    pub fn action(
        mut self,
        id: Option<&str>,
        text: &str,
        owner: Option<&str>,
        due: Option<&str>,
        reference: Option<&str>,
    ) -> Self {
        self.0.actions.push(Action {
            id: id.map(Into::into),
            text: text.into(),
            owner: owner.map(Into::into),
            due: due.map(Into::into),
            references: reference.into_iter().map(Into::into).collect(),
            state: None,
            progress: Default::default(),
            quote: Quote::at(50, 3, text),
        });
        self
    }
}

fn meets(constraints: &[Constraint]) -> std::collections::BTreeMap<Constraint, Answered> {
    constraints.iter().map(|constraint| (*constraint, Answered::proven(vec![Quote::at(10, 1, "proof")]))).collect()
}

fn revision(at: &str, n: usize, path: &str) -> Revision {
    Revision {
        commit: format!("{n:08x}c{n}"),
        path: path.into(),
        author: "R. Meyer <r@example.org>".into(),
        authored: time(at),
        committed: time(at),
        signed: false,
        moved: false,
        endorsement: None,
    }
}

impl Scene {
    pub fn new() -> Self {
        Scene {
            evidence: Evidence {
                schema_version: EVIDENCE_VERSION,
                subject: Subject {
                    repository: "acme/pump".into(),
                    revision: Some("c0ffee".into()),
                    as_of: NaiveDate::MIN,
                    judged: crate::model::evidence::Judged::Commit,
                    uncommitted: vec![],
                    not_looked_at: 0,
                },
                config: None,
                origin: None,
                history: History::default(),
                documents: vec![],
                documents_read: 0,
                releases: vec![],
                issues: vec![],
                candidates: vec![],
                tracked: vec![],
                traces: vec![],
                limits: vec![],
                unseen: vec![],
                changes: None,
                sink: None,
                visibilities: BTreeMap::new(),
                sources: vec![],
                confirmations: vec![],
                policy_base: None,
            },
            policy: Policy::default(),
        }
    }

    pub fn release(mut self, tag: &str, date: &str) -> Self {
        self.evidence.releases.push(Release { tag: tag.into(), date: date.parse().unwrap() });
        self
    }

    pub fn issue(mut self, id: &str, events: &[(&str, EventKind)]) -> Self {
        self.evidence.issues.push(issue(id, events));
        self
    }

    /// A complete record, held and committed on this day.
    pub fn record(self, date: &str) -> Self {
        self.record_with(date, |reading| reading)
    }

    pub fn record_with(mut self, date: &str, change: impl FnOnce(Draft) -> Draft) -> Self {
        let path = format!("docs/reviews/security-review-{date}.md");
        let mut reading = Reading {
            kind: Kind::Record,
            confidence: 90,
            content_match: Answer::Proven,
            presents_review: true,
            held: Answered::proven(Vec::new()),
            constraints: meets(&Constraint::ALL),
            ..Reading::default()
        };
        reading.fields.date_held =
            Some(Stated { value: date.parse().unwrap(), quote: Quote::at(3, 1, format!("Date held: {date}")) });
        reading.fields.date_source = Some(DateSource::Stated);
        reading.fields.approved_by =
            Some(Stated { value: "A. Weber".into(), quote: Quote::at(5, 1, "Approved by: A. Weber") });
        reading.assessments = Aspect::ALL
            .map(|aspect| Assessment {
                aspect,
                answer: Answer::Proven,
                favourable: Some(true),
                quote: Quote::at(25, 1, aspect.word()),
            })
            .to_vec();
        let Draft(reading) = change(Draft(reading));
        let added = revision(date, self.evidence.documents.len() + 1, &path);
        let history = DocumentHistory {
            added: added.clone(),
            last_change: added.clone(),
            revisions: vec![added],
            entries: BTreeMap::new(),
        };
        self.evidence.documents.push(FoundDocument {
            path,
            path_signal: true,
            blob: None,
            reading,
            history: Some(history),
        });
        self
    }

    pub fn procedure(mut self, months: Option<u32>) -> Self {
        let reading = Reading {
            kind: Kind::Procedure,
            confidence: 90,
            constraints: meets(&[
                Constraint::ImprovementEstablished,
                Constraint::DeployedDefectsAnalysed,
                Constraint::ReviewEstablished,
                Constraint::HeldAnnually,
            ]),
            interval: months.map(|months| Interval { months, yearly: false, quote: Quote::at(7, 1, "the interval") }),
            ..Reading::default()
        };
        self.evidence.documents.push(FoundDocument {
            path: "docs/procedure.md".into(),
            path_signal: false,
            blob: None,
            reading,
            history: None,
        });
        self
    }

    /// Moves the commit of the last record.
    pub fn committed(mut self, date: &str) -> Self {
        let document = self.evidence.documents.last_mut().unwrap();
        let added = revision(date, 1, &document.path);
        document.history = Some(DocumentHistory {
            added: added.clone(),
            last_change: added.clone(),
            revisions: vec![added],
            entries: BTreeMap::new(),
        });
        self
    }

    /// Adds a later change of the last record.
    pub fn changed(mut self, date: &str) -> Self {
        let document = self.evidence.documents.last_mut().unwrap();
        let change = revision(date, 2, &document.path);
        let history = document.history.as_mut().unwrap();
        history.revisions.push(change.clone());
        history.last_change = change;
        self
    }

    pub fn waive(mut self, rule: &str, subject: &str, expires: &str) -> Self {
        self.policy.waivers.push(Waiver {
            rule: rule.into(),
            subject: subject.into(),
            reason: "known".into(),
            approver: "A. Weber".into(),
            expires: expires.parse().unwrap(),
            line: 7,
        });
        self
    }

    pub fn held(&self) -> Vec<String> {
        let settled = Settled::new(&self.evidence, NaiveDate::MAX);
        let facts = Facts::new(&settled, &self.policy, NaiveDate::MAX);
        facts.held.iter().map(|held| held.date.to_string()).collect()
    }

    /// The findings of one rule in a whole judgement.
    pub fn fired(&self, as_of: &str, rule: &str) -> Vec<Finding> {
        let report = crate::judge::verdict::judge(&self.evidence, &self.policy, as_of.parse().unwrap(), false);
        report.findings.into_iter().filter(|finding| finding.rule == rule).collect()
    }

    pub fn not_assessed(&self, as_of: &str, rule: &str) -> bool {
        let as_of = as_of.parse().unwrap();
        let settled = Settled::new(&self.evidence, as_of);
        let facts = Facts::new(&settled, &self.policy, as_of);
        match rules::find(rule).unwrap().check {
            RuleCheck::Facts(check) => check(&facts).parts().1.is_some(),
            RuleCheck::Waivers(_) => false,
        }
    }
}
