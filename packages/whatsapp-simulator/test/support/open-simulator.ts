import {
  startSimulator,
  type WhatsappSimulator,
  type WhatsappSimulatorOptions,
} from "@callboard/whatsapp-simulator";
import { onTestFinished } from "vitest";
import { type FakeClock, fakeClock } from "./fake-clock.js";

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  // biome-ignore lint/suspicious/noExplicitAny: tests read deep into bodies of many shapes
  readonly body: any;
}

export interface OpenSimulator {
  readonly simulator: WhatsappSimulator;
  readonly clock: FakeClock;
  /** Posts `body` to the messages endpoint with the right token. */
  send(body: unknown, headers?: Record<string, string>): Promise<Answered>;
  /** Posts anything anywhere. */
  post(path: string, body: string, headers?: Record<string, string>): Promise<Answered>;
  /** Lets the clock run, then waits for the webhooks that fell due. */
  pass(ms: number): Promise<void>;
}

export const messagesPath = "/v25.0/100000000000001/messages";

/** A simulator on a clock that stands still and takes free text at any time, stopped when the test ends. */
export async function openSimulator(options: WhatsappSimulatorOptions = {}): Promise<OpenSimulator> {
  const clock = fakeClock();
  const simulator = await startSimulator({ clock, window: "open", ...options });
  onTestFinished(() => simulator.stop());
  const post: OpenSimulator["post"] = async (path, body, headers = {}) => {
    const response = await fetch(`${simulator.url}${path}`, { method: "POST", headers, body });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.startsWith("application/json") === true;
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
  };
  return {
    simulator,
    clock,
    post,
    send: (body, headers) => post(messagesPath, JSON.stringify(body), { ...authorized, ...headers }),
    async pass(ms) {
      clock.advance(ms);
      await simulator.settled();
    },
  };
}

export const authorized = {
  authorization: "Bearer simulator-access-token",
  "content-type": "application/json",
};

export function textMessage(body: string, more: Record<string, unknown> = {}) {
  return { messaging_product: "whatsapp", to: "+263771234567", type: "text", text: { body }, ...more };
}

/** A template send with positional body parameters. */
export function templateMessage(
  name: string,
  {
    parameters = [],
    language = "en_US",
    components = [],
  }: {
    parameters?: readonly unknown[];
    language?: string;
    components?: readonly unknown[];
  } = {},
) {
  const body = { type: "body", parameters: parameters.map((text) => ({ type: "text", text })) };
  const template = { name, language: { code: language }, components: [body, ...components] };
  return { messaging_product: "whatsapp", to: "+263771234567", type: "template", template };
}
