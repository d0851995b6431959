import { createCallboard, defineTemplate, type RenderedContent, type TemplateButton } from "@callboard/core";
import type { Storage, Transport } from "@callboard/core/adapter";
import { fakeTransport, manualScheduler, testClock } from "@callboard/testing";
import { z } from "zod";
import type { StorageKind } from "./storages.js";

export interface Words {
  readonly body: string;
  readonly buttons?: readonly TemplateButton[];
  /** The sample, and what is sent unless the test says otherwise. @default {} */
  readonly context?: object;
  readonly channel?: Transport<"chat", object>;
}

/** A callboard whose one template, "words", takes any context; Ada is a contact. */
export async function openTemplate({ open }: StorageKind, words: Words) {
  const storage = await open(testClock());
  const stage = templateOn(storage, words);
  await stage.callboard.contacts.save([
    { userId: "ada", name: "Ada", locale: "en-ZW", addresses: { chat: "ada" } },
  ]);
  return { ...stage, storage };
}

/** The same storage, with other words in the code. */
export function templateOn(
  storage: Storage,
  { body, buttons = [], context = {}, channel = fakeTransport("chat") }: Words,
) {
  const callboard = createCallboard({
    storage,
    scheduler: manualScheduler(),
    transports: [channel],
    templates: {
      words: defineTemplate({ context: z.looseObject({}), sample: { ...context }, body, buttons }),
    },
    clock: testClock(),
  });
  /** What Ada is told. */
  async function tell(given: object = context): Promise<RenderedContent> {
    const { queued, skipped } = await callboard.queueNotificationsToUsers({
      template: "words",
      context: { ...given },
      userIds: ["ada"],
    });
    if (!queued[0]) throw new Error(`Ada was skipped: ${skipped[0]?.hint}`);
    const detail = await callboard.notifications.get(queued[0].id);
    if (!detail) throw new Error("The notification is not in the store.");
    return detail.notification.content;
  }
  return { callboard, tell };
}

/** What Ada is told by these words. */
export async function render(kind: StorageKind, words: Words): Promise<RenderedContent> {
  const { callboard, tell } = await openTemplate(kind, words);
  await callboard.templates.load();
  return tell();
}
