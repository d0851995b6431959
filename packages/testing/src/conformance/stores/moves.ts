import {
  addressesOf,
  addressOf,
  at,
  byAddress,
  byAlias,
  byBoth,
  move,
  person,
  wish,
} from "./addressed-people.js";
import type { Stage } from "./stage.js";

export function moveConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("recordMoves() gives people new addresses; wishes, times and alias stay, and the mark goes", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    await contacts.recordInbound([{ ...byBoth("+1", "US.ada"), at: at(1) }]);
    await contacts.recordPreferences([
      wish(byAddress("+1"), 5),
      wish(byAddress("+1"), 6, { scope: "marketing" }),
    ]);
    const before = await addressOf(stage, "ada");
    await contacts.markUnreachable([{ channel: "whatsapp", address: "+1", reason: "Not on WhatsApp." }]);
    equal(await contacts.recordMoves([move(byAddress("+1"), "+9"), move(byAddress("+404"), "+8")]), ["ada"]);
    equal(await addressOf(stage, "ada"), { ...before, address: "+9" });
    equal(await contacts.recordPreferences([wish(byAddress("+9"), 4, { optedOut: false })]), 0);
    equal(await contacts.save([person("mary", "+1")]), { taken: [] });
    equal(await addressesOf(stage, ["grace", "mary"]), { grace: ["+2", null], mary: ["+1", null] });
    equal(await contacts.recordMoves([]), []);
  });

  test("recordMoves() leaves alone an address that another person has", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    equal(await contacts.recordMoves([move(byAddress("+1"), "+2", "US.1")]), []);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["+1", null], grace: ["+2", null] });
    equal(await contacts.recordMoves([move(byAddress("+1"), "+3"), move(byAddress("+2"), "+3")]), ["ada"]);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["+3", null], grace: ["+2", null] });
  });

  test("recordMoves() gives a new alias, which whoever had it loses, and names nobody whose address stays", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    await contacts.recordInbound([
      { ...byBoth("+1", "US.1"), at: at(1) },
      { ...byBoth("+2", "US.2"), at: at(1) },
    ]);
    await contacts.markUnreachable([{ channel: "whatsapp", address: "+1", reason: "Not on WhatsApp." }]);
    equal(await contacts.recordMoves([move(byAlias("US.1"), null, "US.2"), move(byAddress("+1"), "+1")]), []);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["+1", "US.2"], grace: ["+2", null] });
    equal((await addressOf(stage, "ada"))?.unreachableReason, "Not on WhatsApp.");
    equal(await contacts.recordMoves([move(byAlias("US.2"), "+3", "US.3")]), ["ada"]);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["+3", "US.3"], grace: ["+2", null] });
  });

  test("recordMoves() gives whoever was saved by an alias the new one as their address", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "US.1"), person("grace", "+2")]);
    equal(await contacts.recordMoves([move(byAlias("US.1"), null, "US.2")]), ["ada"]);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["US.2", "US.2"], grace: ["+2", null] });
  });

  test("recordMoves() takes the moves of one call one after the other", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    await contacts.recordInbound([{ ...byBoth("+1", "US.1"), at: at(1) }]);
    const moves = [
      move(byAddress("+1"), "+3"),
      move(byAddress("+3"), "+4", "US.4"),
      move(byAddress("+2"), "+1", "US.1"),
      move(byAlias("US.4"), "+5"),
    ];
    equal((await contacts.recordMoves(moves)).toSorted(), ["ada", "grace"]);
    equal(await addressesOf(stage, ["ada", "grace"]), { ada: ["+5", "US.4"], grace: ["+1", "US.1"] });
    equal(await contacts.recordMoves([move(byAddress("+5"), "+6"), move(byAddress("+6"), "+5")]), []);
  });

  test("recordMoves() gives an address to one of 20 racing callers", async (stage) => {
    const { contacts } = stage.storage;
    const numbers = Array.from({ length: 20 }, (_, index) => index);
    await contacts.save(numbers.map((number) => person(`user-${number}`, `+${number}`)));
    const moved = await Promise.all(
      numbers.map((number) => contacts.recordMoves([move(byAddress(`+${number}`), "+100")])),
    );
    const [first, ...others] = moved.flat();
    equal(others, []);
    equal((await addressOf(stage, String(first)))?.address, "+100");
    const people = await contacts.list({ afterUserId: null, limit: 100 });
    equal(new Set(people.map(({ addresses }) => addresses.whatsapp?.address)).size, 20);
  });

  test("recordMoves() takes thousands at once", async (stage) => {
    const { contacts } = stage.storage;
    const numbers = Array.from({ length: 2_500 }, (_, index) => index);
    await contacts.save(numbers.map((number) => person(`user-${number}`, `+${number}`)));
    const moves = numbers.map((number) => move(byAddress(`+${number}`), `+new${number}`, `US.${number}`));
    equal((await contacts.recordMoves(moves)).length, 2_500);
    equal(await addressesOf(stage, ["user-2499"]), { "user-2499": ["+new2499", "US.2499"] });
  });
}
