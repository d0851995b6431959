import { type Html, html, joinHtml } from "./html.js";

const tags: Readonly<Record<string, (inner: Html) => Html>> = {
  "*": (inner) => html`<strong>${inner}</strong>`,
  _: (inner) => html`<em>${inner}</em>`,
  "~": (inner) => html`<s>${inner}</s>`,
};

/** A web address, inline code, or a run between two equal marks that has no space just inside them. */
const inlinePattern =
  /(?<url>https?:\/\/[^\s<>"]+[^\s<>".,;:!?)\]*'])|`(?<code>[^`\n]+)`|(?<![\p{L}\p{N}])(?<mark>[*_~])(?=\S)(?<inner>.+?)(?<=\S)\k<mark>(?![\p{L}\p{N}])/gu;

/**
 * WhatsApp's formatting marks as markup, everything else escaped.
 *
 * @see https://faq.whatsapp.com/539178204879377
 */
export function formattedText(text: string): Html {
  // Odd parts lie between two fences; a fence without a partner is shown as it is.
  const parts = text.split(/```([\s\S]+?)```/);
  return joinHtml(
    parts.map((part, index) =>
      index % 2 === 1 ? html`<code class="block">${part}</code>` : formattedLines(part),
    ),
    "",
  );
}

function formattedLines(text: string): Html {
  return joinHtml(text.split("\n").map(formattedLine), "\n");
}

function formattedLine(line: string): Html {
  const quote = /^> (.+)$/.exec(line)?.[1];
  if (quote !== undefined) return html`<span class="quote">${inline(quote)}</span>`;
  const item = /^[-*] (.+)$/.exec(line)?.[1];
  return item === undefined ? inline(line) : html`<span class="item">• ${inline(item)}</span>`;
}

/** A mark does not open again inside itself, so the depth is at most three. */
function inline(text: string, open = ""): Html {
  const pieces: Html[] = [];
  let end = 0;
  for (const match of text.matchAll(inlinePattern)) {
    const { url, code, mark = "", inner = "" } = match.groups ?? {};
    pieces.push(html`${text.slice(end, match.index)}`);
    if (url !== undefined) pieces.push(link(url));
    else if (code !== undefined) pieces.push(html`<code>${code}</code>`);
    else
      pieces.push(
        open.includes(mark) ? html`${match[0]}` : (tags[mark]?.(inline(inner, open + mark)) ?? html``),
      );
    end = match.index + match[0].length;
  }
  return joinHtml([...pieces, html`${text.slice(end)}`], "");
}

function link(url: string): Html {
  return html`<a href="${url}" target="_blank" rel="noopener noreferrer nofollow">${url}</a>`;
}
