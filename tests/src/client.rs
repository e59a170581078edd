//! A phone without a browser: the shared state machine, a store in memory, a key that follows from its
//! token, and HTTP. For tests and for load; it counts what goes over the wire.

use aanbel_server::access::MadeUpKey;
use aanbel_shared::record::Dot;
use aanbel_shared::sync::{
    COMPACT_TYPE, Change, Device, EnrolReply, EnrolRequest, Instruction, Meta, PROTOCOL, Problem,
    Reply, Request, StoredOp, Write, decode_plain, decode_reply, encode_plain, encode_request,
};
use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;
use reqwest::{Client, RequestBuilder, Response, StatusCode, header};
use std::collections::BTreeMap;
use std::io::{Read, Write as _};
use std::net::IpAddr;
use std::time::Duration;

/// Version that these phones say they are.
const APP: &str = "proef";
/// Longer than the app waits for an answer. In one of a thousand servers that are killed the HTTP library
/// itself never says that the connection is gone.
const PATIENCE: Duration = Duration::from_secs(60);

/// What went over the wire, bodies only.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wire {
    pub requests: u64,
    pub up_bytes: u64,
    pub down_bytes: u64,
}

impl Wire {
    /// Bytes up and down since then.
    pub fn bytes_since(self, before: Wire) -> f64 {
        (self.up_bytes + self.down_bytes - before.up_bytes - before.down_bytes) as f64
    }
}

/// The server is too busy: come back after so many seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Busy {
    pub again_s: u64,
}

impl std::fmt::Display for Busy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "503: again after {} s", self.again_s)
    }
}

impl std::error::Error for Busy {}

/// One phone.
pub struct Phone {
    pub device: Device,
    /// What is kept; a restart begins from here.
    pub store: BTreeMap<Dot, StoredOp>,
    pub wire: Wire,
    /// This phone's uncorrected clock, ms since 1970; only ever set by the test.
    pub clock_ms: i64,
    http: Client,
    pub address: String,
}

impl Phone {
    /// A phone that is not enrolled yet. `address` is the server's, without a slash at the end.
    pub fn new(address: &str) -> Phone {
        Phone {
            device: Device::default(),
            store: BTreeMap::new(),
            wire: Wire::default(),
            clock_ms: 1_795_000_000_000,
            http: patient(None),
            address: address.to_owned(),
        }
    }

    /// From now on it speaks from this address of the machine.
    pub fn comes_from(&mut self, here: IpAddr) {
        self.http = patient(Some(here));
    }

    /// Another phone with this one's state that speaks to another server.
    pub fn twin(&self, address: &str) -> Phone {
        let mut twin = Phone::new(address);
        twin.put_back(self.device.meta().clone(), self.store.clone());
        twin.clock_ms = self.clock_ms;
        twin
    }

    /// Opens a connection, when there is none that still stands.
    ///
    /// # Errors
    /// When nobody answers.
    pub async fn knock(&self) -> Result<()> {
        let answer = self.http.get(format!("{}/healthz", self.address)).send().await?;
        answer.bytes().await?;
        Ok(())
    }

    /// Forgets its connections: the server at their other end is gone.
    pub fn hang_up(&mut self) {
        self.http = patient(None);
    }

    /// Joins with a code. `token` is any text that differs per phone.
    ///
    /// # Errors
    /// The server's sentence, or no connection.
    pub async fn enrol(&mut self, code: &str, token: &str) -> Result<()> {
        let token =
            format!("{:0>64}", token.bytes().map(|b| format!("{b:02x}")).collect::<String>());
        let request = EnrolRequest {
            protocol: PROTOCOL,
            code: code.to_owned(),
            token: token.clone(),
            label: "Proeftelefoon".into(),
            app: APP.into(),
        };
        // Also when it joins again: its old token is nobody's any more.
        let answer =
            self.post_as(Some(token.clone()), "/api/enrol", encode_plain(&request)).await?;
        let reply: EnrolReply = decode_plain(&answer).context("the enrolment's answer")?;
        let writes = self.device.enrolled(&reply, &token, None)?;
        self.keep(&writes);
        self.restart();
        Ok(())
    }

    /// Writes as a screen would.
    ///
    /// # Errors
    /// When this phone is not enrolled.
    pub fn write(&mut self, changes: Vec<Change>) -> Result<()> {
        let writes = self.device.prepare(changes, self.clock_ms)?;
        self.clock_ms += 1;
        self.keep(&writes);
        self.device.show(&writes);
        Ok(())
    }

    /// Exchanges until there is nothing more to send or read.
    ///
    /// # Errors
    /// The server's sentence, or no connection; what was kept stays and waits.
    pub async fn sync(&mut self) -> Result<()> {
        for _ in 0..1_000 {
            let before = (self.device.waiting(), self.device.meta().cursors.clone());
            self.exchange().await?;
            let after = (self.device.waiting(), self.device.meta().cursors.clone());
            if !self.device.wants_more() || before == after {
                return Ok(());
            }
        }
        bail!("the exchange goes on for ever")
    }

    /// One exchange.
    ///
    /// # Errors
    /// As `sync`.
    pub async fn exchange(&mut self) -> Result<Reply> {
        let request = self.device.request(APP, self.clock_ms);
        let reply = self.send(&request).await?;
        let writes = self.device.absorb(&reply, self.clock_ms);
        self.keep(&writes);
        self.device.show(&writes);
        Ok(reply)
    }

