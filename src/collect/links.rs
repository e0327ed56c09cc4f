//! What a tree only points to: links that lead out of it, submodules. Where the record may stand behind one, it was not seen.

use crate::collect::attachments::FilesByPath;
use crate::collect::git::repository::{Repository, TreeFile, TreeFiles};
use lookback_core::model::{Limit, LimitKind};
use lookback_reading::{Constraint, shorten};

/// Links that lead to links are followed so far.
const MOST_LINKS: usize = 8;
/// Bytes of a path.
const MOST: u64 = 4096;

/// Links and submodules under a name of a record or procedure whose contents are not in the tree. `may_be`: could a file of this path
/// be one?
pub(crate) fn unseen(
    repository: &Repository,
    tree: &TreeFiles,
    all: &FilesByPath,
    may_be: &dyn Fn(&str) -> bool,
) -> Vec<Limit> {
    // Something without an ending may be a folder of them.
    let named = |path: &str| {
        let name = path.rsplit('/').next().unwrap_or_default();
        may_be(path) || !name.contains('.') && may_be(&format!("{path}/a.md"))
    };
    let mut limits = Vec::new();
    for link in tree.links.iter().filter(|link| named(&link.path)) {
        if let Err(target) = resolve(repository, tree, all, link) {
            let why = format!(
                "it is a link to {}, which is not in the tree; such links are not followed",
                shorten(&target, 200)
            );
            limits.push(behind(&link.path, why, "Commit the file itself in the place of the link."));
        }
    }
    for path in tree.submodules.iter().filter(|path| named(path)) {
        let why = "it is a submodule, which is named, not entered".to_owned();
        let remedy = "Run Lookback in its own repository if records are kept there, or commit them here.";
        limits.push(behind(path, why, remedy));
    }
    limits
}

fn behind(path: &str, why: String, remedy: &str) -> Limit {
    Limit::new(LimitKind::Document, path, why, remedy).affecting(&Constraint::ALL).may_hide_a_record()
}

/// Is what a link leads to in the tree? Else to what it leads.
fn resolve(repository: &Repository, tree: &TreeFiles, all: &FilesByPath, link: &TreeFile) -> Result<(), String> {
    let mut at = link;
    let mut target = String::new();
    for _ in 0..MOST_LINKS {
        let bytes = repository.blob(at.oid, MOST).map_err(|_| "what cannot be read".to_owned())?;
        target = String::from_utf8_lossy(&bytes).into_owned();
        let Some(path) = joined(&at.path, &target) else { break };
        let folder = format!("{path}/");
        let in_folder = || all.range(folder.clone()..).next().is_some_and(|(file, _)| file.starts_with(&folder));
        if all.contains_key(&path) || in_folder() {
            return Ok(());
        }
        let Ok(next) = tree.links.binary_search_by(|one| one.path.as_str().cmp(&path)) else { break };
        at = &tree.links[next];
    }
    Err(target)
}

/// The path within the tree to which a link at a path leads; `None` where that is outside.
fn joined(link: &str, target: &str) -> Option<String> {
    if target.starts_with(['/', '\\']) || target.get(1..2) == Some(":") {
        return None;
    }
    let mut parts: Vec<&str> = link.split('/').collect();
    parts.pop();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::joined;

    #[test]
    fn where_links_lead() {
        for (link, target, path) in [
            ("docs/reviews/r.md", "../records/r.md", Some("docs/records/r.md")),
            ("docs/r.md", "./a//b.md", Some("docs/a/b.md")),
            ("r.md", "a.md", Some("a.md")),
            ("docs/r.md", "../../quality/r.md", None),
            ("docs/r.md", "/srv/r.md", None),
            ("docs/r.md", "C:\\r.md", None),
        ] {
            assert_eq!(joined(link, target).as_deref(), path, "{link} {target}");
        }
    }
}
