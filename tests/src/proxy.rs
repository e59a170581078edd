//! A net that fails on command: between a client and the server, it passes a request on and then
//! loses the answer.

use anyhow::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A proxy on a port of its own; ends with this value.
pub struct Proxy {
    pub address: SocketAddr,
    loses: Arc<AtomicBool>,
    lost: Arc<AtomicUsize>,
    task: JoinHandle<()>,
}

impl Proxy {
    /// Stands before `server`.
    ///
    /// # Errors
    /// When no port is free.
    pub async fn start(server: SocketAddr) -> Result<Proxy> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (loses, lost) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicUsize::new(0)));
        let (flag, count) = (Arc::clone(&loses), Arc::clone(&lost));
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(pass(client, server, Arc::clone(&flag), Arc::clone(&count)));
            }
        });
        Ok(Proxy { address, loses, lost, task })
    }

    /// From now on answers are lost, or no longer.
    pub fn lose_answers(&self, yes: bool) {
        self.loses.store(yes, Ordering::SeqCst);
    }

    /// How many answers the server gave that nobody got.
    pub fn lost(&self) -> usize {
        self.lost.load(Ordering::SeqCst)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn pass(
    client: TcpStream,
    server: SocketAddr,
    loses: Arc<AtomicBool>,
    lost: Arc<AtomicUsize>,
) {
    let Ok(server) = TcpStream::connect(server).await else { return };
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let up = tokio::spawn(async move {
        let _ = tokio::io::copy(&mut from_client, &mut to_server).await;
        let _ = to_server.shutdown().await;
    });
    let mut part = vec![0; 16 * 1024];
    while let Ok(size) = from_server.read(&mut part).await {
        if size == 0 {
            break;
        }
        if loses.load(Ordering::SeqCst) {
            // The server has answered, so it has committed. The client sees the line go dead.
            lost.fetch_add(1, Ordering::SeqCst);
            break;
        }
        if to_client.write_all(&part[..size]).await.is_err() {
            break;
        }
    }
    up.abort();
}
