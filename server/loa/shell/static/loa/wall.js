// Keeps a screen on a wall fresh: asks for the page again, puts only its content in place, and when nobody answers keeps the
// last figures and says how old they are. Once a day it loads itself anew, so that it runs for weeks.

const NIGHT_HOUR = 3;
const PATIENCE_MS = 10_000;
const MINUTE_MS = 60_000;
const OVER = new Set([401, 403, 404, 410]);

const begun = Date.now();
let failed = false;

const page = () => document.querySelector("#wall");

function tick() {
  const now = new Date();
  const clock = page().querySelector("[data-clock]");
  const told = now.toLocaleTimeString("vi", { hour: "2-digit", minute: "2-digit", hour12: false, timeZone: "Asia/Ho_Chi_Minh" });
  if (clock.textContent !== told) clock.textContent = told;
  const age = page().querySelector("[data-age]");
  const minutes = Math.floor((now - received) / MINUTE_MS);
  if (failed && minutes > 0) {
    age.className = "old";
    age.textContent = age.dataset.wordOld.replace("{minutes}", minutes);
  }
}

let received = Date.now();

async function refresh() {
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), PATIENCE_MS);
  try {
    const answer = await fetch(location.href, { cache: "no-store", signal: gaveUp.signal, redirect: "manual" });
    if (answer.type === "opaqueredirect" || OVER.has(answer.status)) {
      location.reload(); // the link is over, or somebody signed out: show what the server says
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#wall");
    if (!fresh) throw new Error("no wall");
    page().replaceWith(document.adoptNode(fresh));
    received = Date.now();
    failed = false;
    if (isNight()) location.reload();
  } catch {
    failed = true;
  } finally {
    clearTimeout(timer);
  }
  tick();
}

// only right after the server has answered: a page that cannot be loaded never comes back by itself
const isNight = () => new Date().getHours() === NIGHT_HOUR && Date.now() - begun > 2 * 60 * MINUTE_MS;

const again = () => refresh().finally(() => setTimeout(again, Number(page().dataset.freshS) * 1000));

setTimeout(again, Number(page().dataset.freshS) * 1000);
setInterval(tick, 1000);
