/** What the simulator does with a connection once a request has been understood. */
export type Answer =
  | {
      readonly kind: "body";
      readonly status: number;
      readonly contentType: string;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  /** Resets the connection, so that the client sees ECONNRESET. */
  | { readonly kind: "reset" }
  /** Says nothing for `ms`, then closes the connection. */
  | { readonly kind: "silence"; readonly ms: number };

export function jsonAnswer(
  status: number,
  value: unknown,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  const body = JSON.stringify(value);
  return { kind: "body", status, contentType: "application/json; charset=UTF-8", body, headers };
}

export function redirectAnswer(location: string): Answer {
  return {
    kind: "body",
    status: 303,
    contentType: "text/plain; charset=utf-8",
    body: "",
    headers: { location },
  };
}

export function textAnswer(status: number, body: string): Answer {
  return { kind: "body", status, contentType: "text/plain; charset=utf-8", body };
}
