import { quoted } from "../domain/foreign-words.js";
import type { Notification } from "../domain/notification.js";
import type { Explanation } from "./explanation.js";
import type {
  AwaitedReceipt,
  DueStep,
  NextStep,
  NothingBecause,
  PausedStep,
  RetryStep,
} from "./next-step.js";
import { spell } from "./wording.js";

type Asked = Omit<Explanation, "text">;

/** What becomes of a notification next, for people. */
export function nextWords(explanation: Asked): string {
  const words = wordsOf(explanation, explanation.next);
  return mayBeSent.has(explanation.next.type) ? words + reservations(explanation) : words;
}

function wordsOf({ notification, asOf }: Asked, next: NextStep): string {
  switch (next.type) {
    case "waits-for-time":
      return "waits for its time";
    case "paced":
      return "waits for its turn: the channel takes only so many at once, or something put it off unsent";
    case "retries":
      return retryWords(next);
    case "paused":
      return pausedWords(next);
    case "due":
      return dueWords(next);
    case "expires":
      return "ends as expired: its time is over before it can be sent";
    case "being-sent":
      return "a worker holds it; should that worker be gone, another takes it over when the lease ends";
    case "waits-for-receipt":
      return receiptWaitWords(next, asOf);
    case "held":
      return `held: only a receipt settles it, or notifications.resolve([${JSON.stringify(notification.id)}], { as, reason })`;
    case "receipts":
      return `nothing more to do: the provider may still report ${next.awaited.map((status) => awaitedWords[status]).join(" or ")}`;
    case "replay":
      return replayWords(next, notification);
    case "nothing":
      return nothingWords[next.because];
  }
}

/** What comes next may be that it is sent. */
const mayBeSent: ReadonlySet<NextStep["type"]> = new Set([
  "waits-for-time",
  "paced",
  "retries",
  "paused",
  "due",
]);

function reservations({ notification: { onlyIf, expiresAt, crashes } }: Asked): string {
  const workers = crashes === 1 ? "1 worker has" : `${crashes} workers have`;
  return [
    onlyIf === null ? "" : `; its condition ${onlyIf} is asked first`,
    expiresAt === null ? "" : `; expires at ${expiresAt.toISOString()}`,
    crashes === 0 ? "" : `; ${workers} died or frozen holding it`,
  ].join("");
}

function retryWords({ attempt, counted, maxAttempts, failure }: RetryStep): string {
  const number =
    attempt === counted + 1
      ? `attempt ${attempt} of ${maxAttempts}`
      : `attempt ${attempt}, with ${counted} of ${maxAttempts} used up`;
  return `will be sent again, ${number}. Why: ${quoted(failure.message)}`;
}

function pausedWords({ template, reason, probing }: PausedStep): string {
  const what = template === null ? "the channel is" : `template ${template} is`;
  const end = probing
    ? "paused, and tries one message to see whether it works again"
    : "paused until then; a person can end that with pauses.resume";
  return `waits: ${what} ${end}. Why: ${quoted(reason)}`;
}

function dueWords({ waitedMs, channelKnown }: DueStep): string {
  if (waitedMs < patienceMs) return "due: the next worker with a free hand takes it";
  const transport = channelKnown ? "" : ", with a transport for this channel, which this process has not";
  return `due, but nobody has taken it for ${spell(waitedMs)}: does a worker run (callboard.start())${transport}, and can it keep up?`;
}

/** Longer than a few sweeps: whatever is due this long is not being looked for. */
const patienceMs = 30_000;

function receiptWaitWords(
  { at, afterwards }: Extract<NextStep, { type: "waits-for-receipt" }>,
  asOf: Date,
): string {
  const what = afterwards === "resend" ? "is sent once more" : "is given up";
  return at > asOf
    ? `waits for a receipt until then; without one it ${what}`
    : `has waited for a receipt until then; it ${what} by the next sweep of a worker`;
}

function replayWords(
  { possible, failure }: Extract<NextStep, { type: "replay" }>,
  { id }: Notification,
): string {
  const what = possible
    ? `nothing by itself: notifications.replay({ ids: [${JSON.stringify(id)}] }, { reason }) sends it once more`
    : "nothing: it failed, and its time is over, so that it cannot be replayed";
  if (failure === null) return what;
  const cure = failure.hint === "" ? "" : ` Cure: ${quoted(failure.hint)}`;
  return `${what}. Cause: ${quoted(failure.message)}${cure}`;
}

const awaitedWords: Record<AwaitedReceipt, string> = {
  delivered: "delivered",
  read: "read",
  acknowledged: "a pressed button",
};

const nothingWords: Record<NothingBecause, string> = {
  sent: "nothing: it was accepted, and this channel reports nothing more",
  read: "nothing: it was read",
  cancelled: "nothing: it was cancelled",
  superseded: "nothing: a newer notification took its place",
  condition: "nothing: its condition said no",
  unwanted: "nothing: the person did not want it any more",
  expired: "nothing: its time ran out",
  forgotten: "nothing: the person was forgotten",
};
