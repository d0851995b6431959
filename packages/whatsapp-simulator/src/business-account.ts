import { createTokenDesk, type TokenDesk } from "./graph/token-desk.js";
import { type CallMeter, createCallMeter } from "./limits/call-meter.js";
import { createReachedPeople, type ReachedPeople } from "./limits/reached-people.js";
import { createSendLimiter, type SendLimiter } from "./limits/send-limiter.js";
import { createServiceWindows, type ServiceWindows } from "./limits/service-windows.js";
import { createRandomSource, type RandomSource } from "./random-source.js";
import type { ResolvedOptions } from "./resolve-options.js";
import { createPacing, type Pacing } from "./templates/pacing.js";
import { stockShelf } from "./templates/stock-shelf.js";
import { createTemplateShelf, type TemplateShelf } from "./templates/template-shelf.js";

/** What Meta keeps about one business: its token, its templates and what it has used of its limits. */
export interface BusinessAccount {
  readonly token: TokenDesk;
  readonly templates: TemplateShelf;
  readonly pacing: Pacing;
  readonly windows: ServiceWindows;
  readonly sendLimiter: SendLimiter;
  readonly reachedPeople: ReachedPeople;
  readonly managementCalls: CallMeter;
  readonly templateCreations: CallMeter;
  /** Ids of messages and templates. */
  readonly ids: RandomSource;
  readonly traces: RandomSource;
}

export function createBusinessAccount(options: ResolvedOptions): BusinessAccount {
  const { limits } = options;
  const account: BusinessAccount = {
    token: createTokenDesk(options),
    templates: createTemplateShelf(),
    pacing: createPacing(),
    windows: createServiceWindows(),
    sendLimiter: createSendLimiter(limits),
    reachedPeople: createReachedPeople(limits.messagingLimit),
    managementCalls: createCallMeter(limits.managementCallsPerHour),
    templateCreations: createCallMeter(limits.templateCreationsPerHour),
    ids: createRandomSource(options.seed, "ids"),
    traces: createRandomSource(options.seed, "traces"),
  };
  stock(account, options);
  return account;
}

/** Back to the state at the start. */
export function clearBusinessAccount(account: BusinessAccount, options: ResolvedOptions): void {
  account.token.clear();
  account.templates.clear();
  account.pacing.clear();
  account.windows.clear();
  account.sendLimiter.clear();
  account.reachedPeople.clear();
  account.managementCalls.clear();
  account.templateCreations.clear();
  stock(account, options);
}

function stock({ templates, ids }: BusinessAccount, options: ResolvedOptions): void {
  stockShelf(templates, { known: options.templates ?? [], random: ids, at: options.clock.now() });
}
