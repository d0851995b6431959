import type { Notification } from "../domain/notification.js";
import { emitMoves, type Lifecycle } from "../events/lifecycle.js";
import type { WriteOptions } from "../ports/storage.js";
import type { Runtime } from "../runtime.js";
import type { PreparedBatch } from "./prepare-batch.js";
import { countQueued } from "./queue-in-span.js";
import type { QueuedNotification } from "./queue-request.js";
import type { WakeUps } from "./wake-ups.js";

/** What a call has changed, as far as somebody listens to it. */
export interface Written {
  readonly queued: readonly QueuedNotification[];
  readonly superseded: readonly Notification[];
}

/** Tells the host's listeners and its telemetry, once the rows can be seen. */
export function announce<Tx>(
  call: { readonly runtime: Runtime<Tx>; readonly wakeUps: WakeUps<Tx>; readonly batch: PreparedBatch },
  { queued, superseded }: Written,
  options: WriteOptions<Tx>,
): void {
  const { runtime, wakeUps, batch } = call;
  countQueued(call, queued, options);
  wakeUps.afterCommit(() => {
    emitQueued(runtime.lifecycle, batch, queued);
    emitMoves(runtime.lifecycle, superseded);
  }, options);
}

function emitQueued(lifecycle: Lifecycle, batch: PreparedBatch, queued: readonly QueuedNotification[]): void {
  if (!lifecycle.isObserved("notification.queued")) return;
  const { id: batchId, request } = batch;
  for (const { id, userId, channel } of queued) {
    lifecycle.emit("notification.queued", { id, batchId, userId, channel, template: request.template });
  }
}
