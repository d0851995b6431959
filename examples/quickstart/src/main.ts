import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installCrmRules } from "@callboard/preset-crm";
import { forwardTheRest, setUpTeams, type Told, takeOrders } from "./a-day-at-the-shop.ts";
import { openShop } from "./database.ts";
import { handInTemplates } from "./hand-in-templates.ts";
import { watchUntilRead } from "./progress.ts";
import { account, startProvider } from "./provider.ts";
import { skippedTable, toldTable } from "./report.ts";
import { openShopCallboard, secrets } from "./shop-callboard.ts";
import { remindEveryone } from "./stocktaking.ts";
import { startWebhookServer } from "./webhook-server.ts";

const { values: options } = parseArgs({
  options: {
    /** Keeps the phones page open until Ctrl+C. */
    stay: { type: "boolean", default: false },
    /** Begins with an empty database. */
    fresh: { type: "boolean", default: false },
    /** Tells so many people more. */
    burst: { type: "string", default: "0" },
    /** Of the phones page. */
    port: { type: "string", default: "0" },
    file: { type: "string", default: fileURLToPath(new URL("../data/quickstart.sqlite", import.meta.url)) },
  },
});

const db = await openShop(options.file, options);
const provider = await startProvider(Number(options.port));
const callboard = await openShopCallboard(db, { url: provider.url, ...account });
const webhooks = await startWebhookServer(callboard);
provider.setWebhookUrl(webhooks.url);

try {
  process.exitCode = (await run()) ? 0 : 1;
} finally {
  await callboard.stop();
  await provider.stop();
  await webhooks.close();
  await db.destroy();
}

async function run(): Promise<boolean> {
  const handshake = await provider.verifyWebhook(secrets.verifyToken);
  if (!handshake.verified) throw new Error(`the webhook handshake failed: ${JSON.stringify(handshake)}`);
  installCrmRules(callboard, { prefix: "hanna_" });
  await setUpTeams(callboard);
  await callboard.start();
  await handInTemplates(callboard);
  console.log("Nine colleagues in six groups; the templates are approved. Something happens at the shop …\n");
  const told = [...(await takeOrders(db, callboard)), ...(await forwardTheRest(callboard))];
  const burst = Number(options.burst);
  if (burst > 0) told.push(...(await remindEveryone(callboard, burst)));
  summarise(told);
  const settled = await watchUntilRead(callboard, { maxWaitMs: 45_000 });
  await report(told);
  if (options.stay) await stay();
  return settled;
}

function summarise(told: readonly Told[]): void {
  for (const { event, result } of told) {
    const repeated = result.skipped.filter(({ reason }) => reason === "duplicate").length;
    const again = repeated > 0 ? `, ${repeated} told before and left in peace` : "";
    console.log(`  ${event}: ${result.queued.length} queued${again}`);
  }
  console.log("  order SO-1043: rolled back, so nobody is told\n");
}

async function report(told: readonly Told[]): Promise<void> {
  const { notifications } = await callboard.notifications.page({ limit: 1_000 });
  console.log(`\n${toldTable(notifications.toReversed(), 20)}\n`);
  console.log(`${skippedTable(told)}\n`);
  const orders = await db.selectFrom("orders").select("number").execute();
  const ghosts = notifications.filter(({ idempotencyKey }) => idempotencyKey === "evt-order-SO-1043");
  console.log(`Orders in the database:  ${orders.map(({ number }) => number).join(", ")}`);
  console.log(`Told about SO-1043:      ${ghosts.length} people, because its transaction rolled back`);
  console.log(`Messages sent this time: ${provider.messages().length}`);
  console.log(`The database:            ${relative(".", options.file)}`);
  if (!options.stay) console.log("The phones:              npm start -- --stay --fresh");
}

async function stay(): Promise<void> {
  console.log(`The phones:              ${provider.phonesUrl}   (Ctrl+C ends)`);
  await new Promise<void>((resolve) => {
    // Kept to the end: Ctrl+C reaches this process both from the terminal and through npm.
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => resolve());
  });
}
