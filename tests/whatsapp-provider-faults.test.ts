import diagnostics from "node:diagnostics_channel";
import type { Socket } from "node:net";
import type { NotificationStatus } from "@callboard/core";
import { startSimulator } from "@callboard/whatsapp-simulator";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FaultRow, faultRows, type Provider } from "./provider-fault-rows.js";
import { reset, startFaultServer } from "./provider-fault-servers.js";
import {
  type Aftermath,
  aftermathOf,
  openFaultStage,
  ownWaitMs,
  uncertainWaitMs,
} from "./provider-fault-stage.js";
import { eventually, simulatorAccount } from "./whatsapp-stage.js";

/** What a fault of each class costs the message, and what it stops. */
const costs: Readonly<Record<FaultRow["becomes"], Cost>> = {
  accepted: { status: "sent", attempts: 1, uncertainties: 0, pauses: null },
  retry: { status: "pending", attempts: 1, uncertainties: 0, pauses: null },
  "retry-later": { status: "pending", attempts: 1, uncertainties: 0, pauses: null },
  sender: { status: "pending", attempts: 0, uncertainties: 0, pauses: "channel" },
  template: { status: "pending", attempts: 0, uncertainties: 0, pauses: "template" },
  uncertain: { status: "uncertain", attempts: 0, uncertainties: 1, pauses: null },
  "permanent-recipient": { status: "failed", attempts: 1, uncertainties: 0, pauses: null },
  "permanent-request": { status: "failed", attempts: 1, uncertainties: 0, pauses: null },
};

interface Cost {
  readonly status: NotificationStatus;
  readonly attempts: number;
  readonly uncertainties: number;
  readonly pauses: "channel" | "template" | null;
}

/** The whole exchange, with room for a machine that is busy with other things; the transport itself allows 2 s. */
const longestExchangeMs = 4_000;
/** What is kept of an answer, and the piece of it that was one too many. */
const mostRead = 65_536 + 65_536;

/** Connections of this process, as undici opens them. */
const dialled: { readonly host: string; readonly port: string }[] = [];
const connected: { readonly port: string; readonly socket: Socket }[] = [];

const onDial = (message: unknown) => {
  const { connectParams } = message as { connectParams: { hostname: string; port: string } };
  dialled.push({ host: connectParams.hostname, port: connectParams.port });
};
const onConnected = (message: unknown) => {
  const { connectParams, socket } = message as { connectParams: { port: string }; socket: Socket };
  connected.push({ port: connectParams.port, socket });
};
beforeAll(() => {
  diagnostics.subscribe("undici:client:beforeConnect", onDial);
  diagnostics.subscribe("undici:client:connected", onConnected);
});
afterAll(() => {
  diagnostics.unsubscribe("undici:client:beforeConnect", onDial);
  diagnostics.unsubscribe("undici:client:connected", onConnected);
});

describe.concurrent("one message meets a provider's fault", () => {
  for (const row of faultRows) {
    test(`${row.what}: ${row.becomes}`, async () => {
      const { aftermath, requests, port } = await meet(row.provider);
      expectCost(row, aftermath);
      expectWait(row, aftermath);
      expectAttempt(row, aftermath);
      expect(requests).toBe(isReached(row.provider) ? 1 : 0);
      expect(aftermath.log).not.toContain(simulatorAccount.accessToken);
      for (const { socket } of connected.filter((one) => one.port === port))
        expect(socket.bytesRead).toBeLessThanOrEqual(mostRead);
    });
  }
});

test("no redirect was followed: nothing but this machine was ever dialled, and one name that does not exist", () => {
  expect(dialled.length).toBeGreaterThan(faultRows.length / 2);
  expect(new Set(dialled.map(({ host }) => host))).toEqual(new Set(["127.0.0.1", "graph.invalid"]));
});

test("a token that is revoked stops 20 messages after as many requests as were in flight, with one alarm", async () => {
  const simulator = await startSimulator({ window: "open" });
  const stage = openFaultStage({
    transport: { baseUrl: simulator.url, accessToken: "revoked" },
    ...{ people: 20, concurrency: 3 },
  });
  try {
    const ids = await stage.queueAndStart();
    await eventually(async () => {
      const attempts = await Promise.all(ids.map(stage.attemptsOf));
      expect(attempts.flat().length).toBeGreaterThan(0);
      for (const { outcome } of attempts.flat()) expect(outcome).toBe("sender");
    });
    await stage.callboard.stop({ drainMs: 1_000 });
    expect(simulator.requestCount()).toBeLessThanOrEqual(3);
    expect(stage.pauses).toEqual([{ template: null, forMs: 60_000 }]);
    expect(stage.alarms()).toBe(1);
    for (const { status, attempts } of await stage.storage.notifications.getMany(ids))
      expect([status, attempts]).toEqual(["pending", 0]);
  } finally {
    await stage.callboard.stop({ drainMs: 1_000 });
    await simulator.stop();
  }
});

