//! A list of the JSON report whose rows are made as they are written: there may be very many, and each is needed once.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A list: read as a whole, written row by row.
pub(crate) struct JsonRows<'a, T> {
    read: Vec<T>,
    written: Option<Box<dyn Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a>>,
}

impl<'a, T> JsonRows<'a, T> {
    /// The rows that this makes.
    pub(crate) fn written(rows: impl Fn() -> Box<dyn Iterator<Item = T> + 'a> + 'a) -> Self {
        JsonRows { read: Vec::new(), written: Some(Box::new(rows)) }
    }

    /// The rows that were read.
    pub(crate) fn read(self) -> Vec<T> {
        self.read
    }
}

impl<T: Serialize> Serialize for JsonRows<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match &self.written {
            Some(rows) => serializer.collect_seq(rows()),
            None => serializer.collect_seq(&self.read),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for JsonRows<'_, T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(JsonRows { read: Vec::deserialize(deserializer)?, written: None })
    }
}

impl<T: JsonSchema> JsonSchema for JsonRows<'_, T> {
    fn schema_name() -> Cow<'static, str> {
        Vec::<T>::schema_name()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        Vec::<T>::json_schema(generator)
    }

    fn inline_schema() -> bool {
        Vec::<T>::inline_schema()
    }
}
