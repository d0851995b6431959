import type { SlotClaim } from "@callboard/core/adapter";
import {
  ignoresTransaction,
  type Mutants,
  type Mutation,
  mutantOf,
  othersFirst,
  type Sound,
} from "./mutant.js";

type Recurring = Sound["recurring"];
type Claim = Parameters<Recurring["claimSlot"]>;
type Claimed = SlotClaim & { readonly type: "claimed" };

const anyClaim = { type: "claimed", previous: null, lateMs: 0 } as const;

export const recurringMutants: Mutants = {
  "claimSlot() gives each slot to one caller, and none before the last": {
    "claimSlot() gives a slot to everybody": recurring(({ claimSlot }) => ({
      async claimSlot(...given) {
        await claimSlot(...given);
        return anyClaim;
      },
    })),
    "claimSlot() gives a slot that is over": recurring(() => ({ claimSlot: firstOf(slotKey) })),
    "claimSlot() gives no further slot": recurring(() => ({ claimSlot: firstOf((job) => job) })),
    "claimSlot() has one mark for all jobs": recurring(({ claimSlot }) => ({
      claimSlot: (_job, slot, options) => claimSlot("job", slot, options),
    })),
    "claimSlot() takes every slot for one to come": recurring(({ claimSlot }) => ({
      async claimSlot(...given) {
        const claim = await claimSlot(...given);
        return claim.type === "over" ? { type: "ahead", dueInMs: 1 } : claim;
      },
    })),
  },

  "claimSlot() says where the mark of the job stood, and null of a job that never ran": {
    "claimSlot() says of every job that it never ran": claimed(() => ({ previous: null })),
    "claimSlot() says where the mark stands now": claimed((_, [, slot]) => ({ previous: slot })),
    "claimSlot() says of a job that never ran that it ran at the beginning of time": claimed(
      ({ previous }) => ({ previous: previous ?? new Date(0) }),
    ),
    "claimSlot() says where the mark of another job stood": remembering((claim) => claim.type === "claimed"),
    "claimSlot() says which slot it was asked for last": remembering((_, job) => job === "report"),
  },

  "claimSlot() by callers who race for slots of their own leaves none to two of them, and none to nobody": {
    "claimSlot() looks at the mark before it waits for the others": recurring(({ claimSlot }) => {
      let mark: Date | null = null;
      return {
        async claimSlot(...given) {
          const previous = mark;
          await othersFirst();
          const claim = await claimSlot(...given);
          if (claim.type !== "claimed") return claim;
          mark = given[1];
          return { ...claim, previous };
        },
      };
    }),
    "claimSlot() moves the mark back for one who came late": recurring(() => {
      let mark: Date | null = null;
      return {
        async claimSlot(_job, slot) {
          const previous = mark;
          mark = slot;
          return { type: "claimed", previous, lateMs: 0 };
        },
      };
    }),
  },

  "claimSlot() in a transaction that rolls back leaves the mark where it stood, and the slot to the next": {
    "claimSlot() ignores its transaction": ignoresTransaction("recurring", "claimSlot"),
    "claimSlot() says nothing of the mark in a transaction": claimed((_, given) =>
      isInTransaction(...given) ? { previous: null } : {},
    ),
    "claimSlot() says where a mark stood that was rolled back": remembering(
      (claim) => claim.type === "claimed",
    ),
  },

  "claimSlot() in a transaction that rolls back leaves a job that never ran one that never ran": {
    "claimSlot() ignores its transaction": ignoresTransaction("recurring", "claimSlot"),
    "claimSlot() knows a job that was rolled back": remembering((claim) => claim.type === "claimed"),
  },
};

