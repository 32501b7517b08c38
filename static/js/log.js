// The log page without a reload: a tick brings its scale at once, the search narrows the list, the draft is kept.
// Without this script the page asks in two steps and saves the same.

const form = document.querySelector("[data-log-form]");
const cards = form.querySelector("[data-cards]");
const template = form.querySelector("[data-card-template]");
const temperature = form.querySelector("[data-temperature]");
const picks = form.querySelector("[data-picks]");

// The page takes markup from this policy alone, and it hands on only what our own server answered.
const passOn = { createHTML: (html) => html };
const markup = window.trustedTypes?.createPolicy("tracker", passOn) ?? passOn;

// Cards
const cardOf = (slug) => cards.querySelector(`[data-card="${CSS.escape(slug)}"]`);
const pickOf = (slug) => document.getElementById(`s-${slug}`);
const proposalOf = (slug) => document.querySelector(`[data-found-chip="${CSS.escape(slug)}"]`);
const yesTo = (slug) => document.getElementById(`found-${slug}-yes`);
const nameOf = (chip) => chip.labels[0].textContent.trim();
const questionsOf = (chip) => (chip.dataset.questions || "").split(" ");

// `chip` is a symptom of the list, or one that was found in the note.
function makeCard(chip, slug) {
  const card = template.content.firstElementChild.cloneNode(true);
  for (const element of [card, ...card.querySelectorAll("*")]) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes("__slug__")) attribute.value = attribute.value.replaceAll("__slug__", slug);
    }
  }
  for (const place of card.querySelectorAll("[data-name]")) place.textContent = ` ${nameOf(chip)}`;
  const asked = questionsOf(chip);
  for (const question of card.querySelectorAll("[data-question]")) {
    if (!asked.includes(question.dataset.question)) question.remove();
  }
  return card;
}

function showCards() {
  cards.querySelector("[data-cards-head]").hidden = !cards.querySelector("[data-card]");
  for (const button of cards.querySelectorAll("[data-remove]")) button.hidden = false;
  for (const area of picks.querySelectorAll("details[data-area]")) {
    area.querySelector("summary").dataset.ticked = area.querySelectorAll("input:checked").length;
  }
}

function tick(chip, slug = chip.value) {
  if (chip.checked && !cardOf(slug)) cards.append(makeCard(chip, slug));
  if (!chip.checked) cardOf(slug)?.remove();
  if (chip.checked && questionsOf(chip).includes("temperature")) temperature.open = true;
  showCards();
}

function hint(radio) {
  const words = radio.closest("fieldset").querySelector("[data-hint]");
  if (!words) return;
  words.textContent = radio.dataset.anchor || "";
  words.hidden = !words.textContent;
}

picks.addEventListener("change", (event) => {
  if (event.target.name !== "s") return;
  tick(event.target);
  answerAs(event.target.value, event.target.checked);
});
cards.addEventListener("change", (event) => {
  if (event.target.matches('input[type="radio"]')) hint(event.target);
});
cards.addEventListener("click", (event) => {
  const button = event.target.closest("[data-remove]");
  if (!button) return;
  const card = button.closest("[data-card]");
  const pick = pickOf(card.dataset.card);
  if (pick) pick.checked = false;
  card.remove();
  answerAs(card.dataset.card, false);
  showCards();
  form.dispatchEvent(new Event("input"));
  (cards.querySelector("[data-card] legend") ? cards : picks).querySelector("input:not([type=hidden])").focus();
});
// What the browser brought back (Back, reload) has no card yet.
window.addEventListener("pageshow", () => {
  for (const chip of picks.querySelectorAll("input:checked")) tick(chip);
  for (const radio of cards.querySelectorAll(".scale-input:checked")) hint(radio);
  showCards();
  agree();
  readNote();
});

// In your own words
const note = form.querySelector("[data-note]");
const found = form.querySelector("[data-found]");
const foundStatus = form.querySelector("[data-found-status]");
const BREATH = 700;
let read = note.defaultValue.trim(); // what the page came with; more may have been typed since
let drawn = found.innerHTML;
let breath = 0;
let reading = null;

const hasAnswer = (box) => box.checked || (box.inputMode && box.value);
const isFilledIn = (card) => [...card.querySelectorAll("input")].some(hasAnswer);

// A tick in the list, the question about it and its proposal say the same.
function answerAs(slug, ticked) {
  for (const box of [yesTo(slug), proposalOf(slug)]) if (box) box.checked = ticked;
  readAnew();
}

function agree() {
  for (const pick of picks.querySelectorAll("input:checked")) if (yesTo(pick.value)) yesTo(pick.value).checked = true;
}

