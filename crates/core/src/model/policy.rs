//! What the team decided, validated: the `Policy`. Data only; `config` makes one from text.

use chrono::NaiveDate;
use regex::Regex;

use crate::model::github_writes::GithubWrites;
use crate::model::issue::{Resolution, Severity};
use crate::model::period::{DateOrder, Window, YearStart};
use crate::model::sources::{GitHubKind, HISTORY};
use lookback_reading::{Declaration, PATH_SIGNAL};

/// A validated policy. `Policy::default()` is what holds without a configuration file.
#[derive(Clone, Debug, Default)]
pub struct Policy {
    /// When reviews are due.
    pub cadence: CadencePolicy,
    /// Which files are documents, which carry the path signal.
    pub documents: DocumentPolicy,
    /// Which issues are security issues, and where they come from.
    pub issues: IssuePolicy,
    /// What a release is.
    pub releases: ReleasePolicy,
    /// The team's own time targets.
    pub targets: Targets,
    /// Level per rule, where it differs from the rule's own.
    pub levels: Vec<(String, Option<crate::model::finding::Level>)>,
    /// Findings that somebody answers for.
    pub waivers: Vec<Waiver>,
    /// What is enforced on a pull request.
    pub pull_request: PullRequestLane,
    /// Is a change that loosens the policy only reported? Told by an input, never by a configuration.
    pub report_loosening: bool,
    /// Show title and details of private issues where the log may be public?
    pub show_embargoed: bool,
    /// What is written back to GitHub.
    pub github: GithubWrites,
    /// Repositories whose issues and releases this repository's reviews cover; empty: this repository alone.
    pub subjects: Vec<SubjectRepository>,
    /// What advisories call the products that are ours (package URLs, CPEs, names; `*` for anything); empty: nobody says.
    pub products: Vec<String>,
    /// Trackers on the network that are asked for issues.
    pub trackers: Vec<TrackerPolicy>,
    /// Where the configuration came from, for messages that point at it; `None`: the defaults.
    pub origin: Option<crate::model::policy_base::PolicyOrigin>,
}

/// When reviews are due.
#[derive(Clone, Debug)]
pub struct CadencePolicy {
    /// How long a review holds.
    pub window: Window,
    /// The configuration line that set the window.
    pub window_line: Option<usize>,
    /// Days of notice before the due date.
    pub notice_days: u32,
    /// The clock of the first review starts here at the earliest.
    pub start: Option<NaiveDate>,
    /// Days between the date held and the record's commit before it counts as backdated.
    pub backdating_days: u32,
    /// The day on which the team's fiscal year begins.
    pub fiscal_year_start: Option<YearStart>,
}

impl Default for CadencePolicy {
    fn default() -> Self {
        CadencePolicy {
            window: Window::default(),
            window_line: None,
            notice_days: 60,
            start: None,
            backdating_days: 60,
            fiscal_year_start: None,
        }
    }
}

/// Which files are documents.
#[derive(Clone, Debug)]
pub struct DocumentPolicy {
    /// The path signal, case-insensitive.
    pub path_signal: Regex,
    /// Extensions, lower-case, without dot.
    pub extensions: Vec<String>,
    /// Globs of paths that are left out (vendored, generated, test folders).
    pub exclude: Vec<String>,
    /// Globs; when not empty, only these are read.
    pub include: Vec<String>,
    /// Bytes; a larger document is a limit.
    pub max_size: u64,
    /// What documents are declared to be; the first one that matches counts.
    pub declared: Vec<DeclaredPath>,
}

/// What the documents at a path are declared to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredPath {
    /// A glob.
    pub path: String,
    /// What they are, and where that stands.
    pub declaration: Declaration,
}

/// Where there are no documents of the project's own.
pub(crate) const EXCLUDED: [&str; 24] = [
    "**/vendor/**",
    "**/vendored/**",
    "**/third_party/**",
    "**/third-party/**",
    "**/thirdparty/**",
    "**/node_modules/**",
    "**/target/**",
    "**/dist/**",
    "**/build/**",
    "**/test/**",
    "**/tests/**",
    "**/testdata/**",
    "**/fixtures/**",
    "**/generated/**",
    "**/.git/**",
    // What tells a program how to work is no document of people.
    "**/.claude/**",
    "**/.cursor/**",
    "**/.github/instructions/**",
    "**/.github/prompts/**",
    "**/copilot-instructions.md",
    "**/AGENTS.md",
    "**/CLAUDE.md",
    "**/GEMINI.md",
    // A program by a name that reads like a text.
    "**/CMakeLists.txt",
];

impl Default for DocumentPolicy {
    fn default() -> Self {
        DocumentPolicy {
            path_signal: Regex::new(&format!("(?i){PATH_SIGNAL}")).expect("the default path signal is a valid pattern"),
            extensions: lookback_reading::document_extensions().map(str::to_owned).collect(),
            exclude: EXCLUDED.map(str::to_owned).to_vec(),
            include: Vec::new(),
            max_size: 16 * 1024 * 1024,
            declared: Vec::new(),
        }
    }
}

