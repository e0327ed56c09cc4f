//! `init`: a commented configuration, a workflow, a procedure and the form of a record.

use std::path::PathBuf;

use clap::Args;

use crate::collect::git::repository::Repository;
use crate::error::Error;
use crate::init::{FormLanguage, StarterFiles};
use crate::world::World;

/// `init`
#[derive(Args, Debug)]
pub struct InitArguments {
    /// A folder of the repository; default: the current one
    #[arg(long, value_name = "PATH")]
    pub repo: Option<PathBuf>,
    /// The action that the workflow uses; default: that of the repository which published this program
    #[arg(long, value_name = "OWNER/NAME@REF")]
    pub action: Option<String>,
    /// The language of the procedure and of the form
    #[arg(long, value_enum, default_value_t = FormLanguage::En)]
    pub lang: FormLanguage,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback init                             in the repository around this folder
  lookback init --lang de                   with a German procedure and form
  lookback init --action OWNER/lookback@v1  with a workflow of this action";

/// Writes the files, and says which.
pub(crate) fn run(init: &InitArguments, world: &mut World) -> Result<u8, Error> {
    let place = init.repo.clone().unwrap_or_else(|| PathBuf::from("."));
    let repository = Repository::open(&place).map_err(|_| {
        let place = lookback_core::render::escape::line(&place.display().to_string());
        Error::Usage(format!("{place} is in no Git repository; run `git init` there first, or name one with --repo"))
    })?;
    let Some(root) = repository.workdir() else {
        return Err(Error::Usage(
            "the repository is bare, with no folder to write into; name a clone with --repo".to_owned(),
        ));
    };
    let wanted = StarterFiles { action: init.action.as_deref(), language: init.lang, today: world.today };
    let written = crate::init::init(root, &wanted)?;
    for path in &written.new {
        writeln!(world.out, "wrote {}", path.display())?;
    }
    for path in &written.kept {
        writeln!(world.out, "kept {}, which was there", path.display())?;
    }
    if written.without_workflow {
        let why = "no workflow: this program was built from source and does not know who publishes the action";
        writeln!(world.out, "{why}; `lookback init --action OWNER/NAME@COMMIT` writes it")?;
    }
    writeln!(
        world.out,
        "\nNext: put the names of owner and approver into {}, commit, and run `lookback check`.\n\
         When a review is due, `lookback draft` writes its record.",
        crate::init::PROCEDURE_FILE
    )?;
    Ok(0)
}
