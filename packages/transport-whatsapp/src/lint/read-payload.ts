import type { JsonObject } from "@callboard/core/adapter";
import { asFields, asList, asText, type Fields } from "../narrow.js";
import type { ButtonView, Example, HeaderView, TemplateView, TextView } from "./template-view.js";

const kinds: Readonly<Record<string, string>> = {
  QUICK_REPLY: "reply",
  URL: "url",
  PHONE_NUMBER: "phone",
  COPY_CODE: "code",
  OTP: "otp",
};
const readable = ["HEADER", "BODY", "FOOTER", "BUTTONS"];

/** Line of the body's source at a place of its text. */
export type LineAt = (offset: number) => number | null;

/** Reads Meta's form of a template. Words such as `BODY` may be written small, as Meta itself does. */
export function readPayload(payload: JsonObject, lineAt: LineAt): TemplateView {
  const components = asList(payload.components).map((component) => asFields(component) ?? {});
  const types = components.map(({ type }) => upper(type));
  const find = (type: string) => components[types.indexOf(type)] ?? null;
  const named = upper(payload.parameter_format) === "NAMED";
  const [header, body, footer, buttons] = readable.map(find);
  return {
    name: payload.name,
    language: payload.language,
    category: upper(payload.category) || null,
    timeToLive: payload.message_send_ttl_seconds,
    header: header ? readHeader(header, named) : null,
    body: body ? readText(body, "body_text", named, lineAt) : null,
    footer: footer ? readText(footer, "", false) : null,
    buttons: asList(buttons?.buttons).map(readButton),
    unknown: types.filter((type, index) => !readable.includes(type) || types.indexOf(type) < index),
  };
}

function readText(component: Fields, key: string, named: boolean, lineAt: LineAt = () => null): TextView {
  const { text } = component;
  return {
    text: typeof text === "string" ? text : null,
    named,
    examples: readExamples(asFields(component.example) ?? {}, key, named),
    lineAt,
  };
}

function readExamples(example: Fields, key: string, named: boolean): Example[] {
  if (!named)
    return asList(example[key])
      .flat()
      .map((value) => ({ name: null, value }));
  return asList(example[`${key}_named_params`]).map((item) => {
    const { param_name, example: value } = asFields(item) ?? {};
    return { name: asText(param_name), value };
  });
}

function readHeader(component: Fields, named: boolean): HeaderView {
  return {
    ...readText(component, "header_text", named),
    format: upper(component.format),
    handles: asList(asFields(component.example)?.header_handle),
  };
}

function readButton(value: unknown): ButtonView {
  const button = asFields(value) ?? {};
  const type = upper(button.type);
  const { example } = button;
  return {
    kind: kinds[type] ?? type.toLowerCase(),
    label: typeof button.text === "string" ? button.text : null,
    url: button.url,
    phone: button.phone_number,
    examples: Array.isArray(example) ? example : [example].filter((only) => only !== undefined),
  };
}

function upper(value: unknown): string {
  return typeof value === "string" ? value.toUpperCase() : "";
}
