import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Notification } from "@callboard/core";
import { mariadb, postgres } from "@callboard/test-databases";
import { startSimulator, type WhatsappSimulator } from "@callboard/whatsapp-simulator";
import { afterEach, expect, test, vi } from "vitest";
import type { WorkerReport, WorkerTask } from "./fixtures/kill-minus-nine-worker.js";
import { openByUrl } from "./fixtures/open-by-url.js";

const people = Array.from({ length: 200 }, (_, index) => ({
  userId: `user-${index + 1}`,
  phone: `+26377${1_000_000 + index}`,
}));
const cleanUps: (() => unknown)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

const servers = [postgres, mariadb.mysql2];
for (const { name, absent } of servers)
  if (absent !== null) console.log(`Left out, because ${absent}: workers killed in mid-send on ${name}.`);

test.each([
  { database: "SQLite", webhooks: "on", mostToldTwice: 5 },
  // Without receipts nobody knows which of the messages in flight arrived; each is sent once more.
  { database: "SQLite", webhooks: "off", mostToldTwice: Number.POSITIVE_INFINITY },
  ...servers
    .filter(({ absent }) => absent === null)
    .map(({ name }) => ({ database: name, webhooks: "on", mostToldTwice: 5 })),
])(
  "a worker on $database killed in mid-send and started again tells all 200 people, with webhooks $webhooks",
  { timeout: 150_000 },
  async ({ database, webhooks, mostToldTwice }) => {
    const { simulator, task } = await setStage(database, webhooks === "on");

    const first = new WorkerProcess(task);
    const begun = await first.reported("queued");
    expect(begun).toMatchObject({ queued: 200, duplicates: 0 });
    await vi.waitUntil(() => simulator.messages().length >= 60, { timeout: 60_000, interval: 1 });
    await first.kill();
    const atTheKill = await notificationsIn(task.database);
    const inFlight = atTheKill.filter(({ status }) => status === "sending");
    expect(inFlight.length).toBeGreaterThan(0);
    expect(atTheKill.some(({ status }) => status === "pending")).toBe(true);

    const second = new WorkerProcess(task);
    expect(await second.reported("queued")).toMatchObject({ queued: 0, duplicates: 200 });
    await second.reported("finished");
    await second.stop();

    const toldTimes = countBy(simulator.messages().map(({ to }) => to));
    expect(toldTimes.size).toBe(200);
    const toldTwice = [...toldTimes.values()].filter((times) => times > 1);
    expect(toldTwice.every((times) => times === 2)).toBe(true);
    expect(toldTwice.length).toBeLessThanOrEqual(Math.min(inFlight.length, mostToldTwice));

    const rows = await notificationsIn(task.database);
    expect(rows).toHaveLength(200);
    const stuck = rows.filter(({ status }) => !["sent", "delivered", "read"].includes(status));
    expect(stuck).toEqual([]);
    const killed = new Set(inFlight.map(({ id }) => id));
    const crashed = rows.filter(({ crashes }) => crashes > 0);
    expect(crashed.every(({ id, crashes }) => killed.has(id) && crashes === 1)).toBe(true);
    // With webhooks a receipt may have settled a row before its lease was over.
    if (webhooks === "off") expect(crashed).toHaveLength(killed.size);
  },
);

/** A process of its own, over the fixture. */
class WorkerProcess {
  readonly #child: ChildProcess;
  readonly #reports: WorkerReport[] = [];
  #trouble = "";

  constructor(task: WorkerTask) {
    const module = join(import.meta.dirname, "fixtures/kill-minus-nine-worker.ts");
    this.#child = fork(module, [JSON.stringify(task)], {
      execArgv: [],
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.on("message", (report: WorkerReport) => this.#reports.push(report));
    this.#child.stderr?.on("data", (chunk: Buffer) => {
      this.#trouble += chunk.toString();
    });
    cleanUps.push(() => this.kill());
  }

  /** Waits for one kind of report. */
  async reported(kind: WorkerReport["report"]): Promise<WorkerReport> {
    return vi.waitFor(
      () => {
        const report = this.#reports.find(({ report }) => report === kind);
        if (!report) throw new Error(`The worker has not reported "${kind}". It said: ${this.#trouble}`);
        return report;
      },
      { timeout: 60_000, interval: 5 },
    );
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  async stop(): Promise<void> {
    this.#child.send("stop");
    const [code] = await once(this.#child, "exit");
    expect(code, this.#trouble).toBe(0);
  }
}

async function setStage(
  database: string,
  hasWebhooks: boolean,
): Promise<{ simulator: WhatsappSimulator; task: WorkerTask }> {
  const webhookPort = await freePort();
  const simulator = await startSimulator({
    window: "open",
    limits: "none",
    apiLatencyMs: 20,
    webhookUrl: hasWebhooks ? `http://127.0.0.1:${webhookPort}/webhooks/whatsapp` : null,
    // As patient as Meta is, on the scale of this test.
    webhookRetryDelaysMs: Array.from({ length: 20 }, () => 250),
  });
  cleanUps.push(() => simulator.stop());
  const task = { database: await makeDatabase(database), simulatorUrl: simulator.url, webhookPort, people };
  return { simulator, task };
}

async function makeDatabase(kind: string): Promise<string> {
  const server = servers.find(({ name }) => name === kind);
  if (server) {
    const { url, close } = await server.open({ connections: 1 });
    cleanUps.push(close);
    return url;
  }
  const folder = mkdtempSync(join(tmpdir(), "kill-minus-nine-"));
  cleanUps.push(() => rmSync(folder, { recursive: true }));
  return join(folder, "callboard.sqlite");
}

async function notificationsIn(database: string): Promise<readonly Notification[]> {
  const { storage, close } = openByUrl(database);
  try {
    return (await storage.notifications.page({ limit: 1_000 })).notifications;
  } finally {
    await close();
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function countBy(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
