import type { Simulation } from "../simulation.js";
import type { StoredTemplate } from "../templates/stored-template.js";
import { type Html, html } from "./html.js";
import { emptyTemplate } from "./icons.js";
import { fact, layout } from "./layout.js";
import { templateCard } from "./template-card.js";

/** The most templates one page shows. */
const templateLimit = 200;

/** Every template, newest first, with what Meta could decide about it. */
export function templatesPage(simulation: Simulation, origin: string): string {
  const found = simulation.templates.all().toReversed();
  return layout(simulation, {
    path: "/templates",
    title: "Templates",
    lead: "You decide what Meta would. The host is told by webhook.",
    facts: [fact(found.length, "template"), ...waiting(found)],
    layout: found.length === 0 ? "empty" : "masonry",
    content:
      found.length === 0
        ? emptyState(simulation, origin)
        : found.slice(0, templateLimit).map((template) => templateCard(template)),
  });
}

function waiting(templates: readonly StoredTemplate[]): Html[] {
  const count = templates.filter(({ status }) => status === "PENDING").length;
  return count === 0 ? [] : [html`<span class="fact wait"><b>${count}</b> in review</span>`];
}

function emptyState({ options }: Simulation, origin: string): Html {
  const url = `${origin}/v25.0/${options.businessAccountId}/message_templates`;
  return html`<section class="welcome">
${emptyTemplate}
<h2>There is no template yet</h2>
<p>Create one at this address, and it appears here for review.</p>
<code>POST ${url}</code>
</section>`;
}
