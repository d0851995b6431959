import { createCallboard, defineTemplate, type Notification, type PauseByHand } from "@callboard/core";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const shape = { context: z.object({}), sample: {}, body: "" };
const wiring = {
  storage: memoryStorage(),
  scheduler: manualScheduler(),
  transports: [fakeTransport("chat")],
} as const;

// Policies
const urgent = defineTemplate({
  ...shape,
  policy: { maxAttempts: 3, classes: { retry: { maxAgeMs: 60_000 }, "retry-later": { maxAttempts: 1 } } },
});
// @ts-expect-error a policy has no such option
defineTemplate({ ...shape, policy: { maxTries: 3 } });
// @ts-expect-error what pauses a channel is tried until it works
defineTemplate({ ...shape, policy: { classes: { sender: { maxAttempts: 3 } } } });
// @ts-expect-error of a class only the limits differ
defineTemplate({ ...shape, policy: { classes: { retry: { pauseMs: 3 } } } });

const callboard = createCallboard({
  ...wiring,
  templates: { urgent },
  policy: { unreachableMs: 3_600_000 },
  dispatch: { conditionTimeoutMs: 2_000 },
});
// @ts-expect-error a policy has no such option
createCallboard({ ...wiring, templates: { urgent }, policy: { unreachable: 1 } });

// Pauses
const until = new Date("2030-01-01T00:00:00Z");
await callboard.pauses.pause({ channel: "chat", template: null, reason: "Hold everything.", until });
await callboard.pauses.pause({ channel: "chat", template: "urgent", reason: "Hold these.", until });
holds<Equal<PauseByHand["until"], Date>>();
// @ts-expect-error no transport has this name
await callboard.pauses.pause({ channel: "fax", template: null, reason: "Hold.", until });
// @ts-expect-error a pause has a reason
await callboard.pauses.pause({ channel: "chat", template: null, until });
// @ts-expect-error a pause has an end
await callboard.pauses.pause({ channel: "chat", template: null, reason: "Hold." });

// What is told of
callboard.observe("channel.paused", (event) => {
  holds<Equal<keyof typeof event, "channel" | "reason" | "forMs">>();
  // @ts-expect-error the whole channel is paused
  event.template;
});
callboard.observe("template.paused", ({ template, forMs }) => {
  holds<Equal<typeof template, string>>();
  holds<Equal<typeof forMs, number>>();
});
callboard.observe("template.resumed", ({ channel, template }) => void [channel, template]);
callboard.observe("notification.cancelled", ({ notification }) => {
  holds<Equal<typeof notification, Notification>>();
});
callboard.observe("notification.queued", (event) => {
  holds<Equal<typeof event.id, string>>();
  // @ts-expect-error only what was written is known yet
  event.notification;
});
// @ts-expect-error no such event
callboard.observe("notification.superseded", () => {});
