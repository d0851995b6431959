/** A place where `size` tasks wait for each other. */
export function meeting(size: number) {
  const everybody = Promise.withResolvers<void>();
  let arrived = 0;
  return {
    /** Resolves when all have arrived. */
    arrive(): Promise<void> {
      arrived += 1;
      if (arrived >= size) everybody.resolve();
      return everybody.promise;
    },
  };
}
