//! A world much smaller than the demo's: one street and the volunteers who walk it. What is done a
//! thousand times is done here, where starting and checking a server takes no second.

use crate::server::Server;
use anyhow::{Context, Result};
use rusqlite::{Connection, params};
use std::path::Path;

/// Who walks the street.
pub const WALKERS: [&str; 4] =
    ["Daan Denkbeeld", "Elif Ergens", "Guus Geenszins", "Imane Ingebeeld"];
/// Doors in it.
pub const DOORS: usize = 40;

impl Server {
    /// A server with the street, started.
    ///
    /// # Errors
    /// When the server does not do what it is told.
    pub async fn street() -> Result<Server> {
        let mut server = Server::street_stopped().await?;
        server.start().await?;
        Ok(server)
    }

    /// As `street`, not started yet.
    ///
    /// # Errors
    /// As `street`.
    pub async fn street_stopped() -> Result<Server> {
        let server = Server::stopped()?;
        for name in WALKERS {
            server.run(&["user", "add", "--name", name, "--role", "volunteer"]).await?;
        }
        let list = server.data().join("street.csv");
        std::fs::write(&list, addresses())?;
        let list = list.to_str().context("a temporary folder has a plain name")?;
        server.run(&["import-addresses", list, "--campaign", "Proef"]).await?;
        assign_everything(server.data())?;
        Ok(server)
    }
}

fn addresses() -> String {
    let mut text = "straat;nummer;letter;toevoeging;postcode;plaats\n".to_owned();
    for number in 1..=DOORS {
        text.push_str(&format!("Proefstraat;{number};;;9999XX;Voorbeeldstad\n"));
    }
    text
}

/// Everybody walks everything. The office does this on a page; no command does.
fn assign_everything(data: &Path) -> Result<()> {
    database(data)?.execute(
        "INSERT INTO assignment (worklist, person, since_ms)
         SELECT worklist.id, person.id, 0 FROM worklist CROSS JOIN person",
        params![],
    )?;
    Ok(())
}

/// The database of a server, for looking at it and for damaging it.
///
/// # Errors
/// When it cannot be opened.
pub fn database(data: &Path) -> Result<Connection> {
    Ok(Connection::open(data.join("aanbel.db"))?)
}
