const hourMs = 3_600_000;
const longestGapMs = 6 * hourMs;
const sevenDaysMs = 7 * 24 * hourMs;

/**
 * Gaps in ms between the attempts to post one body.
 * `"seven-days"` grows from a second to six hours and gives up after a week, as Meta does.
 *
 * @see https://developers.facebook.com/docs/whatsapp/cloud-api/guides/set-up-webhooks
 */
export function retryGaps(setting: readonly number[] | "seven-days"): readonly number[] {
  if (setting !== "seven-days") return setting;
  const gaps: number[] = [];
  let passedMs = 0;
  for (let gapMs = 1_000; passedMs + gapMs <= sevenDaysMs; gapMs = Math.min(gapMs * 2, longestGapMs)) {
    gaps.push(gapMs);
    passedMs += gapMs;
  }
  return gaps;
}
