import { InvalidOptionsError } from "../errors/invalid-options-error.js";
import type { TransportPacing } from "../ports/transport.js";

/**
 * Refuses limits that cannot be counted.
 *
 * @param path of the transport, for the error
 * @throws {InvalidOptionsError}
 */
export function checkPacing(path: string, pacing: TransportPacing): void {
  const { senderKey, perSecond, perRecipient } = pacing;
  if (typeof senderKey !== "string" || senderKey.length < 1 || senderKey.length > 128)
    refuse(`${path}.pacing.senderKey`, "must name the sender in 1 to 128 characters.");
  if (perSecond !== undefined) checkNumber(`${path}.pacing.perSecond`, perSecond, 10_000);
  if (perRecipient === undefined) return;
  checkNumber(`${path}.pacing.perRecipient.burst`, perRecipient.burst, 1_000);
  checkNumber(`${path}.pacing.perRecipient.everyMs`, perRecipient.everyMs, 600_000);
}

function checkNumber(path: string, value: number, most: number): void {
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    refuse(path, `must be a whole number from 1 to ${most.toLocaleString("en")}.`);
}

function refuse(path: string, problem: string): never {
  throw new InvalidOptionsError(`createCallboard({ ${path} })`, problem);
}
