//! The commands that make issues of a tracker out of improvement actions: printed for a person to read and run, never sent.

use crate::model::draft::DraftAction;
use crate::render::escape::line;

/// Where issues are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionTracker {
    /// By `gh`.
    Github,
    /// By `curl` on the interface of Jira.
    Jira,
}

/// One command an action that names no issue yet; each on a line of its own, quoted for a POSIX shell.
pub fn action_commands(tracker: ActionTracker, repository: &str, actions: &[DraftAction]) -> Vec<String> {
    let wanted = actions.iter().filter(|action| action.references.is_empty());
    wanted.map(|action| command(tracker, repository, action)).collect()
}

fn command(tracker: ActionTracker, repository: &str, action: &DraftAction) -> String {
    let title = format!("{}: {}", line(&action.id), line(&action.text));
    let mut body =
        format!("Improvement action {} of the security review in {}.", line(&action.id), line(&action.record));
    let mut said = |label: &str, value: Option<&String>| {
        if let Some(value) = value {
            body += &format!(" {label}: {}.", line(value));
        }
    };
    said("Owner", action.owner.as_ref());
    said("Due", action.due.as_ref());
    let words = match tracker {
        ActionTracker::Github => {
            let mut words: Vec<String> = ["gh", "issue", "create"].map(str::to_owned).to_vec();
            if repository.contains('/') {
                words.extend(["--repo".to_owned(), line(repository)]);
            }
            words.extend(["--title".to_owned(), title, "--body".to_owned(), body]);
            words
        }
        ActionTracker::Jira => {
            let fields = serde_json::json!({ "fields": {
                "project": { "key": "PROJECT" },
                "issuetype": { "name": "Task" },
                "summary": title,
                "description": body,
            } });
            let mut words: Vec<String> = ["curl", "--fail", "--netrc", "--header"].map(str::to_owned).to_vec();
            words.extend(["Content-Type: application/json".to_owned(), "--data".to_owned(), fields.to_string()]);
            words.push("https://jira.example.org/rest/api/2/issue".to_owned());
            words
        }
    };
    // What a shell cannot hold (a null byte) `line` has shown as its picture.
    shlex::try_join(words.iter().map(String::as_str)).unwrap_or_default()
}
