import type { Explanation } from "@callboard/core";
import type { Stage, Worker } from "./engine-stage.js";
import type { EngineStorage } from "./engine-storages.js";

/** The story of a notification that is known to be there. */
export async function explained(
  { callboard }: { readonly callboard: Pick<Worker["callboard"], "notifications"> },
  id: string,
): Promise<Explanation> {
  const explanation = await callboard.notifications.explain(id);
  if (explanation === null) throw new Error(`There is no notification ${id}.`);
  return explanation;
}

/** The lines of a text, without its heading; the time of day stands for the time. */
export function lines({ text }: Pick<Explanation, "text">): string[] {
  return text
    .split("\n")
    .slice(1)
    .map((line) => line.replace(/^\d{4}-\d{2}-\d{2}T(\S+)Z/, "$1").replace(/^ {24}/, " ".repeat(12)));
}

/** What comes next, as people read it, after the time. */
export function nextLine(explanation: Explanation): string {
  return (
    explanation.text
      .split("\n")
      .at(-1)
      ?.replace(/^.*? next +/, "") ?? ""
  );
}

/** Takes a due notification as a worker does that dies before it has sent it, or right after it began to. */
export async function claimAndDie(
  { storage }: Stage,
  { begin }: { readonly begin: boolean },
): Promise<string> {
  const [row] = await storage.notifications.claim({
    token: "dead",
    leaseMs: 60_000,
    channels: ["chat"],
    pausedTemplates: [],
    priorities: ["high", "normal", "low"],
    limit: 1,
  });
  if (!row) throw new Error("There is nothing to claim.");
  const attempt = { id: `attempt-of-${row.id}`, notificationId: row.id, leaseToken: "dead" };
  if (begin) await storage.notifications.startAttempts([attempt]);
  return row.id;
}

/** The storage, and how often each of its verbs was called. */
export function counted(storage: EngineStorage): { storage: EngineStorage; calls: Map<string, number> } {
  const calls = new Map<string, number>();
  const count = <Verbs extends object>(verbs: Verbs): Verbs =>
    new Proxy(verbs, {
      get(target, name, receiver) {
        calls.set(String(name), (calls.get(String(name)) ?? 0) + 1);
        return Reflect.get(target, name, receiver);
      },
    });
  const { notifications, pauses, groups } = storage;
  return {
    storage: {
      ...storage,
      notifications: count(notifications),
      pauses: count(pauses),
      groups: count(groups),
    },
    calls,
  };
}
