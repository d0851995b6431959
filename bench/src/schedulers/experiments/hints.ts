import { postgres } from "@callboard/test-databases";
import { bullmq, inProcess, pgBoss } from "@callboard/tests/experiments/engines.ts";
import { meetForeignHints } from "@callboard/tests/experiments/foreign-hints.ts";
import { monthAway } from "@callboard/tests/experiments/month-away.ts";
import type { Part } from "../part.ts";
import { counted, inFull } from "./in-full.ts";

/** C06: nobody works for a month, and the engine cleans up behind itself. */
export const workersAway: readonly Part[] = [inProcess, bullmq, pgBoss].map((engine) =>
  inFull({
    name: `C06 month away ${engine.name.toLowerCase()}`,
    absent: engine.absent ?? postgres.absent,
    async run({ findings }) {
      const each = 500;
      const found = await monthAway({ database: postgres, engine, notifications: each });
      const { "due in 40 days": later = {}, ...others } = found.ended;
      const ended = Object.values(others).map(({ sent = 0, expired = 0 }) => sent + expired);
      findings.figure("wake-ups that the engine still had", found.wakeUpsLeft, "rows");
      findings.none(
        "gone, or without an end",
        ended.length * each - ended.reduce((sum, one) => sum + one, 0),
      );
      findings.none("not due yet, and no longer waiting", each - (later.pending ?? 0));
      const told = (found.events["notification.sent"] ?? 0) + (found.events["notification.expired"] ?? 0);
      findings.none("ended without an event", ended.reduce((sum, one) => sum + one, 0) - told);
      findings.none("told twice", found.repeatedSends);
    },
  }),
);

/** D07: the queue holds what other versions wrote. */
export const hintsOfOthers: readonly Part[] = [bullmq, pgBoss].map((engine) =>
  inFull({
    name: `D07 foreign hints ${engine.name.toLowerCase()}`,
    absent: engine.absent ?? postgres.absent,
    async run({ findings }) {
      const found = await meetForeignHints({ database: postgres, engine });
      findings.none("hints that rang for nobody", found.hints - found.rung);
      findings.none("jobs left over", counted(found.jobs));
      findings.none("troubles in the log", found.troubles, "calls");
    },
  }),
);
