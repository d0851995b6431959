import { mediaLabel } from "../rendering/media-label.js";
import type { StoredComponent } from "../templates/stored-template.js";
import { formattedText } from "./formatted-text.js";
import { Html, html } from "./html.js";

/** A template's components as a bubble, its variables marked. */
export function templateWords(components: readonly StoredComponent[]): Html {
  const part = (type: string) => components.find((component) => component.type === type);
  const header = part("HEADER");
  const footer = part("FOOTER")?.text;
  const buttons = part("BUTTONS")?.buttons ?? [];
  return html`<div class="words"><div class="message from-business">
<div class="bubble">
${header === undefined ? null : html`<div class="bubble-header">${headerWords(header)}</div>`}
<div class="text">${withVariables(formattedText(part("BODY")?.text ?? ""))}</div>
${footer === undefined ? null : html`<div class="footer">${footer}</div>`}
</div>
${buttons.length === 0 ? null : html`<div class="buttons">${buttons.map(({ text, type }) => html`<span class="under"><span>${text ?? type}</span></span>`)}</div>`}
</div></div>`;
}

function headerWords({ format, text }: StoredComponent): Html {
  return text === undefined
    ? html`${mediaLabel((format ?? "").toLowerCase())}`
    : withVariables(html`${text}`);
}

/** Tags are passed over, because an address inside one may hold a variable too. */
function withVariables({ markup }: Html): Html {
  const marked = markup.replace(/<[^>]*>|\{\{(\w{1,60})\}\}/g, (found, name: string | undefined) =>
    name === undefined ? found : html`<span class="variable">${name}</span>`.markup,
  );
  return new Html(marked);
}
