import {
  createCallboard,
  defineTemplate,
  type Explanation,
  type ExplanationStep,
  type FailureClass,
  type MissingExplanation,
  type NextStep,
  type Origin,
  type SkipReason,
} from "@callboard/core";
import { memoryStorage } from "@callboard/storage-memory";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { z } from "zod";
import { type Equal, holds } from "./expect-type.js";

const { notifications } = createCallboard({
  storage: memoryStorage(),
  scheduler: manualScheduler(),
  transports: [fakeTransport("chat")],
  templates: { plain: defineTemplate({ context: z.object({}), sample: {}, body: "" }) },
});

// Explaining
const explanation = await notifications.explain("n-1");
holds<Equal<typeof explanation, Explanation | null>>();
// @ts-expect-error there may be none of this id
explanation.text;
// @ts-expect-error an id is a string
await notifications.explain(7);

declare const step: ExplanationStep;
holds<Equal<typeof step.at, Date>>();
if (step.type === "asked") holds<Equal<typeof step.origin, Origin | null>>();
if (step.type === "attempt-ended") holds<Equal<typeof step.outcome, "accepted" | FailureClass>>();
if (step.type === "receipt") holds<Equal<typeof step.number, number | null>>();
// @ts-expect-error only an attempt that ended has an outcome
step.outcome;
// @ts-expect-error no such step
if (step.type === "sent") step;

declare const next: NextStep;
holds<Equal<typeof next.at, Date | null>>();
if (next.type === "retries") {
  holds<Equal<typeof next.at, Date>>();
  holds<Equal<typeof next.maxAttempts, number>>();
}
if (next.type === "held") holds<Equal<typeof next.at, null>>();
// @ts-expect-error only what is sent again has a limit
next.maxAttempts;

// Who is missing
const missing = await notifications.explainMissing({ batchId: "b-1", userId: "ada" });
holds<Equal<typeof missing, MissingExplanation>>();
holds<Equal<typeof missing.text, string>>();
if (missing.type === "skipped") holds<Equal<typeof missing.reason, SkipReason>>();
if (missing.type === "not-asked") holds<Equal<typeof missing.memberOf, readonly string[] | null>>();
// @ts-expect-error only who was queued, or told by another batch, has an explanation
missing.explanation;
// @ts-expect-error somebody is missing
await notifications.explainMissing({ batchId: "b-1" });
await notifications.explainMissing({
  batchId: "b-1",
  userId: "ada",
  // @ts-expect-error no such option
  channel: "chat",
});
