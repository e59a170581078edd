//! From where somebody comes: her address, and which browser on which system.

use super::audit::Actor;
use crate::state::AppState;
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::convert::Infallible;
use std::net::{IpAddr, Ipv4Addr};

/// The address that a request came from: for the limits on guessing, and for the audit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub IpAddr);

impl FromRequestParts<AppState> for Peer {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let forwarded = state.config.behind_proxy.then(|| last_forwarded(&parts.headers)).flatten();
        let direct = parts.extensions.get::<Peer>().map(|peer| peer.0);
        Ok(Peer(forwarded.or(direct).unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST))))
    }
}

/// The entry that our own proxy added; the ones before it are the client's to invent.
fn last_forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let line = headers.get_all("x-forwarded-for").iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next()?.trim().parse().ok()
}

/// What a session is recognised by in the list of sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Browser {
    pub peer: Option<IpAddr>,
    /// `Firefox op Windows`; empty when it does not say.
    pub agent: String,
}

impl Browser {
    /// Who this is before anybody signed in.
    pub fn actor(&self) -> Actor {
        Actor { peer: self.peer, ..Actor::SYSTEM }
    }
}

impl FromRequestParts<AppState> for Browser {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, Infallible> {
        let Peer(peer) = Peer::from_request_parts(parts, state).await?;
        let line = parts.headers.get(header::USER_AGENT).and_then(|line| line.to_str().ok());
        Ok(Browser { peer: Some(peer), agent: agent(line.unwrap_or_default()) })
    }
}

/// Two words of what a browser says of itself. The order matters: most claim to be others too.
fn agent(line: &str) -> String {
    let named = |names: &[(&str, &'static str)]| {
        names.iter().find(|(mark, _)| line.contains(mark)).map(|(_, name)| *name)
    };
    let browser = named(&[
        ("Edg", "Edge"),
        ("Firefox", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari", "Safari"),
    ]);
    let system = named(&[
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]);
    match (browser, system) {
        (Some(browser), Some(system)) => format!("{browser} op {system}"),
        (Some(one), None) | (None, Some(one)) => one.to_owned(),
        (None, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn browser_is_told_in_two_words_and_nothing_else_of_its_line_is_kept() {
        let edge =
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140";
        assert_eq!(agent(edge), "Edge op Windows");
        assert_eq!(agent("Mozilla/5.0 (iPhone; CPU iPhone OS 19) Safari/605"), "Safari op iPhone");
        assert_eq!(agent("<script>Jansen</script>"), "");
    }
}
