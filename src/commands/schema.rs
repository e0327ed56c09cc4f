//! `schema`: the JSON Schema of a format.

use clap::Args;
use serde_json::Value;

use crate::error::Error;
use crate::world::World;
use lookback_core::config::nearest;
use lookback_core::config::schema::schema as config;
use lookback_core::judge::catalog;
use lookback_core::render::schema::{SCHEMAS, schema};

/// `schema`
#[derive(Args, Debug)]
pub struct SchemaArguments {
    /// Which format: report, reading, evidence, fleet or config
    #[arg(default_value = "report", value_name = "NAME")]
    pub name: String,
}

pub(crate) const EXAMPLES: &str = "\
Examples:
  lookback schema           of the report
  lookback schema reading   of what `read` writes
  lookback schema evidence  of what `collect` writes
  lookback schema config    of lookback.toml, for editors";

/// Name of the schema of the configuration.
const CONFIG: &str = "config";

/// Prints the schema.
pub(crate) fn run(arguments: &SchemaArguments, world: &mut World) -> Result<u8, Error> {
    let name = &arguments.name;
    let Some(schema) = named(name) else {
        let names: Vec<&str> = SCHEMAS.into_iter().chain([CONFIG]).collect();
        let near = nearest(name, &names).map(|near| format!("did you mean {near}? ")).unwrap_or_default();
        return Err(Error::Usage(format!(
            "there is no schema called \"{name}\"; {near}there are {}",
            names.join(", ")
        )));
    };
    writeln!(world.out, "{schema:#}")?;
    Ok(0)
}

fn named(name: &str) -> Option<Value> {
    if name == CONFIG { Some(config(&catalog::ids())) } else { schema(name) }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "compares and refreshes the committed copy")]

    use super::*;

    #[test]
    fn the_committed_schema_of_the_configuration_is_current() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/schemas/config.schema.json");
        let current = format!("{:#}\n", named(CONFIG).unwrap());
        if std::env::var_os("UPDATE").is_some() {
            std::fs::write(path, &current).unwrap();
        }
        let committed = std::fs::read_to_string(path).unwrap_or_default();
        assert!(committed == current, "{path} is stale: UPDATE=1 cargo test --lib schema");
    }

    #[test]
    fn each_schema_has_an_id_of_its_own() {
        for name in SCHEMAS.into_iter().chain([CONFIG]) {
            assert_eq!(named(name).unwrap()["$id"], format!("urn:lookback:schema:{name}:1"));
        }
        assert_eq!(named("nonsense"), None);
    }
}
