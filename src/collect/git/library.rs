//! The settings of libgit2, which are global. Owns nothing else.

/// Global settings of libgit2. A container often sees a workspace that another user owns: reading it is safe, because nothing in
/// it is run. Every object is read about once: no cache of objects. Like `git log`, reading does not hash again what it reads
/// (the compressed data carries a checksum of its own); `sound` does for what carries the judgement, `git fsck` for all.
/// The windows onto pack files are kept small, else a big pack is mapped whole.
#[expect(unsafe_code, reason = "libgit2's settings are global; they are set once, before anything is opened")]
pub(crate) fn configure() {
    // SAFETY: `Once` in `Repository::open` calls this before any other use of libgit2 in this process.
    let set = unsafe {
        git2::opts::set_mwindow_size(4 << 20)
            .and_then(|()| git2::opts::set_mwindow_mapped_limit(48 << 20))
            .and_then(|()| git2::opts::set_verify_owner_validation(false))
    };
    git2::opts::enable_caching(false);
    git2::opts::strict_hash_verification(false);
    // Where it cannot be set, opening a repository of another user says so itself.
    drop(set);
}
