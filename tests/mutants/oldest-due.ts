import type { DueRequest, Notification, NotificationStore } from "@callboard/core/adapter";
import { type Mutants, notifications } from "./mutant.js";
import { everyRow } from "./watched-rows.js";

export const oldestDueMutants: Mutants = {
  "oldestDue() tells for how long the row of whatever priority has been due that waits longest": {
    "oldestDue() looks at the newest": among((due) => due.toReversed()),
    "oldestDue() looks at the first priority that is due": among((due) =>
      due.toSorted((a, b) => rankOf(a) - rankOf(b)),
    ),
    "oldestDue() passes over what has low priority": among((due) =>
      due.filter(({ priority }) => priority !== "low"),
    ),
    "oldestDue() tells seconds": telling((ms) => ms / 1_000),
  },

  "oldestDue() counts from when a row fell due, and tells 0 at that moment": {
    "oldestDue() counts from when a row was written": telling(
      (_, oldest, now) => now.getTime() - oldest.createdAt.getTime(),
    ),
    "oldestDue() takes 0 for nothing": telling((ms) => ms || null),
    "oldestDue() tells 0 when nothing is due": notifications(({ oldestDue }) => ({
      oldestDue: async (request) => (await oldestDue(request)) ?? 0,
    })),
    "oldestDue() looks a millisecond ahead": notifications(({ oldestDue }, { shiftedBy }) => ({
      oldestDue: (request) => shiftedBy(1, () => oldestDue(request)),
    })),
    "oldestDue() goes by the time of its own process": telling((ms) => ms + Date.now()),
  },

  "oldestDue() passes over what is being sent, has ended or has expired": {
    "oldestDue() counts what is being sent": counting(({ status }) => status === "sending"),
    "oldestDue() counts what was cancelled": counting(({ status }) => status === "cancelled"),
    "oldestDue() counts what has expired": counting(
      ({ status, expiresAt }) => status === "pending" && expiresAt !== null,
    ),
    "oldestDue() counts what expires at this moment": notifications(({ insertMany }) => ({
      insertMany: (rows, options) =>
        insertMany(
          rows.map((row) => ({
            ...row,
            expiresAt: row.expiresAt && new Date(row.expiresAt.getTime() + 1),
          })),
          options,
        ),
    })),
    "oldestDue() passes over what expires some time": among((due) =>
      due.filter(({ expiresAt }) => expiresAt === null),
    ),
  },

  "oldestDue() passes over other channels and paused templates": {
    "oldestDue() looks at all channels": asking((request) => ({
      ...request,
      channels: ["whatsapp", "email", "sms"],
    })),
    "oldestDue() looks at the first channel": asking((request) => ({
      ...request,
      channels: request.channels.slice(0, 1),
    })),
    "oldestDue() ignores paused templates": asking((request) => ({ ...request, pausedTemplates: [] })),
    "oldestDue() ignores all paused templates but the first": asking((request) => ({
      ...request,
      pausedTemplates: request.pausedTemplates.slice(0, 1),
    })),
    "oldestDue() ignores on which channel a template is paused": asking((request) => ({
      ...request,
      pausedTemplates: request.pausedTemplates.flatMap(({ template }) =>
        request.channels.map((channel) => ({ channel, template })),
      ),
    })),
    "oldestDue() takes a paused template for a paused channel": asking((request) => ({
      ...request,
      channels: request.channels.filter(
        (channel) => !request.pausedTemplates.some((paused) => paused.channel === channel),
      ),
    })),
  },

  "oldestDue() of no channel tells that nothing is due": {
    "oldestDue() takes no channel for all": asking(({ channels, ...request }) => ({
      ...request,
      channels: channels.length === 0 ? ["whatsapp"] : channels,
    })),
  },
};

function asking(wrong: (request: DueRequest) => DueRequest) {
  return notifications(({ oldestDue }) => ({ oldestDue: (request) => oldestDue(wrong(request)) }));
}

/** Answers with the first of what `choose` makes of the due rows, the longest due first. */
function among(choose: (due: Notification[]) => Notification[]) {
  return notifications((sound, { now }) => ({
    async oldestDue(request) {
      const [first] = choose(await dueRows(sound, request, now()));
      return first ? now().getTime() - dueAt(first) : null;
    },
  }));
}

function telling(wrong: (ms: number, oldest: Notification, now: Date) => number | null) {
  return notifications((sound, { now }) => ({
    async oldestDue(request) {
      const ms = await sound.oldestDue(request);
      const [oldest] = await dueRows(sound, request, now());
      return ms === null || !oldest ? ms : wrong(ms, oldest, now());
    },
  }));
}

/** Counts rows that should not count, from when they were written. */
function counting(isCounted: (row: Notification) => boolean) {
  return notifications((sound, { now }) => ({
    async oldestDue(request) {
      const wrong = (await everyRow(sound)).filter(isCounted);
      const waits = wrong.map(({ createdAt }) => now().getTime() - createdAt.getTime());
      const right = await sound.oldestDue(request);
      return right === null && waits.length === 0 ? null : Math.max(right ?? 0, ...waits);
    },
  }));
}

async function dueRows(
  sound: NotificationStore<never>,
  { channels }: DueRequest,
  now: Date,
): Promise<Notification[]> {
  const rows = await everyRow(sound);
  return rows
    .filter(({ status, channel }) => status === "pending" && channels.includes(channel))
    .filter((row) => dueAt(row) <= now.getTime() && (!row.expiresAt || row.expiresAt > now))
    .toSorted((a, b) => dueAt(a) - dueAt(b));
}

function dueAt({ nextAttemptAt }: Notification): number {
  return nextAttemptAt?.getTime() ?? Number.POSITIVE_INFINITY;
}

function rankOf({ priority }: Notification): number {
  return ["high", "normal", "low"].indexOf(priority);
}
