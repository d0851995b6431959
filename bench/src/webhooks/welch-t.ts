/**
 * By how many standard errors the means of two samples differ, their variances being whatever they are.
 * @see https://en.wikipedia.org/wiki/Welch%27s_t-test
 */
export function welchT(first: readonly number[], second: readonly number[]): number {
  const [one, other] = [momentsOf(first), momentsOf(second)];
  return (one.mean - other.mean) / Math.sqrt(one.variance / first.length + other.variance / second.length);
}

function momentsOf(values: readonly number[]): { readonly mean: number; readonly variance: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, variance: squares / (values.length - 1) };
}
