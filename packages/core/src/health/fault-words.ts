import { CallboardError } from "../errors/callboard-error.js";
import { StorageError } from "../errors/storage-error.js";

/**
 * Why something failed, in a sentence that may be shown to anybody. Messages of drivers name hosts, users and statements,
 * so that of these nothing but the code is told; the log has the rest.
 */
export function faultWords(error: unknown): string {
  if (error instanceof CallboardError || StorageError.is(error)) return error.message;
  return `It failed with ${codeOf(error)}; the log says more.`;
}

function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return "something that is no error";
  const { code } = error as Error & { readonly code?: unknown };
  // Such as ECONNREFUSED, or a SQLSTATE.
  if (typeof code === "string" && /^[A-Z0-9_]{2,40}$/.test(code)) return code;
  // Redis begins what it refuses with a word such as READONLY.
  const [word] = /^[A-Z]{3,20}(?= )/.exec(error.message) ?? [];
  if (word !== undefined) return word;
  return /^[A-Za-z]{1,64}$/.test(error.name) ? error.name : "an error";
}
