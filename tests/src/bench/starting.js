// Put into every page before its own scripts: adds the time until the PIN can be typed to the time from
// the right PIN until the first street can be tapped and has been painted, in ms. The page's own lock
// takes digits before the program has come; `program` is the same counted from the program's lock.

(() => {
  const painted = (then) =>
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => then(performance.now());
      channel.port2.postMessage(null);
    });
  const when = (selector, then) => {
    const observer = new MutationObserver(() => {
      if (document.querySelector(selector)) {
        observer.disconnect();
        painted(then);
      }
    });
    observer.observe(document, { childList: true, subtree: true });
  };
  let [typedAfter, programAfter] = [0, 0];
  when(".is-locked .pin__field", (at) => {
    typedAfter = at;
  });
  when("#slot-pin", (at) => {
    programAfter = at;
  });
  when("a.card--link", (at) => {
    const [unlocked] = performance.getEntriesByName("unlocked");
    const opening = at - unlocked.startTime;
    window.startMeasured = { usable: typedAfter + opening, program: programAfter + opening };
  });
})();
