/**
 * Keeps an open page true. Without it everything still works, one reload at a time.
 * The page is fetched again and compared part by part, so that what somebody is typing stays.
 */
export const pageScript = `"use strict";

let running = null;
let again = false;

function refresh() {
  if (running) {
    again = true;
    return;
  }
  running = redraw()
    // Out of reach: the next event finds the simulator again.
    .catch(() => {})
    .finally(() => {
      running = null;
      if (again) {
        again = false;
        refresh();
      }
    });
}

async function redraw() {
  const response = await fetch(location.pathname, { headers: { accept: "text/html" } });
  if (!response.ok) return;
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  replaceIfChanged(document.getElementById("facts"), next.getElementById("facts"));
  const main = document.querySelector("main");
  const nextMain = next.querySelector("main");
  const known = cardIds(main).join();
  const found = cardIds(nextMain);
  if (found.length === 0 || !found.join().startsWith(known)) {
    main.replaceWith(nextMain);
    return;
  }
  if (known === "") main.replaceChildren();
  main.className = nextMain.className;
  for (const id of found) mergeCard(main, document.getElementById(id), next.getElementById(id));
}

function cardIds(main) {
  return [...main.querySelectorAll("[data-card]")].map((card) => card.id);
}

function mergeCard(main, card, next) {
  if (card === null) {
    main.append(next);
    return;
  }
  const hadFocus = card.contains(document.activeElement);
  const nextParts = next.querySelectorAll("[data-live]");
  card.querySelectorAll("[data-live]").forEach((part, index) => replaceIfChanged(part, nextParts[index]));
  // Whoever works with the keyboard goes on at the same card.
  if (hadFocus && !card.contains(document.activeElement)) card.focus({ preventScroll: true });
}

function replaceIfChanged(element, next) {
  if (element.innerHTML !== next.innerHTML) element.replaceChildren(...next.childNodes);
}

async function submit(form) {
  const body = new URLSearchParams(new FormData(form));
  const response = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  const isDone = response.type === "opaqueredirect";
  document.getElementById("problem").textContent = isDone ? "" : await response.text();
  if (isDone && form.classList.contains("reply")) form.reset();
  refresh();
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  submit(event.target).catch(() => {
    document.getElementById("problem").textContent = "The simulator does not answer. Is it still running?";
  });
});

new EventSource("/phones/events").addEventListener("change", refresh);
`;
