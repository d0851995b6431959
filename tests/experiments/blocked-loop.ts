import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { type SimulatedMessage, webhookBody, webhookSignature } from "@callboard/whatsapp-simulator";
import { type Audit, attemptsOf, audit } from "./audit.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { type Firm, withFirm } from "./firm.ts";
import { type FirmSettings, firmAccount, scaledSettings } from "./firm-settings.ts";
import { tally } from "./office.ts";
import { until } from "./until.ts";

const leaseMs = 2_000;
const settings: FirmSettings = {
  policy: { uncertainWaitMs: 300 },
  dispatch: { ...scaledSettings.dispatch, leaseMs, heartbeatMs: 500, sendTimeoutMs: 1_000 },
};

export interface BlockedLoopOptions {
  readonly database: ExperimentDatabase;
  /** Sends that the worker has under way, 10 at most. @default 10 */
  readonly sends?: number;
  /** Whether the store lets whoever comes record a result. @default false */
  readonly unfenced?: boolean;
}

export interface BlockedLoopCounts {
  readonly audit: Audit;
  /** Rows that the worker changed when it went on. */
  readonly changedByZombie: number;
  /** Attempts of the blocked worker by outcome; "none" while they are open. */
  readonly zombieAttempts: Readonly<Record<string, number>>;
  /** Attempts of the blocked worker that know the provider's id. */
  readonly idsLearnt: number;
  /** Rows that were read after a receipt for the blocked worker's message, by the provider's id alone. */
  readonly readById: number;
  /** The same by the attempt's id, which the provider echoes. */
  readonly readByAttempt: number;
}

/** R05: a worker blocks its event loop for three leases with sends under way; another one takes over. */
export function blockedLoop(options: BlockedLoopOptions): Promise<BlockedLoopCounts> {
  const { database, sends = 10, unfenced = false } = options;
  return withFirm({ database, people: sends, latencyMs: 200, receipts: false, settings }, async (firm) => {
    await firm.queue("SO-1", sends);
    // It sweeps once, so that its loop is blocked between two statements: on SQLite nobody could write within one.
    const zombie = firm.hire({ sweepMs: 600_000, ...(unfenced && { oddity: { kind: "unfenced" } }) });
    await until("all are under way", () => firm.simulator.messages().length === sends);
    const goOn = join(firm.folder, "go-on");
    zombie.command({ blockUntil: goOn });
    const own = firm.simulator.messages();
    const living = firm.hire();
    await Promise.all([firm.idle(), setTimeout(3 * leaseMs)]);
    const before = await firm.notifications();
    writeFileSync(goOn, "");
    await zombie.reported("blocked");
    for (const worker of [zombie, living]) worker.signal("SIGTERM");
    await Promise.all([zombie.ended(), living.ended()]);
    const after = await firm.notifications();
    const attempts = (await attemptsOf(firm, after)).filter(({ id }) =>
      own.some(({ callbackData }) => callbackData?.endsWith(id)),
    );
    return {
      changedByZombie: after.filter((row, index) => !isDeepStrictEqual(row, before[index])).length,
      zombieAttempts: tally(attempts.map(({ outcome }) => outcome ?? "none")),
      idsLearnt: attempts.filter(({ providerMessageId }) => providerMessageId !== null).length,
      readById: await readAfter(firm, own, false),
      readByAttempt: await readAfter(firm, own, true),
      audit: await audit(firm),
    };
  });
}

/** Reports that these messages were read, with or without an echo of the attempt. Returns how many rows say so. */
async function readAfter(
  firm: Firm,
  messages: readonly SimulatedMessage[],
  isEchoed: boolean,
): Promise<number> {
  const statuses = messages.map(({ id, to, callbackData }) => ({
    ...{ id, status: "read", timestamp: String(Math.floor(Date.now() / 1_000)), recipient_id: to.slice(1) },
    ...(isEchoed && { biz_opaque_callback_data: callbackData }),
  }));
  const metadata = { display_phone_number: "15550100000", phone_number_id: firmAccount("").phoneNumberId };
  const value = { messaging_product: "whatsapp", metadata, statuses };
  const body = webhookBody({
    object: "whatsapp_business_account",
    entry: [{ id: "100000000000002", changes: [{ field: "messages", value }] }],
  });
  const signature = webhookSignature(body, firmAccount("").appSecret);
  await fetch(firm.webhookUrl, {
    ...{ method: "POST", headers: { "x-hub-signature-256": signature }, body: new Uint8Array(body) },
  });
  return (await firm.notifications()).filter(({ status }) => status === "read").length;
}
