//! Lists that come in pages: the first tells how many there are, the others are asked for at once, in bounds.

use std::collections::BTreeSet;

use futures_util::stream::{self, StreamExt};
use serde::de::DeserializeOwned;

use crate::net::client::Client;
use crate::net::error::NetError;

/// More pages than this are not asked for.
pub(crate) const MOST_PAGES: usize = 2_000;

/// A list of several pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pages<T> {
    /// What came, in the order of the pages.
    pub items: Vec<T>,
    /// Why a page is missing from it.
    pub missing: Option<NetError>,
}

impl Client {
    /// Gets all pages of a list. Where one cannot be had, the others are still there, and `missing` says why.
    pub async fn pages<T: DeserializeOwned>(&self, path: &str) -> Pages<T> {
        self.pages_and_keep(path, true).await.0
    }

    /// The same of a list from which something may be taken out meanwhile: what is behind it then slips into a page that was read
    /// already. Its first page is asked for again, and what it holds of new `id`s is added.
    pub async fn pages_settled<T: DeserializeOwned, I: Ord>(&self, path: &str, id: impl Fn(&T) -> I) -> Pages<T> {
        let (mut list, several) = self.pages_and_keep::<T>(path, true).await;
        // What stands on one page was read at one moment.
        if list.missing.is_some() || !several {
            return list;
        }
        match self.get_kept_if::<Vec<T>>(path, true).await {
            Ok(again) => {
                let known: BTreeSet<I> = list.items.iter().map(&id).collect();
                list.items.extend(again.value.into_iter().filter(|item| !known.contains(&id(item))));
            }
            Err(error) => list.missing = Some(error),
        }
        list
    }

    /// The same for answers that are not to reach the disk, cache or not.
    pub async fn pages_unkept<T: DeserializeOwned>(&self, path: &str) -> Pages<T> {
        self.pages_and_keep(path, false).await.0
    }

    /// The pages, and whether there were several.
    async fn pages_and_keep<T: DeserializeOwned>(&self, path: &str, keep: bool) -> (Pages<T>, bool) {
        let mut list = Pages { items: Vec::new(), missing: None };
        let first = match self.get_kept_if::<Vec<T>>(path, keep).await {
            Ok(answer) => answer,
            Err(error) => return (Pages { missing: Some(error), ..list }, false),
        };
        list.items.extend(first.value);
        let mut next = first.next;
        let several = next.is_some();
        if let (Some(second), Some(last)) = (&next, &first.last)
            && let Some(rest) = numbered(second, last)
        {
            let asked = rest.into_iter().enumerate();
            let asked = asked.map(|(n, path)| async move { (n, self.get_kept_if::<Vec<T>>(&path, keep).await) });
            let mut answers: Vec<_> = stream::iter(asked).buffer_unordered(self.concurrency()).collect().await;
            answers.sort_by_key(|(n, _)| *n);
            next = None;
            for (_, answer) in answers {
                match answer {
                    Ok(answer) => {
                        list.items.extend(answer.value);
                        next = answer.next;
                    }
                    Err(error) => list.missing = list.missing.or(Some(error)),
                }
            }
            if list.missing.is_some() {
                return (list, several);
            }
        }
        self.follow(next, &mut list, keep).await;
        (list, several)
    }

    /// Follows the links one by one: where the server counts no pages, and where the list grew meanwhile.
    async fn follow<T: DeserializeOwned>(&self, mut next: Option<String>, list: &mut Pages<T>, keep: bool) {
        let mut seen = BTreeSet::new();
        while let Some(path) = next {
            if !seen.insert(path.clone()) || seen.len() > MOST_PAGES {
                list.missing = Some(NetError::Malformed { path, why: "its pages have no end".to_owned() });
                return;
            }
            match self.get_kept_if::<Vec<T>>(&path, keep).await {
                Ok(answer) => {
                    list.items.extend(answer.value);
                    next = answer.next;
                }
                Err(error) => {
                    list.missing = Some(error);
                    return;
                }
            }
        }
    }
}

/// The paths of all pages from the second to the last, where they differ in nothing but `page=N`.
fn numbered(second: &str, last: &str) -> Option<Vec<String>> {
    let (before, from, after) = page(second)?;
    let (other_before, to, other_after) = page(last)?;
    let alike = before == other_before && after == other_after && from == 2 && (2..=MOST_PAGES).contains(&to);
    alike.then(|| (from..=to).map(|n| format!("{before}{n}{after}")).collect())
}

/// A path around its page number.
pub(crate) fn page(path: &str) -> Option<(&str, usize, &str)> {
    let at = path.find("?page=").or_else(|| path.find("&page="))? + "?page=".len();
    let digits = path[at..].bytes().take_while(u8::is_ascii_digit).count();
    Some((&path[..at], path[at..at + digits].parse().ok()?, &path[at + digits..]))
}
