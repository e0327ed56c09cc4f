//! What an answer of GraphQL means: it says 200 also when it refuses. Pure.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::net::error::{NetError, printable};

/// The good case of a GraphQL answer: data, and no errors but those of single parts.
pub(crate) struct Data<T> {
    pub data: T,
}

impl<'de, T: DeserializeOwned> serde::Deserialize<'de> for Data<T> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(serde::Deserialize)]
        #[serde(bound = "T: DeserializeOwned")]
        struct Whole<T> {
            data: Option<T>,
            #[serde(default)]
            errors: Vec<Refused>,
        }
        let whole = Whole::<T>::deserialize(deserializer)?;
        match whole.data {
            // Single things that are gone or hidden are `null` in the data; whoever asked sees that.
            Some(data) if whole.errors.iter().all(Refused::of_a_part) => Ok(Data { data }),
            Some(_) => Err(serde::de::Error::custom("the answer carries errors")),
            None => Err(serde::de::Error::custom("the answer has no data")),
        }
    }
}

/// One error, as far as it matters beside data.
#[derive(serde::Deserialize)]
pub(crate) struct Refused {
    #[serde(rename = "type")]
    kind: Option<String>,
    #[serde(default)]
    path: Vec<serde::de::IgnoredAny>,
}

impl Refused {
    fn of_a_part(&self) -> bool {
        self.path.len() > 1 && matches!(self.kind.as_deref(), Some("NOT_FOUND" | "FORBIDDEN"))
    }
}

/// The first error of a GraphQL answer, in our types.
pub(crate) fn refusal(answer: &Value) -> Option<NetError> {
    let error = answer.get("errors")?.as_array()?.first()?;
    let path = "graphql".to_owned();
    let message = printable(error.get("message").and_then(Value::as_str).unwrap_or("no reason given"));
    let kind = error.get("type").and_then(Value::as_str).unwrap_or_default();
    Some(match kind {
        "RATE_LIMITED" => NetError::RateLimited { path, wait: 60 },
        "FORBIDDEN" | "INSUFFICIENT_SCOPES" => NetError::Permission { path, status: 200, message, needs: None },
        "NOT_FOUND" => NetError::NotFound { path, message, needs: None },
        "INTERNAL" | "SERVICE_UNAVAILABLE" => {
            NetError::Transport { path, why: format!("the server failed: {message}"), sent: true }
        }
        _ if message.contains("Something went wrong") || message.contains("timeout") => {
            NetError::Transport { path, why: format!("the server failed: {message}"), sent: true }
        }
        _ => NetError::Rejected { path, status: 200, message },
    })
}
