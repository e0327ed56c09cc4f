//! Plain text → reading.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::text("a/security-review.txt", data);
});
