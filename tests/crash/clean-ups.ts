/** Something to clear away at the end of a piece of work. */
export type CleanUp = () => unknown;

/** What is open now, of each piece of work the latest first. */
const open = new Set<CleanUp[]>();
let isInterrupted = false;

/** Runs `work`, and then clears away what it has opened, the latest first, whatever happens. */
export async function withCleanUps<Result>(
  work: (atTheEnd: (cleanUp: CleanUp) => void) => Promise<Result>,
): Promise<Result> {
  if (isInterrupted) throw new Error("Interrupted: nothing new is opened.");
  const cleanUps: CleanUp[] = [];
  open.add(cleanUps);
  let result: Result;
  try {
    result = await work((cleanUp) => cleanUps.unshift(cleanUp));
  } catch (error) {
    // Why the work failed says more than what could not be cleared away behind it.
    await clear(cleanUps);
    throw error;
  }
  const [failure] = await clear(cleanUps);
  if (failure !== undefined) throw failure;
  return result;
}

/** Clears away everything in the middle of its work, for a program that is about to end. */
export async function cleanUpNow(): Promise<void> {
  isInterrupted = true;
  await Promise.all([...open].map(clear));
}

/** Each once, whoever else clears away, and also behind one that fails. Returns the failures. */
async function clear(cleanUps: CleanUp[]): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let cleanUp = cleanUps.shift(); cleanUp; cleanUp = cleanUps.shift()) {
    try {
      await cleanUp();
    } catch (error) {
      failures.push(error);
    }
  }
  open.delete(cleanUps);
  return failures;
}
