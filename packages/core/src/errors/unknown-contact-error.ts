import { CallboardError } from "./callboard-error.js";

/** Nobody of this id has an address on the channel. Nothing was written. */
export class UnknownContactError extends CallboardError {
  override readonly name = "UnknownContactError";

  constructor(
    readonly userId: string,
    readonly channel: string,
  ) {
    super(
      `No contact "${userId}" has an address on ${channel}. Save it first, with contacts.save(…); a host that gave createCallboard its own recipients keeps the wish there.`,
    );
  }
}
