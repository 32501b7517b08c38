// Lets this browser take pushes. Without this script, or where the browser cannot, the page says so and mails go on.

const box = document.querySelector("[data-push]");
const button = box.querySelector("button");
const said = box.querySelector("[data-push-status]");
const words = box.dataset;

// The page loads a worker from this policy alone, and only from our own server.
function ours(address) {
  if (new URL(address, location.href).origin !== location.origin) throw new TypeError("Not an address of ours");
  return address;
}
const passOn = { createScriptURL: ours };
const workers = window.trustedTypes?.createPolicy("tracker", passOn) ?? passOn;

function bytes(text) {
  const raw = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(raw, (letter) => letter.charCodeAt(0));
}

async function keep(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  const body = new FormData(box);
  body.set("endpoint", endpoint);
  body.set("p256dh", keys.p256dh);
  body.set("auth", keys.auth);
  const answer = await fetch(box.action, { method: "POST", body, redirect: "error" });
  if (answer.ok) return;
  const told = await answer.json().catch(() => ({}));
  await subscription.unsubscribe();
  throw new Error(told.error || words.failed);
}

// `navigator.serviceWorker.ready` waits for a worker of this page; ours belongs to no page.
function isActive(registration) {
  const worker = registration.installing ?? registration.waiting;
  if (registration.active || !worker) return Promise.resolve();
  return new Promise((done) => {
    worker.addEventListener("statechange", () => { if (worker.state === "activated") done(); });
  });
}

async function subscribe() {
  if ((await Notification.requestPermission()) !== "granted") {
    said.textContent = words.denied;
    return;
  }
  const registration = await navigator.serviceWorker.register(workers.createScriptURL(words.worker), { scope: words.scope });
  await isActive(registration);
  const options = { userVisibleOnly: true, applicationServerKey: bytes(words.key) };
  let subscription = null;
  try {
    subscription = await registration.pushManager.subscribe(options);
  } catch (problem) {
    // A subscription made with other keys stands in the way.
    if (problem.name !== "InvalidStateError") throw problem;
    await (await registration.pushManager.getSubscription())?.unsubscribe();
    subscription = await registration.pushManager.subscribe(options);
  }
  await keep(subscription);
  location.reload();
}

if ("serviceWorker" in navigator && "PushManager" in window && "Notification" in window) {
  button.hidden = false;
  said.textContent = "";
  box.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    said.textContent = words.wait;
    try {
      await subscribe();
    } catch (problem) {
      said.textContent = problem instanceof DOMException ? words.failed : problem.message;
    }
    button.disabled = false;
  });
}
