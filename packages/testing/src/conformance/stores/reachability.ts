import type { ContactAddress, ContactInput } from "@callboard/core/adapter";
import { awkwardTexts } from "./awkward-texts.js";
import { freshAddress } from "./fresh-address.js";
import type { Stage, StorageUnderTest } from "./stage.js";

export function reachabilityConformance<Tx>({ runner: { equal, ok }, test }: Stage<Tx>): void {
  test("markUnreachable() notes when and why of the addresses that are known, and counts them", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([
      person("ada", { whatsapp: "+1", email: "+1" }),
      person("grace", { whatsapp: "+2" }),
      person("mary", { whatsapp: "+3" }),
    ]);
    const marks = [mark("+1", "Not on WhatsApp."), mark("+3", "Blocked."), mark("+404")];
    equal(await contacts.markUnreachable(marks), 2);
    const [first, third] = [await addressOf(stage, "ada"), await addressOf(stage, "mary")];
    equal([first?.unreachableReason, third?.unreachableReason], ["Not on WhatsApp.", "Blocked."]);
    ok(first?.unreachableAt instanceof Date, "the time is noted");
    for (const other of [await addressOf(stage, "grace"), await addressOf(stage, "ada", "email")]) {
      equal([other?.unreachableAt, other?.unreachableReason], [null, null]);
    }
    equal(await contacts.markUnreachable([]), 0);
    const [ada] = await contacts.list({ afterUserId: null, limit: 1 });
    equal(ada?.addresses.whatsapp, first);
  });

  test("markUnreachable() of what is marked notes the new time and reason", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", { whatsapp: "+1" })]);
    await contacts.markUnreachable([mark("+1", "first")]);
    const first = await addressOf(stage, "ada");
    await stage.advance(1_000);
    equal(await contacts.markUnreachable([mark("+1", "second")]), 1);
    const second = await addressOf(stage, "ada");
    equal(second?.unreachableReason, "second");
    const between = Number(second?.unreachableAt) - Number(first?.unreachableAt);
    ok(between >= 1_000, "it is marked by the store's clock");
  });

  test("markUnreachable() keeps reasons to the letter, whatever is in them", async (stage) => {
    const { contacts } = stage.storage;
    const long = "The provider explains at length. ".repeat(100);
    const texts = [...awkwardTexts, long];
    await contacts.save(texts.map((_, index) => person(`user-${index}`, { whatsapp: `+${index}` })));
    equal(await contacts.markUnreachable(texts.map((text, index) => mark(`+${index}`, text))), texts.length);
    for (const [index, text] of texts.entries()) {
      equal((await addressOf(stage, `user-${index}`))?.unreachableReason, text);
    }
  });

  test("recordInbound() takes the mark from whoever writes to us, and leaves it when the message is old", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", { whatsapp: "+1" }), person("grace", { whatsapp: "+2" })]);
    await contacts.markUnreachable([mark("+1"), mark("+2")]);
    const { unreachableAt } = (await addressOf(stage, "ada")) ?? {};
    const at = (ms: number) => new Date(Number(unreachableAt) + ms);
    const inbound = (ms: number) => [{ channel: "whatsapp", address: "+1", at: at(ms) }];
    equal(await contacts.recordInbound(inbound(60_000)), 1);
    equal(await addressOf(stage, "ada"), { ...freshAddress, address: "+1", lastInboundAt: at(60_000) });
    equal((await addressOf(stage, "grace"))?.unreachableReason, "Not on WhatsApp.");
    await contacts.markUnreachable([mark("+1")]);
    equal(await contacts.recordInbound(inbound(59_999)), 0);
    equal((await addressOf(stage, "ada"))?.unreachableReason, "Not on WhatsApp.");
  });

  test("save() keeps the mark as long as the address stays the same", async (stage) => {
    const { contacts } = stage.storage;
    await contacts.save([person("ada", { whatsapp: "+1" })]);
    await contacts.markUnreachable([mark("+1")]);
    const marked = await addressOf(stage, "ada");
    await contacts.save([{ ...person("ada", { whatsapp: "+1" }), name: "Ada L." }]);
    equal(await addressOf(stage, "ada"), marked);
    await contacts.save([person("ada", { whatsapp: "+2" })]);
    equal(await addressOf(stage, "ada"), { address: "+2", ...freshAddress });
    await contacts.save([person("grace", { whatsapp: "+1" })]);
    equal(await addressOf(stage, "grace"), { address: "+1", ...freshAddress });
  });
}

function person(userId: string, addresses: ContactInput["addresses"]): ContactInput {
  return { userId, name: null, locale: null, active: true, addresses };
}

function mark(address: string, reason = "Not on WhatsApp.") {
  return { channel: "whatsapp", address, reason };
}

async function addressOf<Tx>(
  { storage }: StorageUnderTest<Tx>,
  userId: string,
  channel = "whatsapp",
): Promise<ContactAddress | undefined> {
  const [contact] = await storage.contacts.getMany([userId]);
  return contact?.addresses[channel];
}
