import type { Simulation } from "../simulation.js";
import { type Html, html } from "./html.js";
import { emptyBubble } from "./icons.js";
import { phoneCard } from "./phone-card.js";
import { phones } from "./timeline.js";

/** The whole page. `origin` is the address that the browser used. */
export function phonesPage(simulation: Simulation, origin: string): string {
  const found = phones(simulation);
  const cards = found.map((phone) => phoneCard(phone, simulation.ledger.message));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Phones · WhatsApp simulator</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/assets/phones.css">
<script src="/assets/phones.js" defer></script>
</head>
<body>
<header class="top">
<div><h1>Phones</h1><p>What people would see. No real message is sent.</p></div>
<div class="facts" id="facts">${facts(simulation, found.length)}</div>
</header>
<main id="phones" class="${found.length === 0 ? "empty" : "grid"}">
${found.length === 0 ? emptyState(simulation, origin) : cards}
</main>
</body>
</html>
`.markup;
}

function facts({ ledger, webhooks, webhookUrl }: Simulation, phoneCount: number): Html {
  const messages = ledger.messages();
  const failed = messages.filter(({ status }) => status === "failed").length;
  const { problem, delivered } = webhooks.report();
  return html`
<span class="fact"><b>${phoneCount}</b> ${phoneCount === 1 ? "phone" : "phones"}</span>
<span class="fact"><b>${messages.length}</b> ${messages.length === 1 ? "message" : "messages"}</span>
${failed === 0 ? null : html`<span class="fact bad"><b>${failed}</b> failed</span>`}
${
  webhookUrl === null
    ? html`<span class="fact">Webhooks off</span>`
    : problem === null
      ? html`<span class="fact"><i class="dot"></i><b>${delivered}</b> ${delivered === 1 ? "webhook" : "webhooks"} delivered</span>`
      : html`<span class="fact bad">Webhooks not received: ${problem}</span>`
}`;
}

function emptyState({ options }: Simulation, origin: string): Html {
  const url = `${origin}/v25.0/${options.phoneNumberId}/messages`;
  return html`<section class="welcome">
${emptyBubble}
<h2>No phone has rung yet</h2>
<p>Send a message to this address, and the phone it is for appears here.</p>
<code>POST ${url}</code>
</section>`;
}
