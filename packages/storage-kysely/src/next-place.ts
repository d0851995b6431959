let last = 0;

/** Rises with every call, so that rows which this process writes in one millisecond keep their order. */
export function nextPlace(): number {
  last += 1;
  return last;
}
