import type { WriteOptions } from "../ports/storage.js";
import type { WakeUps } from "../queue/wake-ups.js";
import type { Runtime } from "../runtime.js";
import { cancelNotifications } from "./cancel-notifications.js";
import type { CancelRequest, CancelResult } from "./cancel-request.js";
import type { Decision } from "./decision.js";
import { replayNotifications } from "./replay-notifications.js";
import type { ReplayRequest, ReplayResult } from "./replay-request.js";
import { type ResolveOptions, type ResolveResult, resolveNotifications } from "./resolve-notifications.js";

/** What a person, or the host's code, can decide about notifications that are queued already. */
export interface Interventions<Tx, Channel extends string = string> {
  /**
   * Ends what waits as `cancelled`, so that it is never sent: in the host's own transaction if it hands one over, or else
   * 1,000 at a time, of which those that were cancelled stay so when it rejects; call it again. What nothing waits for is
   * no error.
   *
   * Inside a transaction hand it over: where there is one connection, on SQLite and in memory, this would otherwise wait
   * for its end for ever.
   * @throws {InvalidOptionsError} Names the option and the cure.
   * @throws {UnknownChannelError}
   */
  cancel(request: CancelRequest<Channel>, options?: WriteOptions<Tx>): Promise<CancelResult>;

  /**
   * Has what `failed` sent once more, with fresh counters: by id, or all that fit every filter. Of any number of people
   * who replay it at the same time one does. 1,000 at a time; when it rejects, what was replayed stays so.
   * @throws {InvalidOptionsError} Names the option and the cure; the reason is required.
   */
  replay(request: ReplayRequest<Channel>, decision: Decision): Promise<ReplayResult>;

  /**
   * Says what became of `uncertain` sends, or what to do about them. Those that were queued with `onUncertain: "hold"`
   * wait for this, or for a receipt. 1,000 at a time; when it rejects, what was resolved stays so.
   * @throws {InvalidOptionsError} Names the option and the cure; the reason is required.
   */
  resolve(ids: readonly string[], options: ResolveOptions): Promise<ResolveResult>;
}

export function createInterventions<Tx, Channel extends string>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
): Interventions<Tx, Channel> {
  return {
    cancel: (request, options) => cancelNotifications(runtime, wakeUps, request, options),
    replay: (request, decision) => replayNotifications(runtime, wakeUps, request, decision),
    resolve: (ids, options) => resolveNotifications(runtime, wakeUps, ids, options),
  };
}
