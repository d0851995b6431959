/** How the bytes of an answer leave, when not at once. */
export type Pace =
  /** The first byte leaves after `ms`. */
  | { readonly kind: "late"; readonly ms: number }
  /** The headers leave at once, then a byte every `msPerByte`. */
  | { readonly kind: "drip"; readonly msPerByte: number }
  /** The body is followed by blanks until the client has enough. */
  | { readonly kind: "endless" };

/** An answer with a status and a body. */
export interface BodyAnswer {
  readonly kind: "body";
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly pace?: Pace;
}

/** What the simulator does with a connection once a request has been understood. */
export type Answer =
  | BodyAnswer
  /** Resets the connection, so that the client sees ECONNRESET. */
  | { readonly kind: "reset" }
  /** Says nothing for `ms`, then closes the connection. */
  | { readonly kind: "silence"; readonly ms: number };

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): BodyAnswer {
  const body = JSON.stringify(value);
  return { kind: "body", status, contentType: "application/json; charset=UTF-8", body, headers };
}

export function redirectAnswer(location: string): BodyAnswer {
  return {
    kind: "body",
    status: 303,
    contentType: "text/plain; charset=utf-8",
    body: "",
    headers: { location },
  };
}

export function textAnswer(status: number, body: string): BodyAnswer {
  return { kind: "body", status, contentType: "text/plain; charset=utf-8", body };
}
