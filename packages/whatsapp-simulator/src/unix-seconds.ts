/** Whole seconds since 1970, as Meta tells most times. */
export function unixSeconds(at: Date): number {
  return Math.floor(at.getTime() / 1000);
}
