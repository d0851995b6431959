/**
 * Keeps bodies of webhooks that are too long to be dealt with before the provider wants its answer, and aside whatever
 * nobody could read.
 */
export interface WebhookStore {
  /** Keeps a body until it is `finish`ed. The same body (by its hash) is kept once. */
  keep(body: KeptWebhook): Promise<void>;

  /**
   * Hands out bodies that are not finished, the oldest first, each to one of any number of racing callers: nobody else gets
   * it for `leaseMs`, by the store's clock.
   */
  claim(request: {
    /** Only the body of this hash. @default any */
    readonly hash?: string;
    readonly limit: number;
    readonly leaseMs: number;
  }): Promise<KeptWebhook[]>;

  /** Deletes bodies that have been dealt with. */
  finish(bodies: readonly Pick<KeptWebhook, "channel" | "hash">[]): Promise<void>;

  /** Keeps pieces that nobody could read; the same piece once. */
  setAside(pieces: readonly UnreadPiece[]): Promise<void>;

  /** Pieces that were set aside, newest first. */
  listAside(request: { readonly limit: number }): Promise<KeptPiece[]>;

  /** Deletes pieces that were set aside longer ago than this. Returns how many. */
  forgetAside(request: { readonly olderThanMs: number }): Promise<number>;
}

export interface KeptWebhook {
  readonly channel: string;
  /** Hex SHA-256 of the body. */
  readonly hash: string;
  readonly body: string;
}

/** A piece of a webhook that nobody could read. */
export interface UnreadPiece {
  readonly channel: string;
  /** Hex SHA-256 of the body. */
  readonly hash: string;
  /** Why, in words. */
  readonly reason: string;
  /** JSON text, cut to 64,000 characters. It may hold what people wrote. */
  readonly body: string;
}

export interface KeptPiece extends UnreadPiece {
  readonly keptAt: Date;
}
