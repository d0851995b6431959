import { InvalidOptionsError } from "@callboard/core/adapter";
import { defaultOptInWords, defaultOptOutWords } from "@callboard/transport-whatsapp";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { appSecret, transportAt, verifyToken } from "./fixtures.js";
import { changeOf, envelopeOf, letterOf, phoneNumberId, readSigned } from "./webhook-request.js";

const at = new Date("2025-09-19T03:55:44Z");
const userId = "US.13491208655302741918";

async function inboundOf(value: object) {
  return (await readSigned(envelopeOf(value))).inbound;
}

describe("messages", () => {
  test.each([
    "text",
    "image",
    "video",
    "audio",
    "voice",
    "document",
    "sticker",
    "location",
    "contacts",
    "button",
    "interactive",
    "order",
  ])("a person's %s message opens their window", async (type) => {
    expect(await inboundOf({ messages: [letterOf({ type })] })).toMatchObject([
      { address: "+263771234567", alias: null, at, opensWindow: true },
    ]);
  });

  test.each(["reaction", "revoke", "edit", "unsupported", "request_welcome", "unknown"])(
    "a %s message is told, and opens nothing",
    async (type) => {
      expect(await inboundOf({ messages: [letterOf({ type })] })).toMatchObject([
        { address: "+263771234567", opensWindow: false, text: null },
      ]);
    },
  );

  const texts: [what: string, changes: object, text: string | null][] = [
    ["a text", { text: { body: "Hi!" } }, "Hi!"],
    ["a picture with words", { type: "image", image: { caption: "The pump" } }, "The pump"],
    ["a picture", { type: "image", image: { id: "1" } }, null],
    ["a button", { type: "button", button: { payload: "yes", text: "Yes" } }, "Yes"],
    [
      "a row of a list",
      { type: "interactive", interactive: { type: "list_reply", list_reply: { id: "1", title: "Tuesday" } } },
      "Tuesday",
    ],
    ["a text that is odd", { text: 7 }, null],
  ];
  test.each(texts)("the words of %s are told", async (_, changes, text) => {
    expect(await inboundOf({ messages: [letterOf(changes)] })).toMatchObject([{ text }]);
  });

  test.each([
    ["16505551234", "+16505551234"],
    ["+16505551234", "+16505551234"],
    ["5215512345678", "+525512345678"],
    ["551187654321", "+5511987654321"],
    ["5491112345678", "+5491112345678"],
  ])("a person whom WhatsApp calls %s is found under %s", async (from, address) => {
    expect(await inboundOf({ messages: [letterOf({ from })] })).toMatchObject([{ address }]);
  });

  const aliases: [what: string, value: object, identity: object][] = [
    [
      "beside their number",
      { messages: [letterOf({ from_user_id: userId })] },
      { address: "+263771234567", alias: userId },
    ],
    [
      "among the contacts",
      {
        messages: [letterOf({})],
        contacts: [
          { wa_id: "263770000000", user_id: "ZW.1" },
          { wa_id: "263771234567", user_id: userId },
        ],
      },
      { address: "+263771234567", alias: userId },
    ],
    [
      "instead of their number",
      { messages: [letterOf({ from: undefined, from_user_id: userId })] },
      { address: userId, alias: userId },
    ],
    ["as the sender", { messages: [letterOf({ from: userId })] }, { address: userId, alias: userId }],
    [
      "as the only contact, who hides their number",
      { messages: [letterOf({ from: undefined })], contacts: [{ user_id: userId }] },
      { address: userId, alias: userId },
    ],
    [
      "in the contact of somebody else",
      { messages: [letterOf({})], contacts: [{ wa_id: "263770000000", user_id: userId }] },
      { address: "+263771234567", alias: null },
    ],
  ];
  test.each(aliases)(
    "Meta's id of a person, %s, comes exactly as it is, and is their address where the number is hidden",
    async (_, value, identity) => {
      expect(await inboundOf(value)).toMatchObject([identity]);
    },
  );

  test.each([
    ["of nobody", { from: undefined }, "does not say who wrote it"],
    ["of no time", { timestamp: undefined }, "has no time"],
    ["of an unknown type", { type: "hologram" }, "has the unknown type hologram"],
    ["of no type", { type: undefined }, "has the unknown type ?"],
  ])("a message %s is set aside, and the others are read", async (_, changes, why) => {
    const messages = [letterOf(changes), letterOf({})];
    const { inbound, unread } = await readSigned(envelopeOf({ messages }));
    expect(inbound).toHaveLength(1);
    expect(unread).toEqual([{ reason: `a message that ${why}`, body: JSON.stringify(messages[0]) }]);
  });

  test("a message in a group is passed over", async () => {
    expect(await readSigned(envelopeOf({ messages: [letterOf({ group_id: "g-1" })] }))).toMatchObject({
      inbound: [],
      receipts: [],
      unread: [],
    });
  });

  test("a message to another business number opens no window here", async () => {
    const messages = [letterOf({})];
    expect(await inboundOf({ messages, metadata: { phone_number_id: "999" } })).toEqual([]);
    expect(await inboundOf({ messages, metadata: { phone_number_id: phoneNumberId } })).toHaveLength(1);
    expect(await inboundOf({ messages, metadata: undefined })).toHaveLength(1);
  });
});

