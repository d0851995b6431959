import type { Condition } from "../condition.js";
import type { Failure, Notification } from "../domain/notification.js";
import { storable } from "../domain/storable-text.js";
import type { Runtime } from "../runtime.js";
import type { Returned } from "./hand-back.js";

/** How long until a condition that could not answer is asked again. */
const askAgainMs = 60_000;

/**
 * Asks the conditions of claimed notifications, all at once and each with a deadline, whether they are still wanted.
 * Never rejects: a condition that cannot answer is asked again later, until the notification is too old.
 */
export async function askConditions<Tx>(
  runtime: Runtime<Tx>,
  notifications: readonly Notification[],
  timeoutMs: number,
): Promise<{ readonly wanted: readonly Notification[]; readonly returned: readonly Returned[] }> {
  const answers = await Promise.all(
    notifications.map(async (notification) => ({
      notification,
      returned: await ask(runtime, notification, timeoutMs),
    })),
  );
  return {
    wanted: answers.flatMap(({ notification, returned }) => (returned === null ? notification : [])),
    returned: answers.flatMap(({ returned }) => returned ?? []),
  };
}

/** `null`: it is wanted. */
async function ask<Tx>(
  runtime: Runtime<Tx>,
  notification: Notification,
  timeoutMs: number,
): Promise<Returned | null> {
  const { onlyIf: name } = notification;
  if (name === null) return null;
  const condition = runtime.conditions.get(name);
  if (!condition) return askLater(notification, unknownCondition(name));
  try {
    if (await answerOf(runtime, condition, notification, timeoutMs)) return null;
    const reason = `The condition "${name}" said no.`;
    const intervention = { action: "condition", reason, by: null } as const;
    return { notification, event: { type: "cancelled" }, intervention };
  } catch (err) {
    runtime.logger.warn({ err, condition: name, notificationId: notification.id }, "a condition failed");
    return askLater(notification, failedCondition(name, err));
  }
}

async function answerOf<Tx>(
  { clock }: Runtime<Tx>,
  condition: Condition,
  notification: Notification,
  timeoutMs: number,
): Promise<boolean> {
  const deadline = new AbortController();
  const late = Promise.withResolvers<never>();
  const timer = clock.setTimer(() => {
    deadline.abort();
    late.reject(new Error(`It did not answer within ${timeoutMs} ms.`));
  }, timeoutMs);
  try {
    const { signal } = deadline;
    const answer = await Promise.race([condition(notification, { signal }), late.promise]);
    // A condition that forgets its answer must not silence people.
    if (typeof answer !== "boolean") throw new TypeError(`It answered ${typeof answer}, not true or false.`);
    return answer;
  } finally {
    timer.cancel();
  }
}

function askLater(notification: Notification, failure: Failure): Returned {
  return { notification, event: { type: "postponed", delayMs: askAgainMs, failure } };
}

function unknownCondition(name: string): Failure {
  return {
    failureClass: "retry",
    providerCode: null,
    message: `The process that claimed it knows no condition "${name}".`,
    hint: `Give createCallboard({ conditions: { ${name} } }) to every worker.`,
  };
}

function failedCondition(name: string, error: unknown): Failure {
  const words = error instanceof Error ? error.message : "It threw no error.";
  return {
    failureClass: "retry",
    providerCode: null,
    message: storable(`The condition "${name}" failed. ${words}`, 4_000),
    hint: "Mend the condition; it is asked again by itself.",
  };
}
