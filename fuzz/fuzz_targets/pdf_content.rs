//! The content of a page in a sound PDF.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::page(data);
});
