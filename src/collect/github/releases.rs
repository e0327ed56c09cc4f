//! Releases as published on GitHub. They date the repository's own tags; of other repositories they are all that is known.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserialize;

use crate::collect::github::limits;
use crate::collect::github::place::AskedRepository;
use lookback_core::model::{Limit, Release};
use lookback_reading::Constraint;

#[derive(Debug, Deserialize)]
pub(crate) struct PublishedRelease {
    tag_name: String,
    published_at: Option<DateTime<Utc>>,
    #[serde(default)]
    draft: bool,
    #[serde(default)]
    prerelease: bool,
}

/// What the releases say.
#[derive(Default)]
pub(crate) struct Releases {
    /// Of the own repository; `None`: a pre-release.
    pub published: BTreeMap<String, Option<NaiveDate>>,
    /// Of another one.
    pub elsewhere: Vec<Release>,
    pub limits: Vec<Limit>,
}

/// Reads all releases.
pub(crate) async fn read(place: &AskedRepository<'_>) -> Releases {
    let mut read = Releases::default();
    let pages = place.client.pages::<PublishedRelease>(&place.path("/releases?per_page=100")).await;
    if let Some(error) = &pages.missing {
        let what = format!("releases of {} as published on GitHub", place.repository);
        // The own repository has its tags; of another one nothing else is known.
        let elsewhere = [Constraint::DeployedDefectsAnalysed, Constraint::ProcessAssessed];
        let affects = if place.own { &[][..] } else { &elsewhere };
        read.limits.push(limits::of(what, error, "contents: read", affects));
    }
    let subject = place.policy.subjects.iter().find(|one| one.repository.eq_ignore_ascii_case(place.repository));
    let pattern = subject.and_then(|subject| subject.tag.as_ref()).unwrap_or(&place.policy.releases.tag);
    for release in pages.items {
        // A draft says nothing yet: the tag, where there is one, speaks for itself.
        if release.draft {
            continue;
        }
        let date = release.published_at.filter(|_| !release.prerelease).map(|at| at.date_naive());
        if place.own {
            read.published.insert(release.tag_name, date);
            continue;
        }
        let counts =
            pattern.is_match(&release.tag_name) && !place.policy.releases.prerelease.is_match(&release.tag_name);
        if let Some(date) = date.filter(|_| counts && release.published_at.is_some_and(|at| place.counts(at))) {
            read.elsewhere.push(Release { tag: format!("{}@{}", place.repository, release.tag_name), date });
        }
    }
    read
}
