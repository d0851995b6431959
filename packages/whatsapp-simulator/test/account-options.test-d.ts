import {
  type SimulatorClock,
  type StoredTemplate,
  startSimulator,
  virtualClock,
  type WhatsappSimulatorOptions,
} from "../src/index.js";

const from = "+263771234567";

({
  seed: 7,
  window: "open",
  limits: { pairBurst: null, messagesPerSecond: 20 },
  failures: { [from]: 131049 },
  errorDelivery: { 131049: "sync" },
  templateReview: { delayMs: 0, verdict: "SCAM" },
  templatePacing: { after: 10 },
  accessTokenExpiresAt: new Date(),
}) satisfies WhatsappSimulatorOptions;
({ limits: "none", templateReview: null }) satisfies WhatsappSimulatorOptions;

// @ts-expect-error no such window
({ window: "closed" }) satisfies WhatsappSimulatorOptions;
// @ts-expect-error no such limit
({ limits: { pairSize: 1 } }) satisfies WhatsappSimulatorOptions;
// @ts-expect-error no such way
({ errorDelivery: { 131049: "later" } }) satisfies WhatsappSimulatorOptions;
// @ts-expect-error no such reason
({ templateReview: { verdict: "UGLY" } }) satisfies WhatsappSimulatorOptions;
// @ts-expect-error pacing needs its number
({ templatePacing: {} }) satisfies WhatsappSimulatorOptions;
// @ts-expect-error times are dates
({ accessTokenExpiresAt: 0 }) satisfies WhatsappSimulatorOptions;

const clock = virtualClock(new Date());
clock satisfies SimulatorClock;
clock.advance(1) satisfies Promise<void>;
startSimulator({ clock });
// @ts-expect-error it starts at a date
virtualClock("2026-01-01");

declare const template: StoredTemplate;
template.status satisfies "APPROVED" | string;
// @ts-expect-error templates are changed by decisions
template.status = "APPROVED";
// @ts-expect-error no such status
template.status === "FINE";
