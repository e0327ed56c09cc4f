//! DOCX: the parts of an archive, and the archive itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::parts("a/security-review.docx", &["word/document.xml", "word/styles.xml", "word/header1.xml", "docProps/core.xml"], data);
    lookback_fuzz::document("a/security-review.docx", data);
});
