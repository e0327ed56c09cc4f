//! The clauses, constraints, mappings and evidence signals, as data (our own words; the standard's text is licensed).

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The standard that every clause number printed by the tool belongs to.
pub const STANDARD: &str = "IEC 81001-5-1";
/// The edition that the constraints were derived from.
pub const STANDARD_EDITION: &str = "IEC 81001-5-1:2021";

/// One checkable demand of IEC 81001-5-1 4.1.6 or 4.1.8, written as `4.1.8#b` in every format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Constraint {
    /// 4.1.6#a: improvement established.
    #[serde(rename = "4.1.6#a")]
    ImprovementEstablished,
    /// 4.1.6#b: deployed defects analysed.
    #[serde(rename = "4.1.6#b")]
    DeployedDefectsAnalysed,
    /// 4.1.8#a: review established.
    #[serde(rename = "4.1.8#a")]
    ReviewEstablished,
    /// 4.1.8#b: issues examined.
    #[serde(rename = "4.1.8#b")]
    IssuesExamined,
    /// 4.1.8#c: process assessed.
    #[serde(rename = "4.1.8#c")]
    ProcessAssessed,
    /// 4.1.8#d: held annually.
    #[serde(rename = "4.1.8#d")]
    HeldAnnually,
}

/// What is known about one constraint.
pub struct ConstraintInfo {
    /// The constraint.
    pub constraint: Constraint,
    /// The id as printed, e.g. `4.1.8#b`.
    pub id: &'static str,
    /// The clause number, without the standard.
    pub clause: &'static str,
    /// Three or four words.
    pub title: &'static str,
    /// The demand, in our words.
    pub says: &'static str,
    /// The question an auditor asks.
    pub question: &'static str,
}

/// All constraints, in the order in which they are printed.
pub const CONSTRAINTS: [ConstraintInfo; 6] = [
    ConstraintInfo {
        constraint: Constraint::ImprovementEstablished,
        id: "4.1.6#a",
        clause: "4.1.6",
        title: "improvement established",
        says: "an activity exists that keeps improving the security development life cycle",
        question: "Which activity improves the security life cycle, and what did it change?",
    },
    ConstraintInfo {
        constraint: Constraint::DeployedDefectsAnalysed,
        id: "4.1.6#b",
        clause: "4.1.6",
        title: "deployed defects analysed",
        says: "that activity analyses security defects in deployed software items and products",
        question: "Which life-cycle activity missed each security defect found in the field?",
    },
    ConstraintInfo {
        constraint: Constraint::ReviewEstablished,
        id: "4.1.8#a",
        clause: "4.1.8",
        title: "review established",
        says: "an activity exists for periodic review of the software problem resolution process",
        question: "Which procedure prescribes the periodic review, by whom, how often, on which inputs?",
    },
    ConstraintInfo {
        constraint: Constraint::IssuesExamined,
        id: "4.1.8#b",
        clause: "4.1.8",
        title: "issues examined",
        says: "each review examines the security-related issues managed since the last review",
        question: "Does the record name every security issue that was managed in its period?",
    },
    ConstraintInfo {
        constraint: Constraint::ProcessAssessed,
        id: "4.1.8#c",
        clause: "4.1.8",
        title: "process assessed",
        says: "each review judges whether the management was complete, efficient and led to resolution",
        question: "What did the review conclude on completeness, efficiency and resolution, and do the data agree?",
    },
    ConstraintInfo {
        constraint: Constraint::HeldAnnually,
        id: "4.1.8#d",
        clause: "4.1.8",
        title: "held annually",
        says: "reviews take place at least annually, or within the monitoring and measurement of ISO 13485 4.1.3",
        question: "When were the last reviews held, and when is the next one due?",
    },
];

/// Related demands of other documents: (reference, how it relates).
pub const MAPPINGS: [(&str, &str); 6] = [
    ("ISO 13485 4.1.3", "monitoring, measurement and analysis of processes; may carry the review"),
    ("ISO 13485 8.5", "improvement, with effectiveness of actions"),
    ("IEC 62443-4-1 SM-13", "origin of 4.1.6"),
    ("IEC 62443-4-1 DM-6", "origin of 4.1.8; asks for the resolution of each issue"),
    ("IEC 62304 9.6", "trend analysis of problems"),
    ("FDA premarket cybersecurity guidance V.A.6", "measures of vulnerability handling"),
];

/// Default path signal (`FILE_EXISTS`), matched without regard to case on documents only.
pub const PATH_SIGNAL: &str =
    "(Management.*Review|Security.*Review|Defect.*Analysis|Problem.*Resolution.*Review|Corrective.*Action)";

impl Constraint {
    /// All constraints in printing order.
    pub const ALL: [Constraint; 6] = [
        Constraint::ImprovementEstablished,
        Constraint::DeployedDefectsAnalysed,
        Constraint::ReviewEstablished,
        Constraint::IssuesExamined,
        Constraint::ProcessAssessed,
        Constraint::HeldAnnually,
    ];

    /// Those that need all issues and their states.
    pub const OF_ISSUES: [Constraint; 3] =
        [Constraint::DeployedDefectsAnalysed, Constraint::IssuesExamined, Constraint::ProcessAssessed];

    /// What is known about it.
    pub fn info(self) -> &'static ConstraintInfo {
        &CONSTRAINTS[self as usize]
    }

    /// The id as printed, e.g. `4.1.8#b`.
    pub fn id(self) -> &'static str {
        self.info().id
    }
}

impl fmt::Display for Constraint {
    /// Writes the standard with the clause, because ISO 13485 has a 4.1.6 too.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{STANDARD} {}", self.id())
    }
}

impl FromStr for Constraint {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        CONSTRAINTS.iter().find(|info| info.id == text).map(|info| info.constraint).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn table_and_enum_are_in_the_same_order() {
        for (index, info) in CONSTRAINTS.iter().enumerate() {
            assert_eq!(info.constraint as usize, index);
            assert_eq!(Constraint::ALL[index], info.constraint);
            assert_eq!(info.id.parse(), Ok(info.constraint));
            assert_eq!(serde_json::to_value(info.constraint).unwrap(), info.id);
        }
        assert_eq!(Constraint::IssuesExamined.to_string(), "IEC 81001-5-1 4.1.8#b");
    }
}
