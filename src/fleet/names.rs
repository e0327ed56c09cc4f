//! Names and addresses of repositories: what may be fetched, what a repository is called, and which files are its own.

use std::path::Path;

use lookback_core::model::sha256;

/// The most characters of a name that its files show.
const SHOWN: usize = 60;
/// Characters of the digest that tells files of two names apart.
const DIGITS: usize = 12;

/// By which way an address is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    /// Encrypted, anywhere.
    Https,
    /// In the clear, this machine only.
    Loopback,
    /// A folder.
    File,
}

/// The way to an address; else what is wrong with it.
pub(crate) fn way(url: &str) -> Result<Way, &'static str> {
    if url.chars().any(char::is_control) {
        return Err("it holds a control character");
    }
    if let Some(path) = url.strip_prefix("file://") {
        return if path.starts_with('/') {
            Ok(Way::File)
        } else {
            Err("a file address names a whole path: file:///srv/pump.git")
        };
    }
    let uri: http::Uri = url.parse().map_err(|_| "it is no address")?;
    if !matches!(uri.scheme_str(), Some("https" | "http")) {
        return Err("only https, file, and http on loopback are fetched from");
    }
    let authority = uri.authority().ok_or("it names no host")?;
    if authority.as_str().contains('@') {
        return Err("it holds a name or a password; these come from the environment alone");
    }
    if uri.query().is_some() || url.contains('#') {
        return Err("it holds more than a host and a path");
    }
    let host = authority.host().trim_matches(['[', ']']);
    match uri.scheme_str() {
        Some("https") => Ok(Way::Https),
        Some("http") if host == "localhost" || host == "::1" || is_loopback(host) => Ok(Way::Loopback),
        _ => Err("http is for this machine alone; write https"),
    }
}

fn is_loopback(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback())
}

/// What a repository is called, by its address: all of the path on a server, the last part of a folder.
pub(crate) fn name_of(url: &str) -> String {
    let (server, path) = match url.strip_prefix("file://") {
        Some(path) => (false, path),
        None => (true, url.split_once("://").and_then(|(_, rest)| rest.split_once('/')).map_or("", |(_, path)| path)),
    };
    let path = path.trim_matches('/');
    let path = path.strip_suffix("/.git").or_else(|| path.strip_suffix(".git")).unwrap_or(path);
    if server { path.to_owned() } else { path.rsplit('/').next().unwrap_or(path).to_owned() }
}

/// The address of a folder, as Git reads it: everything behind `file://` is the path itself.
pub(crate) fn address_of(folder: &Path) -> Option<String> {
    Some(format!("file://{}", folder.to_str()?))
}

/// The files of a repository, whatever it is called: letters and digits of its name, and a digest that tells it from all others.
pub(crate) fn file_stem(name: &str) -> String {
    let mut shown: String = name
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
        .take(SHOWN)
        .collect();
    while shown.contains("--") {
        shown = shown.replace("--", "-");
    }
    let digest: String = sha256(name.as_bytes()).chars().take(DIGITS).collect();
    match shown.trim_matches('-') {
        "" => digest,
        shown => format!("{shown}-{digest}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_may_be_fetched_from() {
        for (url, fine) in [
            ("https://github.com/acme/pump.git", true),
            ("https://git.acme.example:8443/group/sub/pump", true),
            ("http://127.0.0.1:8080/acme/pump.git", true),
            ("http://[::1]/acme/pump", true),
            ("http://localhost:1/a", true),
            ("file:///srv/pump.git", true),
            ("http://github.com/acme/pump", false),
            ("http://127.0.0.1.evil.example/a", false),
            ("https://user:token@github.com/acme/pump", false),
            ("https://github.com/acme/pump?x=1", false),
            ("ssh://git@host/acme/pump", false),
            ("git@github.com:acme/pump.git", false),
            ("ext::sh -c touch%20x", false),
            ("ext::x", false),
            ("file://host/x", false),
            ("--upload-pack=x", false),
            ("/srv/pump", false),
            ("", false),
            ("https://host/a\nb", false),
        ] {
            assert_eq!(way(url).is_ok(), fine, "{url}: {:?}", way(url));
        }
    }

    #[test]
    fn names_are_told_by_addresses() {
        for (url, name) in [
            ("https://github.com/acme/pump.git", "acme/pump"),
            ("https://gitlab.example/group/sub/pump/", "group/sub/pump"),
            ("file:///srv/git/pump.git", "pump"),
            ("file:///srv/pump/.git", "pump"),
        ] {
            assert_eq!(name_of(url), name, "{url}");
        }
    }

    #[test]
    fn every_name_has_files_of_its_own_that_every_system_takes() {
        let long = "x".repeat(300);
        let names =
            ["../../etc", "CON", "con", "acme/pump", "acme-pump", "ACME/pump", "老虎", "", ".", &long, "a\0b", "a\nb"];
        let stems: std::collections::BTreeSet<String> =
            names.iter().map(|name| file_stem(name).to_lowercase()).collect();
        assert_eq!(stems.len(), names.len(), "{stems:?}");
        for stem in &stems {
            assert!(stem.len() <= 80 && stem.chars().all(|c| c.is_ascii_alphanumeric() || c == '-'), "{stem}");
        }
        assert!(file_stem("acme/pump").starts_with("acme-pump-"));
        assert_ne!(file_stem("CON"), "con");
    }
}
