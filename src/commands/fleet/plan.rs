//! `fleet plan`: which repositories there are, and which shard checks each.
#![expect(clippy::disallowed_methods, reason = "looks whether there is a fleet.toml")]

use std::path::{Path, PathBuf};

use clap::Args;

use crate::collect::files::read_text;
use crate::commands::arguments::Manner;
use crate::error::Error;
use crate::fleet::config::{NAME, glob};
use crate::fleet::error::FleetError;
use crate::fleet::hosts::{HostFilter, group, organisation};
use crate::fleet::plan::{matrix, plan, within};
use crate::fleet::{files, list};
use crate::net::session::{Net, NetOptions};
use crate::sink::write_whole;
use crate::world::World;
use lookback_core::model::ConfigText;

/// `fleet plan`
#[derive(Args, Debug)]
pub struct FleetPlanArguments {
    /// A file with an address or a folder a line; `name=`, `branch=` and `visibility=` may stand behind it
    #[arg(long, value_name = "FILE", required_unless_present_any = ["org", "group", "folder"])]
    pub list: Vec<PathBuf>,
    /// A repository in a folder
    #[arg(value_name = "FOLDER")]
    pub folder: Vec<PathBuf>,
    /// An organisation of GitHub
    #[arg(long, value_name = "NAME")]
    pub org: Vec<String>,
    /// A group of GitLab, with the groups in it
    #[arg(long, value_name = "NAME")]
    pub group: Vec<String>,
    /// Only repositories whose name matches, for example 'acme/pump-*'; for --org and --group
    #[arg(long, value_name = "GLOB")]
    pub matching: Vec<String>,
    /// Only repositories with this topic; for --org and --group
    #[arg(long, value_name = "TOPIC")]
    pub topic: Vec<String>,
    /// Only repositories with this custom property; for --org
    #[arg(long, value_name = "NAME=VALUE")]
    pub property: Vec<String>,
    /// Archived repositories too
    #[arg(long)]
    pub archived: bool,
    /// Forks too
    #[arg(long)]
    pub forks: bool,
    /// Into how many shards, 1 to 256
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub shards: u32,
    /// Teams, defaults and the floor; default: fleet.toml in this folder, where there is one
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// The folder of an earlier run, whose costs balance the shards
    #[arg(long, value_name = "DIR")]
    pub costs: Vec<PathBuf>,
    /// Write the plan here instead of to standard output (`-`)
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Print the shards as a matrix for `fromJSON` of a workflow; the plan goes to --output
    #[arg(long, requires = "output")]
    pub matrix: bool,
    /// Trust the certificates in this PEM file too; default: that of `SSL_CERT_FILE`
    #[arg(long, value_name = "FILE")]
    pub ca: Option<PathBuf>,
}

pub(super) const EXAMPLES: &str = "\
Examples:
  lookback fleet plan --list all.txt -o plan.json  addresses and folders, a line each
  lookback fleet plan ../pump ../valve             two folders
  lookback fleet plan --org acme --topic medical   an organisation of GitHub
  lookback fleet plan --group acme/devices         a group of GitLab

Exit codes: 0 written; 2 could not run (usage, configuration, input).";

/// Writes the plan.
pub(super) fn run(asked: &FleetPlanArguments, _: &Manner, world: &mut World) -> Result<u8, Error> {
    // Before a server is asked for what cannot be planned.
    within(asked.shards)?;
    let config = match &asked.config {
        Some(path) => Some(path.as_path()),
        None => Some(Path::new(NAME)).filter(|path| path.exists()),
    };
    let config = match config {
        Some(path) => Some(ConfigText { path: path.display().to_string(), text: read_text(path)? }),
        None => None,
    };
    let mut repositories = Vec::new();
    for path in &asked.list {
        let base = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        repositories.extend(list::read(&read_text(path)?, &path.display().to_string(), base)?);
    }
    for folder in &asked.folder {
        repositories.extend(list::read(&folder.display().to_string(), "FOLDER", Path::new("."))?);
    }
    if !asked.org.is_empty() || !asked.group.is_empty() {
        let filter = filter(asked)?;
        let options = NetOptions { ca: asked.ca.as_deref(), ..NetOptions::default() };
        let net = Net::new(world.env, world.now, options);
        for name in &asked.org {
            repositories.extend(organisation(name, &filter, &net)?);
        }
        for name in &asked.group {
            repositories.extend(group(name, &filter, &net)?);
        }
    }
    let made = plan(repositories, asked.shards, config, &files::costs(&asked.costs)?)?;
    let text = files::plan_text(&made);
    match asked.output.as_deref().filter(|path| *path != Path::new("-")) {
        Some(path) => write_whole(path, &text)?,
        None => world.out.write_all(&text)?,
    }
    if asked.matrix {
        writeln!(world.out, "{}", matrix(&made))?;
    }
    Ok(0)
}

fn filter(asked: &FleetPlanArguments) -> Result<HostFilter, FleetError> {
    let names = asked.matching.iter().map(|pattern| {
        glob(pattern)
            .map_err(|error| FleetError::mistake(format!("--matching: {error}"), "Write for example 'acme/pump-*'."))
    });
    let properties = asked.property.iter().map(|pair| {
        let parts = pair.split_once('=').map(|(key, value)| (key.to_owned(), value.to_owned()));
        parts.ok_or_else(|| {
            FleetError::mistake(format!("--property {pair} has no value"), "Write --property NAME=VALUE.")
        })
    });
    Ok(HostFilter {
        names: names.collect::<Result<_, _>>()?,
        topics: asked.topic.clone(),
        properties: properties.collect::<Result<_, _>>()?,
        archived: asked.archived,
        forks: asked.forks,
    })
}
