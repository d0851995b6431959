import { expect, test } from "vitest";
import { failure, openStage } from "./queue-stage.js";
import { embedded } from "./storages.js";

const memory = embedded[0]!;
const daily = { cron: "0 8 * * *", timeZone: "Africa/Harare", run: async () => {} };

interface Refusal {
  readonly given: object;
  readonly option: string;
  readonly message: string;
}

const crons = [
  "",
  "* * * *",
  "* * * * * * *",
  "61 * * * *",
  "soon",
  "@daily",
  "2026-01-01T00:00:00Z",
  "0 0 30 2 *",
];

const refusals: Refusal[] = [
  ...crons.map((cron) => ({
    ...{ given: { cron }, option: "cron" },
    message: `"${cron}" never comes. Give five fields, or six with seconds first, for example "0 8 * * 1-5".`,
  })),
  ...["", "Mars/Olympus", "CEST"].map((timeZone) => ({
    ...{ given: { timeZone }, option: "timeZone" },
    message: `"${timeZone}" is not a time zone. Give an IANA name, for example Africa/Harare.`,
  })),
  {
    ...{ given: { catchUp: "some" }, option: "catchUp" },
    message: '"some" is none of "latest", "all" and "none".',
  },
  ...[59_999, 60_000.5, -1, Number.NaN, Number.POSITIVE_INFINITY].map((maxLatenessMs) => ({
    ...{ given: { maxLatenessMs }, option: "maxLatenessMs" },
    message: `must be a whole number of at least 60,000, not ${maxLatenessMs}.`,
  })),
  {
    ...{ given: { catchUp: "none", maxLatenessMs: 3_600_000 }, option: "maxLatenessMs" },
    message: 'is a minute with catchUp "none". Leave it out, or use "latest".',
  },
];

test.each(refusals)(
  "every() with $given is an InvalidOptionsError that names $option",
  async ({ given, option, message }) => {
    const { callboard, bells } = await openStage(memory);
    expect(await failure(callboard.every("report", { ...daily, ...given }))).toMatchObject({
      name: "InvalidOptionsError",
      path: `every("report").${option}`,
      message: expect.stringContaining(message),
    });
    expect(bells.jobs.size).toBe(0);
  },
);

test("every() that is refused leaves the job that it would have replaced", async () => {
  const { callboard, bells, clock } = await openStage(memory);
  const ran: string[] = [];
  await callboard.every("report", { ...daily, cron: "* * * * *", run: async () => void ran.push("old") });
  const refused = { ...daily, cron: "never", run: async () => void ran.push("new") };
  await failure(callboard.every("report", refused));
  await callboard.start();
  await clock.advance(61_000);
  expect(ran).toEqual(["old"]);
  expect(bells.jobs.get("report")).toMatchObject({ cron: "* * * * *" });
  await callboard.stop();
});
