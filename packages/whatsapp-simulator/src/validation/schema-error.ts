import type { z } from "zod";
import { GraphError } from "../graph/graph-error.js";

type Issue = z.core.$ZodIssue;

/**
 * The fields whose refusal Meta words as "(#100) The parameter … is required".
 * All others answer 131008 when missing and 131009 when wrong.
 */
const namedInMessage = new Set([
  "messaging_product",
  "recipient_type",
  "to",
  "type",
  "biz_opaque_callback_data",
  "text['body']",
  "template['name']",
]);

/** The first thing that a schema found wrong with `input`, as Meta would answer it. */
export function schemaError(error: z.ZodError, input: unknown, prefix: readonly string[] = []): GraphError {
  const [first] = error.issues;
  if (first === undefined) return new GraphError(131009);
  const issue = deepest(first);
  const path = pathText([...prefix, ...issue.path]);
  const isMissing = valueAt(input, issue.path) === undefined;
  if (!namedInMessage.has(path)) {
    return new GraphError(isMissing ? 131008 : 131009, { details: `${path}: ${issue.message}` });
  }
  const message = isMissing
    ? `The parameter ${path} is required.`
    : `Param ${path} is not valid: ${issue.message}`;
  return new GraphError(100, { message: `(#100) ${message}` });
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (value, key) => (typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined),
    input,
  );
}

/** A union reports one list of issues per member: the longest path is the member the caller meant. */
function deepest(issue: Issue): Issue {
  if (issue.code !== "invalid_union") return issue;
  const inner = issue.errors
    .flat()
    .map((found) => deepest({ ...found, path: [...issue.path, ...found.path] }));
  return inner.reduce((best, found) => (found.path.length > best.path.length ? found : best), issue as Issue);
}

/** `["text", "body"]` as Meta writes it: `text['body']`. */
function pathText([head, ...rest]: readonly PropertyKey[]): string {
  return rest.reduce<string>(
    (path, key) => (typeof key === "number" ? `${path}[${key}]` : `${path}['${String(key)}']`),
    String(head ?? "body"),
  );
}
