//! Tokens that are signed for each request.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Map, Value};
use sha2::Sha256;

use crate::definition::{Algorithm, TokenRule};
use crate::secret::Secret;
use crate::template::Writing;
use crate::time::Timestamp;

/// A JSON Web Token in its compact form (RFC 7519, RFC 7515 section 7.1). `None` if a secret is missing.
pub(super) fn sign<'s>(rule: &TokenRule, secret_of: impl Fn(&str) -> Option<&'s str>, now: Timestamp) -> Option<Secret> {
    let mut claims = Map::new();
    for (name, template) in &rule.claims {
        claims.insert(name.as_str().to_owned(), Value::from(template.expand(Writing::Prose, &secret_of)?));
    }
    let leeway = rule.leeway.map_or(0.0, |leeway| leeway.0);
    for (name, seconds) in [("exp", rule.lifetime.0), ("nbf", -leeway)] {
        claims.insert(name.to_owned(), Value::from(now.plus_seconds(seconds)?.unix_seconds()));
    }
    let algorithm = match rule.jwt {
        Algorithm::Hs256 => "HS256",
    };
    let header = format!(r#"{{"alg":"{algorithm}","typ":"JWT"}}"#);
    let signed = format!("{}.{}", BASE64URL.encode(header), BASE64URL.encode(Value::Object(claims).to_string()));
    let mut mac = Hmac::<Sha256>::new_from_slice(secret_of(rule.key.as_str())?.as_bytes()).ok()?;
    mac.update(signed.as_bytes());
    Some(Secret::new(&format!("{signed}.{}", BASE64URL.encode(mac.finalize().into_bytes()))))
}
