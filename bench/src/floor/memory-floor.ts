import { randomUUID } from "node:crypto";
import { channel, groupOf, type Person, templateName } from "../workload.ts";
import { contentFor, newBatch } from "./content.ts";
import type { Floor, Order } from "./floor.ts";

interface Row {
  readonly id: string;
  readonly batchId: string;
  readonly userId: string;
  readonly channel: string;
  readonly address: string;
  readonly template: string;
  readonly version: number;
  readonly content: string;
  readonly key: string;
  readonly contentHash: string;
  status: string;
  readonly dueAt: number;
  readonly createdAt: number;
  providerId: string | null;
}

/** Maps and arrays of one process. */
export function memoryFloor(): Floor {
  const groups = new Map<string, readonly Person[]>();
  const rows = new Map<string, Row>();
  const seen = new Set<string>();
  const byProviderId = new Map<string, Row>();
  let waiting: Row[] = [];

  function write(order: Order): string[] {
    const batch = newBatch(order);
    const ids: string[] = [];
    for (const { userId, name, address } of groups.get(order.group) ?? []) {
      const once = `${templateName}\n${order.key}\n${userId}\n${channel}`;
      if (seen.has(once)) continue;
      seen.add(once);
      const id = randomUUID();
      const row: Row = {
        id,
        batchId: batch.id,
        userId,
        channel,
        address,
        template: templateName,
        version: 1,
        content: JSON.stringify(contentFor(order, userId, name)),
        key: order.key,
        contentHash: batch.contentHash,
        status: "pending",
        dueAt: batch.now,
        createdAt: batch.now,
        providerId: null,
      };
      rows.set(id, row);
      waiting.push(row);
      ids.push(id);
    }
    return ids;
  }

  return {
    async setUp(everybody, groupSizes) {
      for (const size of groupSizes) groups.set(groupOf(size), everybody.slice(0, size));
    },
    queue: async (order) => write(order),
    async claim(limit) {
      const taken = waiting.splice(0, limit);
      for (const row of taken) row.status = "sending";
      return taken.map(({ id, address, content }) => ({ id, address, content }));
    },
    async record(results) {
      for (const { id, providerId } of results) {
        const row = rows.get(id);
        if (!row) continue;
        row.status = "sent";
        row.providerId = providerId;
        byProviderId.set(providerId, row);
      }
    },
    async prepareToRead() {},
    newest: async (limit) => [...rows.values()].slice(-limit).reverse(),
    async stats() {
      const since = Date.now() - 86_400_000;
      const recent = [...rows.values()].filter(({ createdAt }) => createdAt >= since);
      return [...Map.groupBy(recent, ({ status }) => status)].map(([status, of]) => [status, of.length]);
    },
    byProviderId: async (ids) => ids.flatMap((id) => byProviderId.get(id) ?? []),
    async clear() {
      rows.clear();
      seen.clear();
      byProviderId.clear();
      waiting = [];
    },
    async close() {},
  };
}
