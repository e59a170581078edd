//! The server on a clock of the test's own, so that a month passes at once. It then runs within the
//! test's process, with the product's own routes and listener.

use crate::server::Server;
use aanbel_server::config::Config;
use aanbel_server::listen::{Limits, serve};
use aanbel_server::state::{AppState, wall_clock};
use anyhow::Result;
use axum::http::{HeaderValue, header};
use axum::middleware::map_response;
use axum::response::Response;
use std::future::pending;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, SystemTime};
use tokio::net::TcpListener;

/// How far this server's clock is ahead of ours, ms.
#[derive(Clone, Debug, Default)]
pub struct OwnClock(Arc<AtomicI64>);

impl OwnClock {
    pub fn pass(&self, ms: i64) {
        self.0.fetch_add(ms, Ordering::Relaxed);
    }

    fn now_ms(&self) -> i64 {
        wall_clock()() + self.0.load(Ordering::Relaxed)
    }
}

impl Server {
    /// Starts it within this process, until the test ends.
    ///
    /// # Errors
    /// When its data cannot be opened or its port is taken.
    pub async fn start_on_own_clock(&mut self) -> Result<OwnClock> {
        let clock = OwnClock::default();
        let (hands, told) = (clock.clone(), clock.clone());
        let (data, app) = (self.data().to_owned(), Some(self.app.clone()));
        let config = Config { data, app, ..Config::default() };
        let state = AppState::open(config, Arc::new(move || hands.now_ms()))?;
        // Phones read the office's clock from this header, which else is the machine's.
        let date = move |mut answer: Response| {
            let now = Duration::from_millis(told.now_ms().unsigned_abs());
            let text = httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + now);
            let text = HeaderValue::from_str(&text).expect("a date in plain letters");
            answer.headers_mut().insert(header::DATE, text);
            std::future::ready(answer)
        };
        let routes = aanbel_server::router(state).layer(map_response(date));
        let listener = TcpListener::bind(self.listen).await?;
        tokio::spawn(serve(listener, routes, Limits::default(), pending::<()>()));
        Ok(clock)
    }
}
