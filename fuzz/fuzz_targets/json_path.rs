#![no_main]
#![allow(dead_code, reason = "one of the functions is run")]

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::json_path(data));
