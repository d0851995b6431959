import type { SimulatedMessage } from "../simulated-message.js";
import { messageBubble, replyBubble } from "./bubble.js";
import { type Html, html } from "./html.js";
import { paperPlane } from "./icons.js";
import type { Phone, TimelineEntry } from "./timeline.js";

const dayFormat = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" });

/** One phone: who holds it, the chat with the business, and a box to write back. */
export function phoneCard(phone: Phone, message: (id: string) => SimulatedMessage | null): Html {
  const { digits, entries } = phone;
  return html`<article class="phone" id="phone-${digits}" data-card tabindex="-1" aria-label="Phone of ${phone.name ?? readable(digits)}">
<header class="head" data-live>${phoneHead(phone)}</header>
<div class="screen">
<div class="thread" tabindex="0" role="log" aria-label="Messages"><div class="bubbles" data-live>
${entries.length === 0 ? html`<p class="quiet">No messages yet</p>` : withDays(entries, message)}
</div></div>
<form class="reply" method="post" action="/phones/${digits}/replies">
<input name="text" required maxlength="4096" autocomplete="off" placeholder="Write back" aria-label="Write back">
<button aria-label="Send">${paperPlane}</button>
</form>
</div>
</article>`;
}

function phoneHead(phone: Phone): Html {
  const { digits, name, isTyping } = phone;
  const label = readable(digits);
  return html`
<span class="avatar tint-${tint(digits)}" aria-hidden="true">${initials(name)}</span>
<div><h2>${name ?? label}</h2><p>${isTyping ? html`<span class="typing">typing…</span>` : name === null ? null : label}</p></div>
${badge(phone)}`;
}

/** Whether the business may write freely to this person. */
function badge({ isReachable, window }: Phone): Html {
  if (!isReachable) return html`<span class="badge bad">Not on WhatsApp</span>`;
  switch (window.state) {
    case "always-open":
      return html`<span class="badge" title="The option window lets free text through at any time.">Free text</span>`;
    case "closed":
      return html`<span class="badge" title="Only templates, until this person writes.">Templates only</span>`;
    case "open":
      return html`<span class="badge open" title="This person wrote in the last 24 hours, so free text is allowed."><i class="dot"></i>Open until ${weekdayTime(window.closesAt)}</span>`;
  }
}

const weekdayFormat = new Intl.DateTimeFormat("en-GB", {
  weekday: "short",
  hour: "2-digit",
  minute: "2-digit",
});

/** With the weekday, because 24 hours after now it is the same time again. */
function weekdayTime(at: Date): Html {
  return html`<time datetime="${at.toISOString()}">${weekdayFormat.format(at)}</time>`;
}

function withDays(
  entries: readonly TimelineEntry[],
  message: (id: string) => SimulatedMessage | null,
): Html[] {
  return entries.flatMap((entry, index) => {
    const day = dayFormat.format(entry.at);
    const previous = entries[index - 1];
    const bubble =
      entry.kind === "message"
        ? messageBubble(entry.message)
        : replyBubble(entry.reply, entry.reply.quotedId === null ? null : message(entry.reply.quotedId));
    const isNewDay = previous === undefined || dayFormat.format(previous.at) !== day;
    return isNewDay ? [html`<p class="day">${day}</p>`, bubble] : [bubble];
  });
}

/** First letters of the first and last word; a silhouette stands in for no name. */
function initials(name: string | null): string {
  const words = (name ?? "").match(/[\p{L}\p{N}]+/gu) ?? [];
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...(word ?? "")][0]?.toUpperCase() ?? "").join("") || "#";
}

/** One of eight tints, always the same for one number. */
function tint(digits: string): number {
  return [...digits].reduce((sum, digit) => (sum * 131 + Number(digit)) % 1_000_003, 7) % 8;
}

/** Groups read more easily than a run of twelve digits. */
function readable(digits: string): string {
  const northAmerican = /^1(\d{3})(\d{3})(\d{4})$/;
  if (northAmerican.test(digits)) return digits.replace(northAmerican, "+1 $1 $2 $3");
  const [, head = "", tail = ""] = /^(\d{1,3}?)((?:\d{3})*)$/.exec(digits) ?? [];
  return `+${[head, ...(tail.match(/\d{3}/g) ?? [])].join(" ")}`;
}
