import type { LifecycleEvents } from "@callboard/core";
import type { Stage, Worker } from "./engine-stage.js";
import type { StorageKind as EngineStorageKind } from "./engine-storages.js";
import { storages } from "./storages.js";

/** Every storage, the servers included, as the stage of the engine opens them. */
export const storageKinds: readonly EngineStorageKind[] = storages.map(({ name, open }) => ({
  name,
  open: async (clock) => ({ storage: await open(clock), close: async () => undefined }),
}));

/** Everything that workers tell under these names, in order. */
export function heard<Name extends keyof LifecycleEvents>(
  workers: readonly Worker[],
  ...names: readonly Name[]
): { readonly name: Name; readonly event: LifecycleEvents[Name] }[] {
  const events: { readonly name: Name; readonly event: LifecycleEvents[Name] }[] = [];
  for (const { callboard } of workers)
    for (const name of names) callboard.observe(name, (event) => void events.push({ name, event }));
  return events;
}

/** Has one message accepted by the provider; returns its notification's id. */
export async function sentOne(stage: Stage, worker: Worker): Promise<string> {
  const id = await stage.queueOne(worker);
  await stage.until(async () => (await stage.get(id)).status === "sent");
  return id;
}

/** How many bodies wait to be dealt with, and are nobody's at this moment. */
export async function freeBodies({ storage }: Stage): Promise<number> {
  return (await storage.webhooks.claim({ limit: 100, leaseMs: 1 })).length;
}
