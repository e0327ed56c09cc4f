//! The JSON Schemas (draft 2020-12) that `lookback schema` publishes, derived from what the renderers write.

use schemars::generate::SchemaSettings;
use serde_json::Value;

use crate::model::evidence::Evidence;
use crate::model::fleet_state::Fleet;
use crate::render::json::reading::JsonReading;
use crate::render::json::shape::{JsonReport, SCHEMA_VERSION};

/// Names of the schemas.
pub const SCHEMAS: [&str; 4] = ["report", "reading", "evidence", "fleet"];

/// The schema of a name in [`SCHEMAS`]: `report` is what `check --format json` writes, `reading` what
/// `read --format json` writes, `evidence` what `collect` writes, `fleet` what `fleet merge --json` writes.
pub fn schema(name: &str) -> Option<Value> {
    // The contract of writing: every key is required, absent values are null.
    let generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let schema = match name {
        "report" => generator.into_root_schema_for::<JsonReport>(),
        "evidence" => {
            let mut schema = generator.into_root_schema_for::<Evidence>();
            schema.insert("title".to_owned(), "Lookback evidence".into());
            schema
        }
        "fleet" => generator.into_root_schema_for::<Fleet>(),
        "reading" => {
            let mut schema = generator.into_root_schema_for::<Vec<JsonReading<'static>>>();
            schema.insert("title".to_owned(), "Lookback readings".into());
            schema
        }
        _ => return None,
    };
    let mut schema = schema.to_value();
    // A name, and no address: it is the same wherever the program is published.
    schema["$id"] = format!("urn:lookback:schema:{name}:{SCHEMA_VERSION}").into();
    Some(schema)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::disallowed_methods, reason = "compares and refreshes committed copies")]

    use super::*;

    /// Refresh with `UPDATE=1 cargo test -p lookback-core render::schema`.
    #[test]
    fn committed_copies_are_current() {
        for name in SCHEMAS {
            let path =
                std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../schemas/{name}.schema.json"));
            let current = format!("{:#}\n", schema(name).unwrap());
            if std::env::var_os("UPDATE").is_some() {
                std::fs::write(&path, &current).unwrap();
            }
            let committed = std::fs::read_to_string(&path).unwrap_or_default();
            assert!(
                committed == current,
                "{} is out of date: UPDATE=1 cargo test -p lookback-core render::schema",
                path.display()
            );
        }
    }

    #[test]
    fn schemas_are_sound_and_say_what_they_are() {
        for name in SCHEMAS {
            let schema = schema(name).unwrap();
            assert_eq!(schema["$schema"], "https://json-schema.org/draft/2020-12/schema");
            jsonschema::meta::validate(&schema).unwrap();
        }
        assert_eq!(schema("nonsense"), None);
    }
}
