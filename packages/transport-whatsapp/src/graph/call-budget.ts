import { DeliveryError } from "@callboard/core/adapter";
import type { Headers } from "./retry-after.js";
import { usedPercent } from "./usage.js";

/** Keeps management calls below Meta's hourly limits, as far as its answers tell how near they are. */
export interface CallBudget {
  /** @throws {DeliveryError} `sender`: no call may be made yet. It says when one may. */
  check(now: Date): void;
  /** From 80 % of a limit on, one call a minute is left: Meta counts the last hour, so the share falls by itself. */
  note(headers: Headers, now: Date): void;
  /** No call is made before the time that a refusal of the account's or the app's calls names. */
  noteRefusal(error: unknown, now: Date): void;
}

const nearlyUsedUp = 80;
const slowGapMs = 60_000;
/** Meta's codes for too many calls: of the app, of anything, of the account. */
const tooManyCalls = new Set(["4", "613", "80007", "80008"]);

export function callBudget(): CallBudget {
  let closedUntil = 0;
  let why = "";
  const close = (until: number, reason: string) => {
    closedUntil = until;
    why = reason;
  };
  return {
    check(now) {
      if (now.getTime() < closedUntil) throw closed(closedUntil - now.getTime(), new Date(closedUntil), why);
    },
    note(headers, now) {
      const percent = Math.round(usedPercent(headers));
      if (percent >= nearlyUsedUp)
        close(now.getTime() + slowGapMs, `${percent} % of the calls that Meta allows in an hour are used up`);
    },
    noteRefusal(error, now) {
      if (!DeliveryError.is(error) || error.unsent || error.retryAfterMs === null) return;
      if (tooManyCalls.has(error.providerCode?.split("/")[0] ?? ""))
        close(now.getTime() + error.retryAfterMs, `Meta refused a call with code ${error.providerCode}`);
    },
  };
}

function closed(retryAfterMs: number, until: Date, reason: string): DeliveryError {
  return new DeliveryError(
    `WhatsApp is not asked about templates before ${until.toISOString()}: ${reason}.`,
    {
      failureClass: "sender",
      retryAfterMs,
      unsent: true,
      hint: "Wait until then, and ask again.",
    },
  );
}
