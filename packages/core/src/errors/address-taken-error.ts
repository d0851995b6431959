import { CallboardError } from "./callboard-error.js";

/** Another person has this address already. Nothing was written. */
export class AddressTakenError extends CallboardError {
  override readonly name = "AddressTakenError";

  constructor(readonly taken: readonly { readonly channel: string; readonly byUserId: string }[]) {
    const owners = taken.map(({ channel, byUserId }) => `the ${channel} address of "${byUserId}"`).join(", ");
    super(
      `An address belongs to one person, and this is already ${owners}. Unlink it there first, by saving that contact without it.`,
    );
  }
}
