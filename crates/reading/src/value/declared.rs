//! What somebody declares a document to be, in the configuration or in the document itself: it settles the kind, and no denial.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::value::text::Location;

/// What a document is declared to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum DeclaredAs {
    /// The record of a periodic review.
    Review,
    /// The procedure that prescribes one.
    Procedure,
    /// An analysis of security defects of deployed software, and nothing else.
    Analysis,
    /// No evidence of anything.
    None,
}

impl DeclaredAs {
    /// All of them.
    pub const ALL: [DeclaredAs; 4] =
        [DeclaredAs::Review, DeclaredAs::Procedure, DeclaredAs::Analysis, DeclaredAs::None];

    /// The word of the configuration and of front matter.
    pub fn word(self) -> &'static str {
        match self {
            DeclaredAs::Review => "review",
            DeclaredAs::Procedure => "procedure",
            DeclaredAs::Analysis => "analysis",
            DeclaredAs::None => "none",
        }
    }

    /// The declaration that a word makes.
    pub fn of_word(word: &str) -> Option<DeclaredAs> {
        DeclaredAs::ALL.into_iter().find(|declared| declared.word().eq_ignore_ascii_case(word.trim()))
    }
}

/// A declaration with the line that makes it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Declaration {
    /// What the document is declared to be.
    pub is: DeclaredAs,
    /// Where that stands.
    pub at: Location,
}

impl Declaration {
    /// `declared as review in lookback.toml:12`.
    pub fn told(&self) -> String {
        format!("declared as {} in {}", self.is.word(), self.at.position(&self.at.path))
    }
}
