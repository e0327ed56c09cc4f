//! Which pull request a commit merges, as the platforms write it in its message: GitHub, GitLab, Bitbucket, Azure.

use std::sync::LazyLock;

use regex::Regex;

/// A merged pull request.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct MergedPull<'a> {
    /// `#57`; `!57` of GitLab.
    pub number: String,
    /// What it is called; the subject of the commit, where the message does not say.
    pub title: &'a str,
}

/// What leads the subject of a merge; behind it or in the body stands the title.
static LEADS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
    [
        r"^Merge pull request (#)(\d{1,18}) from \S+()$",
        r"^Merged in \S+ \(pull request (#)(\d{1,18})\)()$",
        r"^Merged PR ()(\d{1,18}): (.+)$",
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect()
});
/// What GitLab writes below the title.
static SEE: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r"(?m)^See merge request \S*!(\d{1,18})$").ok());

impl<'a> MergedPull<'a> {
    /// Of the message of a commit.
    pub(crate) fn of(message: &'a str) -> Option<Self> {
        let mut lines = message.lines().map(str::trim).filter(|line| !line.is_empty());
        let subject = lines.next()?;
        let below = lines.next().unwrap_or(subject);
        if let Some(found) = LEADS.iter().find_map(|lead| lead.captures(subject)) {
            let title = found.get(3).map_or("", |title| title.as_str());
            return Some(MergedPull {
                number: format!("#{}", &found[2]),
                title: if title.is_empty() { below } else { title },
            });
        }
        let found = SEE.as_ref()?.captures(message)?;
        let title = if subject.starts_with("Merge branch ") { below } else { subject };
        Some(MergedPull { number: format!("!{}", &found[1]), title })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_the_platforms_write_it() {
        for (message, expected) in [
            ("Merge pull request #57 from acme/fuzz\n\nFuzz the port\n", Some(("#57", "Fuzz the port"))),
            ("Merge pull request #57 from acme/fuzz\n", Some(("#57", "Merge pull request #57 from acme/fuzz"))),
            ("Merged in fuzz (pull request #57)\n\nFuzz the port\n", Some(("#57", "Fuzz the port"))),
            ("Merged PR 57: Fuzz the port\n", Some(("#57", "Fuzz the port"))),
            (
                "Merge branch 'fuzz' into 'main'\n\nFuzz the port\n\nSee merge request acme/pump!57\n",
                Some(("!57", "Fuzz the port")),
            ),
            ("Fuzz the port\n\nSee merge request !57\n", Some(("!57", "Fuzz the port"))),
            // A squashed one is written like an issue.
            ("Fuzz the port (#57)\n", None),
            ("Revert \"Merge pull request #57 from acme/fuzz\"\n", None),
        ] {
            let expected = expected.map(|(number, title)| MergedPull { number: number.to_owned(), title });
            assert_eq!(MergedPull::of(message), expected, "{message}");
        }
    }
}
