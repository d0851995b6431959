import type { Intervention, Move, NewIntervention } from "@callboard/core/adapter";
import { damages, mutantsOf } from "./folded-text.js";
import { ignoresTransaction, type Mutants, notifications } from "./mutant.js";
import { seen } from "./watched-rows.js";

export const interventionMutants: Mutants = {
  "settle() keeps what was decided with the step that it caused": {
    "settle() keeps no decision": withoutDecisions(() => true),
    "settle() forgets the reason": deciding(() => ({ reason: "" })),
    "settle() forgets who decided": deciding(() => ({ by: null })),
    "settle() forgets what was decided": deciding(() => ({ action: "resolved" })),
    "interventionsOf() forgets where the step began": reading((all) =>
      all.map((one) => ({ ...one, from: one.to })),
    ),
    "interventionsOf() forgets where the step led": reading((all) =>
      all.map((one) => ({ ...one, to: one.from })),
    ),
    "interventionsOf() gives the time of the first day": reading((all) =>
      all.map((one) => ({ ...one, at: new Date(0) })),
    ),
    "interventionsOf() gives a decision twice": reading((all) => [...all, ...all]),
    "settle() with a decision tells nothing of what moved": notifications(({ settle }) => ({
      async settle(moves, options) {
        const moved = await settle(moves, options);
        return moves.some(({ intervention }) => intervention) ? [] : moved;
      },
    })),
  },

  "settle() keeps no decision about a row that it leaves, and none that nobody made": {
    "settle() keeps decisions about rows that it leaves": keepingAll(),
    "settle() keeps a decision that nobody made": notifications(({ settle }) => ({
      settle: (moves, options) =>
        settle(
          moves.map((move) => ({
            ...move,
            intervention: move.intervention ?? { action: "cancelled", reason: "", by: null },
          })),
          options,
        ),
    })),
    "settle() moves nothing when one row has moved": notifications((sound) => ({
      async settle(moves, options) {
        const rows = await sound.getMany(moves.map(({ id }) => id));
        const stays = (move: Move) => rows.find(({ id }) => id === move.id)?.status === move.from.status;
        return moves.every(stays) ? sound.settle(moves, options) : [];
      },
    })),
  },

  "settle() keeps each decision of one call with its own row": {
    "settle() keeps the first decision of a call for all its rows": notifications(({ settle }) => ({
      settle: (moves, options) =>
        settle(
          moves.map((move) => ({ ...move, ...decisionOf(moves[0]) })),
          options,
        ),
    })),
    "settle() keeps the decisions of the first hundred": notifications(({ settle }) => ({
      settle: (moves, options) =>
        settle(
          moves.map((move, index) => (index < 100 ? move : withoutDecision(move))),
          options,
        ),
    })),
    "settle() takes nobody for somebody": deciding(({ by }) => ({ by: by ?? "" })),
    "settle() knows two actions": deciding(({ action }) => ({
      action: action === "superseded" ? "superseded" : "cancelled",
    })),
  },

  "settle() by several callers at once moves a row once, and keeps the decision of the one who did": {
    "settle() keeps the decisions of all": keepingAll(),
    "settle() keeps the last decision": notifications((sound) => {
      const last = new Map<string, NewIntervention>();
      return {
        settle(moves, options) {
          for (const { id, intervention } of moves) if (intervention) last.set(id, intervention);
          return sound.settle(moves, options);
        },
        interventionsOf: async (ids) =>
          (await sound.interventionsOf(ids)).map((one) => ({ ...one, ...last.get(one.notificationId) })),
      };
    }),
    "settle() tells everybody that they moved it": notifications((sound) => ({
      async settle(moves, options) {
        await sound.settle(moves, options);
        return sound.getMany(moves.map(({ id }) => id));
      },
    })),
  },

  "settle() in a transaction that rolls back leaves neither the step nor the decision": {
    "settle() ignores its transaction": ignoresTransaction("notifications", "settle"),
    "settle() keeps decisions of what is taken back": keepingAll(),
    "settle() in a transaction moves nothing": notifications(({ settle }) => ({
      settle: async (moves, options) => (options?.transaction ? [] : settle(moves, options)),
    })),
  },

  "settle() in a transaction that commits has taken the step and kept the decision": {
    "settle() in a transaction keeps no decision": withoutDecisions(({ inTransaction }) => inTransaction),
    "settle() in a transaction only says that it moved": notifications((sound) => ({
      async settle(moves, options) {
        if (!options?.transaction) return sound.settle(moves, options);
        return moves.map(({ id }) => ({ id }) as Awaited<ReturnType<typeof sound.settle>>[number]);
      },
    })),
  },

  "interventionsOf() gives decisions oldest first, those of one moment included": {
    "interventionsOf() gives the newest first": reading((all) => all.toReversed()),
    "interventionsOf() has no order within a moment": reading((all) =>
      all.toSorted(
        (a, b) =>
          a.at.getTime() - b.at.getTime() || Number(a.reason > b.reason) - Number(a.reason < b.reason),
      ),
    ),
    "interventionsOf() gives the last one": reading((all) => all.slice(-1)),
    "interventionsOf() gives one of each moment": reading((all) => [
      ...new Map(all.map((one) => [one.at.getTime(), one])).values(),
    ]),
  },

  "interventionsOf() of notifications that nobody decided about gives nothing": {
    "interventionsOf() gives all that there are": notifications((sound) => {
      const ids = new Set<string>();
      return {
        settle(moves, options) {
          for (const { id } of moves) ids.add(id);
          return sound.settle(moves, options);
        },
        interventionsOf: () => sound.interventionsOf([...ids]),
      };
    }),
  },

  "settle() keeps reasons and names to the letter, whatever is in them": {
    ...mutantsOf("settle()", damages, (damaged) => deciding(({ reason }) => ({ reason: damaged(reason) }))),
    "settle() trims names": deciding(({ by }) => ({ by: by?.trim() ?? null })),
    "settle() takes the word null for nobody": deciding(({ by }) => ({ by: by === "null" ? null : by })),
  },

  "settle() stamps the last replay, and no other step does": {
    "a replay is not stamped": notifications((sound) => seen(sound, (row) => ({ ...row, replayedAt: null }))),
    "every step is stamped as a replay": stepping(() => true),
    "the first replay alone is stamped": notifications(({ settle }) => {
      const replayed = new Set<string>();
      return {
        settle: (moves, options) =>
          settle(
            moves.map((move) => {
              const { id, transition } = move;
              const isFirst = transition.replayed && replayed.size !== replayed.add(id).size;
              return { ...move, transition: { ...transition, replayed: isFirst } };
            }),
            options,
          ),
      };
    }),
    "a failure takes the stamp away": notifications((sound) =>
      seen(sound, (row) => ({ ...row, replayedAt: row.status === "failed" ? null : row.replayedAt })),
    ),
    "a replay is stamped as of the failure": notifications((sound) =>
      seen(sound, (row) => ({ ...row, replayedAt: row.replayedAt && row.failedAt })),
    ),
  },
};

