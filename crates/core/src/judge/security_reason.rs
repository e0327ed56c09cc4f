//! Why an issue of a tracker counts as one of security: its label, its class of weakness, its id or its title, whichever says so first.

use crate::intake::words;
use crate::model::issue::Issue;
use crate::model::policy::Policy;

/// The reason; `None` where the source alone says so (a list of advisories), or nothing of it may be shown.
pub(crate) fn of(issue: &Issue, policy: &Policy) -> Option<String> {
    if issue.private {
        return None;
    }
    let marks = |label: &&String| words::security_label(&std::iter::once((*label).clone()).collect(), policy);
    let label = issue.labels.iter().find(marks).map(|label| format!("label \"{label}\""));
    let mut ids = std::iter::once(&issue.id).chain(&issue.aliases);
    let id = || ids.find(|id| words::security_id(id, policy)).map(|id| format!("id {id}"));
    let class = || issue.cwe.first().map(|class| format!("class {class}"));
    let title = || words::security_title(&issue.title, policy).then(|| "its title".to_owned());
    label.or_else(id).or_else(class).or_else(title)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_that_says_so_is_named() {
        let policy = Policy::default();
        let mut issue = Issue::new("#1", "issues.json");
        assert_eq!(of(&issue, &policy), None);
        issue.title = "[security] Logs hold tokens".to_owned();
        assert_eq!(of(&issue, &policy).as_deref(), Some("its title"));
        issue.cwe.insert("CWE-532".to_owned());
        assert_eq!(of(&issue, &policy).as_deref(), Some("class CWE-532"));
        issue.aliases.insert("CVE-2025-1234".to_owned());
        assert_eq!(of(&issue, &policy).as_deref(), Some("id CVE-2025-1234"));
        issue.labels.extend(["bug".to_owned(), "kind/security".to_owned()]);
        assert_eq!(of(&issue, &policy).as_deref(), Some("label \"kind/security\""));
        issue.private = true;
        assert_eq!(of(&issue, &policy), None, "a label may tell what is hidden");
    }
}
