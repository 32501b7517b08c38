// Passkeys: the button of a form asks the device, and the form carries its answer to the server. Without this script
// the button stays hidden and the other ways stand. Encoding is allauth's webauthn-json.js.

const json = window.webauthnJSON;
const form = document.querySelector("[data-passkey]");
const button = form?.querySelector("button");
const said = document.querySelector("[data-passkey-said]");
let waiting = null;

function say(words) {
  said.textContent = words;
  said.hidden = !words;
}

async function options() {
  if (form.dataset.options) return JSON.parse(form.dataset.options);
  const answer = await fetch(form.dataset.optionsUrl, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!answer.ok) throw new TypeError("No answer");
  return (await answer.json()).request_options;
}

// A passkey signs in by itself: it stays on the device, and the device checks who holds it.
function resident(asked) {
  asked.publicKey.authenticatorSelection = {
    ...asked.publicKey.authenticatorSelection,
    residentKey: "required",
    requireResidentKey: true,
    userVerification: "required",
  };
  return asked;
}

function send(credential) {
  form.elements.credential.value = JSON.stringify(credential);
  const shared = document.getElementById("id_shared_device");
  if (shared?.checked && form.elements.shared_device) form.elements.shared_device.value = "on";
  form.submit();
}

function problem(error) {
  if (error.name === "AbortError") return;
  const words = form.dataset;
  if (error.name === "InvalidStateError") say(words.have);
  else if (error.name === "NotAllowedError") say(words.stopped);
  else say(words.failed);
}

async function ask() {
  waiting?.abort();
  say("");
  button.disabled = true;
  try {
    const asked = await options();
    send(form.dataset.passkey === "create" ? await json.create(resident(asked)) : await json.get(asked));
  } catch (error) {
    problem(error);
  } finally {
    button.disabled = false;
  }
}

// Where the browser can, it offers a passkey in the field for the address, before anything is pressed.
async function offer() {
  if (!(await window.PublicKeyCredential?.isConditionalMediationAvailable?.())) return;
  waiting = new AbortController();
  try {
    send(await json.get({ ...(await options()), mediation: "conditional", signal: waiting.signal }));
  } catch (error) {
    // Nobody asked for this, so nothing is said.
  }
}

if (form && json.supported()) {
  form.hidden = false;
  document.querySelector("[data-passkey-without]")?.setAttribute("hidden", "");
  button.addEventListener("click", ask);
  if (form.hasAttribute("data-passkey-offer")) offer();
}
