//! Taking connections: time for the head of a request, an end to idle and endless connections, a
//! most number of them, in all and from one address, and a stop that lets running requests finish. Plain `axum::serve` has none.

use crate::access::Peer;
use axum::Router;
use axum::extract::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::collections::HashMap;
use std::convert::Infallible;
use std::future::Future;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tower::ServiceExt;

/// Limits of one listener.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// From opening a connection, or the last answer on it, to the whole head of the next request.
    pub head: Duration,
    /// Longest life of a connection. Pages and exchanges take seconds.
    pub life: Duration,
    /// After a stop, how long running requests may take.
    pub goodbye: Duration,
    pub connections: usize,
    /// From one address, so that nobody alone takes them all; and never more than half of what is free, so that
    /// many together do not either. None behind a proxy, where all come from one; and never for this machine
    /// itself.
    pub from_one: Option<usize>,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            head: Duration::from_secs(15),
            life: Duration::from_secs(600),
            goodbye: Duration::from_secs(20),
            connections: 4_096,
            // A team behind one address at the kick-off: forty phones, six connections each.
            from_one: Some(256),
        }
    }
}

/// Serves until `stop` is ready, then finishes what is running.
pub async fn serve(listener: TcpListener, routes: Router, limits: Limits, stop: impl Future) {
    let turns = Arc::new(Semaphore::new(fitting(limits.connections)));
    let shutdown = GracefulShutdown::new();
    let crowd = Crowd::default();
    let mut stop = std::pin::pin!(stop);
    loop {
        let turn = tokio::select! {
            turn = turns.clone().acquire_owned() => turn,
            _ = &mut stop => break,
        };
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = &mut stop => break,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // Out of file descriptors, most likely; connections that end give them back.
                tracing::warn!(%error, "cannot take a connection");
                tokio::time::sleep(Duration::from_millis(50)).await;
                continue;
            }
        };
        let free = turns.available_permits();
        let most = limits.from_one.map(|most| most.min(free / 2).max(1));
        let Some(place) = crowd.enter(peer.ip(), most) else {
            tracing::debug!("too many connections from one address");
            continue;
        };
        let (routes, watcher) = (routes.clone(), shutdown.watcher());
        tokio::spawn(async move {
            connection(stream, peer, routes, limits, watcher).await;
            drop((turn, place));
        });
    }
    drop(listener);
    if tokio::time::timeout(limits.goodbye, shutdown.shutdown()).await.is_err() {
        tracing::warn!("some requests did not finish in time");
    }
}

/// Files that are open beside connections: the database, its readers, what pages send.
const OTHER_FILES: usize = 256;

/// Lets this process have as many files open as so many connections need. Gives how many fit: a database that
/// cannot be opened is worse than a caller who waits.
fn fitting(connections: usize) -> usize {
    #[cfg(unix)]
    {
        use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
        let wanted = (connections + OTHER_FILES) as u64;
        let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
        let more = wanted.min(maximum.unwrap_or(wanted));
        if current.is_some_and(|current| current < more) {
            let raised = setrlimit(Resource::Nofile, Rlimit { current: Some(more), maximum });
            if let Err(error) = raised {
                tracing::warn!(%error, "cannot have more files open");
            }
        }
        let may = getrlimit(Resource::Nofile).current.unwrap_or(wanted) as usize;
        connections.min(may.saturating_sub(OTHER_FILES)).max(1)
    }
    #[cfg(not(unix))]
    connections
}

/// How many connections each address has open.
#[derive(Clone, Default)]
struct Crowd {
    open: Arc<Mutex<HashMap<IpAddr, usize>>>,
}

/// One of them; leaves with this value.
struct Place {
    crowd: Crowd,
    of: IpAddr,
}

impl Crowd {
    /// None when this address has as many as it may have.
    fn enter(&self, from: IpAddr, most: Option<usize>) -> Option<Place> {
        let of = household(from);
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        let count = open.entry(of).or_default();
        let is_here =
            of == IpAddr::V4(Ipv4Addr::LOCALHOST) || of == IpAddr::V6(Ipv6Addr::LOCALHOST);
        if !is_here && most.is_some_and(|most| *count >= most) {
            return None;
        }
        *count += 1;
        Some(Place { crowd: self.clone(), of })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut open = self.crowd.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = open.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.of);
            }
        }
    }
}

/// What one subscriber has: an IPv4 address, or the first half of an IPv6 one.
pub fn household(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(long) if long != Ipv6Addr::LOCALHOST => {
            IpAddr::V6(Ipv6Addr::from_bits(long.to_bits() >> 64 << 64))
        }
        other => other,
    }
}

async fn connection(
    stream: TcpStream,
    peer: SocketAddr,
    routes: Router,
    limits: Limits,
    watcher: Watcher,
) {
    drop(stream.set_nodelay(true));
    let answer = service_fn(move |request: hyper::Request<Incoming>| {
        let mut request: Request = request.map(axum::body::Body::new);
        request.extensions_mut().insert(Peer(peer.ip()));
        let routes = routes.clone();
        async move { Ok::<_, Infallible>(routes.oneshot(request).await.unwrap_or_else(|e| match e {})) }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .serve_connection(TokioIo::new(stream), answer);
    match tokio::time::timeout(limits.life, watcher.watch(connection)).await {
        Ok(Ok(())) => {}
        Ok(Err(error)) => tracing::debug!(%error, "connection ended"),
        Err(_) => tracing::debug!("connection was open too long"),
    }
}

/// Ready at Ctrl-C or when the system asks to stop.
pub async fn stop_signal() {
    let interrupt = async { drop(tokio::signal::ctrl_c().await) };
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let terminate = async {
            match signal(SignalKind::terminate()) {
                Ok(mut signal) => drop(signal.recv().await),
                Err(_) => std::future::pending().await,
            }
        };
        tokio::select! { () = interrupt => {}, () = terminate => {} }
    }
    #[cfg(not(unix))]
    interrupt.await;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_address_has_so_many_and_others_have_theirs() {
        let crowd = Crowd::default();
        let address = |text: &str| text.parse::<IpAddr>().expect("an address");
        let (one, other) = (address("192.0.2.1"), address("192.0.2.2"));
        let first = crowd.enter(one, Some(2)).expect("the first");
        let _second = crowd.enter(one, Some(2)).expect("the second");
        assert!(crowd.enter(one, Some(2)).is_none());
        assert!(crowd.enter(address("::ffff:192.0.2.1"), Some(2)).is_none(), "written otherwise");
        let _other = crowd.enter(other, Some(2)).expect("another address");
        let _proxy = crowd.enter(one, None).expect("no limit behind a proxy");
        drop(first);
        assert!(crowd.enter(one, Some(2)).is_none(), "two are open still");
        let _long = crowd.enter(address("2001:db8::1"), Some(1)).expect("the first");
        assert!(crowd.enter(address("2001:db8::2"), Some(1)).is_none(), "the same subscriber");
    }
}
