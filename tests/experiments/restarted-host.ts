import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { RestartedHostReport, RestartedHostTask } from "../fixtures/restarted-host.ts";
import { type Audit, audit } from "./audit.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { type Firm, withFirm } from "./firm.ts";
import type { FirmSettings } from "./firm-settings.ts";
import { until } from "./until.ts";

export interface RestartedHostOptions {
  readonly database: ExperimentDatabase;
  /** Whom the host tells. */
  readonly people: number;
  /** How often it is killed, evenly over its messages, and started again. */
  readonly kills: number;
}

export interface RestartedHostCounts {
  /** From each boot until the provider had the next message, in ms. The first life's is not among them. */
  readonly pickedUpMs: readonly number[];
  /** What it was in the middle of sending when it was killed, all kills together. */
  readonly inFlight: number;
  /** Notifications in the end: as many as people, though each life has asked for all of them. */
  readonly rows: number;
  readonly audit: Audit;
}

const settings: FirmSettings = {
  policy: { uncertainWaitMs: 1_000, baseDelayMs: 100 },
  dispatch: { concurrency: 10, leaseMs: 2_000, heartbeatMs: 500, sendTimeoutMs: 1_000, sweepMs: 500 },
};

/** R12: a host without any queue, which is killed again and again while it sends. */
export function restartedHost({
  database,
  people,
  kills,
}: RestartedHostOptions): Promise<RestartedHostCounts> {
  let url = "";
  const noted: ExperimentDatabase = {
    ...database,
    async open(options) {
      const opened = await database.open(options);
      url = opened.url;
      return opened;
    },
  };
  const options = { database: noted, people, settings, receipts: false, latencyMs: 50 };
  return withFirm(options, async (firm) => {
    const userIds = Array.from({ length: people }, (_, index) => `user-${index + 1}`);
    const places = { database: url, simulatorUrl: firm.simulator.url };
    return restartAgainAndAgain(firm, { ...settings, ...places, webhookPort: 0, userIds }, kills);
  });
}

async function restartAgainAndAgain(
  firm: Firm,
  task: RestartedHostTask,
  kills: number,
): Promise<RestartedHostCounts> {
  const told = () => firm.simulator.messages().length;
  const pickedUpMs: number[] = [];
  let inFlight = 0;
  let host = boot(task);
  try {
    for (let life = 0; life <= kills; life += 1) {
      const before = told();
      const { webhookUrl, bootedAt } = await reportOf(host);
      firm.simulator.setWebhookUrl(webhookUrl);
      await until("the host sends", () => told() > before, { everyMs: 1 });
      if (life > 0) pickedUpMs.push(Date.now() - bootedAt);
      if (life === kills) break;
      const enough = ((life + 1) * task.userIds.length) / (kills + 1);
      await until("the host is in the middle of its work", () => told() >= enough, { withinMs: 60_000 });
      await kill(host);
      inFlight += (await firm.notifications()).filter(({ status }) => status === "sending").length;
      host = boot({ ...task, webhookPort: Number(new URL(webhookUrl).port) });
    }
    await firm.idle();
    const rows = (await firm.notifications()).length;
    return { pickedUpMs, inFlight, rows, audit: await audit(firm) };
  } finally {
    await kill(host);
  }
}

function boot(task: RestartedHostTask): ChildProcess {
  const module = join(import.meta.dirname, "../fixtures/restarted-host.ts");
  return fork(module, [JSON.stringify(task)], {
    execArgv: ["--no-warnings"],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
}

async function reportOf(host: ChildProcess): Promise<RestartedHostReport> {
  const ended = once(host, "exit").then(() => {
    throw new Error("The host ended by itself.");
  });
  const [report] = await Promise.race([once(host, "message"), ended]);
  // From now on its end is one that it was given.
  ended.catch(() => undefined);
  return report as RestartedHostReport;
}

async function kill(host: ChildProcess): Promise<void> {
  if (host.exitCode !== null || host.signalCode !== null) return;
  const exit = once(host, "exit");
  host.kill("SIGKILL");
  await exit;
}
