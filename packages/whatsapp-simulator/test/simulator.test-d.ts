import type { SimulatorFault, WhatsappSimulator, WhatsappSimulatorOptions } from "../src/index.js";

declare const simulator: WhatsappSimulator;
const from = "+263771234567";

simulator.receive({ from, text: "Hi" });
simulator.receive({ from, type: "audio", voice: true });
simulator.receive({ from, type: "reaction", messageId: "wamid.x", emoji: "" });
// @ts-expect-error a reaction needs the message it is about
simulator.receive({ from, type: "reaction", emoji: "" });
// @ts-expect-error no such kind
simulator.receive({ from, type: "smell" });
// @ts-expect-error a text is a string
simulator.receive({ from, text: 1 });

simulator.announce("user_preferences", { from, value: "stop" });
simulator.announce("account_update", { event: "DISABLED_UPDATE", info: { ban_info: {} } });
// @ts-expect-error details of another kind
simulator.announce("user_preferences", { event: "DISABLED_UPDATE" });
// @ts-expect-error no such kind
simulator.announce("earthquake", {});

simulator.failNext({ kind: "slow-body" }, { on: "management", times: 2 });
// @ts-expect-error silence needs its time
simulator.failNext({ kind: "silence" });
// @ts-expect-error no such calls
simulator.failNext({ kind: "reset" }, { on: "media" });

simulator.decideTemplate("1", { kind: "reject", reason: "SCAM" });
// @ts-expect-error a rejection needs a reason
simulator.decideTemplate("1", { kind: "reject" });
// @ts-expect-error no such category
simulator.decideTemplate("1", { kind: "recategorise", category: "SERVICE" });

({ kind: "error", code: 131000 }) satisfies SimulatorFault;
({
  identity: "bsuid-only",
  people: { [from]: { name: "Tariro", identity: "phone" }, "+12025550100": "Ada" },
  webhookDelivery: { batchSize: 10, shape: "v23" },
  webhookRetryDelaysMs: "seven-days",
}) satisfies WhatsappSimulatorOptions;
// @ts-expect-error no such identity
({ identity: "passport" }) satisfies WhatsappSimulatorOptions;
// @ts-expect-error no such shape
({ webhookDelivery: { shape: "v1" } }) satisfies WhatsappSimulatorOptions;
// @ts-expect-error no such retries
({ webhookRetryDelaysMs: "for ever" }) satisfies WhatsappSimulatorOptions;
