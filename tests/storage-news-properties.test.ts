import type {
  ChannelTemplate,
  ChannelTemplateNews,
  ContactIdentity,
  ContactPreference,
  Storage,
} from "@callboard/core/adapter";
import { memoryStorage } from "@callboard/storage-memory";
import { testClock } from "@callboard/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openSqlite } from "./engine-storages.js";

/*
 * Two storages that were written apart agree about whatever providers tell, in whatever order it comes.
 */

type AnyStorage = Pick<Storage<never>, "contacts" | "channelTemplates">;
type Step = (storage: AnyStorage) => Promise<unknown>;

const userId = fc.constantFrom("ada", "grace", "mary");
const address = fc.constantFrom("+1", "+2", "+3", "+4");
const alias = fc.constantFrom("US.1", "US.2", "US.3");
const minute = fc.integer({ min: 0, max: 9 }).map((value) => new Date(value * 60_000));

const identity: fc.Arbitrary<ContactIdentity> = fc
  .record({ address: fc.option(address), alias: fc.option(alias) })
  .filter((who) => who.address !== null || who.alias !== null)
  .map((who) => ({ channel: "whatsapp", ...who }));

const wish: fc.Arbitrary<ContactPreference> = fc
  .record({
    who: identity,
    scope: fc.constantFrom("everything", "marketing"),
    optedOut: fc.boolean(),
    at: minute,
  })
  .map(({ who, ...rest }) => ({ ...who, ...rest }));

const person = fc.record({
  userId,
  name: fc.constant(null),
  locale: fc.constant(null),
  active: fc.boolean(),
  addresses: fc.record({ whatsapp: address }, { requiredKeys: [] }),
});

const several = <Item>(item: fc.Arbitrary<Item>) => fc.array(item, { minLength: 1, maxLength: 4 });

const contactStep: fc.Arbitrary<Step> = fc.oneof(
  fc.uniqueArray(person, { selector: (one) => one.userId, minLength: 1 }).map(
    (people): Step =>
      async ({ contacts }) =>
        sorted((await contacts.save(people)).taken),
  ),
  several(fc.record({ who: identity, at: minute })).map(
    (all): Step =>
      ({ contacts }) =>
        contacts.recordInbound(all.map(({ who, at }) => ({ ...who, at }))),
  ),
  several(wish).map(
    (all): Step =>
      ({ contacts }) =>
        contacts.recordPreferences(all),
  ),
  several(fc.record({ who: identity, newAddress: fc.option(address), newAlias: fc.option(alias) })).map(
    (all): Step =>
      async ({ contacts }) =>
        sorted(await contacts.recordMoves(all.map(({ who, ...rest }) => ({ ...who, ...rest })))),
  ),
  several(address).map(
    (all): Step =>
      ({ contacts }) =>
        contacts.markUnreachable(all.map((one) => ({ channel: "whatsapp", address: one, reason: "No." }))),
  ),
  userId.map(
    (one): Step =>
      ({ contacts }) =>
        contacts.forget(one),
  ),
);

test("whatever is told of people, memory and SQLite know the same, and no address or alias is that of two", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(contactStep, { minLength: 1, maxLength: 15 }), (steps) =>
      onBoth(async (memory, sqlite) => {
        for (const step of steps) expect(await step(sqlite)).toEqual(await step(memory));
        const people = await memory.contacts.list({ afterUserId: null, limit: 10 });
        expect(await sqlite.contacts.list({ afterUserId: null, limit: 10 })).toEqual(people);
        const known = people.flatMap(({ addresses }) => addresses.whatsapp ?? []);
        const aliases = known.flatMap((one) => one.alias ?? []);
        expect(new Set(known.map((one) => one.address)).size).toBe(known.length);
        expect(new Set(aliases).size).toBe(aliases.length);
      }),
    ),
    { numRuns: 100 },
  );
});

