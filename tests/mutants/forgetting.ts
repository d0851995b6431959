import type { Attempt, ChannelReceipt, Notification } from "@callboard/core/adapter";
import { recordsWithoutLease } from "./claiming.js";
import { keepingKeys } from "./inserting.js";
import {
  ignoresTransaction,
  type Mutants,
  mutantOf,
  notifications,
  othersFirst,
  type Sound,
} from "./mutant.js";
import { everyRow, seenAttempts, watchedRows } from "./watched-rows.js";

export const forgettingMutants: Mutants = {
  "forget() blanks what a person was sent and where, and ends what is unfinished": {
    "forget() leaves the address": leaving(({ address }) => ({ address })),
    "forget() leaves the text": leaving(({ content }, { content: blank }) => ({
      content: { ...blank, text: content.text },
    })),
    "forget() leaves the variables": leaving(({ content }, { content: blank }) => ({
      content: { ...blank, variables: content.variables },
    })),
    "forget() leaves the buttons": leaving(({ content }, { content: blank }) => ({
      content: { ...blank, buttons: content.buttons },
    })),
    "forget() leaves what the channel needed": leaving(({ content }, { content: blank }) => ({
      content: { ...blank, channel: content.channel },
    })),
    "forget() leaves the fingerprint of the content": leaving(({ contentHash }) => ({ contentHash })),
    "forget() leaves the metadata": leaving(({ metadata }) => ({ metadata })),
    "forget() leaves the provider's id": leaving(({ providerMessageId }) => ({ providerMessageId })),
    "forget() leaves the provider's words": leaving(({ failure }) => ({ failure })),
    "forget() leaves a hint": leaving(({ failure }, blank) => ({
      failure: blank.failure && { ...blank.failure, hint: failure?.hint ?? "" },
    })),
    "forget() leaves the user id": leaving(({ userId }) => ({ userId })),
    "forget() takes the failure's code": leaving((_, { failure }) => ({
      failure: failure && { ...failure, providerCode: null },
    })),
    "forget() takes the failure": leaving(() => ({ failure: null })),
    "forget() takes the related contact": leaving(() => ({ relatedContact: null })),
    "forget() takes the groups": leaving(() => ({ groupNames: [] })),
    "forget() takes the times": leaving(() => ({ sentAt: null })),
    "forget() leaves what is unfinished": leaving(({ status }) => ({ status })),
    "forget() leaves what is uncertain": leaving(({ status }, blank) => ({
      status: status === "uncertain" ? status : blank.status,
    })),
    "forget() leaves when it is due": leaving(({ nextAttemptAt }) => ({ nextAttemptAt })),
    "forget() stamps nothing": leaving(({ cancelledAt }) => ({ cancelledAt })),
    "forget() says that it was cancelled when it was created": leaving(({ createdAt }, { cancelledAt }) => ({
      cancelledAt: cancelledAt && createdAt,
    })),
    "forget() cancels what was sent": leaving(() => ({ status: "cancelled" })),
    "forget() does not count": counting(() => 0),
  },

  "forget() keeps attempts without the provider's ids and words, and deletes those that are open": {
    "forget() leaves the provider's ids of attempts": leavingAttempts(({ providerMessageId }) => ({
      providerMessageId,
    })),
    "forget() leaves the provider's words of attempts": leavingAttempts(({ message }) => ({ message })),
    "forget() takes the outcome": seenAfter((attempts) =>
      attempts.map((attempt) => ({ ...attempt, outcome: null })),
    ),
    "forget() takes the provider's code": seenAfter((attempts) =>
      attempts.map((attempt) => ({ ...attempt, providerCode: null })),
    ),
    "forget() deletes all attempts": seenAfter(() => []),
    "forget() leaves open attempts": seenAfter((attempts, before) => [
      ...attempts,
      ...before.filter(({ endedAt }) => endedAt === null),
    ]),
  },

  "forget() leaves everybody else alone": {
    "forget() ignores the case of a user id": forgettingAlso((id) => id.toLowerCase()),
    "forget() ignores spaces at the end of a user id": forgettingAlso((id) => id.trimEnd()),
    "forget() takes whoever begins with the id": notifications((sound) => ({
      async forget({ userId, pseudonym }, options) {
        const ids = new Set((await everyRow(sound)).map((row) => row.userId));
        let count = 0;
        for (const id of ids) {
          if (userId.startsWith(id)) count += await sound.forget({ userId: id, pseudonym }, options);
        }
        return count;
      },
    })),
    "forget() counts again whom it has forgotten": counting(() => 1),
  },

  "forget() takes a person of thousands": {
    "forget() takes the first thousand": notifications((sound) => ({
      async forget(person, options) {
        const rows = (await everyRow(sound)).slice(1_000);
        const count = await sound.forget(person, options);
        await sound.insertMany(rows);
        return count;
      },
    })),
    "forget() counts the first thousand": counting((count) => Math.min(count, 1_000)),
  },

  "forget() takes a notification from the worker that is sending it, who leaves nothing behind": {
    "record() moves without the lease": notifications(recordsWithoutLease),
    "startAttempts() starts what is cancelled": notifications(() => ({
      startAttempts: async (attempts) => attempts.map(({ notificationId }) => notificationId),
    })),
    "renew() renews what is cancelled": notifications((sound) => {
      const { claim, tokens } = watchedRows(sound);
      return { claim, renew: async () => [...tokens.keys()] };
    }),
    "settle() moves what is cancelled": notifications((sound) => {
      const { claim, move } = watchedRows(sound);
      return {
        claim,
        async settle(moves) {
          const moved = await Promise.all(moves.map(({ id, transition }) => move(id, transition)));
          return moved.flat();
        },
      };
    }),
    "findOverdue() finds what is cancelled": notifications((sound) => ({
      async findOverdue() {
        const rows = (await everyRow(sound)).filter(({ status }) => status === "cancelled");
        return rows.map((notification) => ({ notification, leaseToken: null, attemptOpen: false }));
      },
    })),
    "claim() takes what is cancelled": notifications((sound) => ({
      async claim(request) {
        const cancelled = (await everyRow(sound)).filter(({ status }) => status === "cancelled");
        return [...(await sound.claim(request)), ...cancelled];
      },
    })),
  },

  "forget() while a worker records leaves nothing of the person, whoever comes first": {
    "record() writes what it learnt after it has moved the notification": recordingLate({
      evenIfForgotten: true,
    }),
  },

  "record() of a result that was recorded before its person was forgotten brings nothing back": {
    "record() writes to attempts of whoever is forgotten": recordingLate({ evenIfForgotten: false }),
    "record() moves without the lease": notifications(recordsWithoutLease),
  },

  "applyReceipts() finds nothing of a person who is forgotten, by whichever id": {
    "applyReceipts() finds the forgotten by the provider's id": findingForgotten(
      (receipt, row) => receipt.providerMessageId === row.providerMessageId,
    ),
    "applyReceipts() finds the forgotten by the attempt's id": findingForgotten(
      (receipt, row) => receipt.attemptId !== null && receipt.attemptId === row.attemptId,
    ),
  },

  "forget() drops the person's parked receipts, and no others": {
    "forget() leaves parked receipts": notifications((sound) => {
      const received: ChannelReceipt[] = [];
      return {
        applyReceipts(receipts, reduce) {
          received.push(...receipts);
          return sound.applyReceipts(receipts, reduce);
        },
        async forget(person, options) {
          const count = await sound.forget(person, options);
          await sound.applyReceipts(received, () => null);
          return count;
        },
      };
    }),
    "forget() leaves parked presses": notifications((sound) => {
      const presses: ChannelReceipt[] = [];
      return {
        applyReceipts(receipts, reduce) {
          presses.push(...receipts.filter(({ status }) => status === "acknowledged"));
          return sound.applyReceipts(receipts, reduce);
        },
        async forget(person, options) {
          const count = await sound.forget(person, options);
          await sound.applyReceipts(presses, () => null);
          return count;
        },
      };
    }),
    "forget() drops everybody's parked receipts": notifications((sound) => ({
      async forget(person, options) {
        await sound.forgetParked({ olderThanMs: -1 });
        return sound.forget(person, options);
      },
    })),
  },

  "forget() frees the person's keys, and leaves those of others": {
    "forget() leaves the keys": keepingKeys("forget"),
    "forget() frees everybody's keys": notifications((sound) => {
      let isFree = false;
      return {
        forget(person, options) {
          isFree = true;
          return sound.forget(person, options);
        },
        insertMany: (rows, options) =>
          sound.insertMany(isFree ? rows.map((row) => ({ ...row, idempotencyKey: null })) : rows, options),
      };
    }),
  },

  "forget() in a transaction that rolls back leaves everything as it was": {
    "forget() ignores its transaction": ignoresTransaction("notifications", "forget"),
    "forget() in a transaction only counts": notifications(({ forget }) => ({
      forget: async (person, options) => (options?.transaction ? 0 : forget(person, options)),
    })),
  },

  "forget() in a transaction that commits has forgotten the person everywhere": {
    "forget() of notifications in a transaction does nothing": notifications(({ forget }) => ({
      forget: async (person, options) => (options?.transaction ? 1 : forget(person)),
    })),
    "forget() of members in a transaction does nothing": mutantOf("groups", ({ forget }) => ({
      forget: async (userId, options) => (options?.transaction ? 1 : forget(userId)),
    })),
    "forget() of contacts in a transaction does nothing": mutantOf("contacts", ({ forget }) => ({
      forget: async (userId, options) => (options?.transaction ? true : forget(userId)),
    })),
  },
};

