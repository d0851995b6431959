import { createCallboard } from "@callboard/core";
import type { Transport } from "@callboard/core/adapter";
import { channel, templates } from "../workload.ts";
import { type HttpSender, httpSender } from "./http-sender.ts";
import { openEngine } from "./open-engine.ts";
import { openStore } from "./open-store.ts";
import type { Place } from "./places.ts";

/** Sends in flight at once in each process. */
export const concurrency = 50;

export type Side = Awaited<ReturnType<typeof openSide>>;

/** A host's process with Callboard, by its public door alone: what queues, and what sends once it is started. */
export async function openSide(place: Place, providerUrl: string) {
  const store = openStore(place);
  const sender = httpSender(providerUrl, concurrency);
  const { scheduler, close } = await openEngine(place, store.pool);
  const callboard = createCallboard({
    storage: store.storage,
    scheduler,
    transports: [httpTransport(sender)],
    templates,
    dispatch: { concurrency },
  });
  return {
    ...{ callboard, store },
    async close() {
      await callboard.stop();
      await close();
      await sender.close();
      await store.close();
    },
  };
}

function httpTransport(sender: HttpSender): Transport<typeof channel> {
  return {
    name: channel,
    normalizeAddress: (address) => address,
    checkContent: () => [],
    async send({ to, content }, { signal }) {
      return { providerMessageId: await sender.send({ to, text: content.text }, signal) };
    },
  };
}
