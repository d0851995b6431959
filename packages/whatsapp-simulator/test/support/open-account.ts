import {
  startSimulator,
  type VirtualClock,
  virtualClock,
  type WhatsappSimulator,
  type WhatsappSimulatorOptions,
} from "@callboard/whatsapp-simulator";
import { onTestFinished } from "vitest";
import { type Answered, authorized } from "./open-simulator.js";

export interface OpenAccount {
  readonly simulator: WhatsappSimulator;
  readonly clock: VirtualClock;
  /** Calls the API with the right token. `path` begins after the version. */
  call(method: string, path: string, body?: unknown): Promise<Answered>;
  /** Creates a template and returns its id. */
  create(template: unknown): Promise<string>;
  send(body: unknown): Promise<Answered>;
}

export const phoneNumberId = "100000000000001";
export const templatesPath = "100000000000002/message_templates";
export const secondMs = 1_000;
export const minuteMs = 60_000;
export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** A simulator as it is without options, on a virtual clock, stopped when the test ends. */
export async function openAccount(options: WhatsappSimulatorOptions = {}): Promise<OpenAccount> {
  const clock = virtualClock(new Date("2026-11-23T08:00:00Z"));
  const simulator = await startSimulator({ clock, ...options });
  onTestFinished(() => simulator.stop());
  const call: OpenAccount["call"] = async (method, path, body) => {
    const response = await fetch(`${simulator.url}/v25.0/${path}`, {
      method,
      headers: authorized,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };
  return {
    simulator,
    clock,
    call,
    async create(template) {
      const { body } = await call("POST", templatesPath, template);
      if (body.id === undefined) throw new Error(JSON.stringify(body));
      return body.id;
    },
    send: (body) => call("POST", `${phoneNumberId}/messages`, body),
  };
}

/** A template without a fault, `changes` put over it. */
export function draft(changes: Record<string, unknown> = {}) {
  return {
    name: "order_shipped",
    language: "en_US",
    category: "UTILITY",
    components: [body("Order {{1}} is on its way to you.", [["A-17"]])],
    ...changes,
  };
}

export function body(text: string, examples?: unknown) {
  return { type: "BODY", text, ...(examples !== undefined && { example: { body_text: examples } }) };
}
