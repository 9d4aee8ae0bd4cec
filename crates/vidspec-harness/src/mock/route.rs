//! Which request is about which job: the documented requests, with the job's id left open.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use crate::scenario::{Exchange, RequestLine};

/// A request in which the id of the job is left open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Route {
    method: String,
    before: String,
    after: String,
    id: Id,
}

/// Where the id of the job stands.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Id {
    /// In the path or query, between the two parts. Whether it may hold slashes, as the documented one does.
    Line { slashes: bool },
    /// At this place of the JSON that is sent.
    Body { pointer: String },
    /// Nowhere: the request is about this job.
    Fixed(String),
}

impl Route {
    /// The documented request of an exchange about this job.
    pub(super) fn new(exchange: &Exchange, job_id: &str) -> Self {
        let RequestLine { method, target } = &exchange.request;
        let route = Self::of(method, target, job_id);
        let in_body = exchange.sent.as_ref().and_then(|sent| pointer_to(sent, job_id));
        match (&route.id, in_body) {
            (Id::Fixed(_), Some(pointer)) => Self { id: Id::Body { pointer }, ..route },
            _ => route,
        }
    }

    /// A request without a body.
    pub(super) fn of(method: &str, target: &str, job_id: &str) -> Self {
        let (around, id) = match target.rsplit_once(job_id) {
            Some(around) => (around, Id::Line { slashes: job_id.contains('/') }),
            None => ((target, ""), Id::Fixed(job_id.to_owned())),
        };
        Self { method: method.to_owned(), before: around.0.to_owned(), after: around.1.to_owned(), id }
    }

    /// The job that a request is about, if it is of this form.
    pub(super) fn job(&self, line: &RequestLine, body: &[u8]) -> Option<String> {
        if line.method != self.method {
            return None;
        }
        match &self.id {
            Id::Line { slashes } => {
                let id = line.target.strip_prefix(&self.before)?.strip_suffix(&self.after)?;
                let fits = !id.is_empty() && !id.contains('?') && (*slashes || !id.contains('/'));
                fits.then(|| percent_decode_str(id).decode_utf8_lossy().into_owned())
            }
            Id::Body { pointer } if line.target == self.before => {
                Some(serde_json::from_slice::<Value>(body).ok()?.pointer(pointer)?.as_str()?.to_owned())
            }
            Id::Fixed(job_id) if line.target == self.before => Some(job_id.clone()),
            Id::Body { .. } | Id::Fixed(_) => None,
        }
    }
}

/// Where a text stands in JSON, as a JSON pointer (RFC 6901).
fn pointer_to(value: &Value, text: &str) -> Option<String> {
    let below =
        |name: &str, value: &Value| Some(format!("/{}{}", name.replace('~', "~0").replace('/', "~1"), pointer_to(value, text)?));
    match value {
        Value::String(found) if found == text => Some(String::new()),
        Value::Object(members) => members.iter().find_map(|(name, value)| below(name, value)),
        Value::Array(elements) => elements.iter().enumerate().find_map(|(index, value)| below(&index.to_string(), value)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn line(method: &str, target: &str) -> RequestLine {
        RequestLine { method: method.into(), target: target.into() }
    }

    fn job(documented: (&str, &str), asked: &str) -> Option<String> {
        Route::of("GET", documented.0, documented.1).job(&line("GET", asked), b"")
    }

    #[test]
    fn the_id_stands_where_the_documented_one_stood() {
        let (path, query) = (("/v1/jobs/abc", "abc"), ("/v1/query?task_id=1&x=2", "1"));
        assert_eq!(job(path, "/v1/jobs/fail-1").as_deref(), Some("fail-1"));
        assert_eq!(job(path, "/v1/jobs/a%2Fb").as_deref(), Some("a/b"));
        assert_eq!(job(path, "/v1/jobs/"), None);
        assert_eq!(job(path, "/v1/jobs/a/content"), None);
        assert_eq!(job(("/v1/a/b", "a/b"), "/v1/c/d/e").as_deref(), Some("c/d/e"));
        assert_eq!(job(path, "/v1/jobs/a?b=c"), None);
        assert_eq!(job(query, "/v1/query?task_id=77&x=2").as_deref(), Some("77"));
        assert_eq!(job(("/v1/files/9", "abc"), "/v1/files/9").as_deref(), Some("abc"));
        assert_eq!(job(("/v1/files/9", "abc"), "/v1/files/8"), None);
    }

    #[test]
    fn the_id_may_stand_in_what_is_sent() {
        let request = line("POST", "/v1/m:fetch");
        let sent = Some(json!({ "a/b": [{ "name": "op-1" }] }));
        let exchange = Exchange { request: request.clone(), sent, http: 200, headers: Vec::new(), body: Vec::new() };
        let route = Route::new(&exchange, "op-1");
        assert_eq!(route.job(&request, br#"{"a/b":[{"name":"fail-2"}]}"#).as_deref(), Some("fail-2"));
        assert_eq!(route.job(&request, b"{}"), None);
        assert_eq!(route.job(&line("POST", "/v1/n:fetch"), br#"{"a/b":[{"name":"fail-2"}]}"#), None);
    }
}
