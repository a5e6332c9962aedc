// Keys for those who decide a lot: j and k go from one held call to the next, a and d open its
// forms. Everything is reachable without them, and they can be turned off.

const items = [...document.querySelectorAll("[data-item]")];
const help = document.querySelector("[data-keys-help]");
const toggle = document.querySelector("[data-keys]");
const OFF = "extproc-keys-off";
let isOn = true;
let current = items.length === 1 ? 0 : -1;

function say() {
  toggle.textContent = isOn ? "Keys are on" : "Keys are off";
  toggle.setAttribute("aria-pressed", String(isOn));
}

function go(step) {
  const inside = items.findIndex((item) => item.contains(document.activeElement));
  const from = inside < 0 ? current : inside;
  current = Math.max(0, Math.min(items.length - 1, from + step));
  const item = items[current];
  (item.querySelector("h3 a") || item).focus();
  item.scrollIntoView({ block: "nearest" });
}

function open(selector) {
  const inside = items.findIndex((item) => item.contains(document.activeElement));
  const item = items[inside < 0 ? current : inside];
  const form = item && item.querySelector(selector);
  if (!form) return;
  form.open = true;
  form.querySelector("input").focus();
}

const ACTIONS = {
  j: () => go(1),
  k: () => go(-1),
  a: () => open("[data-approve]"),
  d: () => open("[data-deny]"),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, textarea, select");
  if (!isOn || isTyping || event.ctrlKey || event.metaKey || event.altKey || !items.length) return;
  if (!Object.hasOwn(ACTIONS, event.key)) return;
  event.preventDefault();
  ACTIONS[event.key]();
});

if (toggle) {
  isOn = localStorage.getItem(OFF) === null;
  toggle.addEventListener("click", () => {
    isOn = !isOn;
    if (isOn) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
    say();
  });
  say();
  help.hidden = false;
}
