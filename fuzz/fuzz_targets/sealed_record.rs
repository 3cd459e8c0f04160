#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| logto_axum::fuzzing::sealed_record(data));
