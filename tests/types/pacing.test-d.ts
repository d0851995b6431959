import type { CallboardOptions, Events, RateLimits, Templates, Transports } from "@callboard/core";
import { fakeTransport } from "@callboard/testing";
import {
  BurstyRateLimiter,
  RateLimiterMemory,
  RateLimiterMySQL,
  RateLimiterPostgres,
  RateLimiterRedis,
  RateLimiterSQLite,
  RateLimiterValkey,
} from "rate-limiter-flexible";

type Option = NonNullable<CallboardOptions<unknown, Transports, Templates, Events>["rateLimiter"]>;
const storeClient = {};

// Every store of the package fits as it is.
export const fitting: readonly Option[] = [
  (limits) => new RateLimiterMemory(limits),
  (limits) => new RateLimiterRedis({ storeClient, ...limits }),
  (limits) => new RateLimiterValkey({ storeClient, ...limits }),
  (limits) => new RateLimiterPostgres({ storeClient, tableName: "pacing", tableCreated: true, ...limits }),
  (limits) => new RateLimiterMySQL({ storeClient, dbName: "app", tableName: "pacing", ...limits }),
  (limits) => new RateLimiterSQLite({ storeClient, tableName: "pacing", ...limits }),
  ({ keyPrefix, ...limits }) => new RateLimiterMemory({ ...limits, keyPrefix: `app:${keyPrefix}` }),
];

// @ts-expect-error it adds two rates up, and takes nothing back
export const bursty: Option = (limits) => new BurstyRateLimiter(...twice(limits));

// @ts-expect-error a limiter, not the function that makes it
export const made: Option = new RateLimiterMemory({ points: 1, duration: 1 });

fakeTransport("chat", { pacing: { senderKey: "1", perRecipient: { burst: 1, everyMs: 1_000 } } });
// @ts-expect-error whose limits they are is part of them
fakeTransport("chat", { pacing: { perSecond: 80 } });
// @ts-expect-error a burst without the time between messages
fakeTransport("chat", { pacing: { senderKey: "1", perRecipient: { burst: 45 } } });

function twice(limits: RateLimits): [RateLimiterMemory, RateLimiterMemory] {
  return [new RateLimiterMemory(limits), new RateLimiterMemory(limits)];
}
