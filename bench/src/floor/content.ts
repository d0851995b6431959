import { createHash, randomUUID } from "node:crypto";
import { Eta } from "eta/core";
import { body, buttons } from "../workload.ts";
import type { Order } from "./floor.ts";

const eta = new Eta({ autoEscape: false, autoTrim: false });
const render = eta.compile(body);

/** What is the same for every row of a call. */
export interface Batch {
  readonly id: string;
  readonly contentHash: string;
  readonly now: number;
}

export function newBatch({ context }: Order): Batch {
  const contentHash = createHash("sha256").update(JSON.stringify(context)).digest("hex");
  return { id: randomUUID(), contentHash, now: Date.now() };
}

/** What one person reads, and the values that a template at the provider would take. */
export function contentFor({ context }: Order, userId: string, name: string) {
  const text = render.call(eta, { ...context, recipient: { userId, name } });
  const variables = [name, context.orderNumber, context.customerName, context.orderAmount];
  return { text, variables, buttons, channel: null };
}
