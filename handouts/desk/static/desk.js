// Makes the desk's forms answer at once. Without it every form still works, with a button.
export const parser = new DOMParser();
export const live = document.getElementById("live");
const desk = document.getElementById("desk");
let clearing;
export function say(words, stays = false) {
  if (!words) return;
  clearTimeout(clearing);
  live.textContent = ""; // the same words are said again
  live.classList.remove("unseen");
  clearing = setTimeout(() => {
    live.textContent = words;
    if (!stays) clearing = setTimeout(() => { live.textContent = ""; }, 8000);
  });
}
function warn(words, button) {
  say(words);
  document.getElementById("warning")?.remove();
  const actions = document.getElementById("actions");
  if (!actions && !button) return;
  live.classList.add("unseen"); // it is heard, and seen in the box
  const box = Object.assign(document.createElement("div"), { id: "warning", className: "box bad lines", textContent: words });
  if (button) button.before(box);
  else actions.prepend(box);
  button?.scrollIntoView({ block: "nearest" });
}

// Asks the desk; null if it is gone, which is said, or if something newer is asked instead.
async function reach(address, options) {
  try {
    const reply = await fetch(address, options);
    return { ok: reply.ok, status: reply.status, text: await reply.text() };
  } catch (error) {
    if (error.name !== "AbortError") warn(live.dataset.gone);
    return null;
  }
}
// Sends a form that leaves its page, and what was typed with it: first the desk must be there and let in.
const cleared = new WeakSet();
async function leave(form, button) {
  const reply = await fetch("/here").catch(() => null);
  if (reply?.ok) {
    cleared.add(form);
    form.requestSubmit(button);
  } else {
    busy.delete(form);
    warn(`${reply ? (await reply.text()).trim() : live.dataset.gone}\n${live.dataset.kept}`, button);
  }
}
const asking = new WeakMap(); // by form: what is newer wins
async function ask(form, body, address) {
  asking.get(form)?.abort();
  const stop = new AbortController();
  asking.set(form, stop);
  const reply = await reach(address, {
    method: "POST", body, signal: stop.signal, headers: { "x-desk-fragment": "1" },
  });
  if (!reply) return null;
  const page = parser.parseFromString(reply.text, "text/html");
  if (reply.ok || page.getElementById("outdated")) return page;
  if (reply.status === 401) location.reload(); // signed out meanwhile
  else if (reply.status === 410) {
    document.body.replaceWith(page.body);
    document.getElementById("main").focus();
  } else warn((page.querySelector("main p") ?? page.body).textContent.trim());
  return null;
}

// Parts of the page are put in place of the old ones, but never the field somebody writes in.
let newest = Number(document.getElementById("said")?.dataset.version ?? -1);
export function show(page, whole) {
  const said = page.getElementById("said"), version = Number(said?.dataset.version ?? newest);
  if (version < newest) return; // an answer that came late
  newest = version;
  preview(page);
  const active = document.activeElement, { id, selectionStart: caret } = active;
  const writes = active.matches("input,textarea"), instant = active.form?.matches("[data-live]");
  for (const part of page.querySelectorAll("[data-part]")) {
    const old = document.getElementById(part.id);
    if (!old || old === part) continue; // it came with the part around it
    const list = "list" in part.dataset;
    if (list && !whole) continue;
    if (writes && old.contains(active) && (!whole || (instant && !list))) continue;
    if ("keep" in part.dataset) keep(old, part);
    carry(old, part);
    old.replaceWith(document.adoptNode(part));
  }
  const lost = () => active !== document.body && document.activeElement === document.body;
  if (lost()) {
    const now = document.getElementById(id);
    now?.focus();
    if (now && writes && caret !== null) now.setSelectionRange(caret, caret);
    if (whole && lost()) (document.getElementById("list-title") ?? document.getElementById("state"))?.focus();
  }
  mark();
  say(said?.textContent);
}

// Fields know if they are wrong, and what has the focus never hides behind what stays in sight.
const wrongOf = (field) => (field?.getAttribute("aria-describedby") ?? "").split(" ")
  .map((id) => document.getElementById(id)).filter((each) => each?.matches(".wrong")).map((each) => each.innerText.trim()).join(" ");
