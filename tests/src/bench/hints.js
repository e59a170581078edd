// Run on the screen of a talk: changes one answer of the household twenty times, and takes from the
// browser's timeline how long all schemes took each time. Leaves both lists behind.

const CHANGES = 20;

const there = (find) =>
  new Promise((resolve) => {
    const look = () => {
      const found = find();
      if (found) {
        resolve(found);
      } else {
        requestAnimationFrame(look);
      }
    };
    look();
  });

const last = (name) => performance.getEntriesByName(name, "measure")[0];

const measure = async () => {
  const [hints, questions] = [[], []];
  document.querySelector("#huishouden details").open = true;
  const radios = await there(() => {
    const found = document.querySelectorAll("#huishouden fieldset:first-of-type input[type=radio]");
    return found.length > 1 ? found : null;
  });
  for (let number = 0; number < CHANGES; number += 1) {
    const before = last("aanbel-hints")?.startTime ?? -1;
    radios[number % 2].click();
    await there(() => (last("aanbel-hints")?.startTime ?? -1) > before);
    hints.push(last("aanbel-hints").duration);
    questions.push(last("aanbel-questions").duration);
  }
  window.hintsMeasured = { hints, questions };
};

measure().catch((error) => {
  window.savesFailed = String(error);
});
