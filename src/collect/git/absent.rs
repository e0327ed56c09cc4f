//! The objects that a partial clone lacks and somebody asked for, so that exactly these can be fetched.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use git2::Oid;

/// Objects by the Git directory that lacks them. Copies share one note.
#[derive(Clone, Debug, Default)]
pub struct AbsentObjects(Arc<Mutex<BTreeMap<PathBuf, BTreeSet<Oid>>>>);

impl AbsentObjects {
    /// Notes one.
    pub(crate) fn note(&self, repository: &Path, id: Oid) {
        let mut noted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted.entry(repository.to_owned()).or_default().insert(id);
    }

    /// Takes what was noted.
    pub(crate) fn take(&self) -> BTreeMap<PathBuf, BTreeSet<Oid>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
