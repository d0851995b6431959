import type { ContactInput } from "@callboard/core/adapter";
import { freshAddress } from "./fresh-address.js";
import type { Stage } from "./stage.js";

const person = (userId: string, address?: string, changes: Partial<ContactInput> = {}): ContactInput => ({
  userId,
  name: userId.toUpperCase(),
  locale: null,
  active: true,
  addresses: address === undefined ? {} : { whatsapp: address },
  ...changes,
});

/** In the order of code points. By UTF-16 units, the last two would change places. */
const inOrder = [
  " ada",
  "Ada",
  "ada",
  "ada ",
  "ada!",
  "e\u0301",
  "z",
  "\u00e9",
  "夜",
  "\u{ff5e}",
  "\u{1f600}",
];

export function groupStoreConformance<Tx>({ runner: { equal, rejects }, test }: Stage<Tx>): void {
  test("ensure() creates each group once, however often and at whatever time it is called", async ({
    storage: { groups },
  }) => {
    const created = await Promise.all([
      groups.ensure(["B", "A"]),
      groups.ensure(["A", "B"]),
      groups.ensure(["C"]),
    ]);
    equal(created.flat().toSorted(), ["A", "B", "C"]);
    equal(await groups.ensure(["A"]), []);
    equal(
      await groups.list(),
      ["A", "B", "C"].map((name) => ({ name, memberCount: 0 })),
    );
  });

  test("known() gives those that exist", async ({ storage: { groups } }) => {
    await groups.ensure(["Sales Team", "Finance Team"]);
    equal(await groups.known(["Sales Team", "sales team", "No such"]), ["Sales Team"]);
  });

  test("addMembers() and removeMembers() say how many came and went", async ({ storage: { groups } }) => {
    await groups.ensure(["A"]);
    equal(await groups.addMembers("A", ["ada", "grace"]), 2);
    equal(await groups.addMembers("A", ["ada", "mary"]), 1);
    equal(await groups.removeMembers("A", ["grace", "nobody"]), 1);
    equal(await groups.list(), [{ name: "A", memberCount: 2 }]);
    await rejects(() => groups.addMembers("No such", ["ada"]), { name: "UnknownGroupError" });
  });

  test("members() gives each person once with the groups asked for, page by page", async ({
    storage: { groups },
  }) => {
    await groups.ensure(["A", "B", "C"]);
    await groups.addMembers("A", ["u1", "u2", "u3"]);
    await groups.addMembers("B", ["u2", "u4"]);
    await groups.addMembers("C", ["u1"]);
    const first = await groups.members({ groupNames: ["A", "B"], afterUserId: null, limit: 3 });
    equal(
      first.map(({ userId, groupNames }) => [userId, groupNames.toSorted()]),
      [
        ["u1", ["A"]],
        ["u2", ["A", "B"]],
        ["u3", ["A"]],
      ],
    );
    equal(await groups.members({ groupNames: ["A", "B"], afterUserId: "u3", limit: 3 }), [
      { userId: "u4", groupNames: ["B"] },
    ]);
    equal(await groups.members({ groupNames: ["A"], afterUserId: "u3", limit: 3 }), []);
  });

  test("ensure() tells names apart by case, accents and spaces at either end", async ({
    storage: { groups },
  }) => {
    equal((await groups.ensure(inOrder)).length, inOrder.length);
    equal(await groups.ensure(inOrder), []);
    for (const name of inOrder) await groups.addMembers(name, [`member of ${name}`]);
    equal(
      await groups.list(),
      inOrder.map((name) => ({ name, memberCount: 1 })),
    );
    for (const name of inOrder) {
      const members = await groups.members({ groupNames: [name], afterUserId: null, limit: 10 });
      equal(members, [{ userId: `member of ${name}`, groupNames: [name] }]);
    }
  });

  test("members() walks in the order of code points, and tells people apart to the letter", async ({
    storage: { groups },
  }) => {
    await groups.ensure(["A", "B"]);
    equal(await groups.addMembers("A", inOrder.toReversed()), inOrder.length);
    await groups.addMembers("B", inOrder.slice(3));
    const seen: string[] = [];
    for (let page = 0; page < inOrder.length; page += 1) {
      const request = { groupNames: ["A", "B"], afterUserId: seen.at(-1) ?? null, limit: 2 };
      seen.push(...(await groups.members(request)).map(({ userId }) => userId));
    }
    equal(seen, inOrder);
    equal(await groups.removeMembers("A", ["ada"]), 1);
    equal((await groups.list())[0], { name: "A", memberCount: inOrder.length - 1 });
  });

  test("forget() takes a person out of every group, and nobody else", async ({ storage: { groups } }) => {
    await groups.ensure(["A", "B", "C"]);
    await groups.addMembers("A", ["ada", "Ada", "ada "]);
    await groups.addMembers("B", ["ada"]);
    await groups.addMembers("C", ["grace"]);
    equal([await groups.forget("ada"), await groups.forget("ada")], [2, 0]);
    equal(await groups.list(), [
      { name: "A", memberCount: 2 },
      { name: "B", memberCount: 0 },
      { name: "C", memberCount: 1 },
    ]);
    const left = await groups.members({ groupNames: ["A", "B", "C"], afterUserId: null, limit: 10 });
    equal(
      left.map(({ userId }) => userId),
      ["Ada", "ada ", "grace"],
    );
  });

  test("forget() of a member in a transaction that rolls back leaves them where they were", async ({
    storage,
  }) => {
    const { groups } = storage;
    await groups.ensure(["A"]);
    await groups.addMembers("A", ["ada"]);
    const failing = () =>
      storage.transaction(async (transaction) => {
        equal(await groups.forget("ada", { transaction }), 1);
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await groups.list(), [{ name: "A", memberCount: 1 }]);
  });

  test("members of a group change with a transaction that commits, and not with one that rolls back", async ({
    storage,
  }) => {
    const { groups } = storage;
    await groups.ensure(["A"]);
    await groups.addMembers("A", ["ada"]);
    const change = (thenFail: boolean) => () =>
      storage.transaction(async (transaction) => {
        equal(await groups.ensure(["B"], { transaction }), ["B"]);
        equal(await groups.addMembers("B", ["ada"], { transaction }), 1);
        equal(await groups.removeMembers("A", ["ada"], { transaction }), 1);
        equal((await groups.known(["A", "B"], { transaction })).toSorted(), ["A", "B"]);
        const request = { groupNames: ["A", "B"], afterUserId: null, limit: 10 };
        equal(await groups.members(request, { transaction }), [{ userId: "ada", groupNames: ["B"] }]);
        if (thenFail) throw new RangeError("the host changed its mind");
      });
    await rejects(change(true), { name: "RangeError" });
    equal(await groups.list(), [{ name: "A", memberCount: 1 }]);
    await change(false)();
    equal(await groups.list(), [
      { name: "A", memberCount: 0 },
      { name: "B", memberCount: 1 },
    ]);
  });

  test("addMembers() takes thousands at once", async ({ storage: { groups } }) => {
    await groups.ensure(["A"]);
    const ids = Array.from({ length: 5_000 }, (_, index) => `u${index}`);
    equal(await groups.addMembers("A", ids), 5_000);
  });
}

export function contactStoreConformance<Tx>({ runner: { equal, rejects }, test }: Stage<Tx>): void {
  const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 10, minute));

  test("save() writes people, and getMany() gives back those that are known", async ({
    storage: { contacts },
  }) => {
    await contacts.save([
      person("ada", "+1"),
      person("grace", undefined, { name: null, locale: "en-ZW", active: false }),
    ]);
    const found = await contacts.getMany(["grace", "ada", "nobody", "ada"]);
    equal(
      found.toSorted((a, b) => (a.userId < b.userId ? -1 : 1)),
      [
        {
          userId: "ada",
          name: "ADA",
          locale: null,
          active: true,
          addresses: { whatsapp: { address: "+1", ...freshAddress } },
        },
        { userId: "grace", name: null, locale: "en-ZW", active: false, addresses: {} },
      ],
    );
  });

  test("save() of an address that another person keeps writes nothing, and says who has it", async ({
    storage: { contacts },
  }) => {
    await contacts.save([person("ada", "+1")]);
    equal(await contacts.save([person("mary", "+2"), person("grace", "+1")]), {
      taken: [{ channel: "whatsapp", address: "+1", byUserId: "ada" }],
    });
    equal((await contacts.getMany(["mary", "grace"])).length, 0);
    equal((await contacts.save([person("x", "+9"), person("y", "+9")])).taken.length, 1);
  });

  test("save() removes an address that is left out, which somebody else may have then", async ({
    storage: { contacts },
  }) => {
    await contacts.save([person("ada", "+1", { addresses: { whatsapp: "+1", email: "ada@host" } })]);
    await contacts.save([person("ada", "+1")]);
    const [ada] = await contacts.getMany(["ada"]);
    equal(Object.keys(ada?.addresses ?? {}), ["whatsapp"]);
    const grace = person("grace", "+2", { addresses: { email: "ada@host" } });
    equal(await contacts.save([grace]), { taken: [] });
  });

  test("save() in a transaction that rolls back leaves people as they were", async ({ storage }) => {
    const { contacts } = storage;
    await contacts.save([person("ada", "+1")]);
    const before = await contacts.getMany(["ada"]);
    const failing = () =>
      storage.transaction(async (transaction) => {
        await contacts.save([person("ada", "+2"), person("grace", "+1")], { transaction });
        const [ada] = await contacts.getMany(["ada"], { transaction });
        equal(ada?.addresses.whatsapp?.address, "+2");
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await contacts.getMany(["ada", "grace"]), before);
    equal((await contacts.save([person("mary", "+1")])).taken.length, 1);
  });

  test("save() can hand an address over within one call", async ({ storage: { contacts } }) => {
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    equal(await contacts.save([person("ada", "+2"), person("grace", "+1")]), { taken: [] });
    const [ada] = await contacts.getMany(["ada"]);
    equal(ada?.addresses.whatsapp?.address, "+2");
  });

  test("recordInbound() keeps the latest time, and save() keeps it as long as the address stays", async ({
    storage: { contacts },
  }) => {
    await contacts.save([person("ada", "+1")]);
    const inbound = (minute: number, address = "+1") => ({ channel: "whatsapp", address, at: at(minute) });
    equal(await contacts.recordInbound([inbound(5), inbound(7), inbound(6), inbound(1, "+404")]), 1);
    equal(await contacts.recordInbound([inbound(3)]), 0);
    const lastInbound = async () => (await contacts.getMany(["ada"]))[0]?.addresses.whatsapp?.lastInboundAt;
    equal(await lastInbound(), at(7));
    await contacts.save([person("ada", "+1", { name: "Ada L." })]);
    equal(await lastInbound(), at(7));
    await contacts.save([person("ada", "+3")]);
    equal(await lastInbound(), null);
  });

  test("list() walks through people in order", async ({ storage: { contacts } }) => {
    await contacts.save(["c", "a", "b"].map((userId) => person(userId)));
    equal(
      (await contacts.list({ afterUserId: null, limit: 2 })).map(({ userId }) => userId),
      ["a", "b"],
    );
    equal(
      (await contacts.list({ afterUserId: "b", limit: 2 })).map(({ userId }) => userId),
      ["c"],
    );
  });

  test("list() walks in the order of code points, and tells people apart to the letter", async ({
    storage: { contacts },
  }) => {
    await contacts.save(inOrder.toReversed().map((userId) => person(userId)));
    const seen: string[] = [];
    for (let page = 0; page < inOrder.length; page += 1) {
      const found = await contacts.list({ afterUserId: seen.at(-1) ?? null, limit: 2 });
      seen.push(...found.map(({ userId }) => userId));
    }
    equal(seen, inOrder);
    for (const userId of inOrder) {
      equal(
        (await contacts.getMany([userId])).map((contact) => contact.userId),
        [userId],
      );
    }
  });

  test("forget() deletes a person, whose addresses are free again", async ({ storage: { contacts } }) => {
    await contacts.save([person("ada", "+1"), person("Ada", "+2"), person("ada ", "+3")]);
    equal([await contacts.forget("ada"), await contacts.forget("ada")], [true, false]);
    equal(
      (await contacts.list({ afterUserId: null, limit: 10 })).map(({ userId }) => userId),
      ["Ada", "ada "],
    );
    equal(await contacts.recordInbound([{ channel: "whatsapp", address: "+1", at: at(5) }]), 0);
    equal(await contacts.save([person("grace", "+1")]), { taken: [] });
    await contacts.save([person("ada", "+4")]);
    const [ada] = await contacts.getMany(["ada"]);
    equal(ada?.addresses, { whatsapp: { address: "+4", ...freshAddress } });
  });

  test("forget() of a contact in a transaction that rolls back leaves them as they were", async ({
    storage,
  }) => {
    const { contacts } = storage;
    await contacts.save([person("ada", "+1")]);
    await contacts.recordInbound([{ channel: "whatsapp", address: "+1", at: at(5) }]);
    await contacts.markUnreachable([{ channel: "whatsapp", address: "+1", reason: "Not on WhatsApp." }]);
    const before = await contacts.getMany(["ada"]);
    const failing = () =>
      storage.transaction(async (transaction) => {
        equal(await contacts.forget("ada", { transaction }), true);
        throw new RangeError("the host changed its mind");
      });
    await rejects(failing, { name: "RangeError" });
    equal(await contacts.getMany(["ada"]), before);
    equal((await contacts.save([person("grace", "+1")])).taken.length, 1);
  });
}
