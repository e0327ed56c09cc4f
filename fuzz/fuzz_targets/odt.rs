//! ODT: the parts of an archive, and the archive itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::parts("a/security-review.odt", &["content.xml", "styles.xml", "meta.xml"], data);
    lookback_fuzz::document("a/security-review.odt", data);
});
