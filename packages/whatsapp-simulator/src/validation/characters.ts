import { z } from "zod";

/** The number of characters as a person counts them: an emoji outside the basic plane is one. */
export function countCharacters(text: string): number {
  return text.length - (text.match(/[\uD800-\uDBFF][\uDC00-\uDFFF]/g)?.length ?? 0);
}

/** A string of `min` to `max` characters. */
export function characters(min: number, max: number) {
  return z.string().refine((text) => {
    const count = countCharacters(text);
    return count >= min && count <= max;
  }, `must be ${min} to ${max} characters long`);
}
