import { fingerprint } from "../compile/fingerprint.js";
import type { TemplatePayload } from "../compile/template-payload.js";
import { asFields, asList, type Fields } from "../narrow.js";
import type { RemoteTemplate } from "./remote-template.js";

/** What Meta was given, without the examples: they are for the review alone, and Meta gives media back under other names. */
interface HandedIn {
  readonly category: string;
  readonly parameterFormat: string;
  readonly timeToLiveSeconds: number | null;
  readonly components: readonly Fields[];
}

/** Fingerprint of what is handed in: equal for what Meta would find equal. */
export function handedInFingerprint(payload: TemplatePayload): string {
  return printOf({
    category: payload.category,
    parameterFormat: payload.parameter_format,
    timeToLiveSeconds: payload.message_send_ttl_seconds ?? null,
    components: payload.components,
  });
}

/**
 * Whether Meta has what was handed in under this fingerprint. Meta changes categories by itself and may not give a time to
 * live back, so neither counts as a difference.
 */
export function hasHandedIn(remote: RemoteTemplate, expected: string): boolean {
  const { parameterFormat, components } = remote;
  return categories.some((category) =>
    [remote.timeToLiveSeconds, null].some(
      (timeToLiveSeconds) =>
        printOf({ category, parameterFormat, timeToLiveSeconds, components }) === expected,
    ),
  );
}

/** Whether these words were handed in under this fingerprint, only as another category. */
export function isOtherCategory(payload: TemplatePayload, expected: string): boolean {
  return categories.some((category) => handedInFingerprint({ ...payload, category }) === expected);
}

const categories = ["UTILITY", "MARKETING", "AUTHENTICATION"];

function printOf({ components, ...rest }: HandedIn): string {
  const plain = components.map(plainComponent).toSorted((a, b) => (a.type < b.type ? -1 : 1));
  return fingerprint({ ...rest, components: plain });
}

function plainComponent(component: Fields) {
  const type = upper(component.type);
  return {
    type,
    format: type === "HEADER" ? upper(component.format ?? "TEXT") : undefined,
    text: plainText(component.text),
    buttons: type === "BUTTONS" ? asList(component.buttons).map(plainButton) : undefined,
  };
}

function plainButton(value: unknown) {
  const { type, text, url, phone_number } = asFields(value) ?? {};
  return { type: upper(type), text: plainText(text), url, phone_number };
}

/** Meta has been seen to trim texts, and people's editors change line ends. */
function plainText(text: unknown): string | undefined {
  return typeof text === "string" ? text.replace(/\r\n?/g, "\n").trim() : undefined;
}

function upper(word: unknown): string {
  return String(word).toUpperCase();
}
