//! The server: one answer to every question, and nothing that could be slow.

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// A body of 700 bytes, as a job that runs has it.
fn body() -> String {
    let begin = r#"{"id":"job-1","status":"working","progress":42,"created_at":1758941485,"model":"acme-3","output":{"url":null},"prompt":""#;
    let end = r#"","size":"1280x720","seconds":8}"#;
    format!("{begin}{}{end}", "a".repeat(700 - begin.len() - end.len()))
}

/// Prints its address and serves until it is killed.
pub(crate) async fn serve() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    println!("http://{}", listener.local_addr().unwrap());
    let body = body();
    let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n", body.len());
    let answer: std::sync::Arc<[u8]> = (head + &body).into_bytes().into();
    loop {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.set_nodelay(true).unwrap();
        let answer = answer.clone();
        tokio::spawn(async move {
            let mut head = Vec::with_capacity(1024);
            while stream.read_buf(&mut head).await.is_ok_and(|read| read > 0) {
                if head.ends_with(b"\r\n\r\n") {
                    head.clear();
                    if stream.write_all(&answer).await.is_err() {
                        return;
                    }
                }
            }
        });
    }
}
