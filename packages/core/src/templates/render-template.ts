import type { JsonObject } from "../domain/json.js";
import type { RenderedButton, RenderedContent, TemplateButton, TemplateVersion } from "../domain/template.js";
import { MissingValueError } from "../errors/missing-value-error.js";
import { TemplateSyntaxError } from "../errors/template-syntax-error.js";
import { compileSettings, renderSettings } from "./compile-settings.js";
import { type CompiledSource, compileSource, type Output } from "./compile-template.js";

/** One version of a template, ready to render. */
export interface CompiledTemplate {
  readonly version: TemplateVersion;
  /** The text depends on `it.recipient`: render it for each person. */
  readonly personal: boolean;
  render(context: JsonObject, channel: string): RenderedContent;
}

/**
 * Compiles the words of a template.
 *
 * @throws {TemplateSyntaxError} @throws {UnsafeTemplateError}
 */
export function compileTemplate(version: TemplateVersion): CompiledTemplate {
  const { name } = version;
  const body = compileSource(name, version.body);
  const buttons = version.buttons.map((button) => compileButton(name, button));
  const settings = new Map(
    Object.entries(version.channels).map(([channel, said]) => [channel, compileSettings(name, said)]),
  );
  const sources = [
    ...[body, ...buttons.map(({ url }) => url)],
    ...[...settings.values()].flatMap((one) => [...one.sources.values()]),
  ];
  return {
    version,
    personal: sources.some((source) => source?.readsRecipient),
    render(context, channel) {
      const { text, values } = run(name, body, context);
      const said = settings.get(channel);
      return {
        text,
        variables: body.controlFlow ? null : values,
        buttons: buttons.map(({ button, url }) => renderButton(name, button, url, context)),
        ...(said ? renderSettings(said, (source) => run(name, source, context)) : { channel: null }),
      };
    },
  };
}

/** What the words may use as `it` for one person. Like all plain data it inherits nothing. */
export function personalContext(context: JsonObject, recipient: JsonObject): JsonObject {
  return Object.assign(Object.create(null), context, {
    recipient: Object.assign(Object.create(null), recipient),
  });
}

interface CompiledButton {
  readonly button: TemplateButton;
  /** `null` for buttons without a url. */
  readonly url: CompiledSource | null;
}

function compileButton(template: string, button: TemplateButton): CompiledButton {
  if (button.type === "reply") return { button, url: null };
  const url = compileSource(template, button.url);
  const fixed = fixedPart(button.url);
  if (url.controlFlow || url.expressions.length > 1 || fixed.includes("%>")) {
    throw new TemplateSyntaxError(
      template,
      `the url of button "${button.label}" may hold one <%= … %>, and only at its very end.`,
    );
  }
  return { button, url };
}

function renderButton(
  template: string,
  button: TemplateButton,
  url: CompiledSource | null,
  context: JsonObject,
): RenderedButton {
  if (button.type === "reply" || url === null) return button as RenderedButton;
  const [value] = run(template, url, context).values;
  // Encoded, so that a value is one part of the address and cannot change the rest of it.
  const suffix = value === undefined ? null : encodeURIComponent(value.toWellFormed());
  return { type: "url", label: button.label, url: fixedPart(button.url) + (suffix ?? ""), suffix };
}

function fixedPart(url: string): string {
  return url.replace(/<%=[^%]*%>$/, "");
}

function run(template: string, source: CompiledSource, context: JsonObject) {
  const values: string[] = [];
  const missing = (expression: number, cause?: unknown) =>
    new MissingValueError(template, source.reads[expression] ?? "a value", { cause });
  const output: Output = {
    res: "",
    at: 0,
    f(value, expression) {
      const text = printed(value);
      if (text === null) throw missing(expression);
      if (expression < source.expressions.length) values[expression] = text;
      return value;
    },
  };
  try {
    source.run(context, output);
  } catch (cause) {
    // `it.order.note` without an order, or a loop over what is no list.
    if (cause instanceof TypeError) throw missing(output.at ?? 0, cause);
    throw cause;
  }
  return { text: output.res, values };
}

/** Only what reads as text; an object would print as "[object Object]". */
function printed(value: unknown): string | null {
  if (typeof value === "string") return value;
  return typeof value === "boolean" || Number.isFinite(value) ? String(value) : null;
}
