import { createCallboard, type QueueProgress } from "@callboard/core";
import type { Storage } from "@callboard/core/adapter";
import { fakeTransport, manualScheduler } from "@callboard/testing";
import { channel, context, groupOf, type Person, templateName, templates } from "../workload.ts";

/** Our side of the comparison with the floor: the same people, groups and words. */
export interface CallboardSide {
  setUp(everybody: readonly Person[], groupSizes: readonly number[]): Promise<void>;
  /** Returns how many people were queued by this call. */
  queue(order: CallboardOrder): Promise<number>;
}

export interface CallboardOrder {
  readonly group: string;
  readonly key: string;
  /** @default "once" */
  readonly commit?: CommitMode;
  /** Called after each page of people; a promise is awaited. */
  readonly onProgress?: (progress: QueueProgress) => unknown;
}

/** One transaction for everybody, or one for each page of people. */
export type CommitMode = "once" | "each-page";

const peoplePerCall = 1_000;

export function callboardSide<Tx>(storage: Storage<Tx>): CallboardSide {
  const callboard = createCallboard({
    storage,
    scheduler: manualScheduler(),
    transports: [fakeTransport(channel)],
    templates,
  });
  return {
    async setUp(everybody, groupSizes) {
      await callboard.templates.load();
      await callboard.groups.ensure(groupSizes.map(groupOf));
      for (let start = 0; start < everybody.length; start += peoplePerCall) {
        const some = everybody.slice(start, start + peoplePerCall);
        await callboard.contacts.save(
          some.map(({ userId, name, address }) => ({ userId, name, addresses: { [channel]: address } })),
        );
        for (const size of groupSizes) {
          const members = some.slice(0, Math.max(0, size - start)).map(({ userId }) => userId);
          if (members.length > 0) await callboard.groups.addMembers(groupOf(size), members);
        }
      }
    },
    async queue({ group, key, commit, onProgress }) {
      const request = { template: templateName, context, groupNames: [group], idempotencyKey: key } as const;
      const options = {
        transaction: undefined,
        ...(commit && { commit }),
        ...(onProgress && { onProgress }),
      };
      const { queued } = await callboard.queueNotificationsToUsers(request, options);
      return queued.length;
    },
  };
}
