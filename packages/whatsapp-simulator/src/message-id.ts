import type { RandomSource } from "./random-source.js";

/**
 * A new message id in the form Meta gives: `wamid.` and base64 of the phone number and 18 hexadecimal digits.
 */
export function newMessageId(digits: string, random: RandomSource): string {
  const phone = Buffer.from(digits, "latin1");
  const unique = Buffer.from(random.hex(18), "latin1");
  const bytes = Buffer.concat([
    Buffer.from([0x1c, 0x18, phone.length]),
    phone,
    Buffer.from([0x15, 0x02, 0x00, 0x11, 0x18, unique.length]),
    unique,
    Buffer.from([0x00]),
  ]);
  return `wamid.${bytes.toString("base64")}`;
}