/** Reads rows of whoever is forgotten with a part of what they were. */
function leaving(left: (before: Notification, blank: Notification) => Partial<Notification>) {
  return notifications((sound) => {
    const before = new Map<string, Notification>();
    const read = (row: Notification): Notification => {
      const old = before.get(row.id);
      return old ? { ...row, ...left(old, row) } : row;
    };
    return {
      async forget(person, options) {
        const { notifications: rows } = await sound.page({ userId: person.userId, limit: 1_000 });
        for (const row of rows) before.set(row.id, row);
        return sound.forget(person, options);
      },
      getMany: async (ids) => (await sound.getMany(ids)).map(read),
      async page(request) {
        const { notifications: rows, next } = await sound.page(request);
        return { notifications: rows.map(read), next };
      },
    };
  });
}

/** Reads the attempts of whoever is forgotten in the light of what they were. */
function seenAfter(see: (attempts: readonly Attempt[], before: readonly Attempt[]) => readonly Attempt[]) {
  return notifications((sound) => {
    const before: Attempt[] = [];
    return {
      async forget(person, options) {
        const ids = (await everyRow(sound)).map(({ id }) => id);
        before.push(...(await sound.attemptsOf(ids)));
        return sound.forget(person, options);
      },
      async attemptsOf(ids) {
        const attempts = await sound.attemptsOf(ids);
        const known = before.filter(({ notificationId }) => ids.includes(notificationId));
        return before.length === 0 ? attempts : [...see(attempts, known)];
      },
    };
  });
}

