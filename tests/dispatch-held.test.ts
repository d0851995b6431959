import { describe, expect, test } from "vitest";
import { chatTransport, onStage, receipt, type Stage } from "./engine-stage.js";
import { storageKinds } from "./engine-storages.js";

const held = { providerCode: "held", message: "It is looked at first.", hint: "Wait." };

/** Keeps the first message back, and takes all others. */
async function withOneHeld(stage: Stage) {
  const sent: string[] = [];
  const transport = chatTransport(async ({ notificationId }) => {
    const providerMessageId = `m-${sent.push(notificationId)}`;
    return sent.length === 1 ? { providerMessageId, held } : { providerMessageId };
  });
  const worker = await stage.started({ transport, policy: { uncertainWaitMs: 1_000, pauseMs: 1_000 } });
  const id = await stage.queueOne(worker);
  await stage.until(async () => (await stage.get(id)).status === "uncertain");
  return { worker, id, sent };
}

describe.each(storageKinds)("on $name", (kind) => {
  test(
    "a message that the provider keeps back is not called sent, and is not sent again however long that takes",
    onStage(kind, {}, async (stage) => {
      const { id, sent } = await withOneHeld(stage);
      for (let minute = 0; minute < 90; minute += 1) await stage.clock.advance(60_000);
      expect(sent).toHaveLength(1);
      expect(await stage.get(id)).toMatchObject({
        ...{ status: "uncertain", sentAt: null, providerMessageId: "m-1", nextAttemptAt: null },
        failure: { failureClass: "uncertain", ...held },
      });
    }),
  );

  test(
    "a receipt for a message that was kept back says that it went, and its attempt counts once",
    onStage(kind, {}, async (stage) => {
      const { worker, id, sent } = await withOneHeld(stage);
      await stage.report(worker, receipt("m-1", "sent"));
      expect(await stage.get(id)).toMatchObject({ status: "sent", attempts: 1, failure: null });
      await stage.report(worker, receipt("m-1", "read"));
      expect(await stage.get(id)).toMatchObject({ status: "read", attempts: 1 });
      expect(sent).toHaveLength(1);
    }),
  );

  test(
    "a message that was kept back and then dropped with its template is sent once more",
    onStage(kind, {}, async (stage) => {
      const { worker, id, sent } = await withOneHeld(stage);
      const { attemptId } = await stage.get(id);
      const failure = {
        failureClass: "template",
        providerCode: "132015",
        message: "Paused.",
        hint: "Wait.",
      } as const;
      await stage.report(worker, receipt("m-1", "failed", { attemptId, failure }));
      await stage.until(async () => (await stage.get(id)).status === "sent", { stepMs: 1_000 });
      expect(sent).toHaveLength(2);
    }),
  );
});
