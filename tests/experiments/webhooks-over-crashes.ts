import { setTimeout } from "node:timers/promises";
import { kyselyStorage } from "@callboard/storage-kysely";
import { connect } from "@callboard/test-databases";
import { fakeTransport } from "@callboard/testing";
import { openCluster } from "../crash/postgres-cluster.ts";
import { openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface WebhooksOverCrashesCounts {
  /** How often webhooks were answered with each status. */
  readonly answers: Readonly<Record<string, number>>;
  /** What became of the notifications whose webhook was answered with 200, each delivered no more from then on. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Requests that a provider has under way at once. */
const atOnce = 20;

/**
 * W07: the database server crashes while a provider reports that messages were read, one webhook each and one that reports
 * the last 200 together. A webhook that is not answered with 200 comes again.
 */
export async function webhooksOverCrashes(notifications: number): Promise<WebhooksOverCrashesCounts> {
  const server = await openCluster();
  const { db } = connect(server.url);
  const storage = kyselyStorage({ db, dialect: "postgres" });
  await storage.migrate();
  const people = Array.from({ length: notifications }, (_, index) => `user-${index}`);
  const transport = fakeTransport("chat");
  const office = openOffice(storage, { transport });
  const { callboard } = office;
  await office.furnish(people);
  const answers: string[] = [];
  try {
    await callboard.start();
    await callboard.queueNotificationsToUsers({
      ...{ template: "order", context: { order: "SO-1" }, userIds: people },
    });
    await until("everything is sent", office.isIdle);
    const ids = people.map((_, index) => `fake-${index + 1}`);
    const bodies = [...ids.slice(0, -200).map((id) => [id]), ids.slice(-200)];
    let crash: Promise<void> | null = null;
    const deliver = async (body: readonly string[]) => {
      const receipts = body.map((id) => transport.receipt(id, "read"));
      for (;;) {
        const { status } = await callboard.webhook("chat", transport.webhookRequest(...receipts));
        answers.push(String(status));
        if (status === 200) return;
        await setTimeout(20);
      }
    };
    for (let start = 0; start < bodies.length; start += atOnce) {
      if (start >= bodies.length / 3) crash ??= server.restart();
      await Promise.all(bodies.slice(start, start + atOnce).map(deliver));
    }
    await crash;
    await until("long webhooks are dealt with", async () =>
      (await office.notifications()).every(({ status }) => status === "read"),
    );
    const rows = await office.notifications();
    return { answers: tally(answers), statuses: tally(rows.map(({ status }) => status)) };
  } finally {
    await callboard.stop({ drainMs: 2_000 });
    await db.destroy();
    await server.drop();
  }
}
