import { setTimeout } from "node:timers/promises";
import { postgres } from "@callboard/test-databases";
import { describe, expect, type TestContext, test } from "vitest";
import { type ExperimentDatabase, present, sqlite } from "./experiments/databases.js";
import { type Office, openOffice, tally } from "./experiments/office.js";
import { type Program, runProgram } from "./experiments/program.js";
import { until } from "./experiments/until.js";
import { openByUrl } from "./fixtures/open-by-url.js";
import type { QueueingProgramReport, QueueingProgramTask } from "./fixtures/queueing-program.js";
import type { WorkerProgramReport, WorkerProgramTask } from "./fixtures/worker-program.js";

const timeout = 60_000;
const exited = { code: 0, signal: null };
const people = Array.from({ length: 40 }, (_, index) => `user-${index}`);

/** A host's database with 40 people; closed, with all the workers on it, when the test ends. */
async function openHost({ onTestFinished }: TestContext, database: ExperimentDatabase) {
  const { url, close } = await database.open();
  const { storage, close: disconnect } = openByUrl(url);
  await storage.migrate();
  const office = openOffice(storage);
  await office.furnish(people);
  const programs: Program<WorkerProgramReport>[] = [];
  onTestFinished(async () => {
    await Promise.all(programs.map((program) => program.kill()));
    await disconnect();
    await close();
  });
  const hire = (task: Partial<WorkerProgramTask> = {}) => {
    const { latencyMs = 0, stopOn = ["SIGTERM"] as const } = task;
    const program = runProgram<WorkerProgramReport>("worker-program.ts", {
      ...{ ...task, database: url, latencyMs, stopOn },
    } satisfies WorkerProgramTask);
    programs.push(program);
    return program;
  };
  return { url, office, hire };
}

async function queueForAll({ callboard }: Office) {
  await callboard.queueNotificationsToUsers({
    ...{ template: "order", context: { order: "SO-1" }, userIds: people },
  });
}

async function countsOf({ notifications }: Office) {
  return tally((await notifications()).map(({ status }) => status));
}

function sentTo(...programs: readonly Program<WorkerProgramReport>[]): string[] {
  return programs.flatMap(({ reports }) =>
    reports.flatMap((report) => ("sentTo" in report ? report.sentTo : [])),
  );
}

function listenersIn({ reports }: Program<WorkerProgramReport>): Record<string, number> {
  return Object.assign(
    {},
    ...reports.flatMap((report) => {
      if ("began" in report) return { working: report.listeners };
      return "over" in report ? { afterwards: report.listeners } : [];
    }),
  );
}

/** A worker that has 20 sends under way, while 20 wait. */
async function busyWorker(
  context: TestContext,
  database: ExperimentDatabase,
  { latencyMs, stopOn = ["SIGTERM"] }: Pick<WorkerProgramTask, "latencyMs"> & Partial<WorkerProgramTask>,
) {
  const host = await openHost(context, database);
  await queueForAll(host.office);
  const worker = host.hire({ latencyMs, stopOn });
  await until("all hands are full", () => sentTo(worker).length >= 20).catch((cause: unknown) => {
    throw new Error(`The worker does not work: ${worker.trouble()}`, { cause });
  });
  return { ...host, worker };
}

describe.concurrent.each(present([sqlite, postgres] as readonly ExperimentDatabase[]))(
  "on $name",
  (database) => {
    test("SIGTERM with 20 sends under way ends them and the process; the next worker sends the rest, at once", {
      timeout,
    }, async (context) => {
      const { worker, office, hire } = await busyWorker(context, database, {
        latencyMs: 1_000,
        stopOn: ["SIGTERM", "SIGINT"],
      });
      worker.process.kill("SIGTERM");
      expect(await worker.ended()).toEqual(exited);
      expect(sentTo(worker)).toHaveLength(20);
      expect(await countsOf(office)).toEqual({ sent: 20, pending: 20 });
      expect(listenersIn(worker)).toEqual({ working: 2, afterwards: 0 });
      const next = hire();
      await until("the rest is sent", office.isIdle);
      next.process.kill("SIGTERM");
      expect(await next.ended()).toEqual(exited);
      expect(sentTo(worker, next).toSorted()).toEqual(people.map((userId) => `${userId}@chat`).toSorted());
      const rows = await office.notifications();
      expect(rows.map(({ attempts, crashes }) => [attempts, crashes])).toEqual(rows.map(() => [1, 0]));
    });

    test("what a process has queued that only queues is sent by a worker, though nobody rings", {
      timeout,
    }, async (context) => {
      const { url, office, hire } = await openHost(context, database);
      const worker = hire();
      await until("it works", () => worker.reports.length > 0);
      await queueIn(context, url, people.slice(0, 3));
      await until("it is sent", async () => (await countsOf(office)).sent === 3);
      expect(sentTo(worker).toSorted()).toEqual(["user-0@chat", "user-1@chat", "user-2@chat"]);
    });
  },
);

/** Has a program queue that does nothing else, and looks at what it leaves in its process. */
async function queueIn({ onTestFinished }: TestContext, database: string | null, userIds: readonly string[]) {
  const task: QueueingProgramTask = { database, userIds };
  const program = runProgram<QueueingProgramReport>("queueing-program.ts", task);
  onTestFinished(() => program.kill());
  const ending = await program.ended();
  expect({ ending, trouble: program.trouble() }).toEqual({ ending: exited, trouble: "" });
  const [report] = program.reports;
  expect(report?.after).toEqual(report?.before);
  expect(report).toMatchObject({ queued: userIds.length, listeners: [] });
}

describe.concurrent("with a database of one process", () => {
  test("a program that only queues has neither timers nor connections of Callboard's, and ends by itself", {
    timeout,
  }, async (context) => {
    await queueIn(context, null, ["ada", "ben"]);
  });

  test("a later SIGTERM ends a worker whose provider takes 15 s, and leaves its sends uncertain", {
    timeout,
  }, async (context) => {
    const { worker, office } = await busyWorker(context, sqlite, { latencyMs: 15_000 });
    worker.process.kill("SIGTERM");
    await until("it is heard", () => worker.reports.some((report) => "heard" in report));
    // What comes within a second of the first is the same signal, given twice.
    await setTimeout(1_000);
    worker.process.kill("SIGTERM");
    expect(await worker.ended()).toEqual(exited);
    expect(await countsOf(office)).toEqual({ uncertain: 20, pending: 20 });
    expect(sentTo(worker)).toHaveLength(20);
  });

  test("SIGTERM while a worker starts ends it, and nothing is sent", { timeout }, async (context) => {
    const { office, hire } = await openHost(context, sqlite);
    await queueForAll(office);
    const worker = hire({ signalledAtStart: "SIGTERM" });
    expect({ ending: await worker.ended(), trouble: worker.trouble() }).toEqual({
      ending: exited,
      trouble: "",
    });
    expect(listenersIn(worker)).toEqual({ working: 1, afterwards: 0 });
    expect(sentTo(worker)).toEqual([]);
    expect(await countsOf(office)).toEqual({ pending: 40 });
  });

  test("a worker that is given no signals leaves them to the host, and to the system", {
    timeout,
  }, async (context) => {
    const { worker } = await busyWorker(context, sqlite, { latencyMs: 8_000, stopOn: [] });
    expect(listenersIn(worker)).toEqual({ working: 0 });
    worker.process.kill("SIGTERM");
    expect(await worker.ended()).toEqual({ code: null, signal: "SIGTERM" });
  });
});
