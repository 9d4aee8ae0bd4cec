#![no_main]
#![allow(dead_code, reason = "one of the functions is run")]

use std::sync::LazyLock;

#[path = "../../tests/fuzz/targets.rs"]
mod targets;

static FOLDER: LazyLock<tempfile::TempDir> = LazyLock::new(targets::scenario_folder);

libfuzzer_sys::fuzz_target!(|data: &[u8]| targets::scenario(FOLDER.path(), data));
