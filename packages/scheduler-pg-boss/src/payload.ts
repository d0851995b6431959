/** What a job of our queue says. Only a hint: whatever cannot be read rings all the same, because something was asked for. */
export type Payload =
  | { readonly type: "wake"; readonly ids: readonly string[] }
  | { readonly type: "tick"; readonly job: string; readonly slot: Date };

const version = 1;

export function wakePayload(ids: readonly string[]): object {
  return { v: version, ids };
}

export function tickPayload(job: string, slot: Date): object {
  return { v: version, job, slot: slot.getTime() };
}

export function readPayload(data: unknown): Payload {
  const { v, ids, job, slot } =
    typeof data === "object" && data !== null ? (data as Record<string, unknown>) : {};
  if (v === version && typeof job === "string" && typeof slot === "number" && isTime(slot)) {
    return { type: "tick", job, slot: new Date(slot) };
  }
  const isWake = v === version && Array.isArray(ids) && ids.every((id) => typeof id === "string");
  return { type: "wake", ids: isWake ? ids : [] };
}

function isTime(ms: number): boolean {
  return !Number.isNaN(new Date(ms).getTime());
}
