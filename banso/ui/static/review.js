// Keyboard for the Review tab. It presses the buttons that are on the screen and decides nothing.
(function () {
  "use strict";
  const BUTTONS = { a: "approve", e: "edit", r: "return" };
  const BACK = ["confirm-back", "reason-back", "edit-back", "bulk-close"];
  const NARROW = 900;

  const find = (id) => document.getElementById(id);
  const shown = (element) => !!element && element.offsetParent !== null;
  const pressable = (id) => {
    const found = find(id);
    const button = found && (found.matches("button") ? found : found.querySelector("button"));
    return shown(button) && !button.disabled ? button : null;
  };

  function typing(target) {
    if (!target || !target.matches) return false;
    if (target.isContentEditable || target.matches("textarea, select, [role=combobox], [role=listbox]")) return true;
    return target.matches("input") && !["radio", "checkbox", "button"].includes(target.type);
  }

  function asking() {
    return BACK.some((id) => pressable(id));
  }

  function move(step) {
    const radios = Array.from(document.querySelectorAll("#review-queue input[type=radio]"));
    if (!radios.length) return;
    const now = radios.findIndex((radio) => radio.checked);
    const next = now < 0 ? 0 : Math.min(Math.max(now + step, 0), radios.length - 1);
    if (next !== now) radios[next].click();
    radios[next].closest("label").scrollIntoView({ block: "nearest" });
  }

  function focusWhenShown(id, tries) {
    const button = pressable(id);
    if (button) button.focus();
    else if (tries > 0) window.setTimeout(() => focusWhenShown(id, tries - 1), 100);
  }

  function press(key) {
    const button = pressable(BUTTONS[key]);
    if (!button) return false;
    button.click();
    if (key === "a") focusWhenShown("confirm-approve", 20);
    return true;
  }

  function escape() {
    const open = BACK.map(pressable).find(Boolean);
    if (open) open.click();
    return !!open;
  }

  function search() {
    const box = document.querySelector("#review-search textarea, #review-search input");
    if (!shown(box)) return false;
    box.focus();
    box.select();
    return true;
  }

  function help() {
    const list = find("review-help");
    if (!shown(list)) return false;
    list.open = !list.open;
    if (list.open) list.scrollIntoView({ block: "nearest" });
    return true;
  }

  function handle(key) {
    if (key === "Escape") return escape();
    if (key === "/") return search();
    if (key === "?") return help();
    if (asking()) return false;
    if (key === "j" || key === "k") {
      move(key === "j" ? 1 : -1);
      return true;
    }
    return key in BUTTONS && press(key);
  }

  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    if (!shown(find("review-view"))) return;
    if (typing(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (handle(event.key)) event.preventDefault();
  });

  // A part that someone opened or closed stays so when the draft is read again.
  const parts = new Map();
  const isPart = (element) => !!element.matches && element.matches("#review-context details.rv-part");
  document.addEventListener("toggle", (event) => isPart(event.target) && parts.set(event.target.id, event.target.open), true);
  new MutationObserver((changes) => {
    if (!changes.some(({ target }) => target.closest && target.closest("#review-context"))) return;
    document.querySelectorAll("#review-context details.rv-part").forEach((part) => {
      if (parts.has(part.id) && part.open !== parts.get(part.id)) part.open = parts.get(part.id);
    });
  }).observe(document.documentElement, { childList: true, subtree: true });

  // On a phone the draft stands below the list: go there when one is chosen.
  document.addEventListener("change", (event) => {
    if (window.innerWidth >= NARROW || !event.target.closest || !event.target.closest("#review-queue")) return;
    window.setTimeout(() => {
      const detail = find("review-center");
      if (detail) detail.scrollIntoView({ behavior: "smooth", block: "start" });
    }, 500);
  });
})();
