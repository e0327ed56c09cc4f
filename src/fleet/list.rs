//! A list of repositories in a file: an address or a folder a line, with what is known of it behind.
#![expect(clippy::disallowed_methods, reason = "looks where the folders of a list lie")]

use std::path::Path;

use crate::fleet::error::FleetError;
use crate::fleet::names::{address_of, name_of, way};
use lookback_core::model::{PlannedRepository, Visibility};
use lookback_core::render::escape::line as printable;
use lookback_reading::shorten;

/// What may stand behind an address.
const KEYS: [&str; 3] = ["name", "branch", "visibility"];

/// Reads a list. Folders are relative to `base`.
pub(crate) fn read(text: &str, file: &str, base: &Path) -> Result<Vec<PlannedRepository>, FleetError> {
    let mut found = Vec::new();
    for (at, written) in text.lines().enumerate() {
        let written = written.trim();
        if written.is_empty() || written.starts_with('#') {
            continue;
        }
        let wrong = |why: String, next: &str| {
            let shown = printable(&shorten(&discreet(written), 200));
            FleetError::mistake(format!("{file}:{}: {why}: {shown}", at + 1), next)
        };
        found.push(one(written, base).map_err(|(why, next)| wrong(why, next))?);
    }
    Ok(found)
}

/// Without a name or password that somebody wrote into an address.
fn discreet(written: &str) -> String {
    match written.split_once("://").map(|(scheme, rest)| (scheme, rest.rsplit_once('@'))) {
        Some((scheme, Some((_, place)))) => format!("{scheme}://…@{place}"),
        _ => written.to_owned(),
    }
}

fn one(written: &str, base: &Path) -> Result<PlannedRepository, (String, &'static str)> {
    let mut place = written;
    let (mut name, mut branch, mut visibility) = (None, None, None);
    // What is known stands at the end, so that a folder may hold blanks.
    while let Some((before, last)) = place.rsplit_once(char::is_whitespace) {
        let Some((key, value)) = last.split_once('=').filter(|(key, _)| KEYS.contains(key)) else { break };
        match key {
            "name" => name = Some(value.to_owned()),
            "branch" => branch = Some(value.to_owned()),
            _ => {
                let known = Visibility::named(value).ok_or((
                    "no such visibility".to_owned(),
                    "Write visibility=public, visibility=internal or visibility=private.",
                ))?;
                visibility = Some(known);
            }
        }
        place = before.trim_end();
    }
    let url = if place.contains("://") {
        way(place).map_err(|why| (why.to_owned(), "Write https://HOST/OWNER/NAME, file:///FOLDER, or a folder."))?;
        place.to_owned()
    } else {
        let next = "Write an address (https://HOST/OWNER/NAME), or a folder that is a Git repository.";
        let folder = base.join(place);
        let folder =
            folder.canonicalize().map_err(|_| ("there is no such folder, and it is no address".to_owned(), next))?;
        let url = address_of(&folder).ok_or(("the name of the folder is no UTF-8".to_owned(), next))?;
        way(&url).map_err(|why| (why.to_owned(), next))?;
        url
    };
    let name = name.unwrap_or_else(|| name_of(&url));
    if name.is_empty() {
        return Err(("the address names no repository".to_owned(), "Write name=NAME behind it."));
    }
    Ok(PlannedRepository { name, url, branch, visibility, team: None, pushed: None, cost_ms: 0, shard: 1 })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_and_what_is_known() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("my pump")).unwrap();
        let text = "# ours\n\nhttps://github.com/acme/pump.git visibility=public branch=main\nmy pump name=acme/my\n";
        let found = read(text, "list", folder.path()).unwrap();
        assert_eq!((found[0].name.as_str(), found[0].branch.as_deref()), ("acme/pump", Some("main")));
        assert_eq!(found[0].visibility, Some(Visibility::Public));
        assert!(found[1].url.starts_with("file:///") && found[1].name == "acme/my", "{:?}", found[1]);
    }

    #[test]
    fn mistakes_name_their_line() {
        for (text, word) in [
            ("https://github.com/a/b\nnot-there\n", "list:2: there is no such folder"),
            ("ssh://git@host/a/b", "list:1: only https"),
            ("https://x:y@host/a/b", "list:1: it holds a name or a password"),
            ("https://host/a visibility=secret", "no such visibility"),
            ("https://host", "names no repository"),
        ] {
            let told = read(text, "list", Path::new("/")).unwrap_err().to_string();
            assert!(told.contains(word) && !told.contains("x:y"), "{text}: {told}");
        }
    }
}
