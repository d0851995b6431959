import { errorOf } from "../graph/error-catalogue.js";
import type { SimulatedButton, SimulatedMessage, SimulatedReply } from "../simulated-message.js";
import { formattedText } from "./formatted-text.js";
import { type Html, html } from "./html.js";
import { openArrow, replyArrow } from "./icons.js";
import { ticks } from "./ticks.js";

/** What the business sent: header, text, footer, time, ticks and the buttons below. */
export function messageBubble(message: SimulatedMessage): Html {
  const { header, text, footer, acceptedAt, status, buttons, errorCode } = message;
  return html`<div class="message from-business ${status === "failed" ? "lost" : null}">
<div class="bubble">
${header === null ? null : html`<div class="bubble-header">${header}</div>`}
<div class="text">${formattedText(text)}</div>
${footer === null ? null : html`<div class="footer">${footer}</div>`}
<div class="meta">${clockTime(acceptedAt)}${ticks(status)}</div>
</div>
${buttons.length === 0 ? null : html`<div class="buttons">${buttons.map((button, index) => buttonUnder(message, button, index))}</div>`}
${errorCode === null ? null : html`<div class="failure">Not delivered: ${errorOf(errorCode).title} (${errorCode})</div>`}
</div>`;
}

/** What the person wrote or pressed. Ticks turn blue once the business marks it as read. */
export function replyBubble(reply: SimulatedReply, quoted: SimulatedMessage | null): Html {
  const quote = quoted && html`<div class="quoted">${formattedText(quoted.text.split("\n")[0] ?? "")}</div>`;
  return html`<div class="message from-person">
<div class="bubble">
${quote}
<div class="text">${formattedText(reply.text)}</div>
<div class="meta">${clockTime(reply.receivedAt)}${ticks(reply.readAt === null ? "delivered" : "read")}</div>
</div>
</div>`;
}

function buttonUnder({ id, to, status }: SimulatedMessage, button: SimulatedButton, index: number): Html {
  // A message that never arrived has nothing to press.
  if (status === "failed") return html`<span class="under"><span>${button.text}</span></span>`;
  switch (button.type) {
    case "quick_reply":
      return html`<form method="post" action="/phones/${to.slice(1)}/presses">
<input type="hidden" name="message" value="${id}"><input type="hidden" name="index" value="${index}">
<button class="under">${replyArrow}<span>${button.text}</span></button>
</form>`;
    case "url":
      return /^https?:\/\//i.test(button.url)
        ? html`<a class="under" href="${button.url}" target="_blank" rel="noopener noreferrer nofollow">${openArrow}<span>${button.text}</span></a>`
        : html`<span class="under">${openArrow}<span>${button.text}</span></span>`;
    case "other":
      return html`<span class="under"><span>${button.text}</span></span>`;
  }
}

const timeFormat = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit" });

function clockTime(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${timeFormat.format(at)}</time>`;
}
