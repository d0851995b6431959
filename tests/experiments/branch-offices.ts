import { setTimeout } from "node:timers/promises";
import type { Scheduler, Storage } from "@callboard/core/adapter";
import { type FakeTransport, fakeTransport, recordingLogger } from "@callboard/testing";
import { type Office, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

/** So long that no experiment sees a sweep but the one at the start. */
export const neverMs = 600_000;

export interface BranchOfficesOptions<Tx> {
  readonly storage: Storage<Tx>;
  /** What one more process of the host makes. */
  readonly connect: () => Promise<Scheduler<Tx>>;
  /** How often the one that sweeps does so. @default 200 */
  readonly sweepMs?: number;
  /** How long the provider takes. @default 5 */
  readonly latencyMs?: number;
}

/** Three processes of one host: one queues, one sends and sweeps, and one sends what it is rung for. */
export interface BranchOffices {
  readonly queueing: Office;
  readonly sweeping: Office;
  readonly rung: Office;
  /** Of all three. */
  readonly transport: FakeTransport<"chat">;
  /** What all three had to say. */
  readonly logger: ReturnType<typeof recordingLogger>;
  /** How many notifications were told of. */
  told(): number;
  /** Asks the one that queues for an order's notifications to everybody. Returns how many. */
  queue(order: string, at?: Date): Promise<number>;
  /** Stops the one that sweeps, and queues until everybody is told: somebody was rung for it. */
  ringsAgain(): Promise<void>;
  stop(): Promise<void>;
}

/** Whom every order is for. */
export const userIds = Array.from({ length: 10 }, (_, index) => `user-${index}`);

/** Wires them; the two that send are not started yet. */
export async function branchOffices<Tx>({
  storage,
  connect,
  sweepMs = 200,
  latencyMs = 5,
}: BranchOfficesOptions<Tx>): Promise<BranchOffices> {
  const transport = slowTransport(latencyMs);
  const logger = recordingLogger();
  const open = async (everyMs: number) =>
    openOffice(storage, { scheduler: await connect(), transport, logger, sweepMs: everyMs });
  const [queueing, sweeping, rung] = [await open(neverMs), await open(sweepMs), await open(neverMs)];
  await queueing.furnish(userIds);
  const queue = async (order: string, at?: Date) => {
    const { queued } = await queueing.callboard.queueNotificationsToUsers({
      ...{ template: "order", context: { order }, userIds },
      ...(at && { at }),
    });
    return queued.length;
  };
  return {
    ...{ queueing, sweeping, rung, transport, logger, queue },
    told: () => new Set(transport.sent.map(({ notificationId }) => notificationId)).size,
    async ringsAgain() {
      await sweeping.callboard.stop();
      let probes = 0;
      // One that nobody was rung for, because the engine had just failed, is told of with a later one.
      await until("the scheduler rings again", async () => {
        await queue(`PROBE-${probes++}`);
        await setTimeout(100);
        return rung.isIdle();
      });
    },
    stop: async () =>
      void (await Promise.all([queueing, sweeping, rung].map(({ callboard }) => callboard.stop()))),
  };
}

/** Accepts every message after so long. */
export function slowTransport(latencyMs: number): FakeTransport<"chat"> {
  const transport = fakeTransport("chat");
  return {
    ...transport,
    async send(message, options) {
      await setTimeout(latencyMs);
      return transport.send(message, options);
    },
  };
}

/** What became of everything that was queued. */
export async function toldCounts({ rung, transport }: BranchOffices) {
  const rows = await rung.notifications();
  const sends = Object.values(tally(transport.sent.map(({ notificationId }) => notificationId)));
  return {
    queued: rows.length,
    unsent: tally(rows.map(({ status }) => status).filter((status) => status !== "sent")),
    repeatedSends: sends.reduce((sum, times) => sum + times - 1, 0),
  };
}
