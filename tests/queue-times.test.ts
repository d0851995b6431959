import type { LocalTime } from "@callboard/core";
import { testClock } from "@callboard/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { failure, openStage } from "./queue-stage.js";
import { embedded } from "./storages.js";

const message = { template: "order_shipped", context: { order: "A-17" }, userIds: ["ada"] } as const;

const shown: [what: string, local: string, timeZone: string, instant: string][] = [
  ["a zone that never changes", "2026-12-01T08:00", "Africa/Harare", "2026-12-01T06:00:00.000Z"],
  ["a time with seconds", "2026-12-01T08:00:30", "Africa/Harare", "2026-12-01T06:00:30.000Z"],
  ["half an hour", "2026-06-01T08:00", "Asia/Kolkata", "2026-06-01T02:30:00.000Z"],
  ["three quarters of an hour", "2026-06-01T08:00", "Asia/Kathmandu", "2026-06-01T02:15:00.000Z"],
  [
    "far ahead of UTC, on the day before",
    "2026-01-02T03:00",
    "Pacific/Kiritimati",
    "2026-01-01T13:00:00.000Z",
  ],
  ["far behind UTC, on the day after", "2026-01-01T20:00", "Pacific/Niue", "2026-01-02T07:00:00.000Z"],
  ["UTC", "2026-06-01T08:00", "UTC", "2026-06-01T08:00:00.000Z"],
  ["Berlin in winter", "2026-03-29T01:59:59", "Europe/Berlin", "2026-03-29T00:59:59.000Z"],
  ["Berlin, the first second of the gap", "2026-03-29T02:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ["Berlin, inside the gap", "2026-03-29T02:30", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ["Berlin, the last second of the gap", "2026-03-29T02:59:59", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ["Berlin after the gap", "2026-03-29T03:00", "Europe/Berlin", "2026-03-29T01:00:00.000Z"],
  ["Berlin before the fold", "2026-10-25T01:59:59", "Europe/Berlin", "2026-10-24T23:59:59.000Z"],
  ["Berlin, shown twice", "2026-10-25T02:30", "Europe/Berlin", "2026-10-25T00:30:00.000Z"],
  ["Berlin, shown twice, at its beginning", "2026-10-25T02:00", "Europe/Berlin", "2026-10-25T00:00:00.000Z"],
  ["Berlin after the fold", "2026-10-25T03:00", "Europe/Berlin", "2026-10-25T02:00:00.000Z"],
  ["New York, inside the gap", "2026-03-08T02:15", "America/New_York", "2026-03-08T07:00:00.000Z"],
  ["New York, shown twice", "2026-11-01T01:15", "America/New_York", "2026-11-01T05:15:00.000Z"],
  ["New York after the fold", "2026-11-01T02:00", "America/New_York", "2026-11-01T07:00:00.000Z"],
  [
    "Lord Howe, inside its half hour's gap",
    "2026-10-04T02:10",
    "Australia/Lord_Howe",
    "2026-10-03T15:30:00.000Z",
  ],
  ["a leap day", "2028-02-29T12:00", "Africa/Harare", "2028-02-29T10:00:00.000Z"],
];

const unreadable: [what: string, time: unknown, cure: RegExp][] = [
  ["text", "2026-12-01T08:00", /must be a valid Date, or a local time such as \{ local:/],
  ["null", null, /must be a valid Date, or a local time such as/],
  [
    "no zone",
    { local: "2026-12-01T08:00" },
    /timeZone must be the IANA name of a zone, such as "Africa\/Harare"/,
  ],
  [
    "an unknown zone",
    { local: "2026-12-01T08:00", timeZone: "Africa/Hararee" },
    /timeZone must be the IANA name/,
  ],
  [
    "a zone with an offset behind it",
    { local: "2026-12-01T08:00", timeZone: "Mars/Olympus+02" },
    /timeZone must be/,
  ],
  [
    "an offset",
    { local: "2026-12-01T08:00", timeZone: "+02:00" },
    /timeZone must be the IANA name of a zone/,
  ],
  ["a name of JavaScript's own", { local: "2026-12-01T08:00", timeZone: "constructor" }, /timeZone must be/],
  ["no local time", { timeZone: "Africa/Harare" }, /local must be a time such as "2026-12-01T08:00"/],
  ["a Date as local time", { local: new Date(0), timeZone: "Africa/Harare" }, /local must be a time such as/],
  ["a date alone", { local: "2026-12-01", timeZone: "Africa/Harare" }, /local must be a time such as/],
  ["a time of UTC", { local: "2026-12-01T08:00Z", timeZone: "Africa/Harare" }, /without a zone/],
  [
    "a day that is not",
    { local: "2026-02-30T08:00", timeZone: "Africa/Harare" },
    /local must be a time such as/,
  ],
  [
    "an hour that is not",
    { local: "2026-12-01T24:00", timeZone: "Africa/Harare" },
    /local must be a time such as/,
  ],
];

describe.each(embedded)("on $name", (kind) => {
  test.each(shown)(
    "at, a local time of %s (%s %s), is the first instant at which it is shown or passed",
    async (...row) => {
      const [, local, timeZone, instant] = row;
      const { callboard, rows, bells } = await openStage(kind);
      await callboard.queueNotificationsToUsers({ ...message, at: { local, timeZone } });
      const [row1] = await rows();
      expect(row1).toMatchObject({ notBefore: new Date(instant), nextAttemptAt: new Date(instant) });
      expect(bells.wakes).toMatchObject([{ at: new Date(instant) }]);
    },
  );

  test("expiresAt, a local time, is kept as its instant", async () => {
    const { callboard, rows } = await openStage(kind);
    const expiresAt = { local: "2026-12-01T08:00", timeZone: "Africa/Harare" };
    await callboard.queueNotificationsToUsers({ ...message, expiresAt });
    expect(await rows()).toMatchObject([{ notBefore: null, expiresAt: new Date("2026-12-01T06:00:00Z") }]);
  });

  test("expiresAt that is no later than at, one of them a local time, is refused", async () => {
    const { callboard, rows } = await openStage(kind);
    const at = { local: "2026-12-01T08:00", timeZone: "Africa/Harare" };
    const expiresAt = new Date("2026-12-01T06:00:00Z");
    const error = await failure(callboard.queueNotificationsToUsers({ ...message, at, expiresAt }));
    expect(error).toMatchObject({ path: "queueNotificationsToUsers({ expiresAt })" });
    expect(await rows()).toEqual([]);
  });

  test.each(unreadable)(
    "at and expiresAt that hold %s are refused with the cure",
    async (_what, time, cure) => {
      const { callboard, rows } = await openStage(kind);
      for (const option of ["at", "expiresAt"]) {
        const error = await failure(
          callboard.queueNotificationsToUsers({ ...message, [option]: time as LocalTime }),
        );
        expect(error).toMatchObject({
          name: "InvalidOptionsError",
          path: `queueNotificationsToUsers({ ${option} })`,
          message: expect.stringMatching(cure),
        });
      }
      expect(await rows()).toEqual([]);
    },
  );
});

test("at, a local time within three hours of a change of clocks, is the first instant that shows or passes it", async () => {
  const { callboard, storage } = await openStage(embedded[0]!, {
    clock: testClock(new Date("2025-12-31T00:00:00Z")),
  });
  const zones = [
    "Europe/Berlin",
    "America/New_York",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
  ];
  const changes = zones.flatMap((timeZone) => changesOf(timeZone).map((change) => ({ timeZone, change })));
  expect(changes.length).toBeGreaterThanOrEqual(10);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...changes),
      fc.integer({ min: -180, max: 180 }),
      async ({ timeZone, change }, minutes) => {
        const local = shownAt(change + minutes * minuteMs, timeZone);
        const skipped = {
          local: new Date(Date.parse(`${local}Z`) - 20 * minuteMs).toISOString().slice(0, 19),
          timeZone,
        };
        for (const at of [{ local, timeZone }, skipped]) {
          const { queued } = await callboard.queueNotificationsToUsers({ ...message, at });
          const [row] = await storage.notifications.getMany([queued[0]!.id]);
          expectFirst(row!.notBefore!.getTime(), at);
        }
      },
    ),
    { numRuns: 150 },
  );
});

