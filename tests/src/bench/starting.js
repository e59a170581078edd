// Put into every page before its own scripts: notes when the first street can be tapped and has
// been painted, in ms since the page was asked for.

(() => {
  const look = () => {
    if (document.querySelector("a.card--link")) {
      observer.disconnect();
      requestAnimationFrame(() => {
        const painted = new MessageChannel();
        painted.port1.onmessage = () => {
          window.usableAfter = performance.now();
        };
        painted.port2.postMessage(null);
      });
    }
  };
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
})();
