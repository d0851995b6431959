import type { Priority } from "../domain/notification.js";
import type { Pacer } from "../pacing/pacer.js";

/** Channels that are claimed together. */
export interface Lane {
  readonly channels: readonly string[];
  /** The channel whose sender and recipients are paced; `null`: nothing of this lane is. */
  readonly paced: string | null;
}

/** Channels without limits share one claim; each paced one has a claim of its own, of as many as it may send. */
export function lanesOf(channels: readonly string[], pacer: Pacer): Lane[] {
  const free = channels.filter((channel) => !pacer.isPaced(channel));
  const paced = channels.filter((channel) => pacer.isPaced(channel));
  const lanes = paced.map((channel): Lane => ({ channels: [channel], paced: channel }));
  return free.length > 0 ? [{ channels: free, paced: null }, ...lanes] : lanes;
}

/** What a claim asks for first, and how much of it. */
export interface Turn {
  readonly priorities: readonly Priority[];
  readonly limit: number;
}

const urgentFirst: readonly Priority[] = ["high", "normal", "low"];
const patientFirst: readonly Priority[] = ["low", "normal", "high"];

/** One claim in so many, and of it so small a part, goes to those who wait behind the urgent. */
const patientEvery = 8;
const patientShare = 4;

/**
 * Urgent first, but in every eighth turn a quarter of the free hands goes to the least urgent first: an endless stream of
 * urgent messages slows the others down, and never stops them.
 */
export function turnOf(count: number, free: number): Turn {
  if (count % patientEvery !== patientEvery - 1) return { priorities: urgentFirst, limit: free };
  return { priorities: patientFirst, limit: Math.ceil(free / patientShare) };
}
