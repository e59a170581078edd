//! The listener: slow and silent connections end, and a stop lets a running request finish.

use aanbel_server::listen::{Limits, serve};
use axum::Router;
use axum::routing::get;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;

struct Server {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    ended: JoinHandle<()>,
}

async fn start(routes: Router, limits: Limits) -> Server {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel();
    let ended = tokio::spawn(serve(listener, routes, limits, stopped));
    Server { address, stop, ended }
}

/// Sends some bytes and gives all that comes back until the server closes.
async fn until_closed(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.expect("sent");
    let mut answer = Vec::new();
    // A reset is an end as well.
    drop(stream.read_to_end(&mut answer).await);
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn half_a_head_silence_and_idle_connections_are_ended() {
    let limits = Limits { head: Duration::from_millis(50), ..Limits::default() };
    let server = start(Router::new().route("/", get(|| async { "hier" })), limits).await;
    assert_eq!(until_closed(server.address, b"").await, "");
    assert!(!until_closed(server.address, b"GET / HTTP/1.1\r\nhost").await.contains("hier"));
    let whole = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    assert!(until_closed(server.address, whole).await.ends_with("hier"));
}

#[tokio::test]
async fn stop_waits_for_a_running_request() {
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let (tell, wait) = (begun.clone(), go_on.clone());
    let slow = move || async move {
        tell.notify_one();
        wait.notified().await;
        "klaar"
    };
    let server = start(Router::new().route("/", get(slow)), Limits::default()).await;
    let whole = b"GET / HTTP/1.1\r\nhost: a\r\n\r\n";
    let answer = tokio::spawn(until_closed(server.address, whole));
    begun.notified().await;
    server.stop.send(()).expect("the server listens");
    go_on.notify_one();
    server.ended.await.expect("a clean end");
    assert!(answer.await.expect("an answer").ends_with("klaar"));
}
