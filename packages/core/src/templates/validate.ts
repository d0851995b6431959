import type { StandardSchemaV1 } from "@standard-schema/spec";
import { InvalidContextError } from "../errors/invalid-context-error.js";

/**
 * Runs a schema over a value.
 *
 * @param root - What paths begin with, for example `context`.
 * @throws {InvalidContextError} Names each path that does not fit.
 */
export async function validate(
  schema: StandardSchemaV1,
  value: unknown,
  subject: string,
  root: string,
): Promise<unknown> {
  const result = await schema["~standard"].validate(value);
  if (!result.issues) return result.value;
  throw new InvalidContextError(
    subject,
    result.issues.map(({ path = [], message }) => ({ path: pathOf(root, path), problem: `${message}.` })),
  );
}

function pathOf(root: string, path: NonNullable<StandardSchemaV1.Issue["path"]>): string {
  const keys = path.map((segment) => (typeof segment === "object" ? segment.key : segment));
  return keys.reduce<string>(
    (at, key) => (typeof key === "number" ? `${at}[${key}]` : `${at}.${String(key)}`),
    root,
  );
}