test("a provider that loses every answer is asked twice, after which the message fails as uncertain", async () => {
  const server = await startFaultServer({ onRequest: reset });
  const stage = openFaultStage({ transport: { baseUrl: urlOf(server.port) }, uncertainWaitMs: 50 });
  try {
    const [id = ""] = await stage.queueAndStart();
    const row = await eventually(async () => {
      const [found] = await stage.storage.notifications.getMany([id]);
      expect(found?.status).toBe("failed");
      return found;
    });
    expect(row).toMatchObject({ attempts: 0, uncertainties: 2, failure: { failureClass: "uncertain" } });
    expect((await stage.attemptsOf(id)).map(({ outcome }) => outcome)).toEqual(["uncertain", "uncertain"]);
    expect(server.requestCount()).toBe(2);
  } finally {
    await stage.callboard.stop({ drainMs: 1_000 });
    await server.close();
  }
});

test("a message that must not be repeated stays uncertain after a lost answer, and the provider is asked once", async () => {
  const server = await startFaultServer({ onRequest: reset });
  const stage = openFaultStage({ transport: { baseUrl: urlOf(server.port) }, uncertainWaitMs: 1 });
  try {
    const [id = ""] = await stage.queueAndStart("hold");
    const row = await eventually(async () => {
      const [found] = await stage.storage.notifications.getMany([id]);
      expect(found?.status).toBe("uncertain");
      return found;
    });
    expect(row?.nextAttemptAt).toBeNull();
    await stage.callboard.stop({ drainMs: 1_000 });
    expect(server.requestCount()).toBe(1);
  } finally {
    await stage.callboard.stop({ drainMs: 1_000 });
    await server.close();
  }
});

function expectCost({ what, becomes }: FaultRow, { notification, pauses, alarms }: Aftermath): void {
  const { pauses: scope, ...cost } = costs[becomes];
  expect(notification, what).toMatchObject(cost);
  expect(notification.crashes).toBe(0);
  const template = scope === "template" ? "order" : null;
  expect(pauses).toEqual(scope === null ? [] : [{ template, forMs: expect.any(Number) }]);
  expect(alarms).toBe(scope === null ? 0 : 1);
}

function expectWait({ becomes, waitMs }: FaultRow, { notification, attempts, pauses }: Aftermath): void {
  const { status, nextAttemptAt } = notification;
  const dueInMs = nextAttemptAt === null ? null : Number(nextAttemptAt) - Number(attempts[0]?.endedAt);
  if (status === "pending") expectNear(pauses[0]?.forMs ?? dueInMs, waitMs);
  else expect(dueInMs).toBe(becomes === "uncertain" ? uncertainWaitMs : null);
}

function expectNear(actualMs: number | null, waitMs: number | null): void {
  const [least, most] = waitMs === null ? [0, ownWaitMs] : [0.9 * waitMs, 1.1 * waitMs];
  expect(actualMs).toBeGreaterThanOrEqual(least);
  expect(actualMs).toBeLessThanOrEqual(most);
}

function expectAttempt({ becomes, code }: FaultRow, { notification, attempts }: Aftermath): void {
  expect(attempts).toHaveLength(1);
  expect(attempts[0]).toMatchObject({ outcome: becomes, providerCode: code });
  expect(attempts[0]?.durationMs).toBeLessThanOrEqual(longestExchangeMs);
  const accepted = becomes === "accepted";
  expect(notification.providerMessageId).toBe(accepted ? "wamid.accepted" : null);
  expect(notification.failure?.failureClass).toBe(accepted ? undefined : becomes);
  expect(notification.failure?.providerCode).toBe(accepted ? undefined : code);
  expect(notification.failure?.hint).not.toBe("");
}

interface Meeting {
  readonly aftermath: Aftermath;
  /** Requests that the provider got. */
  readonly requests: number;
  readonly port: string;
}

async function meet(provider: Provider): Promise<Meeting> {
  if ("url" in provider) {
    const { url: baseUrl } = provider;
    return { aftermath: await aftermathOf({ transport: { baseUrl } }), requests: 0, port: "none" };
  }
  if ("graph" in provider) {
    const simulator = await startSimulator({ window: "open" });
    simulator.failNext(provider.graph);
    try {
      const aftermath = await aftermathOf({ transport: { baseUrl: simulator.url } });
      return { aftermath, requests: simulator.requestCount(), port: new URL(simulator.url).port };
    } finally {
      await simulator.stop();
    }
  }
  const server = await startFaultServer(provider.wire);
  try {
    const baseUrl = urlOf(server.port, provider.scheme);
    const aftermath = await aftermathOf({ transport: { baseUrl, connectTimeoutMs: 300 } });
    return { aftermath, requests: server.requestCount(), port: String(server.port) };
  } finally {
    await server.close();
  }
}

function isReached(provider: Provider): boolean {
  return "graph" in provider || ("wire" in provider && provider.scheme !== "https");
}

function urlOf(port: number, scheme = "http"): string {
  return `${scheme}://127.0.0.1:${port}`;
}
