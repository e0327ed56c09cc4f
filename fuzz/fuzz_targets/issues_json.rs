//! JSON issue files.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::issues("issues.json", data);
    lookback_fuzz::attachment("a.json", data);
});