describe("pressed buttons", () => {
  const presses: [what: string, changes: object, button: object][] = [
    [
      "beneath a template",
      { type: "button", button: { payload: "ack", text: "Acknowledge" } },
      { id: "ack", label: "Acknowledge" },
    ],
    [
      "without a payload",
      { type: "button", button: { text: "Acknowledge" } },
      { id: "Acknowledge", label: "Acknowledge" },
    ],
    ["without a label", { type: "button", button: { payload: "ack" } }, { id: "ack", label: "ack" }],
    [
      "beneath free text",
      {
        type: "interactive",
        interactive: { type: "button_reply", button_reply: { id: "ack", title: "Yes" } },
      },
      { id: "ack", label: "Yes" },
    ],
    [
      "in a list",
      { type: "interactive", interactive: { type: "list_reply", list_reply: { id: "r2", title: "Noon" } } },
      { id: "r2", label: "Noon" },
    ],
  ];
  test.each(presses)("a button %s acknowledges the message that it quotes", async (_, changes, button) => {
    const message = letterOf({ ...changes, context: { from: "15550783881", id: "wamid.out" } });
    const { receipts, inbound } = await readSigned(envelopeOf({ messages: [message] }));
    expect(receipts).toEqual([
      {
        providerMessageId: "wamid.out",
        attemptId: null,
        status: "acknowledged",
        occurredAt: at,
        failure: null,
        button,
      },
    ]);
    expect(inbound).toMatchObject([{ opensWindow: true }]);
  });

  test.each([
    ["quotes nothing", { type: "button", button: { text: "Yes" } }],
    ["says nothing", { type: "button", context: { id: "wamid.out" } }],
    ["is a text that quotes", { context: { id: "wamid.out" } }],
    [
      "answers a flow",
      { type: "interactive", context: { id: "wamid.out" }, interactive: { nfm_reply: { body: "Sent" } } },
    ],
  ])("a message that %s acknowledges nothing, and opens the window", async (_, changes) => {
    const { receipts, inbound, unread } = await readSigned(envelopeOf({ messages: [letterOf(changes)] }));
    expect([receipts, inbound.length, unread]).toEqual([[], 1, []]);
  });

  test("a button that was pressed in a chat with another of the business's numbers counts", async () => {
    const message = letterOf({ type: "button", button: { text: "Yes" }, context: { id: "wamid.out" } });
    const value = { messages: [message], metadata: { phone_number_id: "999" } };
    const { receipts, inbound } = await readSigned(envelopeOf(value));
    expect([receipts.length, inbound]).toEqual([1, []]);
  });
});

