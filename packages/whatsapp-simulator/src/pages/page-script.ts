/**
 * Keeps an open page true. Without it everything still works, one reload at a time.
 * The page is fetched again and compared phone by phone, so that what somebody is typing stays.
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
  const response = await fetch("/phones", { headers: { accept: "text/html" } });
  if (!response.ok) return;
  const next = new DOMParser().parseFromString(await response.text(), "text/html");
  replaceIfChanged(document.getElementById("facts"), next.getElementById("facts"));
  const main = document.getElementById("phones");
  const nextMain = next.getElementById("phones");
  const known = [...main.querySelectorAll(".phone")].map((phone) => phone.id).join();
  const found = [...nextMain.querySelectorAll(".phone")].map((phone) => phone.id);
  if (found.length === 0 || !found.join().startsWith(known)) {
    main.replaceWith(nextMain);
    return;
  }
  if (known === "") main.replaceChildren();
  main.className = nextMain.className;
  for (const id of found) mergePhone(main, document.getElementById(id), next.getElementById(id));
}

function mergePhone(main, phone, next) {
  if (phone === null) {
    main.append(next);
    return;
  }
  replaceIfChanged(phone.querySelector(".head"), next.querySelector(".head"));
  replaceIfChanged(phone.querySelector(".bubbles"), next.querySelector(".bubbles"));
}

function replaceIfChanged(element, next) {
  if (element.innerHTML !== next.innerHTML) element.replaceChildren(...next.childNodes);
}

document.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = event.target;
  const body = new URLSearchParams(new FormData(form));
  fetch(form.action, { method: "POST", body, redirect: "manual" }).then(refresh, () => {});
  if (form.classList.contains("reply")) form.reset();
});

new EventSource("/phones/events").addEventListener("change", refresh);
`;
