// Run on the screen of a street: scrolls to its end, filters, scrolls back and shows all doors again.
// Leaves behind the longest task of the main thread, ms: from the browser's own timeline when one took
// 50 ms or more, else the longest time between two turns of a message to itself.

const STEP = 0.8;

const frame = () => new Promise(requestAnimationFrame);
const choice = (words) =>
  [...document.querySelectorAll(".segments label")].find((one) => one.textContent.includes(words));
const rows = () => [...document.querySelectorAll(".row")].filter((row) => row.checkVisibility());

const scroll = async (direction) => {
  let before = -1;
  while (before !== scrollY) {
    before = scrollY;
    scrollBy(0, direction * STEP * innerHeight);
    await frame();
  }
};

// Ticks the filter and waits until its doors were painted.
const filter = async (words, doors) => {
  choice(words).querySelector("input").click();
  while (rows().length !== doors) {
    await frame();
  }
  await frame();
  await frame();
};

const walk = async () => {
  const all = document.querySelectorAll(".row").length;
  const done = document.querySelectorAll(".row--done").length;
  if (all < 400 || done === 0) {
    throw new Error(`${all} doors, ${done} of them done`);
  }
  const long = [];
  const timeline = new PerformanceObserver((list) => long.push(...list.getEntries()));
  timeline.observe({ type: "longtask" });
  let [gap, last, going] = [0, performance.now(), true];
  const turns = new MessageChannel();
  turns.port1.onmessage = () => {
    const now = performance.now();
    gap = Math.max(gap, now - last);
    last = now;
    if (going) {
      turns.port2.postMessage(null);
    }
  };
  turns.port2.postMessage(null);
  await scroll(1);
  await filter("Nog te doen", all - done);
  await scroll(-1);
  await scroll(1);
  await filter("Alle", all);
  going = false;
  await frame();
  long.push(...timeline.takeRecords());
  timeline.disconnect();
  const tasks = long.map((task) => task.duration);
  window.walkMeasured = tasks.length > 0 ? Math.max(...tasks) : gap;
};

walk().catch((error) => {
  window.savesFailed = String(error);
});
