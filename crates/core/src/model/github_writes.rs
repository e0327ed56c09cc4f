//! What the team wants written back to GitHub. Data only.

/// What is written back to GitHub.
#[expect(clippy::struct_excessive_bools, reason = "four switches")]
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GithubWrites {
    /// One comment on the pull request, updated in place.
    pub comment: bool,
    /// A check run with annotations.
    pub check_run: bool,
    /// One reminder issue.
    pub reminder: bool,
    /// A commit status, where there is no check run.
    pub status: bool,
    /// Name of the check run and context of the status; tells the comments and reminders of several set-ups apart.
    pub name: String,
    /// Labels of the reminder issue.
    pub reminder_labels: Vec<String>,
}

impl Default for GithubWrites {
    fn default() -> Self {
        GithubWrites {
            comment: false,
            check_run: false,
            reminder: false,
            status: false,
            name: "Lookback".to_owned(),
            reminder_labels: Vec::new(),
        }
    }
}
