//! A bridge from WebDriver over HTTP to Marionette, the protocol that Firefox speaks by itself: the
//! commands are the same and have other names. It knows those that the harness uses, and spares every
//! new machine the minutes of building geckodriver.

use anyhow::{Context, Result, ensure};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{Method, StatusCode, Uri};
use axum::response::Json;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

/// Of one message; a photograph is a megabyte.
const MESSAGE_MAX_BYTES: usize = 64 << 20;

/// Listens on a port of its own for as long as the task lives; gives its address.
pub async fn bridge(port: u16) -> Result<(String, JoinHandle<()>)> {
    let mut line =
        Line { stream: BufReader::new(TcpStream::connect(("127.0.0.1", port)).await?), asked: 0 };
    let hello = line.hear().await?;
    ensure!(hello["marionetteProtocol"] == 3, "Firefox speaks another Marionette: {hello}");
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = format!("http://{}", listener.local_addr()?);
    let router = Router::new().fallback(answer).with_state(Arc::new(Mutex::new(line)));
    let task = tokio::spawn(async move { drop(axum::serve(listener, router).await) });
    Ok((address, task))
}

/// The one connection, and how many commands it carried.
struct Line {
    stream: BufReader<TcpStream>,
    asked: u64,
}

impl Line {
    /// Gives what the command gave: a result, or Firefox's error.
    async fn ask(&mut self, command: &str, parameters: &Value) -> Result<Result<Value, Value>> {
        self.asked += 1;
        let message = json!([0, self.asked, command, parameters]).to_string();
        let framed = format!("{}:{message}", message.len());
        self.stream.get_mut().write_all(framed.as_bytes()).await?;
        loop {
            let mut heard = self.hear().await?;
            // Of a command that nobody waited for any more.
            if heard[1] != self.asked {
                continue;
            }
            let error = heard[2].take();
            return Ok(if error.is_null() { Ok(heard[3].take()) } else { Err(error) });
        }
    }

    /// One message: its length in digits, a colon, JSON.
    async fn hear(&mut self) -> Result<Value> {
        let mut length = Vec::new();
        self.stream.read_until(b':', &mut length).await?;
        ensure!(length.pop() == Some(b':'), "Firefox is gone");
        let length: usize = std::str::from_utf8(&length)?.parse().context("a length")?;
        ensure!(length <= MESSAGE_MAX_BYTES, "a message of {length} bytes");
        let mut message = vec![0; length];
        self.stream.read_exact(&mut message).await?;
        Ok(serde_json::from_slice(&message)?)
    }
}

type Answer = (StatusCode, Json<Value>);

async fn answer(
    State(line): State<Arc<Mutex<Line>>>,
    method: Method,
    uri: Uri,
    body: Bytes,
) -> Answer {
    let body: Value = serde_json::from_slice(&body).unwrap_or_else(|_| json!({}));
    let parts: Vec<&str> = uri.path().trim_matches('/').split('/').collect();
    let Some((command, parameters)) = command_of(&method, &parts, body) else {
        let what = format!("{method} {} has no counterpart in marionette.rs", uri.path());
        return failed("unknown command", &what);
    };
    match line.lock().await.ask(command, &parameters).await {
        Ok(Ok(given)) => (StatusCode::OK, Json(json!({ "value": unwrapped(given) }))),
        Ok(Err(error)) => (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "value": error }))),
        Err(error) => failed("unknown error", &format!("{error:#}")),
    }
}

fn failed(error: &str, message: &str) -> Answer {
    let value = json!({ "error": error, "message": message, "stacktrace": "" });
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "value": value })))
}

/// Most results come as `{"value": ...}`, some bare.
fn unwrapped(mut given: Value) -> Value {
    match given.as_object() {
        Some(parts) if parts.len() == 1 && parts.contains_key("value") => given["value"].take(),
        _ => given,
    }
}

/// The command of a request and its parameters.
fn command_of(method: &Method, parts: &[&str], body: Value) -> Option<(&'static str, Value)> {
    let is_post = method == Method::POST;
    Some(match (is_post, parts) {
        (true, ["session"]) => {
            ("WebDriver:NewSession", body["capabilities"]["alwaysMatch"].clone())
        }
        (true, ["session", _, "timeouts"]) => ("WebDriver:SetTimeouts", body),
        (true, ["session", _, "url"]) => ("WebDriver:Navigate", body),
        (false, ["session", _, "url"]) => ("WebDriver:GetCurrentURL", json!({})),
        (true, ["session", _, "refresh"]) => ("WebDriver:Refresh", json!({})),
        (true, ["session", _, "element"]) => ("WebDriver:FindElement", body),
        (true, ["session", _, "elements"]) => ("WebDriver:FindElements", body),
        (true, ["session", _, "execute", "sync"]) => ("WebDriver:ExecuteScript", body),
        (true, ["session", _, "execute", "async"]) => ("WebDriver:ExecuteAsyncScript", body),
        (_, ["session", _, "element", id, rest @ ..]) => of_element(is_post, id, rest, body)?,
        _ => return None,
    })
}

fn of_element(
    is_post: bool,
    id: &str,
    rest: &[&str],
    body: Value,
) -> Option<(&'static str, Value)> {
    let this = json!({ "id": id });
    let named = |name: &str| json!({ "id": id, "name": name });
    Some(match (is_post, rest) {
        (true, ["click"]) => ("WebDriver:ElementClick", this),
        (true, ["clear"]) => ("WebDriver:ElementClear", this),
        (true, ["value"]) => {
            ("WebDriver:ElementSendKeys", json!({ "id": id, "text": body["text"] }))
        }
        (false, ["text"]) => ("WebDriver:GetElementText", this),
        (false, ["displayed"]) => ("WebDriver:IsElementDisplayed", this),
        (false, ["enabled"]) => ("WebDriver:IsElementEnabled", this),
        (false, ["attribute", name]) => ("WebDriver:GetElementAttribute", named(name)),
        (false, ["property", name]) => ("WebDriver:GetElementProperty", named(name)),
        _ => return None,
    })
}
