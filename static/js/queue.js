// The clinic's queue looks for new entries every 30 seconds. It never moves the focus, waits while somebody
// types or reads another tab, and says aloud only what changed. Without it the page works; it just stands still.
const TYPING_PAUSE = 20_000;
const words = document.getElementById("queue-words").dataset;
const status = document.getElementById("queue-status");
let typedAt = 0;
let checkedAt = Date.now();
let broken = false;

const list = () => document.getElementById("queue-list");
const isQueue = (event) => event.detail.elt?.id === "queue-list" || event.detail.target?.id === "queue-list";

function say(text) {
  const line = document.getElementById("queue-when");
  line.textContent = text;
  line.classList.toggle("queue-stale", broken);
}

function age() {
  if (broken) return;
  const seconds = Math.round((Date.now() - checkedAt) / 10_000) * 10;
  say(seconds < 10 ? words.now : words.ago.replace("SECONDS", String(seconds)));
}

function lost() {
  const time = new Date(checkedAt).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const text = words.lost.replace("TIME", time);
  if (!broken) status.textContent = text;
  broken = true;
  say(text);
}

document.addEventListener("input", () => { typedAt = Date.now(); });

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isQueue(event) && (document.hidden || Date.now() - typedAt < TYPING_PAUSE)) event.preventDefault();
});

document.addEventListener("htmx:beforeSwap", (event) => {
  if (!isQueue(event)) return;
  const answer = new DOMParser().parseFromString(event.detail.serverResponse, "text/html");
  const fresh = answer.getElementById("queue-list");
  if (event.detail.xhr.status !== 200 || !fresh) {
    event.detail.shouldSwap = false;
    lost();
    return;
  }
  checkedAt = Date.now();
  broken = false;
  const same = fresh.dataset.digest === list().dataset.digest;
  if (same && list().contains(document.activeElement)) {
    event.detail.shouldSwap = false;
    age();
  }
  if (!same) status.textContent = answer.getElementById("queue-count").textContent;
});

document.addEventListener("htmx:afterSwap", (event) => {
  if (!isQueue(event)) return;
  const waiting = document.getElementById("queue-count").dataset.waiting;
  document.getElementById("queue-waiting").textContent = waiting;
  age();
});

for (const failure of ["htmx:sendError", "htmx:timeout", "htmx:responseError"]) {
  document.addEventListener(failure, (event) => { if (isQueue(event)) lost(); });
}

setInterval(age, 10_000);
age();
