//! Lookback: has the yearly review of security defect management been held, did it examine every security issue of its
//! period, did it judge what IEC 81001-5-1 4.1.6 and 4.1.8 ask, and do the data agree?
//!
//! `collect` looks at the world and gives evidence; `lookback_core` judges it and renders the report; `writeback` tells GitHub, GitLab and Jira.
//! `run` is the command line over all of it. Arrows run one way; CONTRIBUTING.md has the map.

mod action;
mod cli;
mod collect;
mod commands;
mod demo;
mod error;
mod event;
mod fleet;
mod init;
mod net;
mod plain;
mod scenario;
mod selftest;
mod sink;
mod world;
mod writeback;

pub use crate::action::metadata::{action_yml, tables as action_tables};
pub use crate::cli::{Cli, parse, run};
pub use crate::collect::approvals::read as read_approvals;
pub use crate::collect::error::CollectError;
pub use crate::collect::files::find_config;
pub use crate::collect::gather::collect;
pub use crate::collect::git::absent::AbsentObjects;
pub use crate::collect::git::checkout::Checkout;
pub use crate::collect::git::commit_name::CommitName;
pub use crate::collect::git::error::GitError;
pub use crate::collect::git::repository::Repository;
pub use crate::collect::github::read::{GitHubRead, GitHubRequest, read as read_github};
pub use crate::collect::github::timelines::graphql_questions;
pub use crate::collect::request::{Base, Request};
pub use crate::collect::source::{Asked, Asking, Source};
pub use crate::collect::sources;
pub use crate::commands::Command;
pub use crate::demo::build::{Demo, DemoMend, build as build_demo};
pub use crate::error::{COULD_NOT_RUN, Error};
pub use crate::net::auth::{Auth, Proxies, Secret};
pub use crate::net::client::{Client, NetAnswer};
pub use crate::net::error::NetError;
pub use crate::net::github::Env;
pub use crate::net::pages::Pages;
pub use crate::net::session::{Net, NetOptions, block_on};
pub use crate::net::settings::{NetProgress, Settings};
pub use crate::selftest::scenarios::SCENARIOS;
pub use crate::world::World;
pub use crate::writeback::check_run::{CheckRun, CheckWrite, StandingRun};
pub use crate::writeback::executor::write as write_back;
pub use crate::writeback::outcome::{
    Annotations, PlannedWrite, WriteHost, WriteTarget, WriteWanted, WrittenBack, nothing_written,
};
pub use crate::writeback::status::{Status, status as commit_status};
