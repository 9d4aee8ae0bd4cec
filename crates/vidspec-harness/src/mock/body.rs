//! A documented body, made to speak of the job that was asked about and of this server.

/// Shorter ids are replaced only where they are a whole text: they may be part of anything.
const SHORTEST_TELLING: usize = 8;

/// The body with another id, and with this server's address in place of the provider's: a client that follows an address of the
/// body stays on this machine, and so does its key.
pub(super) fn adapted(body: &[u8], (id, asked): (&str, &str), (origin, here): (&str, &str)) -> Vec<u8> {
    let Ok(text) = std::str::from_utf8(body) else { return body.to_vec() };
    // As JSON writes it, without its quotes.
    let asked = serde_json::Value::from(asked).to_string();
    let asked = asked.trim_matches('"');
    let text = if id.len() >= SHORTEST_TELLING {
        text.replace(id, asked)
    } else {
        text.replace(&format!("\"{id}\""), &format!("\"{asked}\""))
    };
    text.replace(origin, here).into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_speaks_of_the_job_that_was_asked_about() {
        let here = ("https://api.acme.example", "http://127.0.0.1:9");
        let adapt = |body: &str, ids| String::from_utf8(adapted(body.as_bytes(), ids, here)).unwrap();
        assert_eq!(adapt(r#"{"id":"1","n":1}"#, ("1", "a\"b")), r#"{"id":"a\"b","n":1}"#);
        let body = r#"{"url":"https://api.acme.example/v/video_68d7.mp4"}"#;
        assert_eq!(adapt(body, ("video_68d7", "fail-1")), r#"{"url":"http://127.0.0.1:9/v/fail-1.mp4"}"#);
        assert_eq!(adapted(&[0xff, b'1'], ("1", "2"), here), [0xff, b'1']);
    }
}
