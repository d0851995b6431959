import { DeliveryError } from "@callboard/core/adapter";
import { expect, test } from "vitest";
import { recordingLogger } from "../src/index.js";

test("entries hold what was logged, in order", () => {
  const logger = recordingLogger();
  logger.debug({ count: 1 }, "one");
  logger.error({ count: 2 }, "two");
  expect(logger.entries).toEqual([
    { level: "debug", fields: { count: 1 }, message: "one" },
    { level: "error", fields: { count: 2 }, message: "two" },
  ]);
});

test("text() finds a secret wherever it hides", () => {
  const secret = 'a secret\n"in two lines"';
  const cause = new Error(secret);
  const places: object[] = [
    { secret },
    { [secret]: 1 },
    { deep: [{ deeper: new Map([["key", new Set([secret])]]) }] },
    { err: cause },
    { err: new DeliveryError("refused", { failureClass: "retry", hint: "Wait.", cause }) },
    { err: new AggregateError([cause]) },
    Object.defineProperty({}, "hidden", { value: secret }),
  ];
  for (const fields of places) {
    const logger = recordingLogger();
    logger.warn(fields, "something");
    expect(logger.text()).toContain(secret);
    expect(logger.text()).toContain("something");
  }
});

test("text() ends on fields that refer to themselves, and shows dates, numbers and null", () => {
  const fields: Record<string, unknown> = { at: new Date("2026-01-01T00:00:00Z"), count: 42, none: null };
  fields.self = fields;
  const logger = recordingLogger();
  logger.info(fields, "circular");
  for (const part of ["2026-01-01T00:00:00.000Z", "42", "null"]) expect(logger.text()).toContain(part);
});
