import type { StoredTemplate } from "../templates/stored-template.js";
import { type Html, html } from "./html.js";
import { templateActions } from "./template-actions.js";
import { sentence } from "./template-labels.js";
import { templateWords } from "./template-words.js";

/** One template: its name, where it stands, its words, and what can be decided about it. */
export function templateCard(template: StoredTemplate): Html {
  const { id, name, language, category, status, qualityScore } = template;
  return html`<article class="template" id="template-${id}" data-card tabindex="-1" aria-label="Template ${name}, ${language}">
<div data-live>
<header class="template-head">
<h2>${name}</h2>
<p><span class="chip status-${status.toLowerCase()}">${sentence(status)}</span><span class="chip">${sentence(category)}</span><span class="chip">${language}</span>${quality(qualityScore)}</p>
</header>
${note(template)}
${templateWords(template.components)}
${templateActions(template)}
</div>
</article>`;
}

function quality(score: StoredTemplate["qualityScore"]): Html | null {
  if (score === "UNKNOWN") return null;
  return html`<span class="chip quality-${score.toLowerCase()}"><i class="dot"></i>${sentence(score)} quality</span>`;
}

const timeFormat = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "long",
  hour: "2-digit",
  minute: "2-digit",
});

/** What a person should know besides the status. */
function note({
  status,
  rejectedReason,
  pausedUntil,
  correctCategory,
  previousCategory,
}: StoredTemplate): Html | null {
  if (status === "REJECTED") return html`<p class="note bad">Rejected: ${sentence(rejectedReason)}</p>`;
  if (pausedUntil !== null)
    return html`<p class="note wait">Paused until ${timeFormat.format(pausedUntil)}</p>`;
  if (correctCategory !== null) {
    return html`<p class="note wait">Becomes ${sentence(correctCategory)} within 24 hours</p>`;
  }
  return previousCategory === null
    ? null
    : html`<p class="note">Was ${sentence(previousCategory)} before</p>`;
}
