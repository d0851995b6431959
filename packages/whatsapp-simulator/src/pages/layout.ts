import type { Simulation } from "../simulation.js";
import { subscribedApps } from "../simulation.js";
import { type Html, html } from "./html.js";

const tabs = [
  { path: "/phones", label: "Phones" },
  { path: "/templates", label: "Templates" },
] as const;

export interface Page {
  readonly path: (typeof tabs)[number]["path"];
  readonly title: string;
  /** One sentence under the title. */
  readonly lead: string;
  /** Numbers about what the page shows. */
  readonly facts: readonly Html[];
  /** Cards, or what to do to get one. */
  readonly content: Html | readonly Html[];
  /** Class of the main element. */
  readonly layout: "grid" | "masonry" | "empty";
}

/** The frame around every page: tabs, title, facts. */
export function layout(simulation: Simulation, page: Page): string {
  const { path, title, lead, facts, content } = page;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} · WhatsApp simulator</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/pages.css">
<script src="/assets/pages.js" defer></script>
</head>
<body>
<nav class="tabs" aria-label="Pages">${tabs.map((tab) => tabLink(tab, path))}</nav>
<header class="top">
<div><h1>${title}</h1><p>${lead}</p></div>
<div class="facts" id="facts">${[...facts, webhookFact(simulation)]}</div>
</header>
<p class="problem" id="problem" role="alert"></p>
<main class="${page.layout}">
${content}
</main>
</body>
</html>
`.markup;
}

/** A number and what it counts, such as `3 phones`. */
export function fact(count: number, singular: string, { isBad = false }: { isBad?: boolean } = {}): Html {
  return html`<span class="fact ${isBad ? "bad" : null}"><b>${count}</b> ${count === 1 ? singular : `${singular}s`}</span>`;
}

function tabLink({ path, label }: (typeof tabs)[number], current: string): Html {
  return path === current
    ? html`<a href="${path}" aria-current="page">${label}</a>`
    : html`<a href="${path}">${label}</a>`;
}

function webhookFact(simulation: Simulation): Html {
  if (subscribedApps(simulation).length === 0) return html`<span class="fact">Webhooks off</span>`;
  const { problem, delivered } = simulation.webhooks.log.report();
  return problem === null
    ? html`<span class="fact"><i class="dot"></i><b>${delivered}</b> ${delivered === 1 ? "webhook" : "webhooks"} delivered</span>`
    : html`<span class="fact bad">Webhooks not received: ${problem}</span>`;
}
