import type { ContactPreference } from "../ports/contact-store.js";
import type { Runtime } from "../runtime.js";

/**
 * Notes what people want to be told, and tells the host of what is new; of everything, if it keeps people itself. Resolves
 * with how many wishes are new.
 */
export async function recordPreferences<Tx>(
  { storage, lifecycle, hostKeepsPeople }: Runtime<Tx>,
  preferences: readonly ContactPreference[],
): Promise<number> {
  let news = 0;
  // One at a time, so that it is known which of them is new: people seldom say so in crowds.
  for (const preference of preferences.toSorted((a, b) => a.at.getTime() - b.at.getTime())) {
    const changed = await storage.contacts.recordPreferences([preference]);
    if (changed === 0 && !hostKeepsPeople) continue;
    news += changed;
    const { channel, address, alias = null, scope, optedOut, at } = preference;
    lifecycle.emit("contact.preference", { channel, address, alias, scope, optedOut, at });
  }
  return news;
}
