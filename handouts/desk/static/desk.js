// Makes the desk's forms answer at once. Without it every form still works, with a button.
"use strict";
(() => {
  const parser = new DOMParser();
  const desk = document.getElementById("desk");
  const live = document.getElementById("live");
  let clearing;
  const say = (words) => {
    if (!words) return;
    clearTimeout(clearing);
    live.textContent = ""; // the same words are said again
    setTimeout(() => { live.textContent = words; });
    clearing = setTimeout(() => { live.textContent = ""; }, 8000);
  };
  const alertUser = (words) => {
    const actions = document.getElementById("actions");
    actions?.querySelector(".bad")?.remove();
    actions?.prepend(Object.assign(document.createElement("p"), { className: "box bad lines", textContent: words }));
  };
  // Answers, or says that the desk is gone.
  async function reach(address, options) {
    try { return await fetch(address, options); }
    catch (error) {
      if (error.name !== "AbortError") { say(live.dataset.gone); alertUser(live.dataset.gone); }
      throw error;
    }
  }
  const asking = new Map(); // a form, and what it asks for: what is newer wins
  async function ask(form, body, address) {
    asking.get(form)?.abort();
    const stop = new AbortController();
    asking.set(form, stop);
    const reply = await reach(address, {
      method: "POST", body, signal: stop.signal, headers: { "x-desk-fragment": "1" },
    });
    if (reply.status === 401) location.reload(); // signed out meanwhile
    const text = await reply.text();
    if (!reply.ok) {
      const page = parser.parseFromString(text, "text/html");
      if (reply.status === 410) { document.body.replaceWith(page.body); throw new Error("closed"); }
      show(page, false);
      for (const tell of [say, alertUser]) tell(page.querySelector("main p")?.textContent);
      throw new Error("refused");
    }
    return parser.parseFromString(text, "text/html");
  }

  // Parts of the page are put in place of the old ones, but never the field somebody writes in.
  let newest = -1;
  function show(page, whole) {
    const version = Number(page.getElementById("said")?.dataset.version ?? newest);
    if (version < newest) return; // an answer that came late
    newest = version;
    preview(page);
    const active = document.activeElement, { id, selectionStart: caret } = active;
    const writes = active.matches("input,textarea"), live = active.form?.matches("[data-live]");
    for (const part of page.querySelectorAll("[data-part]")) {
      const old = document.getElementById(part.id);
      if (!old || old === part) continue; // it came with the part around it
      const list = "list" in part.dataset;
      if (list && !whole) continue;
      if (writes && old.contains(active) && (!whole || (live && !list))) continue;
      if ("keep" in part.dataset) keep(old, part);
      carry(old, part);
      old.replaceWith(document.adoptNode(part));
    }
    if (id && document.activeElement === document.body) {
      const now = document.getElementById(id);
      now?.focus();
      if (now && writes && caret !== null) now.setSelectionRange(caret, caret);
      if (whole && document.activeElement === document.body) (document.getElementById("list-title") ?? document.getElementById("state"))?.focus();
    }
    tell();
    say(document.getElementById("said")?.textContent);
  }

  // Fields know if they are wrong, and what has the focus never hides behind what stays in sight.
  const wrongOf = (field) => (field?.getAttribute("aria-describedby") ?? "").split(" ")
    .map((id) => document.getElementById(id)).filter((each) => each?.matches(".wrong")).map((each) => each.textContent.trim()).join(" ");
  function tell() {
    for (const field of document.querySelectorAll("[aria-describedby*=wrong-]")) field.ariaInvalid = String(wrongOf(field) !== "");
    const near = document.getElementById("actions");
    if (near) document.documentElement.style.scrollPaddingTop = `${near.offsetHeight + 16}px`;
  }
  addEventListener("resize", tell);
  tell();
  // While somebody types nothing is said; who leaves a field hears what is wrong there.
  document.addEventListener("change", async ({ target }) => {
    if (!target.form?.matches("[data-live]")) return;
    await settle();
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
  async function changing(form, structural, address) {
    const fields = fieldsOf(form);
    try {
      const page = await ask(form, fields, address || form.action);
      answered(form, fields);
      show(page, structural);
    } catch (error) { if (error.name !== "AbortError") throw error; }
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
  async function settle() {
    for (const [form, { work }] of [...waiting]) if (form.matches("[data-live]")) { drop(form); work(); }
    await Promise.allSettled([...running]);
  }

  // The second click of a double one, and a key that is held, do nothing again, nor does a form that is on its way.
  const often = "[data-often],[data-find],[data-live]", busy = new WeakSet();
  for (const kind of ["click", "keydown"]) document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("button")?.form, again = event.detail > 1 || (event.repeat && event.key === "Enter");
    if (again && form && !form.matches(often)) event.preventDefault();
  }, true);

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (busy.has(form)) { event.preventDefault(); return; }
    if (!form.matches(often)) busy.add(form);
    if (form.matches("[data-change]")) {
      event.preventDefault();
      if (event.submitter?.getAttribute("aria-disabled") === "true") return;
      drop(form);
      const address = event.submitter?.getAttribute("formaction");
      // What was typed elsewhere goes first: the list that comes back has it.
      settle().then(() => change(form, true, address)).finally(() => busy.delete(form));
      return;
    }
    if (form.matches("[data-find]")) { event.preventDefault(); find(form); return; }
    setTimeout(() => busy.delete(form), 5000); // its page should be gone by then
    if (pending()) {
      event.preventDefault();
      const button = event.submitter?.id; // the form may be another one then
      settle().then(() => (form.isConnected ? form : document.getElementById(button)?.form)?.submit());
    }
  });
  document.addEventListener("input", (event) => {
    const form = event.target.form;
    typed.add(event.target);
    if (form?.matches("[data-live]")) {
      const picks = event.target.matches("select");
      later(form, picks ? 0 : 150, () => change(form, picks && event.target.name === "variant"));
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
  let asked = 0; // what is newer wins
  let held = Promise.resolve(), release = () => {};
  document.addEventListener("pointerdown", () => { held = new Promise((done) => { release = done; }); }, true);
  for (const end of ["pointerup", "pointercancel"]) document.addEventListener(end, () => setTimeout(release), true);
  const searching = document.querySelector("[data-find]");
  if (searching && [...searching.elements].some(changed)) find(searching);
  async function find(form) {
    const mine = ++asked;
    const reply = await reach(`${form.action}?${new URLSearchParams(new FormData(form))}`);
    const text = await reply.text();
    await held; // a button that is being pressed is not taken away before it is let go
    if (!reply.ok || mine !== asked) return;
    document.getElementById("found").innerHTML = text;
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
    const place = [...document.querySelectorAll("[data-item]")].indexOf(card);
    const form = document.getElementById(`up-${dragged.dataset.item}`).form.cloneNode(true);
    form.querySelector("[name=way]").remove();
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "place", value: place }));
    settle().then(() => change(form, true));
  });

  // The picture of a pose is drawn while it is written.
  const drawing = document.querySelector("[data-draw]");
  let drawn = 0;
  async function draw(asked) {
    const mine = ++drawn;
    const page = await reach(drawing.dataset.draw, { method: "POST", body: new URLSearchParams(new FormData(drawing)) });
    const text = await page.text();
    if (!page.ok || mine !== drawn) return;
    document.getElementById("drawn").innerHTML = text;
    if (asked) say(document.querySelector("#drawn .wrong")?.textContent); // not while somebody types
  }
  if (drawing) {
    drawing.addEventListener("input", (event) => { if (event.target.name === "figure") later(drawing, 400, draw); });
    document.getElementById("draw").addEventListener("click", (event) => { event.preventDefault(); draw(true); });
    draw();
  }

  // A batch that runs is looked at again and again.
  const batch = document.querySelector("[data-poll]");
  let quarters = 0;
  async function poll() {
    const reply = await fetch(batch.dataset.poll, { headers: { "x-desk-fragment": "1" } }).catch(() => null);
    if (!reply) {
      // The desk may come back; what it makes goes on without it.
      say(live.dataset.gone);
      setTimeout(poll, 5000);
      return;
    }
    if (!reply.ok) { location.reload(); return; } // signed out, or another page has removed it
    const page = parser.parseFromString(await reply.text(), "text/html");
    const running = page.querySelector("[data-running]").dataset.running === "1";
    const bar = document.getElementById("bar"), now = page.getElementById("bar");
    if (!running) {
      show(page, true);
      say(document.querySelector("#mail-state h3, #state")?.textContent);
      return;
    }
    if (bar && now) { // only the numbers: who reads, or is at a button, stays where they are
      bar.value = now.value;
      bar.labels[0].textContent = page.querySelector("label[for=bar]").textContent;
      const done = Math.floor(4 * bar.position);
      if (done > quarters) say(bar.labels[0].textContent);
      quarters = done;
    } else if (now) show(page, true);
    setTimeout(poll, 1000);
  }
  if (batch?.querySelector("[data-running='1']")) setTimeout(poll, 600);

  // What stands in one form counts in others too.
  document.addEventListener("change", (event) => {
    const files = event.target.files;
    if (files) event.target.setCustomValidity([...files].some((file) => file.size > 30 << 20) ? live.dataset.large : "");
    for (const field of document.querySelectorAll(`[data-follows="${CSS.escape(event.target.id)}"]`)) field.value = event.target.value;
  });

  // A list can be dropped anywhere on its form.
  for (const kind of ["dragover", "dragleave", "drop"]) {
    document.addEventListener(kind, (event) => {
      const form = event.target.closest?.("[data-drop]");
      if (!form || !event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      form.classList.toggle("over", kind === "dragover");
      if (kind === "drop") form.querySelector("[type=file]").files = event.dataTransfer.files;
    });
  }

  document.addEventListener("click", async (event) => {
    const link = event.target.closest?.("#desk a[href]");
    if (!link || !pending()) return;
    event.preventDefault();
    await settle();
    document.getElementById(link.id)?.click(); // it is gone if a dose is wrong
  });

  document.addEventListener("click", async (event) => {
    const field = document.getElementById(event.target.dataset?.copy);
    if (!field) return;
    field.select();
    await navigator.clipboard?.writeText(field.value).catch(() => {});
    say(event.target.dataset.said);
  });

  // A page that is closed is forgotten; one that is only loaded again, or gone back to, comes back in time.
  if (desk) {
    addEventListener("pagehide", () => navigator.sendBeacon(`/handout/${desk.dataset.key}/closing`));
    addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });
  }
})();
