import type { Simulation } from "../simulation.js";
import { type Html, html } from "./html.js";
import { emptyBubble } from "./icons.js";
import { fact, layout } from "./layout.js";
import { phoneCard } from "./phone-card.js";
import { phones } from "./timeline.js";

/** Every phone and its chat with the business. `origin` is the address that the browser used. */
export function phonesPage(simulation: Simulation, origin: string): string {
  const found = phones(simulation);
  const messages = simulation.ledger.messages();
  const failed = messages.filter(({ status }) => status === "failed").length;
  return layout(simulation, {
    path: "/phones",
    title: "Phones",
    lead: "What people would see. No real message is sent.",
    facts: [
      fact(found.length, "phone"),
      fact(messages.length, "message"),
      ...(failed === 0 ? [] : [html`<span class="fact bad"><b>${failed}</b> failed</span>`]),
    ],
    layout: found.length === 0 ? "empty" : "grid",
    content:
      found.length === 0
        ? emptyState(simulation, origin)
        : found.map((phone) => phoneCard(phone, simulation.ledger.message)),
  });
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
