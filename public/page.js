// What the page does outside the program, before it has come and when it broke.

// The browser opens the files of the store while the program still comes: asking which databases there
// are makes it do so, and makes none. What it answers, or that it cannot, is nothing to us here.
try {
  indexedDB.databases().catch(() => {});
} catch {
  // The program asks for itself, and says what is wrong.
}

// The lock, before the program has come: who opens the app types at once. The program takes what was
// typed when it comes (`app/src/browser/early.rs`), and it alone knows whether a PIN is right.
{
  const root = document.documentElement;
  try {
    root.classList.toggle("is-locked", localStorage.getItem("lock") !== null);
  } catch {
    // No notes in this browser: the program draws the lock.
  }

  const change = (digit) => {
    const field = document.querySelector(".is-locked #early input");
    if (field === null) {
      return false;
    }
    field.value = (digit === "" ? field.value.slice(0, -1) : field.value + digit).slice(0, field.maxLength);
    field.closest(".pin").setAttribute("aria-busy", field.value.length === field.maxLength);
    return true;
  };

  addEventListener("click", (event) => {
    const key = event.target.closest?.("#early button");
    if (key) {
      change(key.dataset.digit ?? "");
    }
  });
  addEventListener("keydown", (event) => {
    const isDigit = /^[0-9]$/.test(event.key);
    if ((isDigit || event.key === "Backspace") && change(isDigit ? event.key : "")) {
      event.preventDefault();
    }
  });
}

// The last resort: when the program itself breaks, the person reads a sentence and a way on. Outside
// the program, for a program that broke can say nothing. What was called kept is in the store, and
// starting anew reads it from there.

{
  const SENTENCE = "Er ging iets mis in Aanbel. Wat bewaard is, staat veilig op dit toestel.";

  const part = (name, className, text) => {
    const made = document.createElement(name);
    made.className = className;
    made.textContent = text;
    return made;
  };

  const tell = (event) => {
    const error = event.reason ?? event.error;
    if (!(error instanceof WebAssembly.RuntimeError) || document.querySelector(".broken")) {
      return;
    }
    const bar = part("div", "banner banner--bad broken", "");
    bar.setAttribute("role", "alert");
    const link = part("a", "button", "Open Aanbel opnieuw");
    // A page that was left by the program is not ours to route: the browser starts it anew.
    link.href = "/app/?opnieuw";
    bar.append(part("p", "", SENTENCE), link);
    document.body.append(bar);
  };

  addEventListener("error", tell);
  addEventListener("unhandledrejection", tell);
}
