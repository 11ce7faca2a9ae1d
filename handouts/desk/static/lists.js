// Shows how far the work on a list is, and takes a list that is dropped.
import { live, parser, say, show } from "./desk.js";

// A batch that runs is looked at again and again.
const batch = document.querySelector("[data-poll]");
let quarters = 0, gone = false;
async function poll() {
  const reply = await fetch(batch.dataset.poll, { headers: { "x-desk-fragment": "1" } }).catch(() => null);
  if (!reply) {
    // The desk may come back; what it makes goes on without it.
    if (!gone) say(live.dataset.gone, true);
    gone = true;
    setTimeout(poll, 5000);
    return;
  }
  if (gone) live.textContent = "";
  gone = false;
  if (!reply.ok) { location.reload(); return; } // signed out, or another page has removed it
  const page = parser.parseFromString(await reply.text(), "text/html");
  const running = page.querySelector("[data-running]").dataset.running === "1";
  const bar = document.getElementById("bar"), now = page.getElementById("bar");
  if (!running) {
    show(page, true);
    // An alert speaks for itself, and what is said beside it was true before.
    if (!document.querySelector("#progress [role=alert]")) {
      say((document.querySelector("#mail-state h3") ?? document.getElementById("state"))?.textContent);
    }
    return;
  }
  if (bar && now) { // only the numbers: who reads, or is at a button, stays where they are
    for (const name of ["max", "value"]) bar[name] = now[name];
    bar.labels[0].textContent = page.querySelector("label[for=bar]").textContent;
    const done = Math.floor(4 * bar.position);
    if (done > quarters) say(bar.labels[0].textContent);
    quarters = done;
  } else if (now) show(page, true);
  setTimeout(poll, 1000);
}
if (batch?.querySelector("[data-running='1']")) setTimeout(poll, 600);

// Of a wide table the browser shows only the edge of what gets the focus.
document.addEventListener("focusin", ({ target }) => {
  if (target.closest(".scroll")) target.scrollIntoView({ block: "nearest", inline: "nearest" });
});

// A list can be dropped anywhere on its form.
for (const kind of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(kind, (event) => {
    const form = event.target.closest?.("[data-drop]");
    if (!form || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    form.classList.toggle("over", kind === "dragover");
    if (kind !== "drop") return;
    const field = form.querySelector("[type=file]");
    field.files = event.dataTransfer.files;
    field.dispatchEvent(new Event("change", { bubbles: true }));
  });
}
