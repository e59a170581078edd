// Keys on office pages: / to search, j and k through the table, ? for the explanation.
// Nothing depends on this file: every page works without it.

const rows = () => [...document.querySelectorAll("[data-lijst] tbody th a")];

function typing(target) {
  return target.closest("input, select, textarea, dialog") !== null;
}

function step(by) {
  const links = rows();
  if (links.length === 0) return;
  const here = links.indexOf(document.activeElement);
  const next = here < 0 ? (by > 0 ? 0 : links.length - 1) : here + by;
  links[Math.min(Math.max(next, 0), links.length - 1)].focus();
}

const keys = {
  "/": () => document.getElementById("zoek")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  "?": () => document.getElementById("toetsen")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const action = keys[event.key];
  if (action) {
    event.preventDefault();
    action();
  }
});

// A one-time code stands behind the # of its link, where no server sees it: into the form, out of the
// address bar.
const code = location.hash.slice(1);
const field = document.querySelector("[data-uit-link] input[name=code]");
if (field && code) {
  field.value = code;
  history.replaceState(null, "", location.pathname);
}
