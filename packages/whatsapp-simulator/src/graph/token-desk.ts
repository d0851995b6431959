import { createHash, timingSafeEqual } from "node:crypto";
import { GraphError } from "./graph-error.js";

/** Knows which access token is good, and why another one is not. */
export interface TokenDesk {
  /** @throws {GraphError} 190: absent, unknown, expired (463) or replaced by another (467). */
  check(authorization: string | undefined, at: Date): void;
  /** From `at` on the present token is refused with 463. */
  expire(at: Date): void;
  /** Makes `token` the good one. The former one is refused with 467 from now on. */
  replace(token: string): void;
  /** Back to the first token. */
  clear(): void;
}

export interface TokenDeskOptions {
  readonly accessToken: string;
  /** Null is never. */
  readonly accessTokenExpiresAt: Date | null;
}

export function createTokenDesk({ accessToken, accessTokenExpiresAt }: TokenDeskOptions): TokenDesk {
  let current = accessToken;
  let expiresAt = accessTokenExpiresAt;
  let former: string[] = [];

  return {
    check(authorization, at) {
      if (authorization === undefined) {
        throw new GraphError(190, { message: "An access token is required to request this resource." });
      }
      const given = /^Bearer\s+(\S+)\s*$/i.exec(authorization)?.[1] ?? "";
      if (former.some((token) => isSame(token, given))) throw replaced();
      if (!isSame(current, given)) throw unknown();
      if (expiresAt !== null && at >= expiresAt) throw expired(expiresAt, at);
    },
    expire(at) {
      expiresAt = at;
    },
    replace(token) {
      former = [...former, current].filter((other) => other !== token);
      current = token;
      expiresAt = null;
    },
    clear() {
      current = accessToken;
      expiresAt = accessTokenExpiresAt;
      former = [];
    },
  };
}

function isSame(left: string, right: string): boolean {
  // Hashes have equal lengths, which the comparison requires.
  const hash = (token: string) => createHash("sha256").update(token).digest();
  return timingSafeEqual(hash(left), hash(right));
}

function unknown(): GraphError {
  return new GraphError(190, { message: "Invalid OAuth access token - Cannot parse access token" });
}

function expired(since: Date, at: Date): GraphError {
  const message =
    `Error validating access token: Session has expired on ${since.toUTCString()}. ` +
    `The current time is ${at.toUTCString()}.`;
  return new GraphError(190, { message, subcode: 463 });
}

function replaced(): GraphError {
  const message =
    "Error validating access token: The session has been invalidated because another token took its place.";
  return new GraphError(190, { message, subcode: 467 });
}
