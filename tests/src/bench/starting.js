// Put into every page before its own scripts: adds the time until the lock can be used to the time
// from the right PIN until the first street can be tapped and has been painted, in ms.

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
  let lockedAfter = 0;
  when(".is-locked .pin__field", (at) => {
    lockedAfter = at;
  });
  when("a.card--link", (at) => {
    const [unlocked] = performance.getEntriesByName("unlocked");
    window.startParts = [lockedAfter, at - unlocked.startTime];
    window.usableAfter = lockedAfter + at - unlocked.startTime;
  });
})();
