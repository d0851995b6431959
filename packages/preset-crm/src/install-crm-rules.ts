import { checkPrefix } from "./check-prefix.js";
import type { CrmEventName } from "./crm-events.js";
import type { CrmContext, CrmTemplateName } from "./crm-templates.js";
import { type CrmEventData, type CrmRelatedContact, type CrmRule, crmRules } from "./rules.js";

/** The sliver of a callboard that the rules need. `createCallboard` with the preset's templates and events gives one. */
export interface CrmCallboard<Prefix extends string = "", Transaction = unknown> {
  readonly on: CrmOn<Transaction>;
  readonly queueNotificationsToUsers: (
    request: CrmNotificationRequest<Prefix>,
    options: { readonly transaction?: Transaction },
  ) => Promise<unknown>;
}

type Register<Event extends CrmEventName, Transaction> = (
  name: Event,
  handler: (event: CrmEvent<Event, Transaction>) => Promise<unknown>,
) => unknown;

/** One overload per event: TypeScript can compare these with a callboard's generic `on`, but not two generic functions. */
type CrmOn<Transaction> = Intersection<
  { [Event in CrmEventName]: Register<Event, Transaction> }[CrmEventName]
>;

type Intersection<Union> = (Union extends unknown ? (member: Union) => void : never) extends (
  member: infer All,
) => void
  ? All
  : never;

/** An event as its handler gets it. */
export interface CrmEvent<Event extends CrmEventName, Transaction = unknown> {
  /** The host's id of the event; makes a second delivery of it harmless. */
  readonly id: string;
  readonly data: CrmEventData<Event>;
  /** The host's own, when it forwarded the event inside one. */
  readonly transaction?: Transaction | undefined;
}

/** What the rules ask for: a template of the preset with the context that fits it. */
export type CrmNotificationRequest<Prefix extends string = ""> = {
  [Name in CrmTemplateName]: {
    readonly template: `${Prefix}${Name}`;
    readonly groupNames: readonly string[];
    readonly context: CrmContext<Name>;
    readonly relatedContact?: CrmRelatedContact;
    readonly idempotencyKey: string;
  };
}[CrmTemplateName];

export interface InstallCrmRulesOptions<Prefix extends string = ""> {
  /** The one that `crmTemplates` was given. @default "" */
  readonly prefix?: Prefix;
  /** Other groups for some of the events. An event that is not named keeps its own. @default {} */
  readonly groupNames?: { readonly [Event in CrmEventName]?: readonly string[] };
}

/**
 * Registers one handler per event: it tells the event's groups, once, in the host's transaction if there is one.
 *
 * @throws {TypeError} The prefix has other characters than a-z, 0-9 and `_`.
 */
export function installCrmRules<Transaction, const Prefix extends string = "">(
  callboard: CrmCallboard<NoInfer<Prefix>, Transaction>,
  { prefix = "" as Prefix, groupNames = {} }: InstallCrmRulesOptions<Prefix> = {},
): void {
  checkPrefix(prefix);
  // The table pairs each event with its data; TypeScript cannot follow that through a loop, so it sees one `on` for all.
  const events = callboard as { readonly on: Register<CrmEventName, Transaction> };
  for (const name of Object.keys(crmRules) as CrmEventName[]) {
    const rule = crmRules[name] as CrmRule<CrmEventName>;
    events.on(name, ({ id, data, transaction }) => {
      const request = requestFor(rule, { id, data, prefix, groupNames: groupNames[name] ?? rule.groupNames });
      return callboard.queueNotificationsToUsers(request, transaction === undefined ? {} : { transaction });
    });
  }
}

function requestFor<Prefix extends string>(
  rule: CrmRule<CrmEventName>,
  event: {
    readonly id: string;
    readonly data: CrmEventData<CrmEventName>;
    readonly prefix: Prefix;
    readonly groupNames: readonly string[];
  },
): CrmNotificationRequest<Prefix> {
  const relatedContact = rule.relatedContact(event.data);
  // Likewise each template with its own context.
  return {
    template: `${event.prefix}${rule.template}`,
    groupNames: event.groupNames,
    context: rule.toContext(event.data),
    ...(relatedContact && { relatedContact }),
    idempotencyKey: event.id,
  } as CrmNotificationRequest<Prefix>;
}
