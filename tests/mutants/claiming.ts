import type { AttemptResult, Notification } from "@callboard/core/adapter";
import { type Mutants, notifications } from "./mutant.js";
import { everyRow, seen, watchedRows } from "./watched-rows.js";

const year = 365 * 86_400_000;

export const claimingMutants: Mutants = {
  "claim() gives each due notification to exactly one of many racing callers": {
    "claim() gives a row that somebody has": notifications(({ claim }) => {
      let last: Notification[] = [];
      return {
        async claim(request) {
          const claimed = await claim(request);
          const twice = [...claimed, ...last.slice(0, 1)];
          last = claimed;
          return twice;
        },
      };
    }),
    "claim() gives nothing while another claims": notifications(({ claim }) => {
      let busy = false;
      return {
        async claim(request) {
          if (busy) return [];
          busy = true;
          return claim(request).finally(() => {
            busy = false;
          });
        },
      };
    }),
    "claim() gives rows as they were before it": notifications(({ claim }) => ({
      claim: async (request) => (await claim(request)).map((row) => ({ ...row, status: "pending" })),
    })),
  },

  "claim() leaves what is not due, expired, of another channel, or of a paused template": {
    "claim() takes what is due later": notifications(({ claim }, { shiftedBy }) => ({
      claim: (request) => shiftedBy(100 * year, () => claim(request)),
    })),
    "claim() takes what has expired": notifications((sound) => ({
      async claim(request) {
        const claimed = await sound.claim(request);
        const left = await everyRow(sound);
        return [
          ...claimed,
          ...left.filter(({ status, expiresAt }) => status === "pending" && expiresAt !== null),
        ];
      },
    })),
    "claim() takes what may be sent for one more millisecond": notifications(({ insertMany }) => ({
      insertMany: (rows, options) =>
        insertMany(
          rows.map((row) => ({
            ...row,
            expiresAt: row.expiresAt && new Date(row.expiresAt.getTime() + 1),
          })),
          options,
        ),
    })),
    "claim() ignores the channel": notifications(({ claim }) => ({
      claim: (request) => claim({ ...request, channels: ["whatsapp", "email"] }),
    })),
    "claim() ignores paused templates": notifications(({ claim }) => ({
      claim: (request) => claim({ ...request, pausedTemplates: [] }),
    })),
    "claim() ignores of which channel a template is paused": notifications(({ claim }) => ({
      claim: (request) =>
        claim({
          ...request,
          pausedTemplates: request.pausedTemplates.map((pause) => ({ ...pause, channel: "whatsapp" })),
        }),
    })),
  },

  "claim() takes high priority first, then what has been due for longest": {
    "claim() ignores the priority": notifications(({ insertMany }) => ({
      insertMany: (rows) => insertMany(rows.map((row) => ({ ...row, priority: "normal" }))),
    })),
    "claim() takes low priority for normal": notifications(({ insertMany }) => ({
      insertMany: (rows) =>
        insertMany(rows.map((row) => ({ ...row, priority: row.priority === "high" ? "high" : "normal" }))),
    })),
    "claim() takes first what fell due last": notifications(({ insertMany }, { now }) => ({
      insertMany: (rows) =>
        insertMany(rows.map((row) => ({ ...row, notBefore: new Date(-now().getTime()) }))),
    })),
    "claim() ignores its limit": notifications(({ claim }) => ({
      claim: (request) => claim({ ...request, limit: 1_000 }),
    })),
  },

  "claim() of nothing due gives nothing": {
    "claim() of nothing due gives null": notifications(({ claim }) => ({
      async claim(request) {
        const claimed = await claim(request);
        return claimed.length === 0 ? (null as unknown as Notification[]) : claimed;
      },
    })),
  },

  "startAttempts() starts only rows that are held under its token": {
    "startAttempts() ignores the lease": notifications((sound) => {
      const { claim, tokens } = watchedRows(sound);
      return {
        claim,
        startAttempts: (attempts) =>
          sound.startAttempts(
            attempts.map((attempt) => ({
              ...attempt,
              leaseToken: tokens.get(attempt.notificationId) ?? "",
            })),
          ),
      };
    }),
    "startAttempts() tells of rows that it did not start": notifications(({ startAttempts }) => ({
      async startAttempts(attempts) {
        await startAttempts(attempts);
        return attempts.map(({ notificationId }) => notificationId);
      },
    })),
    "startAttempts() writes no attempt": notifications(() => ({ attemptsOf: async () => [] })),
    "startAttempts() does not tell the notification": notifications((sound) =>
      seen(sound, (row) => ({ ...row, attemptId: null })),
    ),
  },

  "startAttempts() starts nothing once the lease has run out": {
    "startAttempts() ignores the lease's end": notifications(({ startAttempts }, { shiftedBy }) => ({
      startAttempts: (attempts) => shiftedBy(-year, () => startAttempts(attempts)),
    })),
    "a lease holds for a millisecond too long": notifications(({ claim }) => ({
      claim: (request) => claim({ ...request, leaseMs: request.leaseMs + 1 }),
    })),
  },

  "renew() extends a lease that holds, and none that has run out": {
    "renew() takes back what has run out": notifications((sound) => {
      const { claim, tokens } = watchedRows(sound);
      return {
        claim,
        async renew(lease) {
          await sound.renew(lease);
          return [...tokens].flatMap(([id, token]) => (token === lease.token ? [id] : []));
        },
      };
    }),
    "renew() extends nothing": notifications((sound) => {
      const { claim, tokens } = watchedRows(sound);
      return {
        claim,
        renew: async ({ token }) => [...tokens].flatMap(([id, held]) => (held === token ? [id] : [])),
      };
    }),
    "renew() extends the leases of others": notifications((sound) => {
      const { claim, tokens } = watchedRows(sound);
      return {
        claim,
        async renew({ token, leaseMs }) {
          const renewed = await sound.renew({ token, leaseMs });
          for (const other of tokens.values()) await sound.renew({ token: other, leaseMs });
          return renewed;
        },
      };
    }),
  },
};

