// Passkeys on office pages: asks the browser for one, and sends its answer with the form that waits for
// it. Without this file that form stays hidden, and the code of the app works.

const ANSWER_MS = 300_000;

const toBytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));

const toHex = (buffer) =>
  [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function question({ site, challenge, known }) {
  const passkeys = known.split(" ").filter(Boolean).map((id) => ({ type: "public-key", id: toBytes(id) }));
  return { site, passkeys, options: { challenge: toBytes(challenge), timeout: ANSWER_MS } };
}

async function create(asked) {
  const { site, passkeys, options } = question(asked);
  const { response } = await navigator.credentials.create({
    publicKey: {
      ...options,
      rp: { id: site, name: "Aanbel" },
      user: { id: toBytes(asked.number), name: asked.login, displayName: asked.name },
      // ES256: all that the server checks.
      pubKeyCredParams: [{ type: "public-key", alg: -7 }],
      excludeCredentials: passkeys,
      attestation: "none",
      authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
    },
  });
  return { client_data: response.clientDataJSON, authenticator_data: response.getAuthenticatorData() };
}

async function get(asked) {
  const { site, passkeys, options } = question(asked);
  const { rawId, response } = await navigator.credentials.get({
    publicKey: { ...options, rpId: site, allowCredentials: passkeys, userVerification: "required" },
  });
  return {
    credential: rawId,
    client_data: response.clientDataJSON,
    authenticator_data: response.authenticatorData,
    signature: response.signature,
  };
}

const ways = { create, get };

// Shows the form's sentence for this reason, or its first one; none hides them all.
function tell(form, reason) {
  const sentences = [...form.querySelectorAll("[data-problem]")];
  const right = sentences.find((one) => one.dataset.problem === reason) ?? sentences[0];
  for (const one of sentences) one.hidden = reason === null || one !== right;
}

async function answer(event) {
  event.preventDefault();
  const form = event.target;
  const button = form.querySelector("button");
  button.disabled = true;
  tell(form, null);
  try {
    const given = await ways[form.dataset.passkey](form.dataset);
    for (const [name, bytes] of Object.entries(given)) form.elements[name].value = toHex(bytes);
    form.submit();
  } catch (error) {
    tell(form, error.name);
    button.disabled = false;
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!window.PublicKeyCredential || location.hostname !== form.dataset.site) continue;
  form.hidden = false;
  form.addEventListener("submit", answer);
  for (const other of document.querySelectorAll("[data-without-passkey]")) other.hidden = true;
}
