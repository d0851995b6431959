import { postgres } from "@callboard/test-databases";
import { sqlite } from "@callboard/tests/experiments/databases.ts";
import type { Engine } from "@callboard/tests/experiments/engine.ts";
import { bullmq, pgBoss } from "@callboard/tests/experiments/engines.ts";
import { sickRedis } from "@callboard/tests/experiments/sick-redis.ts";
import { down, sicknesses } from "@callboard/tests/experiments/sicknesses.ts";
import { wipedQueue } from "@callboard/tests/experiments/wiped-queue.ts";
import type { Part } from "../part.ts";
import { counted, inFull } from "./in-full.ts";

/** As in production. */
const sweepMs = 5_000;

/** Of a process that only queues, while Redis is unwell. */
const calls = 10_000;

/** R10: what the engine has been asked for is lost, at a third and at two thirds of 5,000. */
export const queueWiped: readonly Part[] = [bullmq, pgBoss].flatMap((engine) => [
  wiped(engine, "all"),
  wiped(engine, "half"),
]);

function wiped(engine: Engine, lost: "all" | "half"): Part {
  return inFull({
    name: `R10 ${engine.name.toLowerCase()} loses ${lost}`,
    absent: engine.absent ?? postgres.absent,
    async run({ findings }) {
      const loseSome = lost === "half" ? { loseSome: { seed: 1 } } : {};
      const sizes = { notifications: 5_000, spreadMs: 5_000, sweepMs };
      const found = await wipedQueue({ database: postgres, engine, ...sizes, ...loseSome });
      findings.none("not queued", sizes.notifications - found.queued);
      findings.none("not sent", counted(found.unsent));
      findings.none("told twice", found.repeatedSends);
      findings.none("slots of a recurring job missed", found.slotsMissed);
      findings.none("slots of a recurring job run twice", found.slotsRepeated);
    },
  });
}

/** R11: Redis is down, empty, full, read-only, silent … while a process queues. */
export const redisSick: readonly Part[] = sicknesses.map((sickness) =>
  inFull({
    name: `R11 redis ${sickness.name}`,
    absent: bullmq.absent,
    async run({ findings }) {
      const found = await sickRedis({
        ...{ database: sqlite, sickness, sweepMs, patienceMs: 300_000 },
        calls: calls / (sickness.times ?? 1),
        ...(sickness === down && { forMs: 60_000 }),
      });
      findings.figure("queued while Redis was unwell", found.queued, "calls");
      findings.none("calls that failed", found.rejected, "calls");
      findings.none("told only when Redis was back", found.queued - found.told);
      findings.none("not sent", counted(found.unsent));
      findings.none("told twice", found.repeatedSends);
      findings.figure("a call takes, p99", found.worst.p99Ms, "ms", 250);
      findings.figure("a call takes, longest", found.worst.longestMs, "ms");
      findings.figure("growth of memory", found.worst.growthMb, "MB", 20);
      findings.none("rings asked for beyond one a second", found.askedTooOften, "calls");
      if (!sickness.goesUnnoticed)
        findings.figure("health() says so after", found.noticedAfterMs, "ms", 10_000);
    },
  }),
);
