import { type CleanUp, withCleanUps } from "@callboard/tests/crash/clean-ups.ts";
import { until } from "@callboard/tests/experiments/until.ts";
import { type Side as Contestant, measure, summarise } from "../harness/measure.ts";
import { counted, shown, withSpread } from "../harness/report.ts";
import { context, groupOf, people, templateName } from "../workload.ts";
import { forgetNotifications, requestFor, setUpPeople } from "./addressees.ts";
import { allEnded } from "./audit.ts";
import { bullmqByHand } from "./by-hand/bullmq-by-hand.ts";
import type { ByHand } from "./by-hand/by-hand.ts";
import { pgBossByHand } from "./by-hand/pg-boss-by-hand.ts";
import { openSide, type Side } from "./open-side.ts";
import type { Part, PartTrial } from "./part.ts";
import { absenceOf, openPlace } from "./places.ts";
import { openProvider, type Provider } from "./provider.ts";

const teams = { BullMQ: bullmqByHand, "pg-boss": pgBossByHand };

/** How many times as fast Callboard is to be. */
const target = { atLeast: 3 };

/** From the call that queues until every row is sent, in one process: with Callboard, and with the engine by hand. */
export function againstByHand(engine: keyof typeof teams): Part {
  return {
    name: `by-hand ${engine.toLowerCase()}`,
    inQuick: true,
    absent: absenceOf(engine),
    run: (trial) => withCleanUps((atTheEnd) => contest(engine, trial, atTheEnd)),
  };
}

async function contest(
  engine: keyof typeof teams,
  { args: { quick }, report, findings }: PartTrial,
  atTheEnd: (cleanUp: CleanUp) => void,
): Promise<void> {
  const [count, rounds] = quick ? [500, 3] : [10_000, 5];
  report.progress(`${engine}: ${counted(count)} messages, by hand and with Callboard, ${rounds} rounds`);
  const place = await openPlace(engine, atTheEnd, { notified: engine === "pg-boss" });
  const provider = await openProvider();
  atTheEnd(provider.close);
  const hand = teams[engine](place, provider.url);
  atTheEnd(hand.close);
  await hand.setUp(people(count), groupOf(count));
  const side = await openSide(place, provider.url);
  atTheEnd(side.close);
  await setUpPeople(side.store, [count]);
  const team = withCpu(byHand(hand, provider, count));
  const callboard = withCpu(withCallboard(side, provider, count));
  const results = await measure([team, callboard], rounds);
  const ratio = results.ratio("by hand", "end to end", "callboard");
  findings.figure("times as fast", ratio.median, "x", target);
  const ms = (who: string, label: string) => results.ms(who, label);
  report.table(
    `${counted(count)} messages in one process, provider of 0 ms, under ${engine}`,
    ["", "Queue", "End to end", "A second", "CPU a message"],
    [team, callboard].map(({ name, cpuMs }) => [
      name,
      withSpread(ms(name, "queue"), " ms"),
      withSpread(ms(name, "end to end"), " ms"),
      counted(count / (ms(name, "end to end").median / 1_000)),
      // The first round warms up.
      `${shown((1_000 * summarise(cpuMs.slice(1)).median) / count)} µs`,
    ]),
  );
  report.note(`Callboard is ${withSpread(ratio, " times")} as fast; ${target.atLeast} are wanted.`);
}

/** Notes what each round costs the process, in ms of a core; servers have their own. */
function withCpu(side: Contestant): Contestant & { readonly cpuMs: readonly number[] } {
  const cpuMs: number[] = [];
  return {
    name: side.name,
    cpuMs,
    async round(time, index) {
      const before = process.cpuUsage();
      await side.round(time, index);
      const { user, system } = process.cpuUsage(before);
      cpuMs.push((user + system) / 1_000);
    },
  };
}

function byHand(hand: ByHand, provider: Provider, count: number): Contestant {
  return {
    name: "by hand",
    async round(time, index) {
      await hand.clear();
      await provider.begin({ latencyMs: 0 });
      await hand.start();
      await time("end to end", async () => {
        await time("queue", () => hand.queue({ group: groupOf(count), key: `event ${index}`, context }));
        await provider.told(count);
        await until("all are sent", async () => (await hand.sent()) === count, { everyMs: 5 });
      });
      await hand.stop();
    },
  };
}

function withCallboard({ callboard, store }: Side, provider: Provider, count: number): Contestant {
  return {
    name: "callboard",
    async round(time, index) {
      await forgetNotifications(store);
      await provider.begin({ latencyMs: 0 });
      await callboard.start();
      const request = { template: templateName, context, ...requestFor(count, `event ${index}`) } as const;
      await time("end to end", async () => {
        await time("queue", () => callboard.queueNotificationsToUsers(request));
        await provider.told(count);
        await allEnded(store);
      });
      await callboard.stop();
    },
  };
}
