/** Keeps what is not to be sent for the time being, for every process alike. */
export interface PauseStore {
  /** All pauses, those whose time has run out included: the next claim under them is a probe. */
  list(): Promise<Pause[]>;

  /**
   * Pauses a channel, or one template of it; an existing pause is replaced. Returns `true` to the one caller who
   * turned sending into pausing, so that one alarm is raised.
   */
  pause(request: PauseRequest): Promise<boolean>;

  /**
   * Makes a pause that has run out hold for `forMs` more, from now by the store's clock. Returns `true` to the one of
   * any number of racing callers who did: only they send a message to see whether it works again.
   */
  takeProbe(scope: PauseScope, request: { readonly forMs: number }): Promise<boolean>;

  /** Ends a pause. Returns `true` to the one caller who did. */
  resume(scope: PauseScope): Promise<boolean>;
}

export interface PauseScope {
  readonly channel: string;
  /** `null`: the whole channel. */
  readonly template: string | null;
}

export interface PauseRequest extends PauseScope {
  /** In words that tell a person what to do. */
  readonly reason: string;
  /** From now, by the store's clock. */
  readonly forMs: number;
}

export interface Pause extends PauseScope {
  readonly reason: string;
  readonly until: Date;
  /** The time has not run out yet. */
  readonly holds: boolean;
}
