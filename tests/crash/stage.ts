import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Attempt, Notification, NotificationStatus } from "@callboard/core";
import type { NotificationStore } from "@callboard/core/adapter";
import { type CleanUp, withCleanUps } from "./clean-ups.ts";
import { type Crew, openCrew } from "./crew.ts";
import { type Host, host, openWebhookRoute } from "./host.ts";
import { movableClock } from "./movable-clock.ts";
import { openCallboard } from "./open-callboard.ts";
import { openScheduler } from "./open-scheduler.ts";
import { type OpenStore, openStore } from "./open-store.ts";
import { judge, type Verdict } from "./oracle.ts";
import { watchOverdue } from "./overdue-watch.ts";
import type { Provider, Providers } from "./providers.ts";
import { type Queue, type SchedulerName, schedulerOf } from "./schedulers.ts";
import type { Settings } from "./settings.ts";
import { type StoreName, storeOf } from "./stores.ts";
import { without } from "./without.ts";

/** What every experiment is told. */
export interface Trial {
  readonly providers: Providers;
  readonly store: StoreName;
  readonly scheduler: SchedulerName;
  readonly settings: Settings;
  readonly seed: number;
  /** Whether the provider's receipts reach the host. */
  readonly receipts: boolean;
}

export interface StageOptions extends Trial {
  /** A database that is there already. @default a new one on the store's server */
  readonly location?: string;
  /** Between accepting and answering, in ms. @default 0 */
  readonly latencyMs?: number;
  /** So many answers get lost: from 0 to 1. @default 0 */
  readonly loseShare?: number;
  /** When the first receipt comes, in ms after the acceptance. @default 20 */
  readonly receiptsAfterMs?: number;
  /** Receipts come up to so much later than that, in ms. @default 0 */
  readonly receiptDelayMs?: number;
  /** The host takes receipts, and they settle nothing. @default false */
  readonly deaf?: boolean;
  /** SQLite's rows are timed by the clocks that {@link Stage.jump} moves, as a machine's are. @default false */
  readonly storeByClock?: boolean;
}

/** A host, a provider in its own process, and a database between them. Its workers are killed at its end. */
export interface Stage extends Pick<Crew, "worker" | "endedByThemselves"> {
  readonly host: Host;
  readonly provider: Provider;
  readonly queue: Pick<Queue, "waiting" | "wipe">;
  readonly store: Pick<NotificationStore<never>, "getMany" | "page">;
  /**
   * Waits until every notification has an end; `uncertain` is one where rows are held for a person to decide.
   * @returns `false`: the time was over before that.
   */
  ended(withinMs: number, options?: { readonly held: boolean }): Promise<boolean>;
  /** Sets the clocks of all processes forward, or back, in ms. */
  jump(byMs: number): void;
  rows(): Promise<Notification[]>;
  attempts(): Promise<Attempt[]>;
  /** Joins all logs. @param intents - What the host's calls have committed. */
  verdict(intents: readonly string[]): Promise<Verdict>;
}

const unfinished: readonly NotificationStatus[] = ["pending", "sending"];

/** Runs `work` on a stage, and clears it away whatever happens. */
export function onStage<Result>(
  options: StageOptions,
  work: (stage: Stage) => Promise<Result>,
): Promise<Result> {
  return withCleanUps(async (atTheEnd) => work(await openStage(options, atTheEnd)));
}

async function openStage(options: StageOptions, atTheEnd: (cleanUp: CleanUp) => void): Promise<Stage> {
  const { store, scheduler, settings, receipts, storeByClock = false } = options;
  const location = options.location ?? (await newDatabase(store, atTheEnd));
  const clock = movableClock(0);
  const opened = openStore(location, { ...(storeByClock && { clock }) });
  atTheEnd(opened.close);
  await opened.storage.migrate();
  const queue = await schedulerOf(scheduler).open(location);
  atTheEnd(queue.close);
  const rung = await openScheduler(queue.place, opened.pool);
  atTheEnd(rung.close);
  const route = await openWebhookRoute();
  atTheEnd(route.close);
  const provider = await openProvider(options, receipts ? route.url : null, atTheEnd);
  const callboard = openCallboard({
    storage: without(options.deaf ? ["receipts"] : [], opened.storage, opened.db),
    scheduler: rung.scheduler,
    providerUrl: provider.url,
    settings,
    clock,
  });
  await callboard.templates.load();
  route.serve(callboard);
  const common = { database: location, settings, providerUrl: provider.url, storeByClock };
  const crew = openCrew({ ...common, scheduler: queue.place });
  atTheEnd(crew.killAll);
  const watch = watchOverdue(opened.storage.notifications, settings, crew.sweepers);
  atTheEnd(watch.stop);
  const logs = logsOf(opened);
  return {
    ...logs,
    worker: crew.worker,
    endedByThemselves: crew.endedByThemselves,
    host: host(callboard, route),
    provider,
    queue,
    store: opened.storage.notifications,
    jump(byMs) {
      clock.jump(byMs);
      crew.jump(byMs);
    },
    async verdict(intents) {
      // In this order: what is acknowledged by now must be in the rows that are read afterwards.
      const acknowledged = [...route.acknowledged];
      const [ledger, overdue] = [provider.ledger(), watch.overdue];
      const [rows, attempts] = [await logs.rows(), await logs.attempts()];
      return judge({ intents, rows, attempts, ledger, acknowledged, overdue, receipts });
    },
  };
}

function logsOf({
  storage: { notifications: store },
}: OpenStore): Pick<Stage, "ended" | "rows" | "attempts"> {
  const rows = async () => {
    const all: Notification[] = [];
    for (let after: string | null | undefined; after !== null; ) {
      const page = await store.page({ limit: 1_000, ...(after && { after }) });
      all.push(...page.notifications);
      after = page.next;
    }
    return all;
  };
  return {
    rows,
    attempts: async () => store.attemptsOf((await rows()).map(({ id }) => id)),
    async ended(withinMs, { held } = { held: false }) {
      const waiting = held ? unfinished : [...unfinished, "uncertain"];
      const givenUpAt = performance.now() + withinMs;
      for (;;) {
        // A database that is down for a while has ended nothing.
        const counts = await store.count({ from: new Date(0) }).catch(() => null);
        if (counts && !counts.some(({ status }) => waiting.includes(status))) return true;
        if (performance.now() >= givenUpAt) return false;
        await setTimeout(50);
      }
    },
  };
}

async function newDatabase(store: StoreName, atTheEnd: (cleanUp: CleanUp) => void): Promise<string> {
  const { location, drop } = await storeOf(store).open();
  atTheEnd(drop);
  return location;
}

async function openProvider(
  options: StageOptions,
  webhookUrl: string | null,
  atTheEnd: (cleanUp: CleanUp) => void,
): Promise<Provider> {
  const folder = mkdtempSync(join(tmpdir(), "callboard-ledger-"));
  atTheEnd(() => rmSync(folder, { recursive: true, force: true }));
  const provider = await options.providers.open({
    ledgerFile: join(folder, "ledger.jsonl"),
    webhookUrl,
    latencyMs: options.latencyMs ?? 0,
    loseShare: options.loseShare ?? 0,
    receiptsAfterMs: options.receiptsAfterMs ?? 20,
    receiptDelayMs: options.receiptDelayMs ?? 0,
    seed: options.seed,
  });
  atTheEnd(provider.close);
  return provider;
}
