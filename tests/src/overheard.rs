//! Listening in on a page: all that its vault seals or opens, and all that goes over the wire, as the
//! bytes that they are. The app knows nothing of it; the browser's own functions are listened to.

use crate::browser::Browser;
use anyhow::Result;
use serde_json::json;

/// What is sealed and opened is kept as long as the page; the wire as long as the tab.
const LISTEN: &str = "
    window.heard = [];
    const text = bytes => new TextDecoder('latin1').decode(bytes);
    for (const name of ['encrypt', 'decrypt']) {
        const real = SubtleCrypto.prototype[name];
        SubtleCrypto.prototype[name] = async function (how, key, bytes) {
            const done = await real.call(this, how, key, bytes);
            window.heard.push(text(name === 'encrypt' ? bytes : done));
            return done;
        };
    }
    const wire = (way, bytes) => {
        // Not in plain letters, for the phone's disk is searched for those.
        const now = sessionStorage.getItem('wire') ?? '';
        const raw = Array.from(new Uint8Array(bytes), byte => String.fromCharCode(byte)).join('');
        sessionStorage.setItem('wire', `${now} ${btoa(way + raw)}`);
    };
    const unpacked = async (body, packed) => {
        if (!packed) return body;
        const gunzip = new DecompressionStream('gzip');
        return new Response(new Blob([body]).stream().pipeThrough(gunzip)).arrayBuffer();
    };
    const fetched = window.fetch.bind(window);
    window.fetch = async (path, init) => {
        const listens = String(path).includes('/api/sync');
        if (listens) {
            const packed = init.headers.get('Content-Encoding') === 'gzip';
            wire('>', await unpacked(init.body, packed));
        }
        const answer = await fetched(path, init);
        if (listens) wire('<', await answer.clone().arrayBuffer());
        return answer;
    };";

const KEPT: &str = "return window.heard.some(one => one.includes(arguments[0]))";
const SAID: &str = "const wire = (sessionStorage.getItem('wire') ?? '').split(' ').map(atob);
    return wire.some(one => one.includes(arguments[0]))";

/// Where some words were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Heard {
    /// In what this page sealed or opened since it was loaded; after a reload that is the whole store.
    pub in_the_store: bool,
    /// In what this tab sent or received.
    pub on_the_wire: bool,
}

impl Heard {
    pub const NOWHERE: Heard = Heard { in_the_store: false, on_the_wire: false };
    pub const EVERYWHERE: Heard = Heard { in_the_store: true, on_the_wire: true };
}

impl Browser {
    /// Listens in on every page that opens from now on.
    ///
    /// # Errors
    /// When the browser refuses.
    pub async fn listen(&self) -> Result<()> {
        let script = json!({ "source": LISTEN });
        self.command("Page.addScriptToEvaluateOnNewDocument", script).await?;
        Ok(())
    }

    /// Where these plain letters were heard.
    ///
    /// # Errors
    /// When the page does not answer.
    pub async fn heard(&self, words: &str) -> Result<Heard> {
        let asked = async |script: &'static str| {
            let answer = self.page().execute(script, vec![json!(words)]).await?;
            Ok::<bool, anyhow::Error>(answer.convert()?)
        };
        Ok(Heard { in_the_store: asked(KEPT).await?, on_the_wire: asked(SAID).await? })
    }
}
