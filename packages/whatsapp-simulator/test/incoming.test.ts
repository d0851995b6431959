import type { IncomingMessage } from "@callboard/whatsapp-simulator";
import { expect, test } from "vitest";
import { openSimulator, templateMessage, textMessage } from "./support/open-simulator.js";
import { webhookReceiver } from "./support/webhook-receiver.js";

const from = "+263771234567";
const media = (mime_type: string) => ({
  mime_type,
  sha256: expect.any(String),
  id: expect.stringMatching(/^\d+$/),
});

const kinds: [kind: string, incoming: IncomingMessage, message: object, shown: string][] = [
  [
    "image",
    { from, type: "image", caption: "The dent" },
    { image: { caption: "The dent", ...media("image/jpeg") } },
    "📷 Photo\nThe dent",
  ],
  ["video", { from, type: "video" }, { video: media("video/mp4") }, "🎬 Video"],
  [
    "document",
    { from, type: "document", filename: "a.pdf" },
    { document: { filename: "a.pdf", ...media("application/pdf") } },
    "📄 Document\na.pdf",
  ],
  [
    "audio",
    { from, type: "audio", voice: true },
    { audio: { voice: true, ...media("audio/ogg; codecs=opus") } },
    "🎤 Audio",
  ],
  ["sticker", { from, type: "sticker" }, { sticker: media("image/webp") }, "Sticker"],
  [
    "location",
    { from, type: "location", latitude: -17.8, longitude: 31, name: "Yard" },
    { location: { latitude: -17.8, longitude: 31, name: "Yard" } },
    "📍 Location\nYard",
  ],
  [
    "contacts",
    { from, type: "contacts", contacts: [{ name: "Rudo", phone: "+263771234501" }] },
    {
      contacts: [
        { name: { formatted_name: "Rudo" }, phones: [{ phone: "+263771234501", wa_id: "263771234501" }] },
      ],
    },
    "👤 Contact\nRudo",
  ],
  [
    "reaction",
    { from, type: "reaction", messageId: "wamid.x", emoji: "👍" },
    { reaction: { message_id: "wamid.x", emoji: "👍" } },
    "Reacted 👍",
  ],
  [
    "list_reply",
    { from, type: "list_reply", messageId: "wamid.x", id: "row", title: "Row" },
    {
      type: "interactive",
      interactive: { type: "list_reply", list_reply: { id: "row", title: "Row" } },
      context: { id: "wamid.x" },
    },
    "Row",
  ],
  [
    "revoke",
    { from, type: "revoke", replyId: "wamid.x" },
    { revoke: { original_message_id: "wamid.x" } },
    "Message deleted",
  ],
  [
    "unsupported",
    { from, type: "unsupported" },
    { errors: [{ code: 131051 }] },
    "Message of an unsupported kind",
  ],
];

test.each(kinds)(
  "receive() tells of %s in Meta's shape and shows it",
  async (kind, incoming, message, shown) => {
    const receiver = await webhookReceiver();
    const { simulator } = await openSimulator({ webhookUrl: receiver.url });
    const id = await simulator.receive(incoming);
    expect(receiver.received[0]?.value).toMatchObject({
      contacts: [{ wa_id: "263771234567" }],
      messages: [{ id, from: "263771234567", type: kind, ...message }],
    });
    expect(simulator.replies()).toMatchObject([{ id, type: kind, text: shown }]);
  },
);

test("a reaction that is taken back has no emoji", async () => {
  const receiver = await webhookReceiver();
  const { simulator } = await openSimulator({ webhookUrl: receiver.url });
  await simulator.receive({ from, type: "reaction", messageId: "wamid.x", emoji: "" });
  expect(receiver.received[0]?.value.messages[0].reaction).toEqual({ message_id: "wamid.x" });
});

test("a reply that quotes a message carries its id as context", async () => {
  const receiver = await webhookReceiver();
  const { simulator, send } = await openSimulator({ webhookUrl: receiver.url });
  const quotedId = (await send(templateMessage("ask"))).body.messages[0].id;
  await simulator.receive({ from, text: "Yes", quotedId });
  expect(receiver.received[0]?.value.messages[0].context).toEqual({ from: "15550100000", id: quotedId });
  expect(simulator.replies()[0]).toMatchObject({ quotedId });
});

test("an image opens the window, a reaction does not", async () => {
  const { simulator, send, pass } = await openSimulator({ window: "enforced" });
  const outcome = async () => {
    await send(textMessage("Hello"));
    await pass(1_000);
    return simulator.messages().at(-1)?.errorCode;
  };
  await simulator.receive({ from, type: "reaction", messageId: "wamid.x", emoji: "👍" });
  expect(await outcome()).toBe(131047);
  await simulator.receive({ from, type: "image" });
  expect(await outcome()).toBe(null);
});

test("receive() refuses a kind that does not exist, or content that does not fit", async () => {
  const { simulator } = await openSimulator();
  // @ts-expect-error no such kind
  await expect(simulator.receive({ from, type: "smell" })).rejects.toThrow(TypeError);
  await expect(simulator.receive({ from, type: "location", latitude: 91, longitude: 0 })).rejects.toThrow(
    "latitude",
  );
  await expect(simulator.receive({ from, text: "x".repeat(4_097) })).rejects.toThrow("4096");
  expect(simulator.replies()).toEqual([]);
});
