//! Where comments and reminders are kept, and what every host needs to ask for them.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC};
use serde::de::DeserializeOwned;

use crate::net::client::Client;
use crate::net::error::NetError;
use crate::writeback::outcome::WriteTarget;

/// What stands for itself in a part of a path and in the value of a query.
pub(crate) const VALUE: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// Where comments and reminders are kept.
pub(crate) struct Post<'a> {
    pub client: &'a Client,
    pub target: &'a WriteTarget,
    /// Labels of a new reminder.
    pub labels: &'a [String],
}

/// All items of a list, or the reason why it is not whole: who has not seen all must not write.
pub(crate) async fn whole<T: DeserializeOwned>(client: &Client, path: &str) -> Result<Vec<T>, NetError> {
    let pages = client.pages_unkept::<T>(path).await;
    match pages.missing {
        Some(error) => Err(error),
        None => Ok(pages.items),
    }
}