const minuteMs = 60_000;

/** An instant that shows a time, and the ones before do not; or the end of the gap in which the time lies. */
function expectFirst(instant: number, { local, timeZone }: LocalTime): void {
  const shownThen = shownAt(instant, timeZone);
  if (shownThen === local) {
    for (let minutes = 1; minutes <= 240; minutes += 1)
      expect(shownAt(instant - minutes * minuteMs, timeZone)).not.toBe(local);
  } else {
    expect(shownThen > local).toBe(true);
    expect(shownAt(instant - 1_000, timeZone) < local).toBe(true);
  }
}

/** What the clocks of a place show, for example `2026-12-01T08:00:00`. */
function shownAt(instant: number, timeZone: string): string {
  const format =
    formats.get(timeZone) ??
    new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "medium" });
  formats.set(timeZone, format);
  return format.format(instant).replace(" ", "T");
}

const formats = new Map<string, Intl.DateTimeFormat>();

/** The instants of 2026 at which a place changes its clocks. */
function changesOf(timeZone: string): number[] {
  const changes: number[] = [];
  const offsetAt = (instant: number) => Date.parse(`${shownAt(instant, timeZone)}Z`) - instant;
  const end = Date.parse("2027-01-01T00:00:00Z");
  for (let instant = Date.parse("2026-01-01T00:00:00Z"); instant < end; instant += 30 * minuteMs) {
    if (offsetAt(instant) !== offsetAt(instant - 30 * minuteMs)) changes.push(instant);
  }
  return changes;
}
