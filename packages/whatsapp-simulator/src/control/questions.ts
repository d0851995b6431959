import type { Simulation } from "../simulation.js";

/** Looks something up and changes nothing. */
export type Question = (simulation: Simulation) => Readonly<Record<string, unknown>>;

/** What `GET /_simulator/…` can be asked, by name. */
export const questions: ReadonlyMap<string, Question> = new Map<string, Question>([
  [
    "messages",
    ({ ledger, requestCount, webhooks }) => ({
      messages: ledger.messages(),
      replies: ledger.replies(),
      requestCount,
      webhooks: webhooks.log.report(),
    }),
  ],
  ["templates", ({ templates }) => ({ templates: templates.all() })],
  ["webhooks", ({ webhooks }) => ({ webhooks: webhooks.log.all() })],
  ["clock", ({ timers }) => ({ now: timers.now() })],
]);