export const slotsAheadMutants: Mutants = {
  "claimSlot() of a slot that is ahead says when it comes, and takes no slot before it from anybody": {
    "claimSlot() goes by the clock of whoever calls": byNoClock(() => true),
    "claimSlot() takes a slot that is ahead for over": recurring(({ claimSlot }) => ({
      async claimSlot(...given) {
        const claim = await claimSlot(...given);
        return claim.type === "ahead" ? { type: "over" } : claim;
      },
    })),
    "claimSlot() marks a slot that is ahead": markingAhead(() => true),
    "claimSlot() says when a slot comes as of when it was first asked": recurring(({ claimSlot }) => {
      const first = new Map<string, SlotClaim>();
      return {
        async claimSlot(...given) {
          const claim = await claimSlot(...given);
          const key = slotKey(...given);
          if (claim.type === "ahead" && !first.has(key)) first.set(key, claim);
          return claim.type === "ahead" ? (first.get(key) ?? claim) : claim;
        },
      };
    }),
    "claimSlot() says in seconds when a slot comes": ahead((dueInMs) => dueInMs / 1_000),
  },

  "claimSlot() says for how long a slot has been due, by the store's clock": {
    "claimSlot() says that every slot is in time": claimed(() => ({ lateMs: 0 })),
    "claimSlot() says of no slot that it is about to come": claimed(({ lateMs }) => ({
      lateMs: Math.max(0, lateMs),
    })),
    "claimSlot() says in seconds for how long a slot has been due": claimed(({ lateMs }) => ({
      lateMs: lateMs / 1_000,
    })),
    "claimSlot() says in how long a slot comes": claimed(({ lateMs }) => ({ lateMs: -lateMs })),
    "claimSlot() goes by a clock that stands still": recurring(({ claimSlot }, now) => {
      const openedAt = now().getTime();
      return {
        async claimSlot(...given) {
          const claim = await claimSlot(...given);
          return claim.type === "claimed" ? { ...claim, lateMs: openedAt - given[1].getTime() } : claim;
        },
      };
    }),
  },

  "claimSlot() gives a slot that was ahead to one caller, from a second before it comes": {
    "claimSlot() gives a slot when it has come, and not before": recurring(({ claimSlot }, now) => ({
      async claimSlot(job, slot, options) {
        const dueInMs = slot.getTime() - now().getTime();
        return dueInMs > 0 ? { type: "ahead", dueInMs } : claimSlot(job, slot, options);
      },
    })),
    "claimSlot() gives a slot a millisecond too soon": mutantOf(
      "recurring",
      ({ claimSlot }, { shiftedBy }) => ({
        async claimSlot(...given) {
          const claim = await claimSlot(...given);
          const isNear = claim.type === "ahead" && claim.dueInMs === 1_001;
          return isNear ? shiftedBy(1, () => claimSlot(...given)) : claim;
        },
      }),
    ),
    "claimSlot() gives a slot that was ahead to everybody": wasAhead(anyClaim),
    "claimSlot() gives a slot that was ahead to nobody": wasAhead({ type: "over" }),
    "claimSlot() says when a slot may be claimed": ahead((dueInMs) => dueInMs - 1_000),
    "claimSlot() rounds when a slot comes": ahead((dueInMs) => Math.round(dueInMs / 1_000) * 1_000),
  },

  "claimSlot() of a slot that is ahead in a transaction leaves it to those who come in time": {
    "claimSlot() in a transaction goes by the clock of whoever calls": byNoClock(isInTransaction),
    "claimSlot() in a transaction marks a slot that is ahead": markingAhead(isInTransaction),
  },
};

/** Says something else of what it gives. */
function claimed(wrong: (claim: Claimed, given: Claim) => Partial<Claimed>): Mutation {
  return recurring(({ claimSlot }) => ({
    async claimSlot(...given) {
      const claim = await claimSlot(...given);
      return claim.type === "claimed" ? { ...claim, ...wrong(claim, given) } : claim;
    },
  }));
}

/** Keeps the mark in a memory of its own, which is that of all jobs and no part of a transaction. */
function remembering(isKept: (claim: SlotClaim, job: string) => boolean): Mutation {
  return recurring(({ claimSlot }) => {
    let mark: Date | null = null;
    return {
      async claimSlot(...given) {
        const claim = await claimSlot(...given);
        const previous = mark;
        if (isKept(claim, given[0])) mark = given[1];
        return claim.type === "claimed" ? { ...claim, previous } : claim;
      },
    };
  });
}

/** Told `claimed` once for each key. */
function firstOf(keyOf: (...given: Claim) => string): Recurring["claimSlot"] {
  const keys = new Set<string>();
  return async (...given) => (keys.size !== keys.add(keyOf(...given)).size ? anyClaim : { type: "over" });
}

function slotKey(...[job, slot]: Claim): string {
  return `${job} ${slot.getTime()}`;
}

function isInTransaction(...[, , options]: Claim): boolean {
  return options?.transaction !== undefined;
}

function byNoClock(applies: (...given: Claim) => boolean): Mutation {
  return mutantOf("recurring", ({ claimSlot }, { now, shiftedBy }) => ({
    async claimSlot(...given) {
      const ms = Math.max(0, given[1].getTime() - now().getTime());
      return shiftedBy(applies(...given) ? ms : 0, () => claimSlot(...given));
    },
  }));
}

function markingAhead(applies: (...given: Claim) => boolean): Mutation {
  return mutantOf("recurring", ({ claimSlot }, { shiftedBy }) => ({
    async claimSlot(...given) {
      const claim = await claimSlot(...given);
      if (claim.type === "ahead" && applies(...given))
        await shiftedBy(claim.dueInMs, () => claimSlot(...given));
      return claim;
    },
  }));
}

function ahead(wrong: (dueInMs: number) => number): Mutation {
  return recurring(({ claimSlot }) => ({
    async claimSlot(...given) {
      const claim = await claimSlot(...given);
      return claim.type === "ahead" ? { ...claim, dueInMs: wrong(claim.dueInMs) } : claim;
    },
  }));
}

/** Answers so for a slot that was ahead once and has come. */
function wasAhead(answer: SlotClaim): Mutation {
  return recurring(({ claimSlot }) => {
    const known = new Set<string>();
    return {
      async claimSlot(...given) {
        const claim = await claimSlot(...given);
        if (claim.type === "ahead") known.add(slotKey(...given));
        return claim.type !== "ahead" && known.has(slotKey(...given)) ? answer : claim;
      },
    };
  });
}

function recurring(mutate: (sound: Recurring, now: () => Date) => Partial<Recurring>): Mutation {
  return mutantOf("recurring", (sound, { now }) => mutate(sound, now));
}
