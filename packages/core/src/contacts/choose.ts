import { unusableName } from "../domain/storable-text.js";
import { UnknownChannelError } from "../errors/unknown-channel-error.js";
import { UnknownContactError } from "../errors/unknown-contact-error.js";
import { refuse, refuseUnknown } from "../notifications/refuse.js";
import type { PreferenceScope } from "../ports/contact-store.js";
import type { Runtime } from "../runtime.js";
import { recordPreferences } from "./record-preferences.js";

/** Whose wish it is, and about what. */
export interface PreferenceRequest<Channel extends string = string> {
  readonly userId: string;
  readonly channel: Channel;
  /** @default "everything" */
  readonly scope?: PreferenceScope;
}

const known: Record<keyof PreferenceRequest, true> = { userId: true, channel: true, scope: true };
const scopes: Readonly<Record<PreferenceScope, true>> = { everything: true, marketing: true };

/** Notes a wish that a person told the host instead of the provider. Resolves with whether it is news. */
export async function choose<Tx>(
  runtime: Runtime<Tx>,
  request: PreferenceRequest,
  verb: "optOut" | "optIn",
): Promise<boolean> {
  checkRequest(runtime, request, `contacts.${verb}`);
  const { userId, channel, scope = "everything" } = request;
  const [contact] = await runtime.storage.contacts.getMany([userId]);
  const own = contact && Object.hasOwn(contact.addresses, channel) ? contact.addresses[channel] : undefined;
  if (!own) throw new UnknownContactError(userId, channel);
  const { address, alias } = own;
  const at = runtime.clock.now();
  const news = await recordPreferences(runtime, [
    { channel, address, alias, scope, optedOut: verb === "optOut", at },
  ]);
  return news > 0;
}

function checkRequest<Tx>({ transports }: Runtime<Tx>, request: PreferenceRequest, call: string): void {
  refuseUnknown(call, request, known);
  const { userId, channel, scope = "everything" } = request;
  const problem = unusableName(userId);
  if (problem !== null) refuse(call, "userId", problem);
  if (!transports.has(channel)) throw new UnknownChannelError(channel, [...transports.keys()]);
  if (!Object.hasOwn(scopes, scope))
    refuse(call, "scope", `must be one of ${Object.keys(scopes).join(", ")}.`);
}
