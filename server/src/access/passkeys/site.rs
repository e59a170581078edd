//! The site that passkeys are made for: it follows from the public address, and a browser gives an
//! answer made for one site to no other.

use crate::config::Config;
use axum::http::Uri;
use sha2::{Digest, Sha256};
use std::net::IpAddr;

/// Browsers trust this name without HTTPS.
const LOCALHOST: &str = "localhost";

/// Host and origin of the office, as browsers call them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    host: String,
    /// None on one's own machine, where any port will do.
    origin: Option<String>,
}

impl Site {
    /// None when there are no passkeys here: a build without them, or an address that browsers make
    /// none for.
    pub fn of(config: &Config) -> Option<Site> {
        if !cfg!(feature = "passkeys") {
            return None;
        }
        match &config.public_address {
            Some(address) => Site::at(address),
            None => Some(Site { host: LOCALHOST.to_owned(), origin: None }),
        }
    }

    fn at(address: &str) -> Option<Site> {
        let uri: Uri = address.parse().ok()?;
        let (scheme, host) = (uri.scheme_str()?, uri.host()?.to_ascii_lowercase());
        let is_name = host.parse::<IpAddr>().is_err() && !host.starts_with('[');
        let usual = match scheme {
            "https" => 443,
            "http" if host == LOCALHOST => 80,
            _ => return None,
        };
        let port = uri.port_u16().filter(|port| *port != usual);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let origin = Some(format!("{scheme}://{host}{port}"));
        is_name.then_some(Site { host, origin })
    }

    /// As passkeys name it.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// As an authenticator names it in what it signs.
    pub fn hash(&self) -> [u8; 32] {
        Sha256::digest(&self.host).into()
    }

    /// Whether a page of this origin is ours.
    pub fn is_origin(&self, said: &str) -> bool {
        match &self.origin {
            Some(origin) => origin == said,
            None => said.strip_prefix("http://localhost").is_some_and(|rest| {
                rest.is_empty() || rest.strip_prefix(':').is_some_and(is_number)
            }),
        }
    }
}

fn is_number(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|digit| digit.is_ascii_digit())
}

#[cfg(all(test, feature = "passkeys"))]
mod tests {
    use super::*;

    fn site(address: Option<&str>) -> Option<Site> {
        let public_address = address.map(str::to_owned);
        Site::of(&Config { public_address, ..Config::default() })
    }

    #[test]
    fn only_pages_of_the_public_address_are_ours() {
        let office = site(Some("https://Aanbel.Example.NL")).expect("a name with HTTPS");
        assert_eq!(office.host(), "aanbel.example.nl");
        assert!(office.is_origin("https://aanbel.example.nl"));
        for other in [
            "http://aanbel.example.nl",
            "https://aanbel.example.nl:8443",
            "https://aanbel.example.nl.elders.example",
            "https://elders.aanbel.example.nl",
            "null",
            "",
        ] {
            assert!(!office.is_origin(other), "{other}");
        }
        let port = site(Some("https://aanbel.example.nl:8443")).expect("a name with HTTPS");
        assert!(port.is_origin("https://aanbel.example.nl:8443"));
        let usual = site(Some("https://aanbel.example.nl:443")).expect("a name with HTTPS");
        assert!(usual.is_origin("https://aanbel.example.nl"), "browsers leave the usual port out");
    }

    #[test]
    fn on_ones_own_machine_any_port_is_ours_and_no_other_name() {
        let own = site(None).expect("one's own machine");
        assert_eq!(own.host(), "localhost");
        for ours in ["http://localhost:8080", "http://localhost"] {
            assert!(own.is_origin(ours), "{ours}");
        }
        for other in
            ["http://localhost.elders.example", "http://localhost:", "http://localhost:80/", "null"]
        {
            assert!(!own.is_origin(other), "{other}");
        }
        let told = site(Some("http://localhost:8080")).expect("trusted without HTTPS");
        assert!(
            told.is_origin("http://localhost:8080") && !told.is_origin("http://localhost:8081")
        );
    }

    #[test]
    fn where_browsers_make_no_passkeys_there_are_none() {
        for address in
            ["https://192.0.2.7", "https://[2001:db8::1]", "http://aanbel.example.nl", "aanbel"]
        {
            assert_eq!(site(Some(address)), None, "{address}");
        }
    }
}
