/** Numbers from 0 (inclusive) to 1 (exclusive): the same ones for the same seed. */
export function randomFrom(seed: number): () => number {
  // Park and Miller's generator; its state is never 0.
  let state = (Math.abs(Math.trunc(seed)) % 2_147_483_646) + 1;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return (state - 1) / 2_147_483_646;
  };
}
