//! `schema`: the JSON Schema of a format.

use clap::Args;

use crate::error::Error;
use crate::world::World;
use lookback_core::render::schema::{SCHEMAS, schema};

/// `schema`
#[derive(Args, Debug)]
pub struct SchemaArguments {
    /// Which format: report or reading
    #[arg(default_value = "report", value_name = "NAME")]
    pub name: String,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback schema          of the report
  lookback schema reading  of what `read` writes";

/// Prints the schema.
pub(crate) fn run(arguments: &SchemaArguments, world: &mut World) -> Result<u8, Error> {
    let name = &arguments.name;
    let Some(schema) = schema(name) else {
        return Err(Error::Usage(format!("there is no schema called \"{name}\"; there are {}", SCHEMAS.join(", "))));
    };
    writeln!(world.out, "{schema:#}")?;
    Ok(0)
}
