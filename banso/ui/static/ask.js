// The last question stays at the top of the chat while its answer grows, so that an answer is read from its start.
(function () {
  "use strict";
  let last = null;
  let theirs = false;
  let ready = false;

  // Where there is room for both, typing can begin at once. On a phone the page opens at its top, without a keyboard.
  function greet() {
    const box = document.querySelector("#question textarea");
    if (!box) return;
    ready = true;
    if (window.matchMedia("(min-width: 641px)").matches) box.focus({ preventScroll: true });
  }

  function look() {
    if (!ready) greet();
    const chat = document.getElementById("chat");
    const scroller = chat && chat.querySelector("[role=log]");
    if (!scroller) return;
    const asked = scroller.querySelectorAll(".user-row");
    const now = asked.length;
    if (now !== last) {
      last = now;
      theirs = false;
    }
    if (!now || theirs) return;
    const row = asked[now - 1];
    scroller.scrollTop += row.getBoundingClientRect().top - scroller.getBoundingClientRect().top - 8;
  }

  // Whoever scrolls has the chat from then on, until the next question.
  for (const kind of ["wheel", "touchmove", "keydown"]) {
    document.addEventListener(kind, (event) => {
      if (event.target.closest && event.target.closest("#chat")) theirs = true;
    }, { passive: true });
  }
  // "Copy with sources" is a link to the text of an answer: copied where scripts run, opened elsewhere.
  function fallback(text) {
    const box = document.createElement("textarea");
    box.value = text;
    document.body.append(box);
    box.select();
    const done = document.execCommand("copy");
    box.remove();
    return done;
  }

  async function copy(link) {
    const text = fetch(link.href).then((answer) => (answer.ok ? answer.text() : Promise.reject(answer.status)));
    try {
      // The clipboard gets a promise: a browser that asks for a fresh click would not wait for the text.
      const blob = text.then((words) => new Blob([words], { type: "text/plain" }));
      await navigator.clipboard.write([new ClipboardItem({ "text/plain": blob })]);
    } catch {
      if (!fallback(await text)) throw new Error("not copied");
    }
  }

  function tell() {
    const words = document.getElementById("copied");
    if (!words) return;
    words.setAttribute("role", "status");
    words.classList.add("shown");
    window.setTimeout(() => words.classList.remove("shown"), 2500);
  }

  document.addEventListener("click", (event) => {
    const link = event.target.closest && event.target.closest('#chat a[href^="/conversation/"]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    copy(link).then(tell, () => window.open(link.href, "_blank", "noopener"));
  });

  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