export const overdueMutants: Mutants = {
  "findOverdue() finds lost leases, uncertain rows whose wait is over, and pending rows past their expiry": {
    "findOverdue() misses lost leases": missing("sending"),
    "findOverdue() misses uncertain rows whose wait is over": missing("uncertain"),
    "findOverdue() misses pending rows past their expiry": missing("pending"),
    "findOverdue() ignores its limit": notifications(({ findOverdue }) => ({
      findOverdue: () => findOverdue({ limit: 1_000 }),
    })),
    "findOverdue() finds leases that hold": notifications(({ findOverdue }, { shiftedBy }) => ({
      findOverdue: (request) => shiftedBy(year, () => findOverdue(request)),
    })),
    "findOverdue() is a millisecond late": notifications(({ findOverdue }, { shiftedBy }) => ({
      findOverdue: (request) => shiftedBy(-1, () => findOverdue(request)),
    })),
    "findOverdue() finds what only a person can move": notifications((sound) => ({
      async findOverdue(request) {
        const overdue = await sound.findOverdue(request);
        const rows = await everyRow(sound);
        const held = rows.filter((row) => row.status === "uncertain" && row.nextAttemptAt === null);
        return [
          ...overdue,
          ...held.map((notification) => ({ notification, leaseToken: null, attemptOpen: false })),
        ];
      },
    })),
    "findOverdue() takes each attempt for open": told({ attemptOpen: true }),
    "findOverdue() takes each attempt for ended": told({ attemptOpen: false }),
    "findOverdue() does not tell the lease": told({ leaseToken: null }),
  },
};

export const recordingMutants: Mutants = {
  "record() closes the attempt and moves the notification": {
    "record() forgets how long the provider took": learning({ durationMs: 0 }),
    "record() forgets the outcome": learning({ outcome: "uncertain" }),
    "record() forgets the provider's id of the attempt": learning({ providerMessageId: null }),
    "record() tells nothing of what moved": notifications(({ record }) => ({
      async record(results) {
        await record(results);
        return [];
      },
    })),
    "record() moves nothing": notifications((sound) => ({
      record: (results) =>
        sound.record(
          results.map((result) => ({
            ...result,
            transition: { ...result.transition, status: "sending", providerMessageId: null },
          })),
        ),
    })),
    "record() leaves the attempt open": notifications(({ attemptsOf }) => ({
      attemptsOf: async (ids) => (await attemptsOf(ids)).map((attempt) => ({ ...attempt, endedAt: null })),
    })),
    "a status that is entered is not stamped": notifications((sound) =>
      seen(sound, (row) => ({ ...row, sentAt: null })),
    ),
  },

  "record() without the lease changes nothing but the attempt, which keeps what was learnt": {
    "record() moves without the lease": notifications(recordsWithoutLease),
    "record() forgets the provider's id when the lease is lost": whenLost({ providerMessageId: null }),
    "record() forgets the outcome when the lease is lost": whenLost({ outcome: "uncertain" }),
    "record() ignores what it has no lease for": notifications((sound) => ({
      async record(results) {
        const held = await sound.getMany(results.map(({ notificationId }) => notificationId));
        const sending = held.filter(({ status }) => status === "sending").map(({ id }) => id);
        return sound.record(results.filter(({ notificationId }) => sending.includes(notificationId)));
      },
    })),
    "record() keeps an id without the lease, but matches no receipt by it": notifications(() => ({
      applyReceipts: async (receipts) => ({ moved: [], parked: receipts.length }),
    })),
  },

  "record() with a wait makes the notification due again after it": {
    "record() makes it due at once": waiting(() => 0),
    "record() makes it due a millisecond early": waiting((ms) => ms - 1),
    "record() makes it due a millisecond late": waiting((ms) => ms + 1),
    "record() forgets the failure": moving({ failure: null }),
    "record() does not count": moving({ attempts: 0 }),
  },
};

