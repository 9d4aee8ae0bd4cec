//! Where definitions are looked for.

use std::path::PathBuf;

use etcetera::BaseStrategy as _;
use vidspec::Catalogue;

use crate::args::Folders;
use crate::error::CliError;

/// Folders of definitions, separated as in `PATH`.
const FOLDERS_VARIABLE: &str = "VIDSPEC_PROVIDERS";

/// The folders that were asked for, then those of the environment, then the user's own, then the definitions built in.
pub(crate) fn open(folders: &Folders) -> Result<Catalogue, CliError> {
    let mut catalogue = Catalogue::empty();
    for folder in &folders.providers {
        catalogue.add_folder(folder).map_err(|error| CliError::new(error.to_string()))?;
    }
    let of_environment = std::env::var_os(FOLDERS_VARIABLE);
    for folder in of_environment.iter().flat_map(std::env::split_paths).filter(|path| !path.as_os_str().is_empty()) {
        let added = catalogue.add_folder(&folder);
        added.map_err(|error| CliError::new(error.to_string()).help(format!("the folder is named in {FOLDERS_VARIABLE}")))?;
    }
    if let Some(folder) = own_folder().filter(|folder| folder.is_dir()) {
        catalogue.add_folder(&folder).map_err(|error| CliError::new(error.to_string()))?;
    }
    catalogue.add_builtin();
    Ok(catalogue)
}

/// Such as `~/.config/vidspec/providers`.
fn own_folder() -> Option<PathBuf> {
    Some(etcetera::choose_base_strategy().ok()?.config_dir().join("vidspec").join("providers"))
}
