//! The folder of the site: its pages, and the dossiers of repositories, written where something changed. What no longer belongs there is
//! taken away, and nothing else.
#![expect(clippy::disallowed_methods, reason = "keeps the folder of the site")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::fleet::error::FleetError;
use crate::fleet::names::file_stem;
use crate::sink::{WriteError, write_whole};
use lookback_core::model::{FleetEntry, Report};
use lookback_core::render::dossier::{DossierWords, dossier};
use lookback_core::render::fleet::SitePage;

/// The folder of the dossiers, in that of the site.
const DOSSIERS: &str = "repositories";

/// Which dossiers are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Dossiers {
    /// Where something changed, or there is none.
    Changed,
    /// All.
    All,
    /// None.
    None,
}

/// The folder.
pub(crate) struct SiteFolder {
    root: PathBuf,
    words: Option<DossierWords>,
    /// The dossiers that belong there.
    dossiers: BTreeSet<String>,
}

impl SiteFolder {
    /// Makes the folder.
    pub(crate) fn new(root: &Path) -> Result<SiteFolder, FleetError> {
        let path = root.join(DOSSIERS);
        std::fs::create_dir_all(&path).map_err(|source| WriteError { path, source })?;
        Ok(SiteFolder { root: root.to_owned(), words: DossierWords::shipped("en"), dossiers: BTreeSet::new() })
    }

    /// Writes the dossier of a repository, where it is to be, and tells where. None that holds a word of `secret`.
    pub(crate) fn dossier(
        &mut self,
        entry: &FleetEntry,
        report: &Report,
        changed: bool,
        which: Dossiers,
        secret: &dyn Fn(&str) -> bool,
    ) -> Result<Option<String>, FleetError> {
        let (Some(words), false) = (&self.words, which == Dossiers::None) else { return Ok(None) };
        let file = format!("{}.html", file_stem(&entry.name));
        let path = self.root.join(DOSSIERS).join(&file);
        // One that stands there was made of what may be shown today only if it says so itself.
        let standing =
            std::fs::read_to_string(&path).ok().filter(|text| !changed && which == Dossiers::Changed && !secret(text));
        if standing.is_none() {
            let text = dossier(report, words)?;
            if secret(&text) {
                return Ok(None);
            }
            write_whole(&path, text.as_bytes())?;
        }
        self.dossiers.insert(file.clone());
        Ok(Some(format!("{DOSSIERS}/{file}")))
    }

    /// Writes the pages, and takes away those of earlier nights that no longer belong there.
    pub(crate) fn finish(&self, pages: &[SitePage]) -> Result<(), FleetError> {
        for page in pages {
            write_whole(&self.root.join(&page.file), page.text.as_bytes())?;
        }
        let kept: BTreeSet<&str> = pages.iter().map(|page| page.file.as_str()).collect();
        take_away(&self.root, |name| name.starts_with("team-") && is_ours(name) && !kept.contains(name))?;
        take_away(&self.root.join(DOSSIERS), |name| is_ours(name) && !self.dossiers.contains(name))
    }
}

/// Does a file bear a name as we give them: twelve digits of a digest at its end?
fn is_ours(name: &str) -> bool {
    let stem = name.strip_suffix(".html").unwrap_or_default();
    stem.split('-').any(|part| part.len() == 12 && part.bytes().all(|b| b.is_ascii_hexdigit()))
}

fn take_away(folder: &Path, old: impl Fn(&str) -> bool) -> Result<(), FleetError> {
    let entries = std::fs::read_dir(folder).map_err(|source| WriteError { path: folder.to_owned(), source })?;
    for entry in entries.flatten() {
        if entry.file_name().to_str().is_some_and(&old) {
            let path = entry.path();
            std::fs::remove_file(&path).map_err(|source| WriteError { path, source })?;
        }
    }
    Ok(())
}
