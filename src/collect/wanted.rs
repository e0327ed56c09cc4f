//! Which sources of issues are named: by the request, else by the policy, else by where the run takes place.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::collect::error::CollectError;
use crate::collect::request::Request;
use lookback_core::model::{Limit, LimitKind, Policy, github_source};

/// The sources that are named.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Issue files of the request; those of the policy come beside them.
    pub files: Vec<PathBuf>,
    /// `owner/name` of the repository that keeps the records, as GitHub calls it.
    pub own: String,
    /// Repositories that GitHub is asked for; none when it is no source.
    pub github: Vec<String>,
    /// Sources of the policy that the request puts others in the place of, as the policy names them.
    pub replaced: Vec<String>,
}

impl Wanted {
    /// Sorts what is named. `name` is what the repository's origin calls it.
    pub fn new(request: &Request, policy: &Policy, name: &str) -> Result<Self, CollectError> {
        let (files, named) = sorted(request, policy);
        let replaced = replaced(request, policy, &named);
        if named.is_empty() {
            return Ok(Wanted { files, replaced, ..Wanted::default() });
        }
        let is_name = |name: &String| github_source(&format!("github:{name}")).is_some();
        let own = Some(name.to_owned()).filter(is_name).or_else(|| request.github_name.clone().filter(is_name));
        let mut github: Vec<String> = Vec::new();
        for name in named {
            if !name.is_empty() {
                github.push(name);
                continue;
            }
            github.extend(own.clone());
            github.extend(policy.subjects.iter().map(|subject| subject.repository.clone()));
            if own.is_none() && policy.subjects.is_empty() {
                return Err(CollectError::Unnamed);
            }
        }
        let mut seen = BTreeSet::new();
        github.retain(|name| seen.insert(name.to_lowercase()));
        // Without a name of its own, the one repository that is asked for is this one.
        let own = own.or_else(|| github.first().cloned()).unwrap_or_default();
        Ok(Wanted { files, own, github, replaced })
    }

    /// Which sources of the policy are not asked, because the request names others. Who names them knows: nothing is stopped.
    pub(crate) fn passed_over(&self) -> Option<Limit> {
        let (first, rest) = self.replaced.split_first()?;
        let (names, also) = (self.replaced.join(", "), format!("--issues {first}"));
        let also = rest.iter().fold(also, |also, name| format!("{also} --issues {name}"));
        let what = format!("{names}, a source of the configuration");
        let why = "--issues names what is asked instead";
        Some(Limit::new(LimitKind::IssueSource, what, why, format!("Name it too, `{also}`, where it is to be asked.")))
    }
}

/// The sources on GitHub that the policy names and the request leaves out.
fn replaced(request: &Request, policy: &Policy, named: &[String]) -> Vec<String> {
    let configured = policy.issues.sources.iter().flatten();
    // Who names a repository knows whether it is this one.
    let asked = |name: &str| named.iter().any(|own| own == name || name.is_empty());
    let left_out = |text: &&String| github_source(text).is_some_and(|name| !asked(name));
    if request.issues.is_empty() { Vec::new() } else { configured.filter(left_out).cloned().collect() }
}

/// Files, and repositories on GitHub; an empty name stands for this one with its subjects.
fn sorted(request: &Request, policy: &Policy) -> (Vec<PathBuf>, Vec<String>) {
    let (mut files, mut github) = (Vec::new(), Vec::new());
    for given in &request.issues {
        match given.to_str().and_then(github_source) {
            Some(name) => github.push(name.to_owned()),
            None => files.push(given.clone()),
        }
    }
    if request.issues.is_empty() {
        let default = if request.github_by_default { vec!["github".to_owned()] } else { Vec::new() };
        let named = policy.issues.sources.as_ref().unwrap_or(&default);
        github.extend(named.iter().filter_map(|text| github_source(text)).map(str::to_owned));
    }
    (files, github)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_source_that_others_are_put_in_the_place_of_is_said() {
        let said = |given: &[&str], configured: &[&str]| {
            let request = Request { issues: given.iter().map(PathBuf::from).collect(), ..Request::default() };
            let mut policy = Policy::default();
            policy.issues.sources = Some(configured.iter().map(|text| (*text).to_owned()).collect());
            let wanted = Wanted::new(&request, &policy, "acme/pump").unwrap();
            wanted.passed_over().map(|limit| (limit.what, limit.affects.len()))
        };
        let github = Some(("github, a source of the configuration".to_owned(), 0));
        assert_eq!(said(&["issues.csv"], &["github"]), github);
        assert_eq!(said(&["issues.csv", "github"], &["github"]), None);
        assert_eq!(said(&["github:acme/pump"], &["github"]), None);
        assert_eq!(said(&["issues.csv"], &[]), None);
        assert_eq!(said(&["issues.csv"], &["history"]), None);
        assert_eq!(said(&[], &["github"]), None);
    }

    #[test]
    fn sources_are_sorted_and_defaulted() {
        let of = |given: &[&str], configured: Option<&[&str]>, actions: bool, offline: bool| {
            let issues = given.iter().map(PathBuf::from).collect();
            let request = Request { issues, github_by_default: actions && !offline, ..Request::default() };
            let mut policy = Policy::default();
            policy.issues.sources = configured.map(|list| list.iter().map(|text| (*text).to_owned()).collect());
            let (files, github) = sorted(&request, &policy);
            (files.iter().map(|path| path.display().to_string()).collect::<Vec<_>>(), github)
        };
        let both = |files: &[&str], github: &[&str]| {
            let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
            (owned(files), owned(github))
        };
        // On a terminal nothing is asked unless it is named.
        assert_eq!(of(&[], None, false, false), both(&[], &[]));
        assert_eq!(of(&[], Some(&["github:a/b"]), false, false), both(&[], &["a/b"]));
        assert_eq!(of(&["github"], None, false, false), both(&[], &[""]));
        // A file is a file when it is written like one.
        let given = ["./github", "github:a", "github:a/b/c", "issues.csv", "github:../x"];
        assert_eq!(of(&given, None, false, false), both(&given, &[]));
        // In Actions GitHub is the default, and gives way to whatever is named.
        assert_eq!(of(&[], None, true, false), both(&[], &[""]));
        assert_eq!(of(&[], Some(&[]), true, false), both(&[], &[]));
        assert_eq!(of(&["x.json"], None, true, false), both(&["x.json"], &[]));
        assert_eq!(of(&[], None, true, true), both(&[], &[]));
        // What was asked for is asked for, also offline, so that it becomes a limit.
        assert_eq!(of(&["github"], None, true, true), both(&[], &[""]));
    }
}
