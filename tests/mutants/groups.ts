import type { GroupMember, MembersRequest } from "@callboard/core/adapter";
import {
  blindInTransaction,
  ignoresTransaction,
  type Mutants,
  type Mutation,
  mutantOf,
  type Sound,
} from "./mutant.js";

type Groups = Sound["groups"];

export const groupMutants: Mutants = {
  "ensure() creates each group once, however often and at whatever time it is called": {
    "ensure() tells everybody that they created it": groups(({ ensure }) => ({
      async ensure(names, options) {
        await ensure(names, options);
        return [...names];
      },
    })),
    "ensure() tells nobody that they created it": groups(({ ensure }) => ({
      async ensure(names, options) {
        await ensure(names, options);
        return [];
      },
    })),
    "list() has no order": groups(({ list }) => ({ list: async () => (await list()).toReversed() })),
    "list() leaves out groups without members": groups(({ list }) => ({
      list: async () => (await list()).filter(({ memberCount }) => memberCount > 0),
    })),
  },

  "known() gives those that exist": {
    "known() gives all that it was asked for": groups(() => ({ known: async (names) => [...names] })),
    "known() ignores the case": groups(({ list }) => ({
      async known(names) {
        const there = new Set((await list()).map(({ name }) => name.toLowerCase()));
        return names.filter((name) => there.has(name.toLowerCase()));
      },
    })),
    "known() gives all that exist": groups(({ list }) => ({
      known: async () => (await list()).map(({ name }) => name),
    })),
  },

  "addMembers() and removeMembers() say how many came and went": {
    "addMembers() counts those who were in": groups(({ addMembers }) => ({
      async addMembers(name, userIds, options) {
        await addMembers(name, userIds, options);
        return userIds.length;
      },
    })),
    "removeMembers() counts those who were not in": groups(({ removeMembers }) => ({
      async removeMembers(name, userIds, options) {
        await removeMembers(name, userIds, options);
        return userIds.length;
      },
    })),
    "removeMembers() takes nobody out": groups(() => ({ removeMembers: async () => 1 })),
    "removeMembers() takes everybody out": groups((sound) => ({
      async removeMembers(name, userIds, options) {
        const all = await sound.members({ groupNames: [name], afterUserId: null, limit: 1_000 });
        const left = await sound.removeMembers(name, userIds, options);
        await sound.removeMembers(
          name,
          all.map(({ userId }) => userId),
        );
        return left;
      },
    })),
    "addMembers() creates the group": groups((sound) => ({
      async addMembers(name, userIds, options) {
        await sound.ensure([name], options);
        return sound.addMembers(name, userIds, options);
      },
    })),
  },

  "members() gives each person once with the groups asked for, page by page": {
    "members() gives a person once for each group": groups((sound) => ({
      async members(request) {
        const pages = await Promise.all(
          request.groupNames.map((name) => sound.members({ ...request, groupNames: [name] })),
        );
        const all = pages.flat().toSorted((a, b) => (a.userId < b.userId ? -1 : 1));
        return all.slice(0, request.limit);
      },
    })),
    "members() skips a person at the end of a page": paging((all, request) =>
      request.afterUserId === null ? all : all.slice(1),
    ),
    "members() gives the last of a page again": groups(({ members }) => {
      let last: GroupMember[] = [];
      return {
        async members(request) {
          const page = [...last, ...(await members(request))].slice(0, request.limit);
          last = page.slice(-1);
          return page;
        },
      };
    }),
    "members() ignores its limit": groups(({ members }) => ({
      members: (request, options) => members({ ...request, limit: 1_000 }, options),
    })),
    "members() has no order": paging((all) => all.toReversed()),
    "members() names one group of each person": paging((all) =>
      all.map(({ userId, groupNames }) => ({ userId, groupNames: groupNames.slice(0, 1) })),
    ),
    "members() names groups that it was not asked for": groups((sound) => ({
      async members(request) {
        const page = await sound.members(request);
        const groupNames = (await sound.list()).map(({ name }) => name);
        const inAny = await sound.members({ groupNames, afterUserId: null, limit: 1_000 });
        return page.map(({ userId }) => inAny.find((member) => member.userId === userId) as GroupMember);
      },
    })),
    "members() gives those of every group": groups((sound) => ({
      async members(request) {
        const groupNames = (await sound.list()).map(({ name }) => name);
        return sound.members({ ...request, groupNames });
      },
    })),
  },

  "ensure() tells names apart by case, accents and spaces at either end": {
    "ensure() ignores the case": ensuring((name) => name.toLowerCase()),
    "ensure() ignores accents": ensuring((name) => name.normalize("NFD").replace(/\p{Mark}/gu, "")),
    "ensure() composes names": ensuring((name) => name.normalize("NFC")),
    "ensure() drops spaces at the end": ensuring((name) => name.trimEnd()),
    "ensure() drops spaces at the beginning": ensuring((name) => name.trimStart()),
    "list() goes by UTF-16": groups(({ list }) => ({
      list: async () => (await list()).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
    })),
    "list() goes by the alphabet": groups(({ list }) => ({
      list: async () => (await list()).toSorted((a, b) => a.name.localeCompare(b.name, "en")),
    })),
  },

  "members() walks in the order of code points, and tells people apart to the letter": {
    "members() goes by UTF-16": ordered((a, b) => Number(a > b) - Number(a < b)),
    "members() goes by the alphabet": ordered((a, b) => a.localeCompare(b, "en")),
    "addMembers() drops spaces at the end": groups(({ addMembers }) => ({
      addMembers: (name, userIds, options) =>
        addMembers(
          name,
          userIds.map((id) => id.trimEnd()),
          options,
        ),
    })),
    "removeMembers() ignores the case": groups((sound) => ({
      async removeMembers(name, userIds, options) {
        const all = await sound.members({ groupNames: [name], afterUserId: null, limit: 1_000 });
        const folded = new Set(userIds.map((id) => id.toLowerCase()));
        const found = all.map(({ userId }) => userId).filter((id) => folded.has(id.toLowerCase()));
        return sound.removeMembers(name, found, options);
      },
    })),
  },

  "forget() takes a person out of every group, and nobody else": {
    "forget() takes a person out of one group": groups((sound) => ({
      async forget(userId) {
        const [member] = await memberOf(sound, userId);
        return member ? sound.removeMembers(member.groupNames[0] ?? "", [userId]) : 0;
      },
    })),
    "forget() ignores the case of a user id": groups((sound) => ({
      async forget(userId) {
        const left = await sound.forget(userId);
        await sound.forget("Ada");
        return left;
      },
    })),
    "forget() counts people and not groups": groups(({ forget }) => ({
      forget: async (userId) => Math.min(1, await forget(userId)),
    })),
    "forget() deletes groups that are empty then": groups(({ list }) => ({
      list: async () => (await list()).filter(({ memberCount }) => memberCount > 0),
    })),
  },

  "forget() of a member in a transaction that rolls back leaves them where they were": {
    "forget() of a member ignores its transaction": ignoresTransaction("groups", "forget"),
  },

  "members of a group change with a transaction that commits, and not with one that rolls back": {
    "ensure() ignores its transaction": ignoresTransaction("groups", "ensure"),
    "removeMembers() ignores its transaction": ignoresTransaction("groups", "removeMembers"),
    "known() does not see what its transaction wrote": blindInTransaction("groups", "known"),
    "members() does not see what its transaction wrote": blindInTransaction("groups", "members"),
    "addMembers() in a transaction adds nobody": groups(({ addMembers }) => ({
      addMembers: async (name, userIds, options) =>
        options?.transaction ? userIds.length : addMembers(name, userIds),
    })),
  },

  "addMembers() takes thousands at once": {
    "addMembers() takes the first thousand": groups(({ addMembers }) => ({
      addMembers: (name, userIds, options) => addMembers(name, userIds.slice(0, 1_000), options),
    })),
  },
};

