import {
  type Attempt,
  applyTransition,
  type ClaimRequest,
  type Move,
  type Notification,
  type Transition,
} from "@callboard/core/adapter";
import type { Sound } from "./mutant.js";

type Notifications = Sound["notifications"];

/** Knows who holds what, which the store tells nobody; for mutants that do not care whose it is. */
export function watchedRows({ claim, getMany, settle }: Notifications) {
  const tokens = new Map<string, string>();

  /** What a caller would have to say of a row to be allowed to move it. */
  async function stateOf(id: string): Promise<Move["from"]> {
    const [row] = await getMany([id]);
    const { status = "pending", attemptId = null } = row ?? {};
    const leaseToken = status === "sending" ? (tokens.get(id) ?? null) : null;
    return { status, leaseToken, attemptId, leaseOver: false };
  }

  return {
    /** To be put in the place of the store's own. */
    claim: async (request: ClaimRequest) => {
      const claimed = await claim(request);
      for (const { id } of claimed) tokens.set(id, request.token);
      return claimed;
    },
    tokens,
    stateOf,
    /** Moves a row whoever holds it. Of what the store moves for nobody, it only says so. */
    async move(id: string, transition: Transition) {
      const moved = await settle([{ id, from: await stateOf(id), transition }]);
      if (moved.length > 0) return moved;
      return (await getMany([id])).map((row) => applyTransition(row, transition, row.createdAt));
    },
  };
}

/** Reads each notification as `see` has it. */
export function seen(sound: Notifications, see: (row: Notification) => Notification) {
  return {
    getMany: async (ids: readonly string[]) => (await sound.getMany(ids)).map(see),
    page: async (request: Parameters<Notifications["page"]>[0]) => {
      const { notifications, next } = await sound.page(request);
      return { notifications: notifications.map(see), next };
    },
  };
}

/** Reads each attempt as `see` has it. */
export function seenAttempts({ attemptsOf }: Notifications, see: (attempt: Attempt) => Attempt) {
  return { attemptsOf: async (ids: readonly string[]) => (await attemptsOf(ids)).map(see) };
}

/** All that there is. */
export async function everyRow({ page }: Notifications): Promise<Notification[]> {
  return [...(await page({ limit: 100_000 })).notifications];
}
