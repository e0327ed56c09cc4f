//! CSV issue files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::issues("issues.csv", data);
});
