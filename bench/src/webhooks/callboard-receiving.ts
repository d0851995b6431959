import { createCallboard } from "@callboard/core";
import { manualScheduler } from "@callboard/testing";
import { sampleAccount } from "@callboard/tests/experiments/webhook-samples.ts";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import type { BenchStorage } from "../storage/table-set.ts";
import { templates } from "../workload.ts";
import type { ReceivingSide } from "./receiving-side.ts";
import { sentMessages } from "./sent-messages.ts";

/** A host that mounts `callboard.webhook()`, and listens to what becomes of its messages. */
export function callboardReceiving(storage: BenchStorage): ReceivingSide {
  const callboard = createCallboard({
    storage,
    scheduler: manualScheduler(),
    transports: [whatsappTransport(sampleAccount)],
    templates,
  });
  let moved = 0;
  callboard.observe("notification.delivered", () => {
    moved += 1;
  });
  return {
    send: (count) => sentMessages(storage, "whatsapp", count),
    answer: (request) => callboard.webhook("whatsapp", request),
    async rest() {
      // It was never started: this only waits for long webhooks that are dealt with after their answer.
      await callboard.stop();
      return moved;
    },
  };
}