function deciding(wrong: (decision: NewIntervention) => Partial<NewIntervention>) {
  return notifications(({ settle }) => ({
    settle: (moves, options) =>
      settle(
        moves.map((move) => {
          const { intervention } = move;
          return intervention ? { ...move, intervention: { ...intervention, ...wrong(intervention) } } : move;
        }),
        options,
      ),
  }));
}

function stepping(replayed: (move: Move) => boolean) {
  return notifications(({ settle }) => ({
    settle: (moves, options) =>
      settle(
        moves.map((move) => ({ ...move, transition: { ...move.transition, replayed: replayed(move) } })),
        options,
      ),
  }));
}

function reading(wrong: (all: readonly Intervention[]) => Intervention[]) {
  return notifications(({ interventionsOf }) => ({
    interventionsOf: async (ids) => wrong(await interventionsOf(ids)),
  }));
}

function withoutDecisions(isLost: (call: { readonly inTransaction: boolean }) => boolean) {
  return notifications(({ settle }) => ({
    settle: (moves, options) =>
      settle(
        isLost({ inTransaction: options?.transaction !== undefined }) ? moves.map(withoutDecision) : moves,
        options,
      ),
  }));
}

function withoutDecision({ id, from, transition }: Move): Move {
  return { id, from, transition };
}

function decisionOf(move: Move | undefined): Pick<Move, "intervention"> {
  return move?.intervention ? { intervention: move.intervention } : {};
}

/** Each decision that was ever handed over, whatever came of it. */
export function keepingAll() {
  return notifications((sound, { now }) => {
    const all: Intervention[] = [];
    return {
      settle(moves, options) {
        for (const { id, from, transition, intervention } of moves) {
          const step = { notificationId: id, from: from.status, to: transition.status, at: now() };
          if (intervention) all.push({ ...step, ...intervention });
        }
        return sound.settle(moves, options);
      },
      interventionsOf: async (ids) => all.filter(({ notificationId }) => ids.includes(notificationId)),
    };
  });
}
