/** A person as Callboard knows them. */
export interface Contact {
  /** The host's own id. */
  readonly userId: string;
  readonly name: string | null;
  /** BCP 47, for example `en-ZW`. `null`: unknown. */
  readonly locale: string | null;
  /** Inactive people keep their row and are told nothing. */
  readonly active: boolean;
  /** At most one address per channel, keyed by channel. */
  readonly addresses: Readonly<Record<string, ContactAddress>>;
}

/** Where a person can be reached on one channel. */
export interface ContactAddress {
  /** In the channel's own format; E.164 for phones. */
  readonly address: string;
  /**
   * The provider's own name for the person, where it has one; may come instead of the address. `null`: not known.
   */
  readonly alias: string | null;
  /** When the person asked to be left alone on this channel. `null`: they have not. */
  readonly optedOutAt: Date | null;
  /** When the person asked for no marketing on this channel; other messages are still sent. `null`: they have not. */
  readonly marketingOptedOutAt: Date | null;
  /** When the person last wrote to us on this channel; opens WhatsApp's 24-hour window. */
  readonly lastInboundAt: Date | null;
  /** When the provider last said that this address cannot be reached. `null`: never, or they wrote to us since. */
  readonly unreachableAt: Date | null;
  /** The provider's words about it. */
  readonly unreachableReason: string | null;
}
