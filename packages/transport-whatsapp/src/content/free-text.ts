import type { JsonObject, RenderedButton, RenderedContent } from "@callboard/core/adapter";
import { asFields, asText } from "../narrow.js";
import { flatten, printable } from "./flatten.js";
import { mediaParameter } from "./media-parameter.js";

/** A text, or an interactive message where there are buttons. Only those have a header and a footer. */
export function freeText({ text, buttons, channel }: RenderedContent): object {
  const body = printable(text);
  const [first] = buttons;
  if (first === undefined) return { type: "text", text: { body } };
  const interactive = {
    ...headerOf(channel),
    body: { text: body },
    ...footerOf(channel),
    action: first.type === "url" ? openUrl(first) : replies(buttons),
  };
  return {
    type: "interactive",
    interactive: { type: first.type === "url" ? "cta_url" : "button", ...interactive },
  };
}

function headerOf(channel: JsonObject | null): object {
  const header = asFields(channel?.header);
  if (header === null) return {};
  if (header.type !== "text") return { header: mediaParameter(header) };
  return { header: { type: "text", text: flatten(asText(header.text) ?? "") } };
}

function footerOf(channel: JsonObject | null): object {
  const text = asText(channel?.footer);
  return text === null ? {} : { footer: { text } };
}

function openUrl({ label, url }: Extract<RenderedButton, { type: "url" }>): object {
  return { name: "cta_url", parameters: { display_text: label, url } };
}

function replies(buttons: readonly RenderedButton[]): object {
  const shown = buttons.filter((button) => button.type === "reply");
  return { buttons: shown.map(({ id, label }) => ({ type: "reply", reply: { id, title: label } })) };
}