function mark() {
  for (const field of document.querySelectorAll("[aria-describedby*=wrong-]")) field.ariaInvalid = String(wrongOf(field) !== "");
  const near = document.getElementById("actions");
  const covers = near && getComputedStyle(near).position === "sticky";
  document.documentElement.style.scrollPaddingTop = covers ? `${near.offsetHeight + 16}px` : "";
}
addEventListener("resize", mark);
mark();
// While somebody types nothing is said; who leaves a field hears what is wrong there.
document.addEventListener("change", async ({ target }) => {
  if (!target.form?.matches("[data-live]")) return;
  await settled();
  const field = document.getElementById(target.id), wrong = wrongOf(field);
  if (wrong) say(`${field.labels[0]?.textContent ?? ""}: ${wrong}`);
});

// What is typed into a part and not sent yet stays, and what is open.
function keep(old, part) {
  const named = (each) => each.querySelector("summary").textContent;
  const open = [...old.querySelectorAll("details[open]")].map(named);
  for (const each of part.querySelectorAll("details")) each.open = open.includes(named(each));
  for (const field of old.querySelectorAll("input")) {
    const now = part.querySelector(`input[name="${field.name}"]`);
    if (now) Object.assign(now, { value: field.value, checked: field.checked });
  }
}

// Of a form that answers at once only what was typed here, and is not answered yet, is sent:
// another tab may have changed the rest.
const typed = new WeakSet();
function fieldsOf(form) {
  const fields = new URLSearchParams(new FormData(form));
  if (form.matches("[data-live]")) {
    for (const field of form.elements) if (field.type !== "hidden" && !typed.has(field)) fields.delete(field.name);
  }
  if (fields.has("version")) fields.set("version", newest); // what was answered since is seen here
  return fields;
}
function answered(form, fields) {
  for (const each of form.elements) {
    // The form may have been replaced meanwhile, with what was typed.
    for (const field of [each, each.id && document.getElementById(each.id)]) {
      if (field && fields.get(field.name) === field.value) typed.delete(field);
    }
  }
}
function carry(old, part) {
  for (const field of old.querySelectorAll("[id]")) {
    const now = typed.has(field) && part.querySelector(`#${CSS.escape(field.id)}`);
    if (now) { now.value = field.value; typed.add(now); }
  }
}
const running = new Set();
function change(form, structural, address) {
  const work = changing(form, structural, address).finally(() => running.delete(work));
  running.add(work);
  return work;
}
let lists = 0; // what changes the list and is not answered yet: a newer answer shows it first
async function changing(form, structural, address) {
  lists += structural;
  const fields = fieldsOf(form), page = await ask(form, fields, address || form.action);
  if (page) { answered(form, fields); show(page, lists > 0 || page.getElementById("outdated") !== null); }
  lists -= structural;
}

// The page with the change is drawn first, and the others after it; each stays until it is there anew.
let wanted = 0;
async function preview(page) {
  const box = document.getElementById("preview"), fresh = page.getElementById("preview");
  if (!box || !fresh) return;
  const mine = ++wanted, first = Number(fresh.dataset.first) - 1;
  const news = [...fresh.querySelectorAll("img")].map((image) => image.srcset);
  const shown = [...box.querySelectorAll("img")].slice(0, news.length);
  for (const image of [...fresh.querySelectorAll("img")].slice(shown.length)) {
    for (const name of ["src", "srcset"]) image.removeAttribute(name);
    shown.push(document.adoptNode(image));
  }
  box.replaceChildren(...[...fresh.childNodes].filter((node) => node.nodeName !== "IMG"), ...shown);
  shown.forEach((image, number) => image.classList.toggle("stale", image.srcset !== news[number]));
  const order = [...shown.keys()].sort((one, other) => (other === first) - (one === first));
  for (const number of order) {
    const image = shown[number];
    if (mine !== wanted) return;
    if (!image.classList.contains("stale")) continue;
    image.loading = "eager";
    image.srcset = news[number];
    await image.decode().catch(() => {});
    image.classList.remove("stale");
    if (number === first) bring(image);
  }
}

// Beside the form the pages have room of their own, in which the one with the change is brought to sight.
function bring(image) {
  const pane = image.closest(".preview"), place = image.getBoundingClientRect(), room = pane.getBoundingClientRect();
  if (pane.scrollHeight <= pane.clientHeight) return;
  if (place.bottom < room.top + 80 || place.top > room.bottom - 80) pane.scrollTop += place.top - room.top;
}

