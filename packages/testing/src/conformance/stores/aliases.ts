import { addressesOf, addressOf, at, byAddress, byAlias, byBoth, person } from "./addressed-people.js";
import type { Stage } from "./stage.js";

export function aliasConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("recordInbound() with both notes the alias for the address, and finds the person by either from then on", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    equal(await contacts.recordInbound([{ ...byBoth("+1", "US.Ada"), at: at(1) }]), 1);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["+1", "US.Ada"], grace: ["+2", null] });
    equal(await contacts.recordInbound([{ ...byAlias("US.Ada"), at: at(2) }]), 1);
    equal((await addressOf(stage, "ada"))?.lastInboundAt, at(2));
    equal(await contacts.recordInbound([{ ...byAddress("+1"), at: at(3) }]), 1);
    const [ada] = await contacts.list({ afterUserId: null, limit: 1 });
    equal([ada?.addresses.whatsapp?.alias, ada?.addresses.whatsapp?.lastInboundAt], ["US.Ada", at(3)]);
  });

  test("recordInbound() by an alias that nobody has, or that somebody has on another channel, is nobody's", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1")]);
    await contacts.recordInbound([{ ...byBoth("+1", "US.Ada"), at: at(1) }]);
    const others = [byAlias("US.ada"), { ...byAlias("US.Ada"), channel: "email" }];
    equal(await contacts.recordInbound(others.map((who) => ({ ...who, at: at(2) }))), 0);
    equal((await addressOf(stage, "ada"))?.lastInboundAt, at(1));
  });

  test("recordInbound() with an alias that somebody was saved by is theirs, whatever address comes with it", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "US.Ada"), person("grace", "+2")]);
    equal(await contacts.recordInbound([{ ...byBoth("+9", "US.Ada"), at: at(1) }]), 1);
    equal(await contacts.recordInbound([{ ...byAlias("US.Ada"), at: at(2) }]), 1);
    equal((await addressOf(stage, "ada"))?.lastInboundAt, at(2));
    equal((await addressOf(stage, "grace"))?.lastInboundAt, null);
  });

  test("recordInbound() by an alias makes the person reachable again", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1")]);
    await contacts.recordInbound([{ ...byBoth("+1", "US.Ada"), at: at(1) }]);
    await contacts.markUnreachable([{ channel: "whatsapp", address: "+1", reason: "Not on WhatsApp." }]);
    equal(await contacts.recordInbound([{ ...byAlias("US.Ada"), at: at(2) }]), 1);
    const ada = await addressOf(stage, "ada");
    equal([ada?.unreachableAt, ada?.unreachableReason], [null, null]);
  });

  test("recordInbound() moves an alias to the address that it came with last", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    await contacts.recordInbound([{ ...byBoth("+1", "US.1"), at: at(3) }]);
    await contacts.recordInbound([{ ...byBoth("+2", "US.1"), at: at(2) }]);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["+1", "US.1"], grace: ["+2", null] });
    await contacts.recordInbound([
      { ...byBoth("+2", "US.1"), at: at(5) },
      { ...byBoth("+1", "US.1"), at: at(4) },
    ]);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["+1", null], grace: ["+2", "US.1"] });
    equal(await contacts.recordInbound([{ ...byBoth("+2", "US.2"), at: at(1) }]), 0);
    equal(await contacts.recordInbound([{ ...byBoth("+2", "US.2"), at: at(5) }]), 1);
    equal(await addressesOf(stage, ["grace"]), { grace: ["+2", "US.2"] });
  });

  test("recordInbound() by 20 racing callers gives an alias to one address", async (stage) => {
    const { contacts } = stage.storage;
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await contacts.save(numbers.map((number) => person(`user-${number}`, `+${number}`)));
    await Promise.all(
      numbers.map((number) => contacts.recordInbound([{ ...byBoth(`+${number}`, "US.1"), at: at(1) }])),
    );
    const people = await contacts.list({ afterUserId: null, limit: 100 });
    const known = people.map(({ addresses }) => addresses.whatsapp);
    equal(known.filter((address) => address?.alias === "US.1").length, 1);
    equal(known.filter((address) => address?.lastInboundAt?.getTime() === at(1).getTime()).length, 20);
  });

  test("recordInbound() by 20 racing callers leaves the latest time, and an alias of each person", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1")]);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const minute = (index * 7) % 20;
        return contacts.recordInbound([{ ...byBoth("+1", `US.${minute}`), at: at(minute) }]);
      }),
    );
    const ada = await addressOf(stage, "ada");
    equal([ada?.alias, ada?.lastInboundAt], ["US.19", at(19)]);
  });

  test("recordInbound() takes thousands at once, and counts a person on two channels once", async (stage) => {
    const { contacts } = stage.storage;
    const numbers = Array.from({ length: 2_500 }, (_, index) => index);
    await contacts.save(
      numbers.map((number) =>
        person(`user-${number}`, "", { addresses: { whatsapp: `+${number}`, email: `${number}@host` } }),
      ),
    );
    const inbound = numbers.flatMap((number) => [
      { ...byBoth(`+${number}`, `US.${number}`), at: at(1) },
      { channel: "email", address: `${number}@host`, at: at(2) },
    ]);
    equal(await contacts.recordInbound(inbound), 2_500);
    const last = await addressOf(stage, "user-2499");
    equal([last?.alias, (await addressOf(stage, "user-2499", "email"))?.lastInboundAt], ["US.2499", at(2)]);
  });
}