// What is proposed has a card as long as it stands. When its words go, an untouched card goes with them, and one
// that is filled in is ticked instead.
function cardProposals() {
  const chips = [...found.querySelectorAll("[data-found-chip]")];
  for (const chip of chips) if (!pickOf(chip.dataset.foundChip)?.checked) tick(chip, chip.dataset.foundChip);
  const slugs = chips.map((chip) => chip.dataset.foundChip);
  for (const card of cards.querySelectorAll("[data-card]")) {
    const slug = card.dataset.card;
    const pick = pickOf(slug);
    if (slugs.includes(slug) || !pick || pick.checked) continue;
    if (isFilledIn(card)) pick.checked = true;
    else card.remove();
  }
  showCards();
}

function draw(html) {
  if (html === drawn) return;
  const focused = found.contains(document.activeElement) ? document.activeElement.id : "";
  found.replaceChildren(document.createRange().createContextualFragment(markup.createHTML(html)));
  drawn = html;
  if (focused) document.getElementById(focused)?.focus();
  foundStatus.textContent = found.querySelector("[data-say]")?.dataset.say || "";
  agree();
  cardProposals();
}

async function readNote() {
  const words = note.value.trim();
  reading?.abort();
  if (words === read) return;
  const mine = new AbortController();
  reading = mine;
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(note.dataset.foundUrl, { method: "POST", body, redirect: "error", signal: mine.signal });
    if (!answer.ok) return;
    draw(await answer.text());
    read = words;
  } catch (problem) {
    if (problem.name !== "AbortError") foundStatus.textContent = "";
  } finally {
    if (reading === mine) reading = null;
  }
}

// An answer given while the server reads is newer than what it will send: ask it again.
function readAnew() {
  if (reading) readNote();
}

note.addEventListener("input", () => {
  clearTimeout(breath);
  breath = setTimeout(readNote, BREATH);
});
note.addEventListener("change", readNote);
found.addEventListener("change", (event) => {
  const box = event.target;
  if (box.dataset.foundChip) {
    const pick = pickOf(box.dataset.foundChip);
    if (pick && !box.checked) pick.checked = false;
    tick(box, box.dataset.foundChip);
  }
  if (box.dataset.foundQuestion) {
    const pick = pickOf(box.dataset.foundQuestion);
    if (pick) {
      pick.checked = box.value === "yes";
      tick(pick);
    }
  }
  readAnew();
});

// Photos
const photos = document.getElementById("id_photo");
photos?.addEventListener("change", async () => {
  const { makeSmaller } = await import(photos.dataset.script); // most entries have no photo
  await makeSmaller(photos);
});

// Search
const fold = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
const search = form.querySelector("[data-search]");
const box = search.querySelector("input");
const status = search.querySelector("[data-search-status]");
const all = form.querySelector("[data-all]");
const calledBy = (item) => fold(`${item.textContent} ${item.querySelector("input").dataset.also || ""}`);
let before = null;

function narrow() {
  const words = fold(box.value).split(/\s+/).filter(Boolean);
  picks.classList.toggle("filtered", words.length > 0);
  if (!words.length) {
    if (before) for (const [details, open] of before) details.open = open;
    before = null;
    status.textContent = "";
    return;
  }
  before ??= [all, ...all.querySelectorAll("details")].map((details) => [details, details.open]);
  let found = 0;
  for (const area of picks.querySelectorAll("[data-area]")) {
    const items = [...area.querySelectorAll("li")];
    const hits = items.filter((item) => words.every((word) => calledBy(item).includes(word)));
    for (const item of items) item.toggleAttribute("data-miss", !hits.includes(item));
    area.toggleAttribute("data-miss", !hits.length);
    if (area.matches("details")) area.open = hits.length > 0;
    found += hits.length;
  }
  all.open = true;
  const key = found === 0 ? "none" : found === 1 ? "one" : "many";
  status.textContent = status.dataset[key].replace("%s", found);
}

search.hidden = false;
box.addEventListener("input", narrow);
box.addEventListener("keydown", (event) => {
  if (event.key === "Enter") event.preventDefault();
  if (event.key === "Escape" && box.value) {
    box.value = "";
    narrow();
  }
});

// Draft
const said = document.querySelector("[data-draft-status]");
const PAUSE = 1500;
let timer = 0;
let keeping = null;

async function keep() {
  timer = 0;
  keeping?.abort();
  keeping = new AbortController();
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await fetch(form.dataset.draftUrl, { method: "POST", body, redirect: "error", signal: keeping.signal });
    said.textContent = answer.ok ? form.dataset.kept : form.dataset.notKept;
  } catch (problem) {
    if (problem.name !== "AbortError") said.textContent = form.dataset.notKept;
  }
}

if (form.dataset.draftUrl) {
  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(keep, PAUSE);
  };
  form.addEventListener("input", later);
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    timer = 0;
    keeping?.abort();
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden" && timer) {
      clearTimeout(timer);
      timer = 0;
      navigator.sendBeacon(form.dataset.draftUrl, new URLSearchParams(new FormData(form)));
    }
  });
}