test("recordPreferences() of wishes of different times leaves the newest of each scope, in whatever order and calls they come", async () => {
  const wishes = fc.uniqueArray(
    fc.record({ at: minute, optedOut: fc.boolean(), scope: fc.constantFrom("everything", "marketing") }),
    {
      ...{ selector: ({ at }) => at.getTime(), minLength: 1, maxLength: 8 },
    },
  );
  await fc.assert(
    fc.asyncProperty(wishes, fc.boolean(), (all, inOneCall) =>
      onBoth(async (...storages) => {
        for (const { contacts } of storages) {
          await contacts.save([
            { userId: "ada", name: null, locale: null, active: true, addresses: { whatsapp: "+1" } },
          ]);
          const told = all.map((one) => ({ channel: "whatsapp", address: "+1", ...one }));
          for (const call of inOneCall ? [told] : told.map((one) => [one]))
            await contacts.recordPreferences(call);
          const [ada] = await contacts.getMany(["ada"]);
          const isOut = (scope: string) =>
            all
              .filter((one) => one.scope === scope)
              .toSorted((a, b) => a.at.getTime() - b.at.getTime())
              .at(-1)?.optedOut ?? false;
          const { optedOutAt, marketingOptedOutAt } = ada?.addresses.whatsapp ?? {};
          expect([optedOutAt !== null, marketingOptedOutAt !== null]).toEqual([
            isOut("everything"),
            isOut("marketing"),
          ]);
        }
      }),
    ),
    { numRuns: 50 },
  );
});

const remoteId = fc.constantFrom("1", "2", "3");
const standing = fc.constantFrom("pending", "approved", "paused");
const reason = fc.option(fc.constantFrom("first", "second"));
const category = fc.option(fc.constantFrom("UTILITY", "MARKETING"));

const news: fc.Arbitrary<ChannelTemplateNews> = fc.record({
  ...{ channel: fc.constant("whatsapp"), remoteId: fc.option(remoteId), at: minute, category, reason },
  ...{ remoteName: fc.option(fc.constantFrom("one", "two")), language: fc.constantFrom("en", "sn") },
  status: fc.option(standing),
});

test("whatever is told of templates, memory and SQLite know the same", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(several(news), { minLength: 1, maxLength: 8 }), (calls) =>
      onBoth(async ({ channelTemplates: memory }, { channelTemplates: sqlite }) => {
        const templates = ["1", null].map((id, index) => template(["one", "two"][index] ?? "", id));
        await Promise.all([memory.save(templates), sqlite.save(templates)]);
        for (const call of calls) {
          const changes = await memory.applyNews(call);
          expect(sorted(await sqlite.applyNews(call))).toEqual(sorted(changes));
        }
        expect(await sqlite.list("whatsapp")).toEqual(await memory.list("whatsapp"));
      }),
    ),
    { numRuns: 100 },
  );
});

test("applyNews() of statuses of different times leaves the newest, in whatever order and calls they come", async () => {
  const statuses = fc.uniqueArray(fc.record({ at: minute, status: standing }), {
    ...{ selector: ({ at }) => at.getTime(), minLength: 1, maxLength: 8 },
  });
  await fc.assert(
    fc.asyncProperty(statuses, fc.boolean(), (all, inOneCall) =>
      onBoth(async (...storages) => {
        for (const { channelTemplates } of storages) {
          await channelTemplates.save([template("one", "1")]);
          const told = all.map((one) => ({ ...silence, ...one }));
          for (const call of inOneCall ? [told] : told.map((one) => [one]))
            await channelTemplates.applyNews(call);
          const newest = all.toSorted((a, b) => a.at.getTime() - b.at.getTime()).at(-1);
          const [one] = await channelTemplates.list("whatsapp");
          expect(one?.status).toBe(newest?.status);
        }
      }),
    ),
    { numRuns: 50 },
  );
});

const silence = {
  channel: "whatsapp",
  remoteId: "1",
  remoteName: null,
  language: null,
  category: null,
  reason: null,
};

function template(remoteName: string, id: string | null): ChannelTemplate {
  const at = new Date(-60_000);
  return {
    ...{ channel: "whatsapp", remoteName, language: "en", remoteId: id, template: remoteName, version: 1 },
    ...{ fingerprint: "f", expressions: [], status: "pending", category: null, reason: null },
    ...{ submittedAt: at, editedAt: [], statusAt: at },
  };
}

async function onBoth(run: (memory: AnyStorage, sqlite: AnyStorage) => Promise<void>): Promise<void> {
  const clock = testClock();
  const { storage, close } = await openSqlite(":memory:", clock);
  try {
    await run(memoryStorage({ clock }) as AnyStorage, storage as AnyStorage);
  } finally {
    await close();
  }
}

function sorted(items: readonly unknown[]): string[] {
  return items.map((item) => JSON.stringify(item)).toSorted();
}
