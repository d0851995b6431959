import { postgres } from "@callboard/test-databases";
import { schedulers } from "@callboard/tests/crash/schedulers.ts";
import type { Audit } from "@callboard/tests/experiments/audit.ts";
import { changeScheduler } from "@callboard/tests/experiments/changed-scheduler.ts";
import { sqlite } from "@callboard/tests/experiments/databases.ts";
import { drain } from "@callboard/tests/experiments/drain.ts";
import { bullmq, inProcess, pgBoss } from "@callboard/tests/experiments/engines.ts";
import { restartedHost } from "@callboard/tests/experiments/restarted-host.ts";
import { rollingDeploy } from "@callboard/tests/experiments/rolling-deploy.ts";
import type { Part, PartTrial } from "../part.ts";
import { absenceOf } from "../places.ts";
import { counted, inFull } from "./in-full.ts";

/** R12: a host with nothing but its own timers is killed again and again. */
export const hostRestarted: readonly Part[] = [sqlite, postgres].map((database) =>
  inFull({
    name: `R12 restarted host ${database.name.toLowerCase()}`,
    absent: database.absent,
    async run({ findings }) {
      const [people, kills] = [2_000, 20];
      const found = await restartedHost({ database, people, kills });
      findings.figure("kills", kills, "processes");
      findings.figure("in the middle of a send then", found.inFlight, "rows");
      findings.none("rows too many or too few", Math.abs(found.rows - people));
      promised(found.audit, findings);
      findings.figure("goes on after a start, longest", Math.max(...found.pickedUpMs), "ms", 2_000);
    },
  }),
);

/** R21: a worker is told to stop in the middle of its sends: it waits for them, or gives them up. */
export const workerDrained: readonly Part[] = schedulers.flatMap(({ name: scheduler }) =>
  [
    { latencyMs: 200, drainMs: 10_000 },
    { latencyMs: 8_000, drainMs: 10_000 },
    { latencyMs: 8_000, drainMs: 300 },
  ].map((times) =>
    inFull({
      name: `R21 drain ${scheduler.toLowerCase()} ${times.latencyMs} ms within ${times.drainMs} ms`,
      absent: absenceOf(scheduler),
      async run({ findings }) {
        const found = await drain({ database: postgres, scheduler, ...times });
        findings.none("exit codes other than 0", found.ending?.code === 0 ? 0 : 1, "processes");
        findings.none("sends begun after the signal", found.messagesAfter - found.messagesBefore);
        findings.none("left behind as being sent", found.left.sending ?? 0);
        promised(found.audit, findings);
      },
    }),
  ),
);

/** R22: workers are replaced every three seconds, for five minutes. */
export const deploysRolling: readonly Part[] = schedulers.map(({ name: scheduler }) =>
  inFull({
    name: `R22 rolling deploy ${scheduler.toLowerCase()}`,
    absent: absenceOf(scheduler),
    async run({ findings }) {
      const pace = { forMs: 300_000, everyMs: 3_000, perSecond: 50 };
      const found = await rollingDeploy({ database: postgres, scheduler, ...pace });
      findings.figure("workers replaced", found.replaced, "processes");
      findings.figure("queued meanwhile", found.queued, "rows");
      const { 0: _wellEnded, ...others } = found.endings;
      findings.none("workers that did not end well", counted(others), "processes");
      promised(found.audit, findings);
    },
  }),
);

const engines = [inProcess, bullmq, pgBoss];

/** One scheduler's wake-ups wait, and the host is restarted with another one. */
export const schedulerChanged: readonly Part[] = engines.flatMap((from) =>
  engines
    .filter((to) => to !== from)
    .map((to) =>
      inFull({
        name: `change from ${from.name.toLowerCase()} to ${to.name.toLowerCase()}`,
        absent: postgres.absent ?? from.absent ?? to.absent,
        async run({ findings }) {
          const found = await changeScheduler({ database: postgres, from, to, notifications: 2_000 });
          findings.figure("waited while the host was restarted", found.waited, "rows");
          findings.none("not sent", counted(found.unsent));
          findings.none("told twice", found.repeatedSends);
        },
      }),
    ),
);

function promised(audit: Audit, findings: PartTrial["findings"]): void {
  findings.none("not sent", counted(audit.unsent));
  findings.none("called sent, though the provider never had it", audit.unfounded);
  findings.none("sent without an attempt", audit.ghosts);
  findings.figure("sent again, outcome unknown", audit.repeated - audit.unexplained, "rows");
  findings.none("sent again, outcome known", audit.unexplained);
}
