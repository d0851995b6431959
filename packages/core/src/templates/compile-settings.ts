import type { JsonObject, JsonValue } from "../domain/json.js";
import { TemplateSyntaxError } from "../errors/template-syntax-error.js";
import { type CompiledSource, compileSource } from "./compile-template.js";

/** What a template says for one channel alone, ready to render. */
export interface CompiledSettings {
  readonly settings: JsonObject;
  /** The strings among them that hold Eta, by their dotted paths. */
  readonly sources: ReadonlyMap<string, CompiledSource>;
}

/**
 * Compiles the strings of a channel's settings that hold `<% … %>`.
 *
 * @throws {TemplateSyntaxError} @throws {UnsafeTemplateError}
 */
export function compileSettings(template: string, settings: JsonObject): CompiledSettings {
  const sources = new Map<string, CompiledSource>();
  mapStrings(settings, (path, text) => {
    if (!text.includes("<%")) return text;
    const source = compileSource(template, text);
    if (source.controlFlow) {
      throw new TemplateSyntaxError(
        template,
        `the setting "${path}" may hold <%= … %>, but no if and no for. Work it out before.`,
      );
    }
    sources.set(path, source);
    return text;
  });
  return { settings, sources };
}

/** The settings for one person, with the values of what is printed in them. */
export function renderSettings(
  { settings, sources }: CompiledSettings,
  run: (source: CompiledSource) => { readonly text: string; readonly values: readonly string[] },
): { readonly channel: JsonObject; readonly settingValues?: Readonly<Record<string, readonly string[]>> } {
  if (sources.size === 0) return { channel: settings };
  const settingValues: Record<string, readonly string[]> = {};
  const channel = mapStrings(settings, (path, text) => {
    const source = sources.get(path);
    if (!source) return text;
    const rendered = run(source);
    settingValues[path] = rendered.values;
    return rendered.text;
  });
  return { channel: channel as JsonObject, settingValues };
}

function mapStrings(
  value: JsonValue,
  change: (path: string, text: string) => string,
  path: readonly string[] = [],
): JsonValue {
  if (typeof value === "string") return change(path.join("."), value);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value))
    return value.map((item: JsonValue, index) => mapStrings(item, change, [...path, String(index)]));
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item as JsonValue, change, [...path, key])]),
  );
}
