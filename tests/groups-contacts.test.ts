import { createCallboard } from "@callboard/core";
import { fakeTransport, manualScheduler, testClock } from "@callboard/testing";
import { whatsappTransport } from "@callboard/transport-whatsapp";
import { describe, expect, test } from "vitest";
import { failure } from "./queue-stage.js";
import { type StorageKind, storages } from "./storages.js";

async function openPeople(kind: StorageKind) {
  return createCallboard({
    storage: await kind.open(testClock()),
    scheduler: manualScheduler(),
    transports: [
      fakeTransport("chat"),
      whatsappTransport({ phoneNumberId: "106540352242922", accessToken: "token", defaultCountry: "ZW" }),
    ],
    templates: {},
    clock: testClock(),
  });
}

describe.each(storages)("groups on $name", (kind) => {
  test("groups.ensure() creates what is missing, once, and says which", async () => {
    const { groups } = await openPeople(kind);
    expect(await groups.ensure(["Sales", "Admins", "Sales"])).toEqual([
      { name: "Sales", created: true },
      { name: "Admins", created: true },
    ]);
    await groups.addMembers("Sales", ["ada"]);
    expect(await groups.ensure(["Sales", "Drivers"])).toEqual([
      { name: "Sales", created: false },
      { name: "Drivers", created: true },
    ]);
    expect(await groups.ensure([])).toEqual([]);
    expect(await groups.list()).toEqual([
      { name: "Admins", memberCount: 0 },
      { name: "Drivers", memberCount: 0 },
      { name: "Sales", memberCount: 1 },
    ]);
  });

  test("two callers that ensure one group at once create it once", async () => {
    const { groups } = await openPeople(kind);
    const made = (await Promise.all(Array.from({ length: 5 }, () => groups.ensure(["Sales"])))).flat();
    expect(made.filter(({ created }) => created)).toHaveLength(1);
  });

  test("groups.addMembers() and removeMembers() count only whom they added or removed", async () => {
    const { groups } = await openPeople(kind);
    await groups.ensure(["Sales"]);
    expect(await groups.addMembers("Sales", ["ada", "ben", "ada"])).toBe(2);
    expect(await groups.addMembers("Sales", ["ben", "chi"])).toBe(1);
    expect(await groups.addMembers("Sales", [])).toBe(0);
    expect(await groups.removeMembers("Sales", ["ada", "zoe", "ada"])).toBe(1);
    expect(await groups.list()).toEqual([{ name: "Sales", memberCount: 2 }]);
  });

  test("group names are case-sensitive", async () => {
    const { groups } = await openPeople(kind);
    await groups.ensure(["Sales", "sales"]);
    await groups.addMembers("Sales", ["ada"]);
    expect((await groups.list()).sort((a, b) => a.memberCount - b.memberCount)).toEqual([
      { name: "sales", memberCount: 0 },
      { name: "Sales", memberCount: 1 },
    ]);
  });

  test("groups.ensure() takes names of 1 to 255 characters, whatever they are", async () => {
    const { groups } = await openPeople(kind);
    const names = ["x".repeat(255), "Sales Team (ZW) – 夜", "'; drop table groups; --", "a"];
    await groups.ensure(names);
    expect((await groups.list()).map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  test.each(["", " ", " Sales", "Sales\n", "x".repeat(256), 7, null])(
    "groups.ensure() refuses the name %j, and creates none of its list",
    async (name) => {
      const { groups } = await openPeople(kind);
      expect(await failure(groups.ensure(["Right", name as string]))).toMatchObject({
        name: "InvalidOptionsError",
        path: "groups.ensure([…])",
      });
      expect(await groups.list()).toEqual([]);
    },
  );

  test("groups.addMembers() and removeMembers() refuse an unknown group by name", async () => {
    const { groups } = await openPeople(kind);
    await groups.ensure(["Sales"]);
    const unknown = { name: "UnknownGroupError", groups: ["Slaes"] };
    expect(await failure(groups.addMembers("Slaes", ["ada"]))).toMatchObject(unknown);
    expect(await failure(groups.removeMembers("Slaes", ["ada"]))).toMatchObject(unknown);
    expect(await groups.list()).toEqual([{ name: "Sales", memberCount: 0 }]);
  });

  test.each(["", "x".repeat(256), 7, undefined])(
    "groups.addMembers() refuses the user id %j, and adds nobody",
    async (userId) => {
      const { groups } = await openPeople(kind);
      await groups.ensure(["Sales"]);
      expect(await failure(groups.addMembers("Sales", ["ada", userId as string]))).toMatchObject({
        name: "InvalidOptionsError",
        path: "groups.addMembers(…, […])[1]",
      });
      expect(await groups.list()).toEqual([{ name: "Sales", memberCount: 0 }]);
    },
  );

  test("a group keeps people who have no contact yet", async () => {
    const { groups } = await openPeople(kind);
    await groups.ensure(["Sales"]);
    expect(await groups.addMembers("Sales", ["nobody-yet"])).toBe(1);
  });
});

describe.each(storages)("contacts on $name", (kind) => {
  const fresh = {
    ...{ alias: null, optedOutAt: null, marketingOptedOutAt: null },
    ...{ lastInboundAt: null, unreachableAt: null, unreachableReason: null },
  };

  test("contacts.save() stores each address in its channel's own form", async () => {
    const { contacts } = await openPeople(kind);
    await contacts.save([
      { userId: "ada", name: "Ada", locale: "en-ZW", addresses: { chat: " ada ", whatsapp: "077 212 3456" } },
      { userId: "ben" },
    ]);
    const people = await contacts.list({ afterUserId: null, limit: 10 });
    expect(people).toEqual([
      {
        userId: "ada",
        name: "Ada",
        locale: "en-ZW",
        active: true,
        addresses: {
          chat: { address: "ada", ...fresh },
          whatsapp: { address: "+263772123456", ...fresh },
        },
      },
      { userId: "ben", name: null, locale: null, active: true, addresses: {} },
    ]);
    expect(await contacts.get(["ben", "zoe", "ben"])).toEqual([people[1]]);
  });

  test("contacts.save() again replaces the person: what is left out is cleared", async () => {
    const { contacts } = await openPeople(kind);
    await contacts.save([{ userId: "ada", name: "Ada", addresses: { chat: "ada", whatsapp: "0772123456" } }]);
    await contacts.save([{ userId: "ada", active: false, addresses: { chat: "ada" } }]);
    expect(await contacts.get(["ada"])).toEqual([
      {
        userId: "ada",
        name: null,
        locale: null,
        active: false,
        addresses: { chat: { address: "ada", ...fresh } },
      },
    ]);
  });

  test("contacts.list() goes on behind a person, page by page", async () => {
    const { contacts } = await openPeople(kind);
    await contacts.save(["d", "a", "c", "b"].map((userId) => ({ userId })));
    const idsOf = async (afterUserId: string | null) =>
      (await contacts.list({ afterUserId, limit: 2 })).map(({ userId }) => userId);
    expect([await idsOf(null), await idsOf("b"), await idsOf("d")]).toEqual([["a", "b"], ["c", "d"], []]);
  });

  test("contacts.save() refuses what cannot be an address, repeats it nowhere, and saves nobody", async () => {
    const { contacts } = await openPeople(kind);
    const error = await failure(
      contacts.save([
        { userId: "ada", addresses: { chat: "ada" } },
        { userId: "ben", addresses: { whatsapp: "077 21" } },
      ]),
    );
    expect(error).toMatchObject({ name: "InvalidAddressError", channel: "whatsapp" });
    expect((error as Error).message).not.toContain("077 21");
    expect(await contacts.list({ afterUserId: null, limit: 10 })).toEqual([]);
  });

  test("contacts.save() refuses an address that another person has, in whatever spelling, and saves nobody", async () => {
    const { contacts } = await openPeople(kind);
    await contacts.save([{ userId: "ada", addresses: { whatsapp: "0772123456" } }]);
    const error = await failure(
      contacts.save([
        { userId: "chi", addresses: { chat: "chi" } },
        { userId: "ben", addresses: { whatsapp: "+263 77 212 3456" } },
      ]),
    );
    expect(error).toMatchObject({
      name: "AddressTakenError",
      taken: [{ channel: "whatsapp", byUserId: "ada" }],
    });
    expect((error as Error).message).not.toContain("772123456");
    expect((await contacts.list({ afterUserId: null, limit: 10 })).map(({ userId }) => userId)).toEqual([
      "ada",
    ]);
  });

  test("contacts.save() refuses one address for two people of its list", async () => {
    const { contacts } = await openPeople(kind);
    const both = [
      { userId: "ada", addresses: { chat: "same" } },
      { userId: "ben", addresses: { chat: "same" } },
    ];
    expect(await failure(contacts.save(both))).toMatchObject({
      name: "AddressTakenError",
      taken: [{ channel: "chat", byUserId: "ada" }],
    });
    expect(await contacts.list({ afterUserId: null, limit: 10 })).toEqual([]);
  });

  test("an address is free again once its person is saved without it, and two people may swap theirs", async () => {
    const { contacts } = await openPeople(kind);
    await contacts.save([
      { userId: "ada", addresses: { chat: "one" } },
      { userId: "ben", addresses: { chat: "two" } },
    ]);
    await contacts.save([
      { userId: "ada", addresses: { chat: "two" } },
      { userId: "ben", addresses: { chat: "one" } },
    ]);
    await contacts.save([{ userId: "ada" }]);
    await contacts.save([{ userId: "chi", addresses: { chat: "two" } }]);
    const people = await contacts.list({ afterUserId: null, limit: 10 });
    expect(people.map(({ userId, addresses }) => [userId, addresses.chat?.address])).toEqual([
      ["ada", undefined],
      ["ben", "one"],
      ["chi", "two"],
    ]);
  });

  test("contacts.save() refuses a person who is twice in its list, and saves nobody", async () => {
    const { contacts } = await openPeople(kind);
    const error = await failure(
      contacts.save([
        { userId: "ada", addresses: { chat: "one" } },
        { userId: "ben" },
        { userId: "ada", addresses: { chat: "two" } },
      ]),
    );
    expect(error).toMatchObject({ name: "InvalidOptionsError", path: "contacts.save([…])[2].userId" });
    expect((error as Error).message).toContain('"ada" is there twice');
    expect(await contacts.list({ afterUserId: null, limit: 10 })).toEqual([]);
  });

  test("contacts.save() refuses a channel without a transport, with the known ones", async () => {
    const { contacts } = await openPeople(kind);
    const wrong = [{ userId: "ada", addresses: { fax: "1" } }] as never;
    expect(await failure(contacts.save(wrong))).toMatchObject({
      name: "UnknownChannelError",
      channel: "fax",
      known: ["chat", "whatsapp"],
    });
    expect(await contacts.list({ afterUserId: null, limit: 10 })).toEqual([]);
  });

  test.each(["", "x".repeat(256), 7, undefined])("contacts.save() refuses the user id %j", async (userId) => {
    const { contacts } = await openPeople(kind);
    expect(await failure(contacts.save([{ userId: "ada" }, { userId: userId as string }]))).toMatchObject({
      name: "InvalidOptionsError",
      path: "contacts.save([…])[1].userId",
    });
    expect(await contacts.list({ afterUserId: null, limit: 10 })).toEqual([]);
  });
});