    /// Sends any request under this phone's token, also one that this phone would never make.
    ///
    /// # Errors
    /// As `sync`.
    pub async fn send(&mut self, request: &Request) -> Result<Reply> {
        let answer = self.post("/api/sync", encode_request(request)).await?;
        decode_reply(&answer).context("the exchange's answer")
    }

    /// Packed bytes of the catalogue that the last exchange announced.
    ///
    /// # Errors
    /// As `sync`.
    pub async fn catalogue(&mut self) -> Result<Vec<u8>> {
        self.wire.requests += 1;
        let request = self
            .http
            .get(format!("{}/api/catalogue", self.address))
            .header(header::ACCEPT_ENCODING, "gzip");
        self.answer(request).await
    }

    /// Forgets everything but the store, as a killed tab does.
    pub fn restart(&mut self) {
        let meta = self.device.meta().clone();
        self.device = Device::load(meta, self.store.values().cloned());
    }

    /// Puts an older state of a phone on this one, as a backup does.
    pub fn put_back(&mut self, meta: Meta, store: BTreeMap<Dot, StoredOp>) {
        self.device = Device::load(meta, store.values().cloned());
        self.store = store;
    }

    /// The server told this phone to do something before anything else.
    pub fn instruction(&self) -> Option<Instruction> {
        self.device.meta().instruction
    }

    fn keep(&mut self, writes: &[Write]) {
        for write in writes {
            match write {
                Write::Put(stored) => drop(self.store.insert(stored.op.dot, stored.clone())),
                Write::Delete(dot) => drop(self.store.remove(dot)),
                Write::Meta(meta) => self.keep_meta(meta),
            }
        }
    }

    /// The bookkeeping lives in the device; before enrolment there is none to keep it in.
    fn keep_meta(&mut self, meta: &Meta) {
        self.device.show(&[Write::Meta(Box::new(meta.clone()))]);
    }

    async fn post(&mut self, path: &str, body: Vec<u8>) -> Result<Vec<u8>> {
        let token = self.device.me().map(|me| me.token.clone());
        self.post_as(token, path, body).await
    }

    /// Sends a body under a token, signed with the key that goes with it.
    async fn post_as(
        &mut self,
        token: Option<String>,
        path: &str,
        body: Vec<u8>,
    ) -> Result<Vec<u8>> {
        let body = pack(&body)?;
        self.wire.requests += 1;
        self.wire.up_bytes += body.len() as u64;
        let mut request = self
            .http
            .post(format!("{}{path}", self.address))
            .header(header::CONTENT_TYPE, COMPACT_TYPE)
            .header(header::ACCEPT, COMPACT_TYPE)
            .header(header::CONTENT_ENCODING, "gzip")
            .header(header::ACCEPT_ENCODING, "gzip");
        for (name, value) in
            token.iter().flat_map(|token| MadeUpKey::of(token).headers(path, token, &body))
        {
            request = request.header(name, value);
        }
        self.answer(request.body(body)).await
    }

    /// Sends a request under this phone's token, when it has one, and reads what comes back.
    async fn answer(&mut self, mut request: RequestBuilder) -> Result<Vec<u8>> {
        if let Some(me) = self.device.me() {
            request = request.header(header::AUTHORIZATION, format!("Bearer {}", me.token));
        }
        let response = request.send().await?;
        let status = response.status();
        let again_s = response.headers().get(header::RETRY_AFTER);
        let again_s = again_s.and_then(|seconds| seconds.to_str().ok()?.parse().ok());
        let bytes = self.read(response).await?;
        if status.is_success() {
            return Ok(bytes);
        }
        if let (StatusCode::SERVICE_UNAVAILABLE, Some(again_s)) = (status, again_s) {
            return Err(Busy { again_s }.into());
        }
        match decode_plain::<Problem>(&bytes) {
            Ok(problem) => bail!("{status} {}: {}", problem.code, problem.sentence),
            Err(_) => bail!("{status}: {}", String::from_utf8_lossy(&bytes)),
        }
    }

    async fn read(&mut self, response: Response) -> Result<Vec<u8>> {
        let packed =
            response.headers().get(header::CONTENT_ENCODING).is_some_and(|it| it == "gzip");
        let bytes = response.bytes().await?;
        self.wire.down_bytes += bytes.len() as u64;
        if packed { unpack(&bytes) } else { Ok(bytes.to_vec()) }
    }
}

/// A client that lets go of a connection before the server does, after 15 seconds without a request: who
/// sends in that very moment loses the request. A browser just sends it again.
fn patient(from: Option<IpAddr>) -> Client {
    let client = Client::builder().pool_idle_timeout(Duration::from_secs(10)).timeout(PATIENCE);
    client.local_address(from).build().expect("a client needs nothing from outside")
}

/// gzip, as a browser does it.
///
/// # Errors
/// Never for a buffer in memory.
pub fn pack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(bytes)?;
    Ok(packer.finish()?)
}

fn unpack(bytes: &[u8]) -> Result<Vec<u8>> {
    let mut unpacked = Vec::new();
    GzDecoder::new(bytes).read_to_end(&mut unpacked)?;
    Ok(unpacked)
}
