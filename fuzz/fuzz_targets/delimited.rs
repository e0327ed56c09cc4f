//! CSV as a document and as an attachment.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::text("a/security-review.csv", data);
    lookback_fuzz::attachment("a.csv", data);
});
