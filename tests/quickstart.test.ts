import { execFile, spawn } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, test } from "vitest";

const run = promisify(execFile);
const program = join(import.meta.dirname, "..", "examples", "quickstart", "src", "main.ts");
let folder: string;
let file: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "callboard-quickstart-"));
  file = join(folder, "shop.sqlite");
});

afterEach(() => rm(folder, { recursive: true }));

const quickstart = (...options: string[]) =>
  run(process.execPath, ["--no-warnings", program, "--file", file, ...options]);

/** One column of a query over what the quickstart left behind. */
function column(query: string): unknown[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database
      .prepare(query)
      .all()
      .map((row) => Object.values(row)[0]);
  } finally {
    database.close();
  }
}

test("npm start tells twelve people, says who was not told and why, and tells nobody twice when run again", async () => {
  const first = await quickstart();
  expect(first.stdout).toContain("12 read");
  expect(first.stdout).toMatch(/Nyasha Gumbo +│ order\.created +│ inactive/);
  expect(first.stdout).toMatch(/Farai Zhou +│ installation\.requested +│ no-contact/);
  expect(first.stdout).toContain("Messages sent this time: 12");
  const second = await quickstart();
  expect(second.stdout).toContain("Messages sent this time: 0");
  expect(column("select status from callboard_notifications")).toEqual(Array(12).fill("read"));
  expect(column("select count(*) from callboard_attempts")).toEqual([12]);
}, 60_000);

test("the order whose transaction rolls back leaves no order, no row and no message", async () => {
  const { stdout } = await quickstart();
  expect(column("select number from orders")).toEqual(["SO-1042"]);
  expect(column("select id from callboard_notifications where idempotency_key like '%SO-1043%'")).toEqual([]);
  expect(stdout).toContain("Told about SO-1043:      0 people");
}, 60_000);

test("kill -9 in the middle of 200 messages: the next start finishes all of them", async () => {
  const child = spawn(process.execPath, ["--no-warnings", program, "--file", file, "--burst", "200"]);
  let printed = "";
  await new Promise<void>((resolve, reject) => {
    child.once("exit", () => reject(new Error(`it ended before it could be killed:\n${printed}`)));
    child.stdout.on("data", (chunk: Buffer) => {
      printed += chunk.toString();
      if (/ pending .*\d\d (sent|delivered)/.test(printed)) resolve();
    });
  });
  child.removeAllListeners("exit");
  const dead = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await dead;
  expect(column("select count(*) from callboard_notifications where status = 'pending'")).not.toEqual([0]);
  await quickstart("--burst", "200");
  const unsettled = "status not in ('sent', 'delivered', 'read')";
  expect(column(`select status from callboard_notifications where ${unsettled}`)).toEqual([]);
  expect(
    column("select count(distinct notification_id) from callboard_attempts where outcome = 'accepted'"),
  ).toEqual([212]);
}, 90_000);
