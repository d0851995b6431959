import type { JsonObject, JsonValue } from "../domain/json.js";
import { unstorable } from "../domain/storable-text.js";
import { type ContextProblem, InvalidContextError } from "../errors/invalid-context-error.js";

/** Deeper data is a mistake, and would overflow the stack of whoever walks it next. */
const maxDepth = 32;

/**
 * Copies a value that must be a plain JSON object into objects without a prototype, so that a template can
 * read nothing but what was sent.
 *
 * @throws {InvalidContextError} Names every path that JSON would lose or change, or that no database could keep.
 */
export function plainObject(subject: string, root: string, value: unknown): JsonObject {
  const problems: ContextProblem[] = [];
  const copy = copyValue(value, root, [], problems);
  if (problems.length === 0 && !isObject(copy)) problems.push({ path: root, problem: "must be an object." });
  if (problems.length > 0) throw new InvalidContextError(subject, problems);
  return copy as JsonObject;
}

/** `JSON.stringify` with sorted keys: equal data gives equal text. */
export function canonicalJson(value: JsonValue | undefined): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? "null";
  const entries = Object.keys(value)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${canonicalJson(value[key])}`);
  return `{${entries.join(",")}}`;
}

function copyValue(
  value: unknown,
  path: string,
  parents: readonly object[],
  problems: ContextProblem[],
): JsonValue | undefined {
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") {
    const problem = unstorable(value);
    if (problem !== null) problems.push({ path, problem });
    return value;
  }
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value !== "object") {
    problems.push({ path, problem: refusal(value) });
    return undefined;
  }
  if (parents.includes(value)) {
    problems.push({
      path,
      problem: "refers back to an object that holds it. Send only the fields that the template prints.",
    });
    return undefined;
  }
  if (parents.length >= maxDepth) {
    problems.push({
      path,
      problem: `is nested deeper than ${maxDepth} levels. Send only the fields that the template prints.`,
    });
    return undefined;
  }
  const inside = [...parents, value];
  if (Array.isArray(value)) {
    // `from`, not `map`, which would pass over holes.
    return Array.from(value, (item, index) => copyValue(item, `${path}[${index}]`, inside, problems) ?? null);
  }
  if (!isPlain(value)) {
    problems.push({ path, problem: refusal(value) });
    return undefined;
  }
  return copyFields(value, path, inside, problems);
}

function copyFields(
  value: object,
  path: string,
  inside: readonly object[],
  problems: ContextProblem[],
): JsonObject {
  const copy: Record<string, JsonValue | undefined> = Object.create(null);
  for (const [key, { value: field, get }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
    const unstorableKey = unstorable(key);
    // Escaped, so that the message itself can be stored.
    const at = unstorableKey === null ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
    // Whoever copies the object with `copy[key] = …` would change the copy's prototype.
    if (key === "__proto__")
      problems.push({ path: at, problem: "is a name of JavaScript's own. Choose another key." });
    else if (unstorableKey !== null) problems.push({ path: at, problem: `is a key that ${unstorableKey}` });
    else if (get) problems.push({ path: at, problem: "is a getter. Send its value." });
    // An absent optional field and one that says `undefined` mean the same.
    else if (field !== undefined) copy[key] = copyValue(field, at, inside, problems);
  }
  return copy;
}

function refusal(value: unknown): string {
  if (typeof value === "bigint") return "is a BigInt. Send it as text: String(value).";
  if (typeof value === "number") return `is ${value}, which JSON cannot hold. Send a finite number, or null.`;
  if (typeof value === "object" && value instanceof Date)
    return "is a Date. Send it as text, formatted for the reader.";
  if (typeof value === "object") {
    return `is a ${value?.constructor?.name ?? "class instance"}. Send a plain object with the fields that the template prints.`;
  }
  return `is ${typeof value === "undefined" ? "undefined" : `a ${typeof value}`}. Send a string, number, boolean, null, array or plain object.`;
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  // Another realm's `Object.prototype` is as good as ours: test runners and workers have their own.
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function isObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
