import { setTimeout } from "node:timers/promises";

/** Asks again and again until it is so; fails with what it was asked last. Errors count as "not yet". */
export async function until<Answer>(
  what: string,
  ask: () => Promise<Answer> | Answer,
  { withinMs = 30_000, everyMs = 10 }: { readonly withinMs?: number; readonly everyMs?: number } = {},
): Promise<Answer> {
  const givenUpAt = Date.now() + withinMs;
  let last: unknown;
  while (Date.now() < givenUpAt) {
    try {
      const answer = await ask();
      if (answer) return answer;
      last = answer;
    } catch (error) {
      last = error;
    }
    await setTimeout(everyMs);
  }
  throw new Error(`This never came true: ${what}.`, { cause: last });
}
