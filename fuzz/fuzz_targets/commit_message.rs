//! Commit messages.
#![no_main]

use lookback_core::join::message::MessageReader;

libfuzzer_sys::fuzz_target!(|data: &[u8]| {
    let reader = MessageReader::new(&[]);
    let _ = (reader.read(data, false), reader.read(data, true));
});
