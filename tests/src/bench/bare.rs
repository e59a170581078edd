//! The bare baseline: what taking in the same ops costs when nothing is thought about. A blob per op
//! into one table, one transaction per push, behind a handler that only decodes. No log, no rights,
//! no merge, no pages; never part of the product. It runs as a process of its own, as the server does.

use crate::client::Phone;
use crate::server::memory_of;
use aanbel_shared::record::{Op, WorklistId};
use aanbel_shared::sync::{
    Delivered, Instruction, PROTOCOL, Page, Reply, Request, Versions, decode_request, encode_reply,
};
use anyhow::{Context, Result};
use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use rusqlite::Connection;
use std::io::{Read, Write};
use std::path::Path;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Most bytes of a request; a phone's are far below.
const BODY_MAX: usize = 8 * 1024 * 1024;
/// Pages that the writer keeps in memory, as the product's does.
const CACHE_KIB: i64 = 64 * 1_024;
const FILE: &str = "bare.db";

/// A running one. Its process and its file end with this value.
pub struct Bare {
    folder: TempDir,
    process: Child,
    address: String,
}

impl Bare {
    /// Starts this same program again, as the bare server.
    ///
    /// # Errors
    /// When it does not come up.
    pub async fn start() -> Result<Bare> {
        let folder = tempfile::tempdir()?;
        let mut serve = Command::new(std::env::current_exe()?);
        serve.arg("--bare").arg(folder.path()).stdout(Stdio::piped()).kill_on_drop(true);
        let mut process = serve.spawn()?;
        let told = process.stdout.take().context("it has an output")?;
        let mut address = String::new();
        BufReader::new(told).read_line(&mut address).await?;
        let address = format!("http://{}", address.trim());
        Ok(Bare { folder, process, address })
    }

    /// A phone with the same state that speaks to this server.
    pub fn twin(&self, phone: &Phone) -> Phone {
        phone.twin(&self.address)
    }

    /// Bytes of the file, once all of it stands there.
    ///
    /// # Errors
    /// Those of the database.
    pub fn bytes_on_disk(&self) -> Result<u64> {
        let path = self.folder.path().join(FILE);
        Connection::open(&path)?.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))?;
        Ok(std::fs::metadata(path)?.len())
    }

    /// # Errors
    /// When it does not run, or this is not Linux.
    pub fn peak_memory(&self) -> Result<u64> {
        memory_of(self.process.id().context("it runs")?, "VmHWM:")
    }
}

/// Serves from `folder` until it is killed, and says first where.
///
/// # Errors
/// When there is no port or no file.
pub async fn serve(folder: &Path) -> Result<()> {
    let connection = Connection::open(folder.join(FILE))?;
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.execute_batch("CREATE TABLE op (bytes BLOB NOT NULL)")?;
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
    println!("{}", listener.local_addr()?);
    let routes = Router::new()
        .route("/", get(|| async { "" }))
        .route("/api/sync", post(exchange))
        .layer(DefaultBodyLimit::max(BODY_MAX))
        .with_state(Arc::new(Mutex::new(connection)));
    Ok(axum::serve(listener, routes).await?)
}

type Shared = Arc<Mutex<Connection>>;

async fn exchange(State(connection): State<Shared>, body: Bytes) -> Response {
    let work = tokio::task::spawn_blocking(move || answer(&connection, &body));
    let bytes = work.await.map_err(anyhow::Error::from).and_then(|done| done);
    match bytes {
        Ok(bytes) => ([(header::CONTENT_ENCODING, "gzip")], bytes).into_response(),
        Err(error) => {
            (axum::http::StatusCode::INTERNAL_SERVER_ERROR, format!("{error:#}")).into_response()
        }
    }
}

fn answer(connection: &Mutex<Connection>, body: &[u8]) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    GzDecoder::new(body).read_to_end(&mut bytes)?;
    let request = decode_request(&bytes)?;
    let pages = {
        let connection = connection.lock().unwrap_or_else(PoisonError::into_inner);
        store(&connection, &request.ops)?;
        // A phone that read nothing yet gets all there is.
        if request.cursors.is_empty() { all(&connection)? } else { Vec::new() }
    };
    let mut packer = GzEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(&encode_reply(&reply(&request, pages)))?;
    Ok(packer.finish()?)
}

fn store(connection: &Connection, ops: &[Op]) -> Result<()> {
    if ops.is_empty() {
        return Ok(());
    }
    let tx = connection.unchecked_transaction()?;
    {
        let mut insert = tx.prepare_cached("INSERT INTO op (bytes) VALUES (?1)")?;
        for op in ops {
            insert.execute([postcard::to_stdvec(op)?])?;
        }
    }
    Ok(tx.commit()?)
}

fn all(connection: &Connection) -> Result<Vec<Page>> {
    let mut query = connection.prepare_cached("SELECT bytes FROM op ORDER BY rowid")?;
    let mut rows = query.query([])?;
    let mut ops: Vec<Delivered> = Vec::new();
    while let Some(row) = rows.next()? {
        let op = postcard::from_bytes(row.get_ref(0)?.as_blob()?)?;
        ops.push(Delivered { op, author: "Meter".into(), received_ms: 0 });
    }
    let Some(worklist) = ops.first().map(|one| one.op.worklist) else { return Ok(Vec::new()) };
    let upto = ops.len() as u64;
    Ok(vec![Page { worklist, from: 0, ops, upto, more: false }])
}

fn reply(request: &Request, pages: Vec<Page>) -> Reply {
    let lists = request.cursors.iter().map(|(list, _)| *list);
    let assigned: Vec<WorklistId> = lists.chain(pages.iter().map(|page| page.worklist)).collect();
    Reply {
        protocol: PROTOCOL,
        epoch: request.epoch,
        kept: request.ops.last().map_or(request.own_high, |op| op.dot.seq),
        instruction: Instruction::Continue,
        pages,
        assigned,
        erased: Vec::new(),
        set_aside: Vec::new(),
        server_ms: request.clock_ms,
        versions: Versions::default(),
        remaining: 0,
    }
}
