import type { StateStep } from "./explanation-step.js";
import type { Story } from "./story.js";

/** The times of those states that nothing else in the story tells. */
export function stateStepsOf(story: Story): StateStep[] {
  const { notification, failure } = story;
  const stamps: readonly [StateStep["state"], Date | null][] = [
    ["sent", notification.sentAt],
    ["delivered", notification.deliveredAt],
    ["read", notification.readAt],
    ["failed", notification.failedAt],
    ["uncertain", notification.uncertainAt],
    ["cancelled", notification.cancelledAt],
    ["expired", notification.expiredAt],
    ["replayed", notification.replayedAt],
  ];
  return stamps.flatMap(([state, at]) => {
    if (at === null || isTold(story, state, at)) return [];
    return { type: "state", at, state, failure: state === notification.status ? failure : null };
  });
}

function isTold({ attempts, receipts, interventions }: Story, state: StateStep["state"], at: Date): boolean {
  const decided = interventions.some(({ action, to }) => action === state || to === state);
  switch (state) {
    case "sent":
      // A message that failed by receipt had been accepted.
      return (
        decided ||
        attempts.some(({ outcome }) => outcome === "accepted") ||
        receipts.some(({ status }) => status === "sent" || status === "failed")
      );
    case "delivered":
      return receipts.some(({ status }) => status === state);
    case "read":
      return receipts.some(({ status }) => status === "read" || status === "acknowledged");
    case "failed":
      // It may have failed, been decided about, and failed again.
      return interventions.some((one) => one.to === state && one.at.getTime() === at.getTime());
    case "uncertain":
      return attempts.some(
        ({ outcome, endedAt }) => outcome === "uncertain" && endedAt?.getTime() === at.getTime(),
      );
    default:
      return decided;
  }
}
