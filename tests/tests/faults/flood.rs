//! Thousands of connections that say nothing, or say it very slowly: they are closed, and whoever
//! comes from elsewhere notices nothing.

use aanbel_tests::phones::{door, made_up, nobody, phone_of};
use aanbel_tests::runs::times;
use aanbel_tests::server::Server;
use aanbel_tests::street::WALKERS;
use anyhow::{Context, Result, ensure};
use std::net::{Ipv4Addr, SocketAddr};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::task::JoinSet;

const SLOW: usize = 2_000;
const SILENT: usize = 2_000;
/// What the project promises, and what a busy machine may add.
const CLOSED_WITHIN: Duration = Duration::from_secs(15);
const GRACE: Duration = Duration::from_secs(10);
/// Other addresses of this machine, so many: for the server they are people elsewhere. The machine's own
/// has no limit.
const ADDRESSES: usize = 16;
/// Where the phone comes from that must not notice.
const BYSTANDER: Ipv4Addr = Ipv4Addr::new(127, 0, 1, 1);

fn elsewhere(number: usize) -> Ipv4Addr {
    Ipv4Addr::new(127, 0, 2, 1 + (number % ADDRESSES) as u8)
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_and_silent_connections_end_and_hinder_nobody() -> Result<()> {
    open_files(2 * (SLOW + SILENT))?;
    let server = Server::street().await?;
    let mut walker = phone_of(&server, WALKERS[0], "a").await?;
    walker.comes_from(BYSTANDER.into());
    for wave in 0..times(1, 4) {
        let tried = Arc::new(AtomicUsize::new(0));
        let began = Instant::now();
        let mut attack = JoinSet::new();
        for number in 0..SLOW + SILENT {
            attack.spawn(bother(server.listen, number, Arc::clone(&tried)));
        }
        // A phone that syncs ten times a second is busier than any.
        let mut breathe = tokio::time::interval(Duration::from_millis(100));
        let (mut exchanges, mut slowest, mut most) = (0, Duration::ZERO, 0);
        loop {
            let held = connections(server.listen)?;
            most = most.max(held);
            if held == 0 && tried.load(Ordering::SeqCst) == SLOW + SILENT {
                break;
            }
            let asked = Instant::now();
            let visit = made_up(&format!("{wave} {exchanges}"));
            walker.write(vec![nobody(visit, door(&walker, exchanges % 20)?)])?;
            walker.exchange().await.context("a phone from elsewhere is served")?;
            slowest = slowest.max(asked.elapsed());
            exchanges += 1;
            breathe.tick().await;
        }
        let took = began.elapsed();
        println!(
            "{} came, {most} at one time, all were closed within {took:?}; meanwhile {exchanges} \
             exchanges from elsewhere, the slowest {slowest:?}",
            SLOW + SILENT,
        );
        ensure!(most >= SLOW, "only {most} were there at one time");
        ensure!(exchanges > 0, "nobody tried meanwhile");
        ensure!(
            slowest < CLOSED_WITHIN,
            "somebody else waited {slowest:?}, as long as the attack lasts"
        );
        ensure!(took < CLOSED_WITHIN + GRACE, "it took {took:?}");
    }
    Ok(())
}

/// Connections from elsewhere that the server holds open. The kernel knows; a client that was turned
/// away may not.
fn connections(server: SocketAddr) -> Result<usize> {
    let table = std::fs::read_to_string("/proc/net/tcp")?;
    let end = |address: Ipv4Addr| format!("{:08X}:", u32::from_ne_bytes(address.octets()));
    let theirs: Vec<String> = (0..ADDRESSES).map(|number| end(elsewhere(number))).collect();
    let here = format!("{}{:04X}", end(Ipv4Addr::LOCALHOST), server.port());
    let open = table.lines().filter(|line| {
        let mut words = line.split_whitespace().skip(1);
        let (local, remote, state) = (words.next(), words.next(), words.next());
        let is_theirs =
            remote.is_some_and(|remote| theirs.iter().any(|one| remote.starts_with(one)));
        // 1: established.
        local == Some(&here) && is_theirs && state == Some("01")
    });
    Ok(open.count())
}

/// Opens a connection and keeps it open as long as the server lets it: with a head that never ends,
/// or with nothing.
async fn bother(server: SocketAddr, number: usize, tried: Arc<AtomicUsize>) -> Result<()> {
    let is_slow = number < SLOW;
    let socket = TcpSocket::new_v4()?;
    socket.bind(SocketAddr::from((elsewhere(number), 0)))?;
    let connected = socket.connect(server).await;
    tried.fetch_add(1, Ordering::SeqCst);
    // Refused, or closed at once: then it is over.
    let Ok(mut stream) = connected else { return Ok(()) };
    if is_slow {
        let _ = stream.write_all(b"GET / HTTP/1.1\r\nhost: a\r\n").await;
        trickle(&mut stream).await;
    } else {
        let _ = stream.read(&mut [0; 64]).await;
    }
    Ok(())
}

/// A header line per second, until the server has had enough.
async fn trickle(stream: &mut TcpStream) {
    let (mut from, mut to) = stream.split();
    let mut slowly = tokio::time::interval(Duration::from_secs(1));
    let mut answer = [0; 64];
    loop {
        tokio::select! {
            _ = from.read(&mut answer) => return,
            _ = slowly.tick() => {
                if to.write_all(b"x-more: a\r\n").await.is_err() {
                    return;
                }
            }
        }
    }
}

/// Lets this process have so many files open; what it may have by itself differs per machine.
fn open_files(number: usize) -> Result<()> {
    let id = std::process::id().to_string();
    let limit = format!("--nofile={number}:");
    let told = Command::new("prlimit").args(["--pid", &id, &limit]).output();
    let told = told.context("prlimit, of util-linux")?;
    ensure!(told.status.success(), "{}", String::from_utf8_lossy(&told.stderr));
    Ok(())
}
