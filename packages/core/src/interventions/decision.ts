import { unusableName } from "../domain/storable-text.js";
import { refuse } from "../notifications/refuse.js";

/** Why somebody decides about notifications by hand, and who it is. Both are kept with each notification that moves. */
export interface Decision {
  /** In words; 1 to 1,000 characters. */
  readonly reason: string;
  /** Who decides, as the host knows them; 1 to 255 characters. @default the host's code */
  readonly by?: string;
}

/** @throws {InvalidOptionsError} */
export function checkDecision(call: string, { reason, by }: Partial<Decision>): void {
  const problem = unusableName(reason, 1_000);
  if (problem !== null) refuse(call, "reason", `${problem} It is kept with each notification.`);
  checkText(call, "by", by);
}

/** @throws {InvalidOptionsError} A text that is given cannot be an id, a name or a key. */
export function checkText(call: string, option: string, text: string | undefined): void {
  if (text === undefined) return;
  const problem = unusableName(text);
  if (problem !== null) refuse(call, option, problem);
}

/** @throws {InvalidOptionsError} A list that is given is no array of ids. */
export function checkIds(call: string, option: string, ids: readonly string[] | undefined): void {
  if (ids === undefined) return;
  if (!Array.isArray(ids)) refuse(call, option, "must be an array of strings.");
  const wrong = ids.findIndex((id) => unusableName(id) !== null);
  if (wrong >= 0) refuse(call, `${option}[${wrong}]`, unusableName(ids[wrong]) ?? "");
}
