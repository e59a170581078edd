// Starts the field app without a server. Keeps every file of one build in one cache and serves
// from it first; never touches /api. A new version waits until the person says so, so that it
// never interrupts a talk. What was recorded is in IndexedDB, which this file never touches.
//
// The build fills in the two names below.

const FILES = __PRECACHE__;
const CACHE = "aanbel-__VERSION__";
const BASE = "/app/";

self.addEventListener("install", (event) => {
  event.waitUntil(keepAll());
});

// All files or none: a cache with half a build would start half an app. One that was there is in use: an
// operator may put a version back while the next one waits.
async function keepAll() {
  const inUse = await caches.has(CACHE);
  const cache = await caches.open(CACHE);
  const requests = FILES.map((file) => new Request(file, { cache: "reload" }));
  try {
    await cache.addAll(requests);
  } catch (error) {
    if (!inUse) {
      await caches.delete(CACHE);
    }
    throw error;
  }
}

self.addEventListener("activate", (event) => {
  event.waitUntil(takeOver());
});

async function takeOver() {
  for (const name of await caches.keys()) {
    if (name.startsWith("aanbel-") && name !== CACHE) {
      await caches.delete(name);
    }
  }
  await self.clients.claim();
}

self.addEventListener("message", (event) => {
  if (event.data === "take over") {
    self.skipWaiting();
  }
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === self.location.origin && url.pathname.startsWith(BASE);
  if (event.request.method === "GET" && ours) {
    event.respondWith(answer(event.request));
  }
});

// Every screen is the same page; the program reads the address.
async function answer(request) {
  const cache = await caches.open(CACHE);
  const key = request.mode === "navigate" ? BASE : request;
  const kept = await cache.match(key, { ignoreSearch: true });
  return kept ?? fetch(request);
}
