import type { Resolution } from "../domain/life-event.js";
import type { Notification } from "../domain/notification.js";
import { refuse, refuseUnknown } from "../notifications/refuse.js";
import type { WakeUps } from "../queue/wake-ups.js";
import type { Runtime } from "../runtime.js";
import { decidePage } from "./decide-page.js";
import { checkDecision, checkIds, type Decision } from "./decision.js";
import { pagesOf } from "./pages-of.js";
import type { RefusedNotification } from "./refused-notification.js";

/** What became of uncertain sends, and who says so. */
export interface ResolveOptions extends Decision {
  /** `told`: the people got it. `resend`: send it once more. `give-up`: leave it as `failed`. */
  readonly as: Resolution;
}

export interface ResolveResult {
  readonly resolved: readonly { readonly id: string; readonly userId: string }[];
  /** What is not uncertain (any more), or was never there. */
  readonly refused: readonly RefusedNotification[];
}

const call = "notifications.resolve";

const known: Record<keyof ResolveOptions, true> = { as: true, reason: true, by: true };

const resolutions: Record<Resolution, true> = { told: true, resend: true, "give-up": true };

/** Settles uncertain sends as somebody knows or decides, each once however many decide. */
export async function resolveNotifications<Tx>(
  runtime: Runtime<Tx>,
  wakeUps: WakeUps<Tx>,
  ids: readonly string[],
  options: ResolveOptions,
): Promise<ResolveResult> {
  checkResolve(ids, options);
  const { as, reason, by = null } = options;
  const decision = {
    event: { type: "resolved", as },
    intervention: { action: "resolved", reason, by },
    hintOf,
  } as const;
  const [resolved, refused] = [[] as ResolveResult["resolved"][number][], [] as RefusedNotification[]];
  for await (const page of pagesOf(ids)) {
    const outcome = await decidePage(runtime, wakeUps, page, decision);
    resolved.push(...outcome.moved.map(({ id, userId }) => ({ id, userId })));
    refused.push(...outcome.refused);
  }
  return { resolved, refused };
}

function hintOf({ status }: Notification): string {
  return `It is ${status}, not uncertain: nothing needs to be decided.`;
}

function checkResolve(ids: readonly string[], options: Partial<ResolveOptions> = {}): void {
  refuseUnknown(call, options, known);
  if (!Array.isArray(ids)) refuse(call, "ids", "must be an array of strings.");
  checkIds(call, "ids", ids);
  const { as } = options;
  if (as === undefined || !Object.hasOwn(resolutions, as))
    refuse(call, "as", `must be one of ${Object.keys(resolutions).join(", ")}.`);
  checkDecision(call, options);
}
