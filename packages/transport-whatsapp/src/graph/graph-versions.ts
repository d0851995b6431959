/** When Meta ends a version of the Graph API. `null`: not announced. */
export interface GraphVersion {
  readonly version: string;
  readonly endsAt: Date | null;
}

/**
 * Versions of the Graph API and their ends, as announced by mid 2026.
 * @see https://developers.facebook.com/docs/graph-api/changelog
 */
export const graphVersions: readonly GraphVersion[] = [
  { version: "v20.0", endsAt: new Date("2026-09-24") },
  { version: "v21.0", endsAt: new Date("2027-01-21") },
  { version: "v22.0", endsAt: new Date("2027-05-20") },
  { version: "v23.0", endsAt: new Date("2027-10-08") },
  { version: "v24.0", endsAt: new Date("2028-02-18") },
  { version: "v25.0", endsAt: new Date("2028-07-29") },
  { version: "v26.0", endsAt: null },
];

const noticeMs = 90 * 86_400_000;

/** What a person should know about the version in use: that it has ended, or ends within 90 days. */
export function versionWarnings(version: string, now: Date): readonly string[] {
  const known = graphVersions.find((entry) => entry.version === version);
  const endsAt = known === undefined ? endOfOlder(version) : known.endsAt;
  if (endsAt === null || endsAt.getTime() - now.getTime() > noticeMs) return [];
  const cure = "Set graphVersion of whatsappTransport() to a newer one, for example v25.0.";
  const day = endsAt.toISOString().slice(0, 10);
  const then = "Meta answers with another version, without a word";
  return endsAt <= now
    ? [`Graph API ${version} had ended by ${day}, and ${then}. ${cure}`]
    : [`Graph API ${version} ends on ${day}; from then on ${then}. ${cure}`];
}

/** What is older than the table had ended when its first entry did. */
function endOfOlder(version: string): Date | null {
  const [oldest] = graphVersions;
  return oldest !== undefined && majorOf(version) < majorOf(oldest.version) ? oldest.endsAt : null;
}

function majorOf(version: string): number {
  return Number(/^v(\d+)/.exec(version)?.[1]);
}
