//! What the person who runs the server chooses. Read once at the start; the data is elsewhere.

use std::path::PathBuf;

/// Settings of one running server.
#[derive(Clone, Debug, Default)]
pub struct Config {
    /// Folder of the database and of `demo.txt`.
    pub data: PathBuf,
    /// Folder of the built field app; without it `/app/` says how to build it.
    pub app: Option<PathBuf>,
    /// Address that people type, for example `https://aanbel.example.nl`; without a slash at the end.
    pub public_address: Option<String>,
    /// CBS code of the municipality whose schemes phones get, `GM0034`; otherwise it follows from
    /// the addresses.
    pub municipality: Option<String>,
    /// File with the ledger of erasures; without it the one in the data folder.
    pub erasures: Option<PathBuf>,
    /// A proxy of ours stands in front: it sets `X-Forwarded-For`.
    pub behind_proxy: bool,
}

impl Config {
    /// Whether people reach this server over HTTPS only.
    pub fn is_https(&self) -> bool {
        self.public_address.as_deref().is_some_and(|address| address.starts_with("https://"))
    }
}