describe("wishes", () => {
  async function wishesIn(body: string, options = {}) {
    const reading = transportAt("https://graph.facebook.com", { appSecret, verifyToken, ...options });
    const news = reading.rereadWebhook?.(envelopeOf({ messages: [letterOf({ text: { body } })] }));
    return [news?.preferences?.map(({ scope, optedOut }) => [scope, optedOut]), news?.inbound.length];
  }

  test.each([
    "stop",
    "STOP",
    " Stop! ",
    "«Stop».",
    "Désabonner",
    "DESABONNER",
    "opt-out",
    "СТОП",
    "إيقاف",
    "הסר",
  ])("the message %j opts its writer out of everything, and opens the window all the same", async (body) => {
    expect(await wishesIn(body)).toEqual([[["everything", true]], 1]);
  });

  test.each(["start", "Start.", "UNSTOP", "S’abonner"])(
    "the message %j opts its writer in again",
    async (body) => {
      expect(await wishesIn(body)).toEqual([[["everything", false]], 1]);
    },
  );

  test.each(["Stop the pump", "Please stop", "Mira", "cancel", "", "👍", "stop ".repeat(50)])(
    "the message %j is no wish",
    async (body) => {
      expect(await wishesIn(body)).toEqual([[], 1]);
    },
  );

  test("a button that says Stop is no wish: what it means is up to who sent it", async () => {
    const message = letterOf({ type: "button", button: { text: "Stop" } });
    expect((await readSigned(envelopeOf({ messages: [message] }))).preferences).toEqual([]);
  });

  test("optOutWords and optInWords replace the defaults", async () => {
    const options = { optOutWords: ["Mira"], optInWords: [] };
    expect(await wishesIn("mira!", options)).toEqual([[["everything", true]], 1]);
    expect(await wishesIn("stop", options)).toEqual([[], 1]);
    expect(await wishesIn("start", options)).toEqual([[], 1]);
  });

  test.each([
    [{ optOutWords: ["👍"] }, /optOutWords.*hold a letter/],
    [{ optOutWords: "stop" }, /optOutWords/],
    [{ optInWords: ["x".repeat(81)] }, /optInWords.*80 characters/],
    [{ optOutWords: ["go"], optInWords: ["GO!"] }, /optInWords.*both/],
  ])("the words %j are an InvalidOptionsError", (options, message) => {
    const create = () => transportAt("https://graph.facebook.com", options as object);
    expect(create).toThrow(InvalidOptionsError);
    expect(create).toThrow(message);
  });

  test("every default word works, whatever case and punctuation surround it", async () => {
    const word = fc.constantFrom(
      ...defaultOptOutWords.map((text) => [text, true] as const),
      ...defaultOptInWords.map((text) => [text, false] as const),
    );
    const around = fc.stringMatching(/^[ .!?*"]{0,5}$/);
    await fc.assert(
      fc.asyncProperty(word, around, around, fc.boolean(), async ([text, optedOut], before, after, upper) => {
        const written = before + (upper ? text.toUpperCase() : text) + after;
        expect(await wishesIn(written)).toEqual([[["everything", optedOut]], 1]);
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    ["stop", true],
    ["resume", false],
    ["signup", false],
  ])("the preference %s in WhatsApp itself is about marketing alone", async (value, optedOut) => {
    const preference = { wa_id: "263771234567", user_id: userId, category: "marketing_messages", value };
    const change = changeOf("user_preferences", {
      user_preferences: [{ ...preference, timestamp: 1758254144 }],
    });
    expect((await readSigned(change)).preferences).toEqual([
      { address: "+263771234567", alias: userId, scope: "marketing", optedOut, at },
    ]);
  });

  test.each([
    [{ value: "perhaps" }, "has the unknown value perhaps"],
    [{ category: "poetry" }, "is about the unknown category poetry"],
    [{ timestamp: null }, "has no time"],
    [{ wa_id: undefined }, "does not say whose it is"],
  ])("a preference with %j is set aside", async (changes, why) => {
    const preference = { wa_id: "263771234567", value: "stop", timestamp: 1758254144, ...changes };
    const change = changeOf("user_preferences", { user_preferences: [preference] });
    const { preferences, unread } = await readSigned(change);
    expect(preferences).toEqual([]);
    expect(unread).toMatchObject([{ reason: `a preference that ${why}` }]);
  });
});

describe("moves", () => {
  const systemMessages: [what: string, changes: object, move: object][] = [
    [
      "a new number",
      { system: { type: "user_changed_number", wa_id: "263772222222" } },
      { address: "+263771234567", alias: null, newAddress: "+263772222222", newAlias: null },
    ],
    [
      "a new number and a new id",
      {
        from_user_id: "ZW.1",
        system: { type: "user_changed_number", wa_id: "263772222222", user_id: "ZW.2" },
      },
      { address: "+263771234567", alias: "ZW.1", newAddress: "+263772222222", newAlias: "ZW.2" },
    ],
    [
      "a new id",
      { system: { type: "user_changed_user_id", wa_id: "263771234567", user_id: "ZW.2" } },
      { address: "+263771234567", alias: null, newAddress: null, newAlias: "ZW.2" },
    ],
    [
      "a new id, and no number",
      {
        from: undefined,
        system: { type: "user_changed_user_id", previous_user_id: "ZW.1", user_id: "ZW.2" },
      },
      { address: "ZW.1", alias: "ZW.1", newAddress: null, newAlias: "ZW.2" },
    ],
  ];
  test.each(systemMessages)(
    "a system message about %s is a move, and no message",
    async (_, changes, move) => {
      const message = letterOf({ type: "system", text: undefined, ...changes });
      const { moves, inbound } = await readSigned(envelopeOf({ messages: [message] }));
      expect([moves, inbound]).toEqual([[move], []]);
    },
  );

  test("a user_id_update is a move", async () => {
    const item = { wa_id: "263771234567", user_id: { previous: "ZW.1", current: "ZW.2" }, timestamp: "1" };
    expect((await readSigned(changeOf("user_id_update", { user_id_update: [item] }))).moves).toEqual([
      { address: "+263771234567", alias: "ZW.1", newAddress: null, newAlias: "ZW.2" },
    ]);
  });

  test.each([
    [{ user_id: { previous: "ZW.1" } }, "has no new id"],
    [{ user_id: { current: "ZW.2" } }, "does not say whose it is"],
  ])("a user_id_update %j is set aside", async (item, why) => {
    const { moves, unread } = await readSigned(changeOf("user_id_update", { user_id_update: [item] }));
    expect(moves).toEqual([]);
    expect(unread).toMatchObject([{ reason: `a change of a user id that ${why}` }]);
  });

  test.each([
    [{ system: { type: "user_moved_house" } }, "is a system message of the unknown type user_moved_house"],
    [{ system: { type: "user_changed_number" } }, "does not say what has changed"],
    [
      { from: undefined, system: { type: "user_changed_number", wa_id: "263772222222" } },
      "does not say who has changed",
    ],
  ])("a system message %j is set aside", async (changes, why) => {
    const message = letterOf({ type: "system", text: undefined, ...changes });
    const { moves, unread } = await readSigned(envelopeOf({ messages: [message] }));
    expect(moves).toEqual([]);
    expect(unread).toMatchObject([{ reason: `a message that ${why}` }]);
  });

  test("a person with a new phone and the old number is no news", async () => {
    const message = letterOf({ type: "system", system: { type: "customer_identity_changed" } });
    expect(await readSigned(envelopeOf({ messages: [message] }))).toMatchObject({ moves: [], unread: [] });
  });
});
