import { setTimeout } from "node:timers/promises";
import { kyselyStorage } from "@callboard/storage-kysely";
import { connect, type TestDatabase } from "@callboard/test-databases";
import { openOffice } from "./office.ts";
import { tcpProxy } from "./tcp-proxy.ts";

/** Whether `stop({ drainMs })` ends while the link to the database is silent; it may take some seconds longer. */
export async function stopInSilence(database: TestDatabase): Promise<boolean> {
  const { url, close } = await database.open();
  const proxy = await tcpProxy(url);
  const { db, dialect } = connect(proxy.url);
  const storage = kyselyStorage({ db, dialect });
  await storage.migrate();
  const office = openOffice(storage);
  try {
    await office.furnish([]);
    await office.callboard.start();
    proxy.silence();
    // Longer than a sweep is away, so that one has begun.
    await setTimeout(300);
    const stopping = office.callboard.stop({ drainMs: 100 }).then(() => true);
    return await Promise.race([stopping, setTimeout(5_000, false)]);
  } finally {
    proxy.speak();
    await office.callboard.stop();
    await db.destroy();
    await proxy.close();
    await close();
  }
}
