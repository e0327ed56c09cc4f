//! Commit messages.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback::collect::git::doors::message(data);
});