function groups(mutate: (sound: Groups) => Partial<Groups>): Mutation {
  return mutantOf("groups", mutate);
}

function memberOf({ members, list }: Groups, userId: string): Promise<GroupMember[]> {
  return list()
    .then((all) => members({ groupNames: all.map(({ name }) => name), afterUserId: null, limit: 1_000 }))
    .then((all) => all.filter((member) => member.userId === userId));
}

/** All who are behind `afterUserId`, changed before the page is cut. */
function paging(wrong: (all: GroupMember[], request: MembersRequest) => GroupMember[]): Mutation {
  return groups(({ members }) => ({
    members: async (request, options) =>
      wrong(await members({ ...request, limit: 100_000 }, options), request).slice(0, request.limit),
  }));
}

function ordered(compare: (a: string, b: string) => number): Mutation {
  return groups(({ members }) => ({
    async members({ afterUserId, limit, ...request }, options) {
      const all = await members({ ...request, afterUserId: null, limit: 100_000 }, options);
      return all
        .filter(({ userId }) => afterUserId === null || compare(userId, afterUserId) > 0)
        .toSorted((a, b) => compare(a.userId, b.userId))
        .slice(0, limit);
    },
  }));
}

function ensuring(folded: (name: string) => string): Mutation {
  return groups(({ ensure }) => ({
    async ensure(names, options) {
      const first = new Map(names.map((name) => [folded(name), name]));
      return ensure([...first.values()], options);
    },
  }));
}
