import { randomBytes } from "node:crypto";

/**
 * A new message id in the form Meta gives: `wamid.` and base64 of the phone number and 18 hexadecimal digits.
 * Random, because a program under test may keep ids of an earlier run.
 */
export function newMessageId(digits: string): string {
  const phone = Buffer.from(digits, "latin1");
  const unique = Buffer.from(randomBytes(9).toString("hex").toUpperCase(), "latin1");
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, phone.length]),
    phone,
    Buffer.from([0x15, 0x02, 0x00, 0x11, 0x18, unique.length]),
    unique,
    Buffer.from([0x00]),
  ]);
  return `wamid.${bytes.toString("base64")}`;
}
