//! A security issue: what every source tells of it, in one neutral value. Data only.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, Utc};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A tag that matches the release pattern.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Release {
    /// Tag name without `refs/tags/`.
    pub tag: String,
    /// Tagger date, else commit date, UTC.
    pub date: NaiveDate,
}

/// A security issue, from any source. The same problem seen by two sources is one value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[expect(clippy::struct_excessive_bools, reason = "each says another thing of an issue")]
pub struct Issue {
    /// The id people use for it: `#12`, `SEC-4`, `CVE-2025-1234`, `commit 1a2b3c4d5e6f`.
    pub id: String,
    /// Every other id of the same problem.
    pub aliases: BTreeSet<String>,
    /// One line.
    pub title: String,
    /// Where it can be read.
    pub url: Option<String>,
    /// As the source states it.
    pub severity: Option<Severity>,
    /// `CWE-79`, sorted.
    pub cwe: BTreeSet<String>,
    /// Labels, as named by the source.
    pub labels: BTreeSet<String>,
    /// Parts of the product that its sources name, beside those that labels do.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub components: BTreeSet<String>,
    /// Folders of the software that its fixes change; the root is `.`.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub fixed_in: BTreeSet<String>,
    /// Names of the sources that know it (`history`, `issues.json`), sorted.
    pub sources: BTreeSet<String>,
    /// What happened, in order of time.
    pub events: Vec<Event>,
    /// How it was disposed of.
    pub resolution: Resolution,
    /// Full ids of the commits that fix it, where the history holds them; else as the source names them.
    pub fix_commits: Vec<String>,
    /// The first release that contains every fix commit.
    pub released_in: Option<Release>,
    /// Which of several fixes the release goes by; `None`: there is one fix.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release_rule: Option<ReleaseRule>,
    /// Is software in the field affected? `None`: nobody says.
    pub deployed: Option<bool>,
    /// Why it counts as a security issue, or as a candidate: what the history or its tracker says. In evidence `None` for those of a
    /// tracker; the report names the label, the class, the id or the title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Sources that call it closed, and since when, where it counts as open because another one calls it open.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub closed_by: BTreeMap<String, NaiveDate>,
    /// Under embargo (draft advisory, private alert, or masked as the issue of a repository that few may read)?
    #[serde(default)]
    pub private: bool,
    /// Is it private by the word of a file alone? Who runs this holds that file: it is masked only where somebody says that more
    /// people read the log.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_own_file: bool,
    /// The other repositories that tell of it; empty: the own one alone.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub repositories: BTreeSet<String>,
    /// Do its sources say that it is closed, and none since when? It counts as open in every balance, and no claim is held against it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub undated: bool,
    /// Does a source give it a state of which nobody says whether it means open or closed, and none that it is open? It counts as that
    /// source's dates have it, and no claim on what was open is held against it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub state_unknown: bool,
    /// Does its one source leave open whether it is open (a list of advisories, a fix without a closing)? Of no meaning once the
    /// sources are joined.
    #[serde(skip)]
    pub untold: bool,
}

impl Issue {
    /// An issue of a source about which nothing else is known yet.
    pub fn new(id: impl Into<String>, source: &str) -> Self {
        Issue {
            id: id.into(),
            aliases: BTreeSet::new(),
            title: String::new(),
            url: None,
            severity: None,
            cwe: BTreeSet::new(),
            labels: BTreeSet::new(),
            components: BTreeSet::new(),
            fixed_in: BTreeSet::new(),
            sources: BTreeSet::from([source.to_owned()]),
            events: Vec::new(),
            resolution: Resolution::None,
            fix_commits: Vec::new(),
            released_in: None,
            release_rule: None,
            deployed: None,
            why: None,
            closed_by: BTreeMap::new(),
            private: false,
            from_own_file: false,
            repositories: BTreeSet::new(),
            undated: false,
            state_unknown: false,
            untold: false,
        }
    }

    /// Does it count as open on that day although a source calls it closed by then?
    pub(crate) fn is_disputed(&self, on: NaiveDate) -> bool {
        self.closed_by.values().any(|day| *day <= on)
    }
}

/// Which of several fixes the release of an issue goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "kebab-case")]
pub enum ReleaseRule {
    /// The same change was put on several branches: the first release that holds one of them.
    EarliestBackport,
    /// The fix has several parts: the first release that holds the last of them.
    LatestPart,
}

impl ReleaseRule {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// How bad it is, in the words of CVSS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[derive(strum::IntoStaticStr)]
#[strum(serialize_all = "lowercase")]
pub enum Severity {
    /// CVSS 0.1 to 3.9.
    Low,
    /// CVSS 4.0 to 6.9; GitHub's `moderate`.
    Medium,
    /// CVSS 7.0 to 8.9.
    High,
    /// CVSS 9.0 to 10.0.
    Critical,
}

impl Severity {
    /// The word as printed.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// One thing that happened to an issue.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
pub struct Event {
    /// When.
    pub at: DateTime<Utc>,
    /// What.
    pub kind: EventKind,
    /// Who, if the source says.
    #[serde(default)]
    pub actor: Option<String>,
    /// Words of the source: reason, label, severity.
    #[serde(default)]
    pub note: Option<String>,
}

/// Kinds of events. The order is the order of effect at equal times.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum EventKind {
    /// Reported or filed; the earliest evidence of awareness.
    Opened,
    /// Recognised as security-related (a label added later than the opening).
    Recognised,
    /// First answer by somebody other than the reporter.
    FirstResponse,
    /// The severity changed.
    SeverityChanged,
    /// The label was removed.
    Declassified,
    /// A fix was committed.
    Fixed,
    /// Closed.
    Closed,
    /// Opened again.
    Reopened,
    /// Published (advisory).
    Published,
}

/// How an issue was disposed of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[derive(strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum Resolution {
    /// A fix exists.
    Fixed,
    /// Mitigated without a fix.
    Mitigated,
    /// The risk was accepted, with a statement.
    Accepted,
    /// The product is not affected (false positive).
    NotAffected,
    /// Another issue covers it.
    Duplicate,
    /// Nothing is known.
    #[default]
    None,
}

impl Resolution {
    /// The word as printed and configured.
    pub fn word(self) -> &'static str {
        self.into()
    }
}
