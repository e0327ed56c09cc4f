//! PDF as it comes.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::document("a/security-review.pdf", data);
});
