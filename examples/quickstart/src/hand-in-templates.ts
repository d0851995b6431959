import type { ShopCallboard } from "./shop-callboard.ts";

/**
 * Hands the provider what it does not have yet, as a deploy would. Here it has approved all of them in an earlier run, so
 * there is only that to note.
 */
export async function handInTemplates(callboard: ShopCallboard): Promise<void> {
  const plan = await callboard.templates.plan();
  for (const { step, failure } of await callboard.templates.apply(plan)) {
    if (failure) throw new Error(`${step.remoteName}: ${failure.message} ${failure.hint}`);
  }
  const counts = [...Map.groupBy(plan, ({ action }) => words[action] ?? action)];
  console.log(`The templates: ${counts.map(([word, { length }]) => `${length} ${word}`).join(", ")}.`);
}

const words: Readonly<Record<string, string>> = {
  adopt: "found approved at the provider",
  unchanged: "known to be there",
};
