import fc from "fast-check";
import { expect, test } from "vitest";
import { consoleTransport } from "../src/index.js";
import { messageTo } from "./message-to.js";

const { signal } = new AbortController();

async function printed(text: string, to = "ada"): Promise<string> {
  let message = "";
  const transport = consoleTransport({
    write: (given) => {
      message = given;
    },
  });
  const buttons = [{ type: "url", label: text, url: text, suffix: null }] as const;
  await transport.send(messageTo(to, { text, buttons }), { signal });
  return message;
}

test.each([
  ["an escape sequence", "\u001b[2Jgone", "\\u001b[2Jgone"],
  ["a carriage return", "paid\rdue ", "paid\\u000ddue "],
  ["a C1 control", "\u009b31mred", "\\u009b31mred"],
  ["a change of direction", "\u202egpj.exe", "\\u202egpj.exe"],
  ["delete", "a\u007fb", "a\\u007fb"],
])("send() prints %s as characters that do nothing", async (_, text, expected) => {
  expect((await printed(text)).split("\n")[1]).toBe(`  ${expected}`);
});

test("send() leaves other scripts, emoji and tabs as they are", async () => {
  const text = "Ndatenda 👩‍👧‍👦 \t שלום ขอบคุณ €";
  expect((await printed(text)).split("\n")[1]).toBe(`  ${text}`);
});

test("send() prints Windows line breaks as line breaks", async () => {
  expect((await printed("one\r\ntwo")).split("\n").slice(1, 3)).toEqual(["  one", "  two"]);
});

test("send() never prints a control character or a second heading, whatever it is given", async () => {
  const hostile = fc.string({
    unit: fc.oneof(
      fc.nat({ max: 0x9f }).map((code) => String.fromCharCode(code)),
      fc.constant("\u2028"),
    ),
  });
  await fc.assert(
    fc.asyncProperty(hostile, hostile, async (text, to) => {
      const [heading, ...body] = (await printed(text, to)).split("\n");
      // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not come out
      expect([heading, ...body].join("")).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u2028]/);
      expect(heading).toMatch(/^\[console\] to /);
      expect(body.every((line) => line.startsWith("  "))).toBe(true);
    }),
  );
});
