import {
  type JsonObject,
  numberedBody,
  type RenderedButton,
  type TemplateButton,
} from "@callboard/core/adapter";
import type { TemplateSource } from "@callboard/transport-whatsapp";

export interface Words {
  readonly name?: string;
  readonly body?: string;
  readonly buttons?: readonly TemplateButton[];
  /** Over those of an English utility message. */
  readonly settings?: JsonObject;
  /** Values of the body's variables in the sample. @default "value 1", "value 2" … */
  readonly values?: readonly string[];
  readonly settingValues?: Readonly<Record<string, readonly string[]>>;
  readonly versionSuffix?: string;
}

export const cleanBody =
  "Order <%= it.order %> from <%= it.customer %> was placed today and awaits your review.";

/** A clean template, unless the words say otherwise. */
export function sourceOf(words: Words = {}): TemplateSource {
  const { name = "order_placed", body = cleanBody, buttons = [], versionSuffix, settingValues = {} } = words;
  const settings = { category: "UTILITY", language: "en_US", ...words.settings };
  const expressions = numberedBody(name, body)?.expressions;
  const variables = expressions?.map((_, index) => words.values?.[index] ?? `value ${index + 1}`) ?? null;
  return {
    version: { name, body, buttons, channels: { whatsapp: settings } },
    sample: { text: body, variables, buttons: buttons.map(rendered), channel: settings, settingValues },
    versionSuffix,
  };
}

function rendered(button: TemplateButton): RenderedButton {
  if (button.type === "reply") return button;
  const [fixed = "", tag] = button.url.split("<%");
  const suffix = tag === undefined ? null : "A-17";
  return { ...button, url: fixed + (suffix ?? ""), suffix };
}

export const reply = (id: string, label = id): TemplateButton => ({ type: "reply", id, label });
export const url = (label: string, address = "https://shop.example/o/"): TemplateButton => ({
  type: "url",
  label,
  url: address,
});
