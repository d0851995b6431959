import type { Storage } from "@callboard/core/adapter";
import { type MemoryTransaction, memoryStorage } from "@callboard/storage-memory";
import { testClock } from "@callboard/testing";
import type { StorageUnderTest } from "@callboard/testing/conformance";

/** The storage that a mutant is made of: it keeps every promise. */
export type Sound = Storage<MemoryTransaction>;

type PortName = Exclude<keyof Sound, "transaction" | "migrate">;

/** Replaces what is needed to break one promise. */
export type Mutation = (sound: Sound, time: MutantTime) => Partial<Sound>;

/** Mutations by what is broken, by the title of the test that must find them. */
export type Mutants = Readonly<Record<string, Readonly<Record<string, Mutation>>>>;

export interface MutantTime {
  readonly now: () => Date;
  /** Runs a verb as if it were so much later, or earlier. */
  readonly shiftedBy: <Result>(ms: number, verb: () => Promise<Result>) => Promise<Result>;
}

/** Thrown by mutants that refuse what they should take. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** An empty storage that is broken in one way. */
export async function openMutant(mutate: Mutation): Promise<StorageUnderTest<MemoryTransaction>> {
  const { advance, monotonicMs, now, setTimer } = testClock();
  let offsetMs = 0;
  const clock = { monotonicMs, setTimer, now: () => new Date(now().getTime() + offsetMs) };
  const time: MutantTime = {
    now,
    async shiftedBy(ms, verb) {
      offsetMs = ms;
      return verb().finally(() => {
        offsetMs = 0;
      });
    },
  };
  const sound = memoryStorage({ clock });
  return { storage: { ...sound, ...mutate(sound, time) }, advance };
}

/** Breaks verbs of one port. */
export function mutantOf<Port extends PortName>(
  port: Port,
  mutate: (sound: Sound[Port], time: MutantTime) => Partial<Sound[Port]>,
): Mutation {
  return (sound, time) => {
    const mutant: Partial<Pick<Sound, Port>> = {};
    mutant[port] = { ...sound[port], ...mutate(sound[port], time) };
    return mutant;
  };
}

export function notifications(
  mutate: (sound: Sound["notifications"], time: MutantTime) => Partial<Sound["notifications"]>,
): Mutation {
  return mutantOf("notifications", mutate);
}

/** What the verb writes in a transaction outlives its rollback. */
export function ignoresTransaction<Port extends PortName>(
  port: Port,
  verb: keyof Sound[Port] & string,
): Mutation {
  return (sound) => {
    const outside: (() => Promise<unknown>)[] = [];
    const call = sound[port][verb] as (...given: unknown[]) => Promise<unknown>;
    const mutant = async (...given: unknown[]) => {
      if (Object(given.at(-1)).transaction) outside.push(() => call(...given.slice(0, -1)));
      return call(...given);
    };
    return {
      [port]: { ...sound[port], [verb]: mutant },
      async transaction(work) {
        try {
          return await sound.transaction(work);
        } catch (error) {
          for (const write of outside) await write();
          throw error;
        }
      },
    };
  };
}

/** In a transaction the verb answers as if nothing had been found. */
export function blindInTransaction<Port extends PortName>(
  port: Port,
  verb: keyof Sound[Port] & string,
): Mutation {
  return (sound) => {
    const call = sound[port][verb] as (...given: unknown[]) => Promise<unknown>;
    const mutant = async (...given: unknown[]) => (Object(given.at(-1)).transaction ? [] : call(...given));
    return { [port]: { ...sound[port], [verb]: mutant } };
  };
}

/** Lets others come in between. */
export function othersFirst(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