/// Which issues are security issues.
#[derive(Clone, Debug)]
pub struct IssuePolicy {
    /// Labels (compared without case; the part after `:` or `/` counts too).
    pub labels: Vec<String>,
    /// Types of issues, on trackers that have them (compared without case).
    pub types: Vec<String>,
    /// A title that matches makes an issue a security issue.
    pub title: Regex,
    /// Patterns of tracker keys, e.g. `SEC-\d+`: every such key is a security issue.
    pub tracker_keys: Vec<Regex>,
    /// Are security fixes in the history a source?
    pub from_history: bool,
    /// Names of modules that read like words of security: as the prefix of a commit's subject they say nothing.
    pub modules: Vec<String>,
    /// What had ended before this day is not judged; `None`: everything is.
    pub since: Option<NaiveDate>,
    /// Why.
    pub since_reason: Option<String>,
    /// Issue files named by the configuration.
    pub files: Vec<String>,
    /// Trackers that are asked over the network, as `--issues` names them, or `history`; `None`: the configuration does not say.
    pub sources: Option<Vec<String>>,
    /// Why the history is the only source.
    pub sources_reason: Option<String>,
    /// What is read of GitHub.
    pub github: Vec<GitHubKind>,
    /// The zone of times in issue files that name none; `None`: UTC, and said to be unknown where it matters.
    pub time_zone: Option<chrono_tz::Tz>,
    /// The order of dates in issue files that do not tell it; `None`: what is ambiguous is not read.
    pub date_order: Option<DateOrder>,
    /// Own names of CSV columns: (our field, header).
    pub columns: Vec<(String, String)>,
    /// Own states of the tracker: (name, is it closed?). They come before the common words.
    pub states: Vec<(String, bool)>,
    /// Own resolutions of the tracker: (name, what it means). They come before the common words.
    pub resolutions: Vec<(String, Resolution)>,
}

impl IssuePolicy {
    /// Does the policy say that the history is all there is?
    pub fn history_alone(&self) -> bool {
        self.sources.as_ref().is_some_and(|sources| *sources == [HISTORY])
    }
}

/// Types of issues that are security issues by default.
pub(crate) const SECURITY_TYPES: [&str; 4] = ["security", "vulnerability", "security issue", "security defect"];

/// Fields of an issue that a CSV column can fill: the left sides of `[issues.columns]`.
pub(crate) const ISSUE_COLUMNS: [&str; 21] = [
    "id",
    "title",
    "severity",
    "cwe",
    "opened",
    "recognised",
    "responded",
    "closed",
    "published",
    "state",
    "resolution",
    "labels",
    "component",
    "accepted_until",
    "aliases",
    "url",
    "fix_commits",
    "deployed",
    "affected_versions",
    "source",
    "updated",
];

/// Labels that make an issue a security issue by default.
pub(crate) const SECURITY_LABELS: [&str; 9] = [
    "security",
    "vulnerability",
    "cve",
    "security-issue",
    "security-bug",
    "security-defect",
    "cybersecurity",
    "sicherheit",
    "sicherheitslücke",
];

impl Default for IssuePolicy {
    fn default() -> Self {
        IssuePolicy {
            labels: SECURITY_LABELS.map(str::to_owned).to_vec(),
            types: SECURITY_TYPES.map(str::to_owned).to_vec(),
            title: Regex::new(r"(?i)\bCVE-\d{4}-\d{4,}\b|\bGHSA(-[23456789cfghjmpqrvwx]{4}){3}\b|^\s*\[security\]|^security(\([^)]*\))?!?:|\bvulnerabilit(y|ies)\b|\bSicherheitslücke")
                .expect("the default title pattern is valid"),
            tracker_keys: Vec::new(),
            from_history: true,
            modules: Vec::new(),
            since: None,
            since_reason: None,
            files: Vec::new(),
            sources: None,
            sources_reason: None,
            github: GitHubKind::ALL.to_vec(),
            time_zone: None,
            date_order: None,
            columns: Vec::new(),
            states: Vec::new(),
            resolutions: Vec::new(),
        }
    }
}

/// What a release is.
#[derive(Clone, Debug)]
pub struct ReleasePolicy {
    /// Tags that match are releases; named groups `major`, `minor`, `patch` are not needed.
    pub tag: Regex,
    /// Tags that match are pre-releases, hence not releases.
    pub prerelease: Regex,
}

