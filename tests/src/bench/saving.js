// Run on the screen of a door: taps an outcome ten times, each time from the tap to the words that
// it is kept, and beside each tap one strict put of the browser's own. Leaves both lists behind.

const TAPS = 10;
const KEPT = "Bewaard op dit toestel";

const button = (words) =>
  [...document.querySelectorAll("main button")].find((one) => one.textContent.includes(words));

const there = (find) =>
  new Promise((resolve) => {
    const look = () => {
      const found = find();
      if (found) {
        observer.disconnect();
        resolve(found);
      }
    };
    const observer = new MutationObserver(look);
    observer.observe(document.body, { childList: true, subtree: true, characterData: true });
    look();
  });

const open = () =>
  new Promise((resolve, reject) => {
    const request = indexedDB.open("bench", 1);
    request.onupgradeneeded = () => request.result.createObjectStore("rows");
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const put = (database, key) =>
  new Promise((resolve, reject) => {
    const start = performance.now();
    const transaction = database.transaction("rows", "readwrite", { durability: "strict" });
    transaction.objectStore("rows").put(new Uint8Array(400).fill(key), key);
    transaction.oncomplete = () => resolve(performance.now() - start);
    transaction.onabort = () => reject(transaction.error);
  });

const tap = async () => {
  const outcome = await there(() => button("Niemand thuis"));
  const start = performance.now();
  outcome.click();
  await there(() => document.querySelector(".card--fresh")?.textContent.includes(KEPT));
  const time = performance.now() - start;
  (await there(() => button("Er gebeurde nog iets"))).click();
  return time;
};

const measure = async () => {
  const database = await open();
  const [kept, raw] = [[], []];
  for (let number = 0; number < TAPS; number += 1) {
    raw.push(await put(database, number));
    kept.push(await tap());
  }
  database.close();
  window.savesMeasured = { kept, raw };
};

measure().catch((error) => {
  window.savesFailed = String(error);
});
