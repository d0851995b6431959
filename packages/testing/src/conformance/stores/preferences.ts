import { addressOf, at, byAddress, byAlias, byBoth, move, person, wish } from "./addressed-people.js";
import { freshAddress } from "./fresh-address.js";
import type { Stage, StorageUnderTest } from "./stage.js";

const marketing = { scope: "marketing" } as const;
const backIn = { optedOut: false } as const;

export function preferenceConformance<Tx>({ runner: { equal }, test }: Stage<Tx>): void {
  test("recordPreferences() notes since when people want to be left alone, of all or of marketing, and counts whom", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2"), person("mary", "+3")]);
    const wishes = [wish(byAddress("+1"), 5), wish(byAddress("+2"), 6, marketing), wish(byAddress("+2"), 7)];
    equal(await contacts.recordPreferences([...wishes, wish(byAddress("+404"), 8)]), 2);
    equal(await outOf(stage, "ada"), [at(5), null]);
    equal(await outOf(stage, "grace"), [at(7), at(6)]);
    equal(await outOf(stage, "mary"), [null, null]);
    equal(await contacts.recordPreferences([wish(byAddress("+2"), 8, { ...marketing, ...backIn })]), 1);
    equal(await outOf(stage, "grace"), [at(7), null]);
    equal(await contacts.recordPreferences([]), 0);
  });

  test("recordPreferences() ignores a wish that is older than the one known for its scope, also after an opt-in", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1")]);
    await contacts.recordPreferences([wish(byAddress("+1"), 5, backIn)]);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 4)]), 0);
    equal(await outOf(stage, "ada"), [null, null]);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 4, marketing)]), 1);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 3, { ...marketing, ...backIn })]), 0);
    equal(await outOf(stage, "ada"), [null, at(4)]);
  });

  test("recordPreferences() takes the wishes of one call in the order of their times", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    const [ada, grace] = [byAddress("+1"), byAddress("+2")];
    const wishes = [wish(ada, 6, backIn), wish(ada, 5), wish(grace, 8), wish(grace, 7, backIn)];
    equal(await contacts.recordPreferences(wishes), 1);
    equal(
      [await outOf(stage, "ada"), await outOf(stage, "grace")],
      [
        [null, null],
        [at(8), null],
      ],
    );
  });

  test("recordPreferences() of two wishes of one time takes the one that is told last", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1")]);
    await contacts.recordPreferences([wish(byAddress("+1"), 5), wish(byAddress("+1"), 5, backIn)]);
    equal(await outOf(stage, "ada"), [null, null]);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 5)]), 1);
    equal(await outOf(stage, "ada"), [at(5), null]);
  });

  test("recordPreferences() of a wish that is known keeps since when, and changes nobody's", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1")]);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 5)]), 1);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 5), wish(byAddress("+1"), 9)]), 0);
    equal(await outOf(stage, "ada"), [at(5), null]);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 8, backIn)]), 0);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 10, backIn)]), 1);
  });

  test("recordPreferences() finds people by address, and by alias where nobody has that", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    await contacts.recordInbound([{ ...byBoth("+1", "US.ada"), at: at(1) }]);
    equal(
      await contacts.recordPreferences([wish(byAlias("US.ada"), 5), wish(byAlias("us.ada"), 5, marketing)]),
      1,
    );
    equal(await contacts.recordPreferences([wish(byBoth("+404", "US.ada"), 6, marketing)]), 1);
    equal(await outOf(stage, "ada"), [at(5), at(6)]);
    equal(await contacts.recordPreferences([wish(byBoth("+2", "US.ada"), 7)]), 1);
    equal(
      [await outOf(stage, "ada"), await outOf(stage, "grace")],
      [
        [at(5), at(6)],
        [at(7), null],
      ],
    );
  });

  test("recordPreferences() by 20 racing callers leaves the newest wish of each scope", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1")]);
    await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const minute = (index * 7) % 20;
        const optedOut = minute !== 19;
        const all = wish(byAddress("+1"), minute, { optedOut });
        return contacts.recordPreferences([all, wish(byAddress("+1"), minute, { ...marketing, ...backIn })]);
      }),
    );
    equal(await outOf(stage, "ada"), [null, null]);
    equal(
      await contacts.recordPreferences([wish(byAddress("+1"), 18), wish(byAddress("+1"), 18, marketing)]),
      0,
    );
  });

  test("recordPreferences() beside save() and recordMoves() of the same people loses no wish", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+0"), person("grace", "+100")]);
    await contacts.recordInbound([{ ...byBoth("+0", "US.ada"), at: at(1) }]);
    for (let round = 1; round <= 6; round += 1) {
      const optedOut = round % 2 === 1;
      await Promise.all([
        contacts.recordMoves([move(byAlias("US.ada"), `+${round}`)]),
        contacts.recordPreferences([wish(byAlias("US.ada"), round, { optedOut })]),
        contacts.save([person("grace", "+100", { name: `Grace ${round}` })]),
        contacts.recordPreferences([wish(byAddress("+100"), round, { optedOut })]),
      ]);
      const [ada, grace] = [await addressOf(stage, "ada"), await addressOf(stage, "grace")];
      const since = optedOut ? at(round) : null;
      equal([ada?.address, ada?.optedOutAt, grace?.optedOutAt], [`+${round}`, since, since]);
    }
  });

  test("save() keeps alias, wishes and times as long as the address stays, and none of them for another", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1"), person("grace", "+2")]);
    await contacts.recordInbound([{ ...byBoth("+1", "US.ada"), at: at(1) }]);
    await contacts.recordPreferences([wish(byAddress("+1"), 5), wish(byAddress("+1"), 6, marketing)]);
    const known = await addressOf(stage, "ada");
    await contacts.save([person("ada", "+1", { name: "Ada L." })]);
    equal(await addressOf(stage, "ada"), known);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 4, backIn)]), 0);
    await contacts.save([person("ada", "+2"), person("grace", "+1")]);
    equal(await addressOf(stage, "ada"), { address: "+2", ...freshAddress });
    equal(await addressOf(stage, "grace"), { address: "+1", ...freshAddress });
    equal(await contacts.recordPreferences([wish(byAlias("US.ada"), 9)]), 0);
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 3), wish(byAddress("+2"), 3)]), 2);
  });

  test("forget() deletes alias and wishes, so that whoever has the address next begins anew", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", "+1")]);
    await contacts.recordInbound([{ ...byBoth("+1", "US.ada"), at: at(1) }]);
    await contacts.recordPreferences([wish(byAddress("+1"), 5, backIn)]);
    await contacts.forget("ada");
    equal(await contacts.recordPreferences([wish(byAlias("US.ada"), 9)]), 0);
    await contacts.save([person("grace", "+1")]);
    equal(await addressOf(stage, "grace"), { address: "+1", ...freshAddress });
    equal(await contacts.recordPreferences([wish(byAddress("+1"), 4)]), 1);
  });

  test("recordPreferences() takes thousands at once", async (stage) => {
    const { contacts } = stage.storage;
    const numbers = Array.from({ length: 2_500 }, (_, index) => index);
    await contacts.save(numbers.map((number) => person(`user-${number}`, `+${number}`)));
    equal(await contacts.recordPreferences(numbers.map((number) => wish(byAddress(`+${number}`), 5))), 2_500);
    equal(await outOf(stage, "user-2499"), [at(5), null]);
  });
}

/** Since when somebody wants to be left alone: of everything, and of marketing. */
async function outOf<Tx>(stage: StorageUnderTest<Tx>, userId: string) {
  const address = await addressOf(stage, userId);
  return [address?.optedOutAt, address?.marketingOptedOutAt];
}
