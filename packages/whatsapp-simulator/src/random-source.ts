import { randomInt } from "node:crypto";

/** Chance that can be repeated: two sources with one seed and one purpose give the same values. */
export interface RandomSource {
  /** A whole number from 0 up to but not including `limit`, which is at most 2^32. */
  below(limit: number): number;
  /** Upper-case hexadecimal digits. */
  hex(length: number): string;
  /** Decimal digits, the first one not zero. */
  digits(length: number): string;
}

/**
 * A source of its own for each purpose, so that a webhook more does not change the next message id.
 *
 * @param seed - Null takes the machine's randomness, because a program under test may keep ids of an earlier run.
 */
export function createRandomSource(seed: number | null, purpose: string): RandomSource {
  const below = seed === null ? (limit: number) => randomInt(limit) : seededBelow(seed, purpose);
  const text = (alphabet: string, length: number) =>
    Array.from({ length }, () => alphabet[below(alphabet.length)]).join("");
  return {
    below,
    hex: (length) => text("0123456789ABCDEF", length),
    digits: (length) => text("123456789", 1) + text("0123456789", length - 1),
  };
}

/** Mulberry32, whose state starts as a mix of the seed and the purpose. */
function seededBelow(seed: number, purpose: string): (limit: number) => number {
  let state = [...`${seed}:${purpose}`].reduce(
    (mixed, letter) => Math.imul(mixed ^ (letter.codePointAt(0) ?? 0), 0x01000193),
    0x811c9dc5,
  );
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}
