import { whatsappTransport } from "@callboard/transport-whatsapp";
import { expect, test } from "vitest";

function warningsOf(graphVersion: string | undefined, day: string): readonly string[] {
  const transport = whatsappTransport({ phoneNumberId: "1", accessToken: "token", graphVersion });
  return transport.warnings?.(new Date(day)) ?? ["There are no warnings."];
}

const cases: [version: string | undefined, day: string, words: RegExp | null][] = [
  [undefined, "2026-11-24", null],
  ["v22.0", "2027-02-18", null],
  ["v22.0", "2027-02-20", /v22\.0 ends on 2027-05-20.*graphVersion/],
  ["v22.0", "2027-05-20", /v22\.0 had ended by 2027-05-20.*graphVersion/],
  ["v20.0", "2026-11-24", /had ended by 2026-09-24/],
  ["v9.0", "2026-11-24", /v9\.0 had ended by 2026-09-24/],
  ["v26.0", "2029-01-01", null],
  ["v31.0", "2029-01-01", null],
];
test.each(cases)("warnings() of version %s on %s", (version, day, words) => {
  const warnings = warningsOf(version, day);
  expect(warnings.length).toBe(words === null ? 0 : 1);
  if (words !== null) expect(warnings[0]).toMatch(words);
});
