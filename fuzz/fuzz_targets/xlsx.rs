//! XLSX: the parts of a workbook, and the archive itself.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::workbook(data);
    lookback_fuzz::document("a/security-review.xlsx", data);
    lookback_fuzz::attachment("a.xlsx", data);
});
