//! Tags that are releases, and when they were published.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use git2::Oid;
use regex::Regex;

use crate::collect::git::commit::time;
use crate::collect::git::repository::Repository;
use lookback_core::model::{Limit, LimitKind, Release};
use lookback_reading::Constraint;

/// Releases as published elsewhere, by tag: their day, `None` for a pre-release. Other tags are dated by Git.
pub(crate) type Published = BTreeMap<String, Option<NaiveDate>>;

/// Which tags are releases.
#[derive(Clone, Copy)]
pub struct ReleaseTags<'a> {
    /// Tags that are releases.
    pub release: &'a Regex,
    /// Tags that are pre-releases, hence no releases.
    pub prerelease: &'a Regex,
}

/// A tag that is a release.
pub struct ReleaseTag {
    pub release: Release,
    pub commit: Oid,
    version: Vec<u64>,
}

/// The numbers in a tag's name, in order.
pub(crate) fn version(tag: &str) -> Vec<u64> {
    tag.split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap_or(u64::MAX))
        .collect()
}

impl Repository {
    /// Tags that are releases, dated up to `as_of`, by date, then by version.
    pub fn releases(
        &self,
        as_of: NaiveDate,
        pattern: &ReleaseTags<'_>,
        published: &Published,
        limits: &mut Vec<Limit>,
    ) -> Vec<ReleaseTag> {
        let mut tags = Vec::new();
        let mut broken = Vec::new();
        let names = self.inner.references_glob("refs/tags/*");
        for reference in names.into_iter().flatten().flatten() {
            let name = String::from_utf8_lossy(reference.name_bytes()).into_owned();
            let Some(name) = name.strip_prefix("refs/tags/") else { continue };
            if !pattern.release.is_match(name) || pattern.prerelease.is_match(name) {
                continue;
            }
            let annotated =
                reference.peel_to_tag().ok().and_then(|tag| tag.tagger().map(|tagger| tagger.when().seconds()));
            match reference.peel_to_commit() {
                Ok(commit) => {
                    let seconds = annotated.unwrap_or_else(|| commit.time().seconds());
                    let date = match published.get(name) {
                        // A pre-release, as those who publish it say.
                        Some(None) => continue,
                        Some(published) => *published,
                        None => time(seconds).map(|at| at.date_naive()),
                    };
                    let Some(date) = date.filter(|date| *date <= as_of) else { continue };
                    tags.push(ReleaseTag {
                        release: Release { tag: name.to_owned(), date },
                        commit: commit.id(),
                        version: version(name),
                    });
                }
                Err(error) if error.code() == git2::ErrorCode::NotFound => broken.push(name.to_owned()),
                // A tag of a tree or a blob is no release.
                Err(_) => {}
            }
        }
        if !broken.is_empty() {
            limits.push(
                Limit::new(
                    LimitKind::History,
                    format!("releases {}", broken.join(", ")),
                    "their commits are not in this clone",
                    "Fetch the whole history with tags (`fetch-depth: 0`, `git fetch --tags --unshallow`).",
                )
                .affecting(&Constraint::ALL),
            );
        }
        tags.sort_by(|a, b| {
            (a.release.date, &a.version, &a.release.tag).cmp(&(b.release.date, &b.version, &b.release.tag))
        });
        tags
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use lookback_core::model::ReleasePolicy;

    #[test]
    fn tags_that_are_releases() {
        let policy = ReleasePolicy::default();
        let release = |tag: &str| policy.tag.is_match(tag) && !policy.prerelease.is_match(tag);
        for tag in [
            "v1.2.3",
            "1.2",
            "1.2.3.4",
            "curl-8_21_0",
            "release-2.0.1",
            "product/v1.2.3",
            "app@1.2.3",
            "REL_1_2_3",
            "1.2.3-1",
            "tiny-curl-8_4_0",
            "v1.0.0+build.5",
            "firmware-v2.10.0",
            "test-utils@1.2.3",
            "@acme/preview@2.0.0",
            "2026.11.1",
            "2025.03.1",
            "@acme/next@2.0.0",
            "canary-tools@1.2.3",
            "pump-dev-kit/v1.2.0",
            "rc-servo-v1.2.0",
            "beta-blocker-1.2.0",
            "preview-app/v1.2.0",
            "model-b-v1.2.0",
            "release/1.2.0",
        ] {
            assert!(release(tag), "{tag} is a release");
        }
        for tag in [
            "v1.2.3-rc.1",
            "v1.2.3-rc1",
            "v1.2.3rc1",
            "curl_7_6-pre3",
            "rc-8_22_0-1",
            "v2.0.0-beta",
            "v2.0.0-alpha.3",
            "nightly-2024-01-01",
            "latest",
            "v1.0.0-dev",
            "v3.0.0-SNAPSHOT",
            "v16.0.0-canary.12",
            "v5.0.0-next.0",
            "pump@2.0.0-next",
            "2025.03.1-rc.2",
            "pump-dev-kit/v1.2.0-rc.1",
            "rc-servo-v1.2.0-beta2",
            "beta/1.2.0",
            "pump-beta-1.2.0",
            "1.2.0-linux-beta",
            "1.2.0a1",
            "test",
        ] {
            assert!(!release(tag), "{tag} is no release");
        }
    }

    #[test]
    fn versions_order_by_number() {
        assert!(version("curl-8_9_0") < version("curl-8_10_0"));
        assert!(version("v1.2") < version("v1.2.1"));
    }
}
