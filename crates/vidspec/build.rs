//! Lists the definitions of `providers/`, so that they are built in: as they are written, for people, and as JSON, which is read
//! many times faster.

use std::fmt::Write as _;
use std::path::Path;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let folder = Path::new(&std::env::var("CARGO_MANIFEST_DIR")?).join("providers");
    println!("cargo::rerun-if-changed=providers");
    let mut files = Vec::new();
    for entry in std::fs::read_dir(&folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "yaml") {
            files.push(path);
        }
    }
    files.sort_by_key(|file| file.file_stem().map(ToOwned::to_owned));
    let mut list = String::from("[\n");
    for file in files {
        println!("cargo::rerun-if-changed={}", file.display());
        let tree: serde_yaml::Value = serde_yaml::from_str(&std::fs::read_to_string(&file)?)?;
        let json = serde_json::to_string(&tree)?;
        let path = file.to_string_lossy();
        let id = file.file_stem().unwrap_or_default().to_string_lossy();
        writeln!(list, "    Builtin {{ id: {id:?}, yaml: include_str!({path:?}), json: {json:?} }},")?;
    }
    list.push_str("]\n");
    std::fs::write(Path::new(&std::env::var("OUT_DIR")?).join("builtin.rs"), list)?;
    Ok(())
}
