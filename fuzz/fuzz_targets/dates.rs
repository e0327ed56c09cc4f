//! Dates and periods.
#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    if let Ok(text) = std::str::from_utf8(data) {
        lookback_reading::doors::dates(text);
    }
});