export const settlingMutants: Mutants = {
  "settle() moves only rows that still are as they were read": {
    "settle() ignores that a row has moved": ignoring("status"),
    "settle() stamps nothing": notifications((sound) => seen(sound, (row) => ({ ...row, expiredAt: null }))),
    "settle() tells nothing of what moved": notifications(({ settle }) => ({
      async settle(moves) {
        await settle(moves);
        return [];
      },
    })),
  },

  "settle() leaves a row that is held by another, in another attempt or in another status": {
    "settle() ignores the status": ignoring("status"),
    "settle() ignores the lease": ignoring("leaseToken"),
    "settle() ignores the attempt": ignoring("attemptId"),
  },

  "settle() leaves a row whose lease was renewed": {
    "settle() ignores whether the lease is over": notifications(({ settle }) => ({
      settle: (moves) => settle(moves.map((move) => ({ ...move, from: { ...move.from, leaseOver: false } }))),
    })),
    "settle() leaves rows whose lease is over": notifications(({ settle }) => ({
      settle: (moves) => settle(moves.filter(({ from }) => !from.leaseOver)),
    })),
  },
};

/** Moves what somebody else has taken over meanwhile. */
export function recordsWithoutLease(sound: Parameters<typeof watchedRows>[0]) {
  const { claim, move } = watchedRows(sound);
  return {
    claim,
    async record(results: readonly AttemptResult[]) {
      const moved = await sound.record(results);
      for (const { notificationId, transition } of results) {
        if (!moved.some(({ id }) => id === notificationId))
          moved.push(...(await move(notificationId, transition)));
      }
      return moved;
    },
  };
}

function missing(missed: Notification["status"]) {
  return notifications(({ findOverdue }) => ({
    findOverdue: async (request) =>
      (await findOverdue(request)).filter(({ notification }) => notification.status !== missed),
  }));
}

function told(wrong: { readonly attemptOpen: boolean } | { readonly leaseToken: null }) {
  return notifications(({ findOverdue }) => ({
    findOverdue: async (request) => (await findOverdue(request)).map((row) => ({ ...row, ...wrong })),
  }));
}

function learning(wrong: Partial<AttemptResult>) {
  return notifications(({ record }) => ({
    record: (results) => record(results.map((result) => ({ ...result, ...wrong }))),
  }));
}

function moving(wrong: Partial<AttemptResult["transition"]>) {
  return notifications(({ record }) => ({
    record: (results) =>
      record(results.map((result) => ({ ...result, transition: { ...result.transition, ...wrong } }))),
  }));
}

function waiting(wrong: (ms: number) => number) {
  return notifications(({ record }) => ({
    record: (results) =>
      record(
        results.map((result) => {
          const { transition } = result;
          return { ...result, transition: { ...transition, dueInMs: wrong(transition.dueInMs ?? 0) } };
        }),
      ),
  }));
}

function whenLost(wrong: Partial<AttemptResult>) {
  return notifications((sound) => ({
    async record(results) {
      const rows = await sound.getMany(results.map(({ notificationId }) => notificationId));
      const isHeld = (id: string) => rows.some((row) => row.id === id && row.status === "sending");
      return sound.record(
        results.map((result) => (isHeld(result.notificationId) ? result : { ...result, ...wrong })),
      );
    },
  }));
}

function ignoring(key: "status" | "leaseToken" | "attemptId") {
  return notifications((sound) => {
    const { claim, stateOf } = watchedRows(sound);
    return {
      claim,
      async settle(moves) {
        const states = await Promise.all(moves.map(({ id }) => stateOf(id)));
        return sound.settle(
          moves.map((move, index) => ({
            ...move,
            from: { ...move.from, [key]: states[index]?.[key] },
          })),
        );
      },
    };
  });
}
