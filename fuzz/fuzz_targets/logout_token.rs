#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| logto::fuzzing::logout_token(data));
