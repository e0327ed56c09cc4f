//! Evidence JSON, judged and rendered in every format.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    lookback_fuzz::evidence(data);
});