function leavingAttempts(left: (before: Attempt) => Partial<Attempt>) {
  return seenAfter((attempts, before) =>
    attempts.map((attempt) => {
      const old = before.find(({ id }) => id === attempt.id);
      return old ? { ...attempt, ...left(old) } : attempt;
    }),
  );
}

function counting(wrong: (count: number) => number) {
  return notifications(({ forget }) => ({ forget: async (...given) => wrong(await forget(...given)) }));
}

function forgettingAlso(folded: (userId: string) => string) {
  return notifications((sound) => ({
    async forget({ userId, pseudonym }, options) {
      const ids = new Set((await everyRow(sound)).map((row) => row.userId));
      let count = 0;
      for (const id of ids) {
        if (folded(id) === folded(userId)) count += await sound.forget({ userId: id, pseudonym }, options);
      }
      return count;
    },
  }));
}

/** What was learnt is written in a second step, or to attempts that should be left alone. */
function recordingLate({ evenIfForgotten }: { readonly evenIfForgotten: boolean }) {
  return notifications((sound: Sound["notifications"]) => {
    const learnt = new Map<string, string>();
    return {
      ...seenAttempts(sound, (attempt) => ({
        ...attempt,
        providerMessageId: learnt.get(attempt.id) ?? attempt.providerMessageId,
      })),
      async record(results) {
        const moved = await sound.record(results);
        if (evenIfForgotten) await othersFirst();
        for (const { attemptId, providerMessageId } of results) {
          if (providerMessageId !== null) learnt.set(attemptId, providerMessageId);
        }
        return moved;
      },
      async forget(person, options) {
        const count = await sound.forget(person, options);
        learnt.clear();
        return count;
      },
    };
  });
}

function findingForgotten(matches: (receipt: ChannelReceipt, before: Notification) => boolean) {
  return notifications((sound) => {
    const before: Notification[] = [];
    const { move } = watchedRows(sound);
    return {
      async forget(person, options) {
        before.push(...(await everyRow(sound)));
        return sound.forget(person, options);
      },
      async applyReceipts(receipts, reduce) {
        const { moved, parked } = await sound.applyReceipts(receipts, reduce);
        const found: Notification[] = [];
        for (const receipt of receipts) {
          const row = before.find((one) => matches(receipt, one));
          const step = row && reduce(row, receipt);
          if (row && step) found.push(...(await move(row.id, step)));
        }
        return { moved: [...moved, ...found], parked };
      },
    };
  });
}
