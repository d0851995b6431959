import { setTimeout } from "node:timers/promises";
import type { RecurringStore } from "@callboard/core/adapter";
import { kyselyStorage } from "@callboard/storage-kysely";
import type { ExperimentDatabase } from "./databases.ts";
import { jumpingClock } from "./jumping-clock.ts";
import { type Office, openOffice, tally } from "./office.ts";
import { until } from "./until.ts";

export interface SlotJumpsOptions {
  readonly database: ExperimentDatabase;
  /** How far one host's clock jumps, for three seconds. */
  readonly offsetMs: number;
  /** Whether there is another host, whose clock is right. */
  readonly hasOther: boolean;
  /** Lets every host run every slot: what happens without the mark. @default false */
  readonly unmarked?: boolean;
  /** Gives a slot to the first host whose clock says that it has come. @default false */
  readonly byHostClock?: boolean;
}

export interface SlotJumpsCounts {
  readonly slots: number;
  /** Slots that ran more than a second before their time, by the database's clock. */
  readonly early: number;
  readonly twice: number;
  /** Slots that did not run, from the first one to the end. */
  readonly missed: number;
  /** Those of them that came when the clock had been right again for a while. */
  readonly missedAfterwards: number;
}

const periodMs = 2_000;

/** C02: a job of every other second meets a host whose clock jumps, and is set right again. */
export async function slotJumps(options: SlotJumpsOptions): Promise<SlotJumpsCounts> {
  const { database, offsetMs, hasOther } = options;
  const { db, close } = await database.open();
  const marked = kyselyStorage({ db, dialect: database.dialect });
  await marked.migrate();
  const storage = { ...marked, recurring: withoutSafeguards(marked.recurring, options) };
  const clock = jumpingClock();
  const offices = [openOffice(storage, { clock }), ...(hasOther ? [openOffice(storage)] : [])];
  const ran: number[] = [];
  let early = 0;
  const run = async ({ slot }: { readonly slot: Date }) => {
    ran.push(slot.getTime());
    if (slot.getTime() > Date.now() + 1_000) early += 1;
  };
  try {
    for (const { callboard } of offices as Office[]) {
      await callboard.every("often", { cron: "*/2 * * * * *", timeZone: "UTC", run });
      await callboard.start();
    }
    await until("a slot has run", () => ran.length > 0);
    clock.jumpTo(offsetMs);
    await setTimeout(3_000);
    clock.jumpTo(0);
    const rightAt = Date.now();
    await setTimeout(5_000);
    const first = ran[0] ?? Number.NaN;
    const count = Math.floor((Date.now() - 1_000 - first) / periodMs) + 1;
    const slots = Array.from({ length: count }, (_, index) => first + index * periodMs);
    const missed = slots.filter((slot) => !ran.includes(slot));
    return {
      ...{ slots: ran.length, early },
      twice: Object.values(tally(ran.map(String))).filter((times) => times > 1).length,
      missed: missed.length,
      missedAfterwards: missed.filter((slot) => slot > rightAt + periodMs / 2).length,
    };
  } finally {
    await Promise.all(offices.map(({ callboard }) => callboard.stop()));
    await close();
  }
}

function withoutSafeguards<Tx>(
  sound: RecurringStore<Tx>,
  { unmarked = false, byHostClock = false }: SlotJumpsOptions,
): RecurringStore<Tx> {
  const marks = new Map<string, Date>();
  const claimed = (previous: Date | null) => ({ type: "claimed" as const, previous, lateMs: 0 });
  if (unmarked) return { claimSlot: async () => claimed(null) };
  if (!byHostClock) return sound;
  return {
    async claimSlot(job, slot) {
      const mark = marks.get(job) ?? null;
      if (mark && mark >= slot) return { type: "over" };
      marks.set(job, slot);
      return claimed(mark);
    },
  };
}