impl Default for ReleasePolicy {
    fn default() -> Self {
        ReleasePolicy {
            tag: Regex::new(r"(?i)^(?:.*[-_/@]|[a-z]*)v?(\d+)[._-](\d+)(?:[._-](\d+))*(?:[._-]?[a-z]+[._-]?\d*)*(?:\+.*)?$")
                .expect("the default release pattern is valid"),
            // The mark stands behind the version, or right before it: `rc-servo-v1.2.0` is the name of a package.
            prerelease: Regex::new(r"(?i)^(?:(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary|next|test)/v?\d[^@]*|(?:.*[/@])?(?:[^/@]*\d[._-]\d+(?:[^/@]*[^a-z/@])?(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary|next|test|a|b|m)[._-]?\d*(?:[^a-z/@][^/@]*)?|(?:[^/@]*[^a-z/@])?(?:alpha|beta|rc|pre|preview|dev|snapshot|nightly|canary|next|test)[._-]?v?\d[^/@]*))$")
                .expect("the default pre-release pattern is valid"),
        }
    }
}

/// Days from identification to the verified fix, the team's own.
#[derive(Clone, Debug, Default)]
pub struct Targets {
    /// Per severity.
    pub resolve_days: Vec<(Severity, u32)>,
    /// Days to the first response, for all.
    pub respond_days: Option<u32>,
    /// The configuration line that set them.
    pub line: Option<usize>,
}

impl Targets {
    /// Days to resolve an issue of this severity.
    pub fn resolve(&self, severity: Option<Severity>) -> Option<u32> {
        let severity = severity?;
        self.resolve_days.iter().find(|(of, _)| *of == severity).map(|(_, days)| *days)
    }
}

/// A finding that somebody answers for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiver {
    /// Rule id.
    pub rule: String,
    /// Subject: an issue id, a path, or `*`.
    pub subject: String,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub approver: String,
    /// Last day on which it holds.
    pub expires: NaiveDate,
    /// Its line in the configuration.
    pub line: usize,
}

/// What Lookback enforces on a pull request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum PullRequestLane {
    /// Faults in what the pull request changes fail it; the state of the window is reported.
    #[default]
    Changed,
    /// Everything is enforced.
    All,
    /// Nothing is; all is reported.
    Report,
}

impl PullRequestLane {
    /// The word of the configuration.
    pub fn word(self) -> &'static str {
        self.into()
    }
}

/// A repository that the reviews kept here cover.
#[derive(Clone, Debug)]
pub struct SubjectRepository {
    /// `owner/name`.
    pub repository: String,
    /// The product's name in reports; the repository's where not given.
    pub name: String,
    /// Its own release pattern; else that of `[releases]`.
    pub tag: Option<Regex>,
    /// A clone of it, relative to the root of this repository.
    pub path: Option<String>,
    /// Its line in the configuration.
    pub line: usize,
}

/// What kind of server a tracker is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, strum::IntoStaticStr, strum::VariantArray)]
#[strum(serialize_all = "kebab-case")]
pub enum TrackerKind {
    /// Jira Cloud.
    JiraCloud,
    /// Jira Data Center or Server.
    JiraDataCenter,
    /// GitLab, any edition.
    Gitlab,
}

impl TrackerKind {
    /// The word of the configuration.
    pub fn word(self) -> &'static str {
        self.into()
    }

    /// What people call it.
    pub fn name(self) -> &'static str {
        match self {
            TrackerKind::JiraCloud | TrackerKind::JiraDataCenter => "Jira",
            TrackerKind::Gitlab => "GitLab",
        }
    }

    /// The key of its table that says what is asked for, with an example.
    pub fn scope(self) -> (&'static str, &'static str) {
        match self {
            TrackerKind::JiraCloud | TrackerKind::JiraDataCenter => ("query", r#"query = "project = SEC""#),
            TrackerKind::Gitlab => ("project", r#"project = "group/project""#),
        }
    }

    /// Can it keep the reminder of another host?
    pub(crate) fn keeps_reminders(self) -> bool {
        self != TrackerKind::Gitlab
    }

    /// Does it have a list of vulnerabilities beside its issues?
    pub(crate) fn has_vulnerabilities(self) -> bool {
        self == TrackerKind::Gitlab
    }
}

/// What the page of the configuration says of `kind`, of `query` and of `project`.
pub(crate) const TRACKER_KEYS: [&str; 3] = [
    "A tracker that is asked for issues: \"jira-cloud\", \"jira-data-center\" or \"gitlab\". Tokens come from the environment only (JIRA_TOKEN, JIRA_EMAIL, GITLAB_TOKEN), and go only to the address that JIRA_URL or GITLAB_URL names.",
    "Jira: the JQL that finds the issues; required there.",
    "GitLab: the project; required there.",
];

/// A tracker on the network. Its token is in the environment, never here.
#[derive(Clone, Debug)]
pub struct TrackerPolicy {
    /// Which server.
    pub kind: TrackerKind,
    /// Its address; else that of the environment.
    pub url: Option<String>,
    /// JQL; empty for GitLab.
    pub query: String,
    /// `group/project`; empty for Jira.
    pub project: String,
    /// Are GitLab's vulnerabilities asked for?
    pub vulnerabilities: bool,
    /// Jira: key of the project that keeps the reminder; `None`: the host of the repository does.
    pub reminder: Option<String>,
    /// Jira: type of the reminder.
    pub reminder_type: String,
    /// Its line in the configuration.
    pub line: usize,
}
