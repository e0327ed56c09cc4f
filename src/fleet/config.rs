//! `fleet.toml`: teams, what holds where a repository says nothing, what it may not loosen, who may read the site, and when a night
//! has failed.

use globset::{GlobBuilder, GlobMatcher};
use serde::Deserialize;

use crate::fleet::error::FleetError;
use lookback_core::config::parse::part;
use lookback_core::config::{ConfigError, ConfigErrors};
use lookback_core::judge::catalog;
use lookback_core::judge::floor::FLOOR_KEYS;
use lookback_core::model::{ConfigText, Policy, PolicyOrigin, sha256};

/// Where it lies unless somebody says otherwise.
pub(crate) const NAME: &str = "fleet.toml";

/// When a night has failed; each takes in those before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum FleetFailOn {
    /// Whatever was found.
    Never,
    /// Where a review is overdue.
    Overdue,
    /// Where a repository does not conform.
    #[default]
    Nonconforming,
    /// Where a repository was not checked.
    NotChecked,
}

/// Who sees the results.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Publish {
    /// Those alone who may read all repositories.
    Private,
}

/// `fleet.toml` as meant.
#[derive(Default)]
pub(crate) struct FleetConfig {
    /// Who the site is for; `None`: nobody said.
    pub publish: Option<Publish>,
    /// When a night has failed.
    pub fail_on: FleetFailOn,
    /// What holds where a repository says nothing.
    pub defaults: Policy,
    /// What a repository may not loosen.
    pub floor: Policy,
    /// The keys that the floor holds.
    pub floor_keys: Vec<String>,
    teams: Vec<(String, Vec<GlobMatcher>)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    publish: Option<Publish>,
    #[serde(default)]
    fail_on: FleetFailOn,
    #[serde(default)]
    team: Vec<WrittenTeam>,
    #[serde(default, rename = "defaults")]
    _defaults: toml::Table,
    #[serde(default, rename = "floor")]
    _floor: toml::Table,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTeam {
    name: String,
    repositories: Vec<String>,
}

impl FleetConfig {
    /// Reads the text; what is not there says nothing.
    pub(crate) fn new(config: Option<&ConfigText>) -> Result<FleetConfig, FleetError> {
        let Some(ConfigText { path, text }) = config else { return Ok(FleetConfig::default()) };
        let rules = catalog::ids();
        let written: Written = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start);
            mistake(path, text, at, error.message(), "docs/fleet.md lists the keys")
        })?;
        let (mut defaults, _) = part(text, path, "defaults", &rules)?;
        // A repository's findings point into its own files.
        defaults.cadence.window_line = None;
        defaults.targets.line = None;
        defaults.origin = Some(PolicyOrigin { path: path.clone(), sha256: sha256(text.as_bytes()) });
        let (floor, stated) = part(text, path, "floor", &rules)?;
        let allowed =
            |key: &str| FLOOR_KEYS.iter().any(|known| key == *known || known.ends_with('.') && key.starts_with(known));
        if let Some((key, line)) = stated.iter().find(|(key, _)| !allowed(key)) {
            let help = "a floor holds the window, levels of rules and targets";
            let error = ConfigError {
                line: *line,
                column: 1,
                message: format!("[floor] does not hold `{key}`"),
                help: help.to_owned(),
            };
            return Err(ConfigErrors { path: path.clone(), errors: vec![error] }.into());
        }
        let mut teams = Vec::new();
        for team in written.team {
            let globs: Result<Vec<GlobMatcher>, _> = team.repositories.iter().map(|pattern| glob(pattern)).collect();
            let globs = globs.map_err(|error| {
                let written = format!("\"{}\"", error.glob().unwrap_or_default());
                let at = text.find(&written).unwrap_or(0);
                mistake(path, text, at, &error.to_string(), "write a name or a pattern, for example \"acme/pump-*\"")
            })?;
            teams.push((team.name, globs));
        }
        let floor_keys = stated.into_iter().map(|(key, _)| key).collect();
        Ok(FleetConfig { publish: written.publish, fail_on: written.fail_on, defaults, floor, floor_keys, teams })
    }

    /// Whose a repository is: the first team that names it.
    pub(crate) fn team(&self, name: &str) -> Option<String> {
        let found = self.teams.iter().find(|(_, globs)| globs.iter().any(|glob| glob.is_match(name)));
        found.map(|(team, _)| team.clone())
    }
}

/// A pattern of names, in which `*` stands for a part of a path and case does not matter.
pub(crate) fn glob(pattern: &str) -> Result<GlobMatcher, globset::Error> {
    let glob = GlobBuilder::new(pattern).case_insensitive(true).literal_separator(true).build()?;
    Ok(glob.compile_matcher())
}

fn mistake(path: &str, text: &str, at: usize, message: &str, help: &str) -> FleetError {
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    let error = ConfigError { line, column, message: message.trim().to_owned(), help: help.to_owned() };
    ConfigErrors { path: path.to_owned(), errors: vec![error] }.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FleetConfig, String> {
        let config = ConfigText { path: NAME.to_owned(), text: text.to_owned() };
        FleetConfig::new(Some(&config)).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_said_and_what_is_not() {
        let config = read("publish = \"private\"\nfail_on = \"not-checked\"\n[[team]]\nname = \"Pumps\"\nrepositories = [\"acme/pump-*\"]\n[defaults.cadence]\nwindow = \"6-months\"\n[floor.rules]\nreview-overdue = \"error\"\n").unwrap();
        assert_eq!((config.publish, config.fail_on), (Some(Publish::Private), FleetFailOn::NotChecked));
        assert_eq!(config.team("ACME/pump-2").as_deref(), Some("Pumps"));
        assert_eq!(config.team("acme/pump-2/x"), None);
        assert_eq!(config.floor_keys, ["rules.review-overdue"]);
        assert_eq!(config.defaults.cadence.window.name(), "6-months");
        assert_eq!(read("").unwrap().fail_on, FleetFailOn::Nonconforming);
    }

    #[test]
    fn mistakes_have_their_place() {
        for (text, place, word) in [
            ("fail_on = \"x\"\n", "fleet.toml:1:", "not-checked"),
            ("publish = \"private\"\nnight = 1\n", "fleet.toml:2:", "night"),
            ("[defaults.cadence]\nwindw = 1\n", "fleet.toml:2:", "did you mean `window`"),
            ("[floor.issues]\nfiles = []\n", "fleet.toml:2:", "a floor holds"),
            ("[[team]]\nname = \"a\"\nrepositories = [\"[\"]\n", "fleet.toml:3:", "pattern"),
            ("[[team]]\nname = \"a\"\n", "fleet.toml:", "repositories"),
        ] {
            let told = read(text).err().unwrap_or_default();
            assert!(told.starts_with(place) && told.contains(word), "{text}: {told}");
        }
    }
}
