import type { Notification } from "../domain/notification.js";
import type { Pacer } from "../pacing/pacer.js";
import type { Runtime } from "../runtime.js";
import { askConditions } from "./conditions.js";
import type { DispatchOptions } from "./dispatch-options.js";
import { atOnce, handBack, type Returned } from "./hand-back.js";
import type { Claim, Held } from "./held.js";
import type { Leases } from "./leases.js";
import { paceRecipients } from "./pace.js";
import { type Routed, routeRows } from "./route-rows.js";
import { Suspects } from "./suspects.js";

/** Rows of one claim on their way to being sent. */
export interface Departing extends Claim {
  /** The channel whose sends they were granted; `null`: they count for none. */
  readonly paced: string | null;
}

export interface DepartureHooks {
  /** So many rows are not in hand any more. */
  gone(count: number): void;
  /** The first of those that wait for their turn can go then. */
  againIn(ms: number): void;
  isStopping(): boolean;
}

/** Brings claimed rows to where they can be sent: ask → route → pace → open the attempt. The others are handed back. */
export class Departures<Tx> {
  readonly #suspects: Suspects;

  constructor(
    private readonly runtime: Runtime<Tx>,
    private readonly pacer: Pacer,
    private readonly leases: Leases<Tx>,
    private readonly options: DispatchOptions,
    private readonly hooks: DepartureHooks,
  ) {
    this.#suspects = new Suspects(runtime);
  }

  /** Those that are still wanted, by their own condition. */
  async ask(rows: readonly Notification[], departing: Departing): Promise<readonly Notification[]> {
    const { wanted, returned } = await askConditions(this.runtime, rows, this.options.conditionTimeoutMs);
    await this.#return(returned, departing);
    return wanted;
  }

  /** Those that are to be sent now, each with an open attempt. Rejects when the store does not answer. */
  async begin(rows: readonly Notification[], departing: Departing): Promise<readonly Held[]> {
    if (this.hooks.isStopping()) {
      await this.#return(asReturned(rows), departing);
      return [];
    }
    const routed = await this.#route(rows, departing);
    return this.#startAttempts(await this.#admit(routed, departing), departing);
  }

  /** It has been answered, or was not sent after all. */
  dismiss(notification: Notification): void {
    this.#suspects.dismiss(notification);
  }

  /** Before anything else: what goes nowhere takes no turn from others. */
  async #route(rows: readonly Notification[], departing: Departing): Promise<readonly Routed[]> {
    try {
      const { wanted, returned } = await routeRows(this.runtime, rows);
      await this.#return(returned, departing);
      return wanted;
    } catch (error) {
      await this.#return(asReturned(rows), departing);
      throw error;
    }
  }

  /** Those whose turn it is. */
  async #admit(routed: readonly Routed[], departing: Departing): Promise<readonly Routed[]> {
    const { paced } = departing;
    const admitted = this.#suspects.admit(routed.map(({ notification }) => notification));
    const { now, returned: early } =
      paced === null ? { now: admitted.now, returned: [] } : await this.#pace(paced, admitted.now);
    const returned = [...admitted.returned, ...early];
    await this.#return(returned, departing);
    // Whoever comes later than the first of them is found by then, or by the sweep.
    if (returned.length > 0 && !this.hooks.isStopping()) this.hooks.againIn(firstTurnOf(returned));
    if (now.length === routed.length) return routed;
    const going = new Set(now);
    return routed.filter(({ notification }) => going.has(notification));
  }

  async #pace(channel: string, rows: readonly Notification[]) {
    const paced = await paceRecipients(this.pacer, channel, rows);
    for (const { notification } of paced.returned) this.#suspects.dismiss(notification);
    return paced;
  }

  async #startAttempts(routed: readonly Routed[], departing: Departing): Promise<readonly Held[]> {
    if (routed.length === 0) return [];
    const { storage, newId } = this.runtime;
    const { paced: _, ...claim } = departing;
    const rows = routed.map(({ notification }) => notification);
    const held = routed.map((one) => ({ ...claim, ...one, attemptId: newId() }));
    const attempts = held.map(({ notification, leaseToken, attemptId: id }) => ({
      ...{ id, notificationId: notification.id, leaseToken },
    }));
    try {
      const started = new Set(await storage.notifications.startAttempts(attempts));
      for (const row of rows) if (!started.has(row.id)) this.#suspects.dismiss(row);
      // Whatever did not start has lost its lease: it is another worker's now.
      this.hooks.gone(rows.length - started.size);
      // Not before: as long as the store does not answer, the lease must be able to end.
      this.leases.hold(claim, started.size);
      return held.filter(({ notification }) => started.has(notification.id));
    } catch (error) {
      for (const row of rows) this.#suspects.dismiss(row);
      // Nothing has left. Rows whose attempt was written after all stay, and are found by the sweep.
      await this.#return(asReturned(rows), departing);
      throw error;
    }
  }

  async #return(returned: readonly Returned[], { paced, ...claim }: Departing): Promise<void> {
    if (returned.length === 0) return;
    await handBack(this.runtime, claim, returned);
    if (paced !== null) await this.pacer.giveBack(paced, returned.length);
    this.hooks.gone(returned.length);
  }
}

function firstTurnOf(returned: readonly Returned[]): number {
  return Math.min(...returned.flatMap(({ event }) => (event.type === "postponed" ? event.delayMs : [])));
}

function asReturned(rows: readonly Notification[]): Returned[] {
  return rows.map((notification) => ({ notification, event: atOnce }));
}