const waiting = new Map();
function drop(form) { clearTimeout(waiting.get(form)?.timer); waiting.delete(form); }
function later(form, wait, work) {
  drop(form);
  waiting.set(form, { timer: setTimeout(() => { drop(form); work(); }, wait), work });
}
// What is printed or mailed has all that was typed, also in the last blink.
const pending = () => running.size || [...waiting.keys()].some((form) => form.matches("[data-live]"));
// One thing after the other: what is pressed waits for what was typed and pressed before, and has it.
let queue = Promise.resolve();
function inTurn(work) {
  queue = queue.catch(() => {}).then(() => {
    for (const [form, { work: send }] of [...waiting]) if (form.matches("[data-live]")) { drop(form); send(); }
    return Promise.allSettled([...running]);
  }).then(work);
  return queue;
}
const settled = () => inTurn(() => {});

// The second click of a double one, and a key that is held, do nothing again, nor does a form that is on its way.
const often = "[data-often],[data-find],[data-live]";
let busy = new WeakSet();
addEventListener("pageshow", () => { busy = new WeakSet(); }); // one that is gone back to works again
// But who clicks three times at one place takes three rows away, each as it comes to lie there.
// That is counted as the button goes down: there is no click where a row changes before it goes up.
let burst = null;
document.addEventListener("mousedown", (event) => {
  const { clientX: x, clientY: y, detail } = event;
  if (burst && (detail < 2 || Math.hypot(x - burst.x, y - burst.y) > 8)) burst = null;
  if (!burst) return;
  event.preventDefault(); // nor does a choice open that has come to lie there
  if (detail > 2) for (; burst.gone < detail; burst.gone += 1) removeAt(burst.place);
}, true);
document.addEventListener("click", (event) => {
  const { clientX: x, clientY: y, detail } = event;
  const row = event.target.closest?.("[id^=remove-]")?.closest("[data-item]");
  if (burst && detail > 1) event.preventDefault();
  else if (detail > 1) ignore(event, "button");
  else if (row && detail) burst = { x, y, gone: 1, place: rowsNow().indexOf(row) };
}, true);
const rowsNow = () => [...document.querySelectorAll("[data-item]")];
function removeAt(place) {
  inTurn(() => {
    const form = rowsNow()[place]?.querySelector("[id^=remove-]").form;
    return form && change(form, true);
  });
}
document.addEventListener("keydown", (event) => { if (event.repeat && event.key === "Enter") ignore(event, "button,input"); }, true);
function ignore(event, kinds) {
  if (event.target.closest?.(kinds)?.form?.matches(`:not(${often})`)) event.preventDefault();
}

document.addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  if (cleared.delete(form)) return;
  if (busy.has(form) || button?.ariaDisabled === "true") { event.preventDefault(); return; }
  if (form.matches("[data-find]")) { event.preventDefault(); find(form); return; }
  if (!form.matches(often)) busy.add(form);
  if (form.matches("[data-change]")) {
    event.preventDefault();
    drop(form); // what waits to be sent of it goes now
    inTurn(() => change(form, true, button?.getAttribute("formaction"))).finally(() => busy.delete(form));
    return;
  }
  setTimeout(() => busy.delete(form), 30000); // its page should be gone by then
  if (pending() || form.matches("[data-kept]")) {
    event.preventDefault();
    settled().then(() => {
      // The form may be another one then.
      const now = form.isConnected ? button : document.getElementById(button.id);
      if (now) leave(now.form, now);
    });
  }
});
document.addEventListener("input", (event) => {
  const form = event.target.form;
  typed.add(event.target);
  if (form?.matches("[data-live]")) {
    const picks = event.target.matches("select");
    later(form, picks ? 0 : 150, () => change(form, picks && ["variant", "phase"].includes(event.target.name)));
  } else if (form?.matches("[data-find]")) later(form, 120, () => find(form));
});

// What was typed before this was loaded, or put back by the browser, counts too.
const changed = (field) => field.matches("select")
  ? [...field.options].some((option) => option.selected !== option.defaultSelected && option.defaultSelected)
  : "defaultValue" in field && field.type !== "hidden" && field.value !== field.defaultValue;
