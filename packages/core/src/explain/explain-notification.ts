import type { Notification } from "../domain/notification.js";
import { unusableName } from "../domain/storable-text.js";
import type { Runtime } from "../runtime.js";
import type { Explanation } from "./explanation.js";
import { explanationText } from "./explanation-text.js";
import { nextStepOf } from "./next-step-of.js";
import { stepsOf } from "./steps-of.js";
import { readStory } from "./story.js";

/** What explaining needs of a process. */
export type Explainer<Tx> = Pick<Runtime<Tx>, "storage" | "transports" | "policyOf" | "clock">;

/** Tells the story of one notification by six calls of the store. `null`: there is none of this id. */
export async function explainNotification<Tx>(
  explainer: Explainer<Tx>,
  id: string,
): Promise<Explanation | null> {
  // Some databases refuse to be asked for an id that they cannot store.
  if (unusableName(id) !== null) return null;
  const [notification] = await explainer.storage.notifications.getMany([id]);
  return notification ? explainRow(explainer, notification) : null;
}

/** Tells the story of a notification that has just been read. */
export async function explainRow<Tx>(
  { storage, transports, policyOf, clock }: Explainer<Tx>,
  notification: Notification,
): Promise<Explanation> {
  const story = await readStory(storage, notification);
  const asOf = clock.now();
  const explanation = {
    notification,
    batch: story.batch,
    steps: stepsOf(story),
    next: nextStepOf(story, { transports, policyOf }, asOf),
    asOf,
  };
  return { ...explanation, text: explanationText(explanation) };
}
