import type { NotificationPage } from "@callboard/core/adapter";
import { draft, drafts, type Stage } from "./stage.js";

export function readingConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("page() walks through everything once, newest first", async ({ storage, advance }) => {
    const ids: string[] = [];
    for (let round = 0; round < 3; round += 1) {
      const rows = drafts(3);
      await storage.notifications.insertMany(rows);
      ids.unshift(...rows.map(({ id }) => id));
      await advance(1_000);
    }
    const pages: NotificationPage[] = [];
    let after: string | null = null;
    do {
      const page: NotificationPage = await storage.notifications.page({
        limit: 4,
        ...(after !== null && { after }),
      });
      pages.push(page);
      after = page.next;
    } while (after !== null);
    equal(
      pages.map(({ notifications }) => notifications.length),
      [4, 4, 1],
    );
    const seen = pages.flatMap(({ notifications }) => notifications);
    equal(seen.map(({ id }) => id).toSorted(), ids.toSorted());
    equal(
      seen.every(
        (row, index) => index === 0 || row.createdAt <= (seen[index - 1]?.createdAt ?? row.createdAt),
      ),
      true,
    );
  });

  test("page() filters by status, person, template and batch", async ({ storage }) => {
    const wanted = draft({ userId: "ada", template: "invoice", batchId: "batch-2" });
    await storage.notifications.insertMany([
      wanted,
      draft({ userId: "ada" }),
      draft({ batchId: "batch-2" }),
      draft(),
    ]);
    const find = async (filter: object) =>
      (await storage.notifications.page({ limit: 10, ...filter })).notifications.map(({ id }) => id);
    equal(await find({ userId: "ada", batchId: "batch-2" }), [wanted.id]);
    equal(await find({ template: "invoice", status: "pending" }), [wanted.id]);
    equal(await find({ template: "invoice", status: "sent" }), []);
  });

  test("countByStatus() counts what was created since then", async ({ storage, advance }) => {
    await storage.notifications.insertMany(drafts(2));
    await advance(10_000);
    const [last] = drafts(1);
    if (last) await storage.notifications.insertMany([last]);
    const [newest] = (await storage.notifications.page({ limit: 1 })).notifications;
    equal(await storage.notifications.countByStatus({ since: new Date(0) }), { pending: 3 });
    equal(await storage.notifications.countByStatus({ since: newest?.createdAt ?? new Date() }), {
      pending: 1,
    });
  });
}
