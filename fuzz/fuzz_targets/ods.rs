//! ODS: the parts of an archive, and the archive itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::parts("a/security-review.ods", &["content.xml"], data);
    lookback_fuzz::attachment("a.ods", data);
});