for (const form of document.querySelectorAll("[data-live]")) {
  const fields = [...form.elements].filter(changed);
  fields.forEach((field) => typed.add(field));
  if (fields.length) change(form, false);
}
let asked = 0, held = Promise.resolve(), release = () => {}; // of two searches the newer wins
document.addEventListener("pointerdown", () => { held = new Promise((done) => { release = done; }); }, true);
for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(release), true);
const searching = document.querySelector("[data-find]");
if (searching && [...searching.elements].some(changed)) find(searching);
async function find(form) {
  const mine = ++asked;
  const address = `${form.action}?${new URLSearchParams(new FormData(form))}`;
  const reply = await reach(address, { headers: { "x-desk-fragment": "1" } });
  await held; // a button that is being pressed is not taken away before it is let go
  if (!reply?.ok || mine !== asked) return;
  document.getElementById("found").innerHTML = reply.text;
  document.getElementById("found-said").textContent = document.querySelector("#found > p").textContent;
}

// Cards are dragged to another place; with the keyboard there are Up and Down.
let dragged = null;
const unmark = () => document.querySelectorAll(".over").forEach((each) => each.classList.remove("over"));
document.addEventListener("dragstart", (event) => {
  dragged = event.target.matches?.("input,textarea") ? null : event.target.closest?.("[data-item]");
  if (dragged) event.dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const card = event.target.closest?.("[data-item]");
  if (!dragged || !card) return;
  event.preventDefault();
  unmark();
  card.classList.add("over");
});
document.addEventListener("dragend", () => { unmark(); dragged = null; });
document.addEventListener("drop", (event) => {
  const card = event.target.closest?.("[data-item]");
  if (!dragged || !card || card === dragged) return;
  event.preventDefault();
  const form = document.getElementById(`up-${dragged.dataset.item}`).form.cloneNode(true);
  form.querySelector("[name=way]").remove();
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "onto", value: card.dataset.item }));
  inTurn(() => change(form, true));
});

// The picture of a pose, or what colours give, is drawn while it is written.
const drawing = document.querySelector("[data-draw]");
let drawn = 0;
async function draw(asked) {
  const mine = ++drawn;
  const reply = await reach(drawing.dataset.draw, { method: "POST", body: new URLSearchParams(new FormData(drawing)) });
  if (!reply?.ok || mine !== drawn) return;
  document.getElementById("drawn").innerHTML = reply.text;
  if (asked) say(document.querySelector("#drawn .wrong")?.textContent); // not while somebody types
}
if (drawing) {
  drawing.addEventListener("input", ({ target }) => { if (target.matches("[data-draws]")) later(drawing, 400, draw); });
  document.getElementById("draw")?.addEventListener("click", (event) => { event.preventDefault(); draw(true); });
  draw();
}
for (const picker of document.querySelectorAll("[data-sets]")) {
  const field = document.getElementById(picker.dataset.sets);
  picker.hidden = false;
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => { if (field.value && field.checkValidity()) picker.value = field.value; });
}

// What stands in one form counts in others too.
document.addEventListener("change", (event) => {
  const files = event.target.files;
  if (files) event.target.setCustomValidity([...files].some((file) => file.size > 30 << 20) ? live.dataset.large : "");
  for (const field of document.querySelectorAll(`[data-follows="${CSS.escape(event.target.id)}"]`)) field.value = event.target.value;
});

document.addEventListener("click", async (event) => {
  const link = event.target.closest?.("a[href]:not([href^='#'])");
  const stays = (event.ctrlKey || event.metaKey || event.shiftKey) && !link?.closest("#desk");
  if (!link || !pending() || stays) return;
  event.preventDefault();
  await settled();
  (link.isConnected ? link : document.getElementById(link.id))?.click(); // it is gone if a dose is wrong
});

document.addEventListener("click", async (event) => {
  const field = document.getElementById(event.target.dataset?.copy);
  if (!field) return;
  field.select();
  await navigator.clipboard?.writeText(field.value).catch(() => {});
  say(event.target.dataset.said);
});

// A page that is closed is forgotten. It is closed once: if it is gone back to, it is loaded again.
if (desk) {
  addEventListener("pagehide", () => navigator.sendBeacon(`/handout/${desk.dataset.key}/closing`), { once: true });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
}
