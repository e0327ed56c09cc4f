//! Objects that are what their names say. libgit2 believes the object database, as `git log` does; what carries the judgement is hashed
//! again: the commit that is looked at, its trees, documents and files.

use git2::{Odb, OdbObject, Oid};

/// The object of this name.
///
/// # Errors
/// It is not there, cannot be read, or another one stands in its place.
pub(crate) fn sound<'a>(odb: &'a Odb<'_>, id: Oid) -> Result<OdbObject<'a>, git2::Error> {
    let object = odb.read(id)?;
    if Oid::hash_object(object.kind(), object.data())? == id {
        return Ok(object);
    }
    Err(git2::Error::from_str(&format!("object {id} is not what its name says: another one was put in its place")))
}
