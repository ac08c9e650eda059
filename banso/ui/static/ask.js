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
  new MutationObserver(look).observe(document.documentElement, { childList: true, subtree: true, characterData: true });
})();
