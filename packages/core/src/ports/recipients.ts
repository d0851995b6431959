import type { WriteOptions } from "./storage.js";

/** Who can be told, and where. By default the contact store answers; a host may answer from its own user table. */
export interface Recipients<Tx = unknown> {
  /** The people behind these ids, in no particular order; unknown ids are missing. */
  find(request: RecipientsRequest, options?: WriteOptions<Tx>): Promise<Recipient[]>;
}

export interface RecipientsRequest {
  readonly userIds: readonly string[];
  readonly channel: string;
}

export interface Recipient {
  readonly userId: string;
  readonly name: string | null;
  readonly locale: string | null;
  readonly active: boolean;
  /** On the channel asked for. `null`: they have none. */
  readonly address: string | null;
  readonly optedOut: boolean;
  /** @default false */
  readonly optedOutOfMarketing?: boolean;
  /** When they last wrote to us on this channel; opens WhatsApp's 24-hour window. @default not known */
  readonly lastInboundAt?: Date | null;
  /** When the provider last said that the address cannot be reached. @default never */
  readonly unreachableAt?: Date | null;
  /** The provider's words about it. @default not known */
  readonly unreachableReason?: string | null;
}
