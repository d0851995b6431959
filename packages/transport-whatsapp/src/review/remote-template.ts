import { asFields, asList, asText, type Fields } from "../narrow.js";

/** A template as Meta lists it. What Meta leaves out is `null`, or empty. */
export interface RemoteTemplate {
  /** Digits; kept as text, because it may be too long for a number. */
  readonly id: string;
  readonly name: string;
  readonly language: string;
  /** Meta's own word; new ones may come. */
  readonly status: string;
  readonly category: string | null;
  readonly parameterFormat: string;
  readonly components: readonly Fields[];
  readonly timeToLiveSeconds: number | null;
  /** Why it was rejected. */
  readonly rejectedReason: string | null;
}

/** Names one template at Meta, where the same name may have several languages. */
export function remoteKey(name: string, language: string): string {
  return `${name} ${language}`;
}

/** What has to be asked for, so that {@link readRemoteTemplate} finds it. */
export const remoteFields =
  "id,name,language,status,category,parameter_format,components,message_send_ttl_seconds,rejected_reason";

/** One entry of Meta's list; `null` when it does not say which template it is. */
export function readRemoteTemplate(value: unknown): RemoteTemplate | null {
  const fields = asFields(value);
  const id = asText(fields?.id) ?? (Number.isSafeInteger(fields?.id) ? String(fields?.id) : null);
  const name = asText(fields?.name);
  const language = asText(fields?.language);
  if (fields === null || id === null || name === null || language === null) return null;
  const { message_send_ttl_seconds: seconds } = fields;
  const reason = asText(fields.rejected_reason);
  return {
    id,
    name,
    language,
    status: (asText(fields.status) ?? "UNKNOWN").toUpperCase(),
    category: asText(fields.category),
    parameterFormat: (asText(fields.parameter_format) ?? "POSITIONAL").toUpperCase(),
    components: asList(fields.components)
      .map(asFields)
      .filter((component) => component !== null),
    timeToLiveSeconds: typeof seconds === "number" ? seconds : null,
    rejectedReason: reason === "NONE" ? null : reason,
  };
}
