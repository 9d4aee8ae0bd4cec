//! Acme Render beside the providers that vidspec knows.

use vidspec::Catalogue;

/// All known providers, Acme first.
///
/// ```
/// let job = own_provider::catalogue().resolve("rnd_7Qx2mV", None)?;
/// assert_eq!(job.provider.id(), "acme");
/// # Ok::<(), vidspec::ResolveError>(())
/// ```
pub fn catalogue() -> Catalogue {
    let mut catalogue = Catalogue::empty();
    catalogue.add_text("acme.yaml", include_str!("../providers/acme.yaml"));
    catalogue.add_builtin();
    catalogue
}
