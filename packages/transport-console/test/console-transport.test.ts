import { runnerOf, transportConformance } from "@callboard/testing/conformance";
import { beforeEach, expect, test, vi } from "vitest";
import { consoleTransport } from "../src/index.js";
import { messageTo } from "./message-to.js";

const written: string[] = [];
const write = (message: string) => void written.push(message);
const { signal } = new AbortController();
beforeEach(() => void written.splice(0));

transportConformance(runnerOf(test), {
  open: async () => consoleTransport({ write }),
  validAddress: " ada ",
  invalidAddress: "  ",
  receivedTexts: async () => written.map((message) => message.split("\n  ")[1] ?? ""),
});

test("send() prints recipient, template, text and buttons", async () => {
  await consoleTransport({ write }).send(
    messageTo("ada", {
      text: "Order A-17\nhas been shipped.",
      buttons: [
        { type: "reply", id: "ack", label: "Acknowledge" },
        { type: "url", label: "Track", url: "https://example.com/A-17", suffix: "A-17" },
      ],
    }),
    { signal },
  );
  expect(written).toEqual([
    "[console] to ada: order_shipped v3\n" +
      "  Order A-17\n" +
      "  has been shipped.\n" +
      "  [Acknowledge]\n" +
      "  [Track] https://example.com/A-17",
  ]);
});

test("send() with showText false prints neither text nor buttons", async () => {
  const buttons = [{ type: "reply", id: "ack", label: "Acknowledge" }] as const;
  const transport = consoleTransport({ write, showText: false });
  await transport.send(messageTo("ada", { text: "secret", buttons }), { signal });
  expect(written).toEqual(["[console] to ada: order_shipped v3"]);
});

test("send() under another channel's name says so, and gives the attempt's id as the provider's", async () => {
  const transport = consoleTransport({ name: "whatsapp", write });
  expect(transport.name).toBe("whatsapp");
  expect(await transport.send(messageTo("+263771234567"), { signal })).toEqual({
    providerMessageId: "attempt-1",
  });
  expect(written[0]).toMatch(/^\[whatsapp\] to \+263771234567: /);
});

test("send() without options writes one message and a line break to standard output", async () => {
  const stdout = vi.spyOn(process.stdout, "write").mockReturnValue(true);
  await consoleTransport().send(messageTo("ada", { text: "Hello" }), { signal });
  expect(stdout.mock.calls).toEqual([["[console] to ada: order_shipped v3\n  Hello\n"]]);
  stdout.mockRestore();
});

test("normalizeAddress() refuses an empty address by the channel's name", () => {
  expect(() => consoleTransport({ name: "whatsapp" }).normalizeAddress(" \n ")).toThrow(
    'Not an address for "whatsapp": it is empty. Give any other text.',
  );
});
