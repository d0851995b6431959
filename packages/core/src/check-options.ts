import type { CallboardOptions, Events, Templates, Transports } from "./callboard.js";
import { checkPolicy } from "./check-policy.js";
import { checkDispatchOptions, type DispatchOptions, dispatchOptions } from "./dispatch/dispatch-options.js";
import { unusableName } from "./domain/storable-text.js";
import { InvalidOptionsError } from "./errors/invalid-options-error.js";
import { checkPacing } from "./pacing/check-pacing.js";

const templateKeys = ["context", "sample", "body", "buttons", "policy"];

const known: Record<keyof CallboardOptions<unknown, Transports, Templates, Events>, true> = {
  storage: true,
  scheduler: true,
  transports: true,
  templates: true,
  events: true,
  conditions: true,
  recipients: true,
  policy: true,
  dispatch: true,
  rateLimiter: true,
  logger: true,
  telemetry: true,
  clock: true,
  newId: true,
};

/** Refuses a wiring that cannot work, at the moment it is made. */
export function checkOptions<
  Tx,
  T extends Transports,
  M extends Templates,
  E extends Events,
  C extends string,
>(options: CallboardOptions<Tx, T, M, E, C>, dispatch: DispatchOptions): void {
  const { transports, templates, policy = {} } = options;
  checkKeys("", options, known);
  checkTransports(transports);
  const channels = transports.map(({ name }) => name);
  for (const [name, template] of Object.entries(templates)) checkTemplate(name, template, channels);
  checkConditions(options.conditions ?? {});
  checkPolicy("policy", policy);
  checkKeys("dispatch.", dispatch, dispatchOptions());
  checkDispatchOptions(dispatch);
}

/** A misspelt option would leave its default in force, unnoticed. */
function checkKeys(path: string, given: object, known: object): void {
  const unknown = Object.keys(given).find((key) => !Object.hasOwn(known, key));
  if (unknown !== undefined) {
    refuse(`${path}${unknown}`, `is no option. Known: ${Object.keys(known).join(", ")}.`);
  }
}

function checkTransports(transports: Transports): void {
  if (transports.length === 0)
    refuse("transports", "must hold at least one transport; consoleTransport() is one to begin with.");
  transports.forEach(({ pacing }, index) => {
    if (pacing) checkPacing(`transports[${index}]`, pacing);
  });
  const names = transports.map(({ name }) => name);
  names.forEach((name, index) => {
    if (templateKeys.includes(name) || !/^[a-z][a-z0-9_-]{0,31}$/.test(name)) {
      refuse(
        `transports[${index}].name`,
        `"${name}" cannot be a channel. Use lower-case letters, digits, - and _, and none of ${templateKeys.join(", ")}.`,
      );
    }
    if (names.indexOf(name) !== index)
      refuse(`transports[${index}].name`, `"${name}" is there twice. Each channel has one transport.`);
  });
}

function checkTemplate(name: string, template: Partial<Templates[string]>, known: readonly string[]): void {
  // No longer, so that a name, a key, a user and a channel fit into one index of every database.
  if (!/^[a-z0-9_]{1,200}$/.test(name)) {
    refuse(
      `templates["${name}"]`,
      "a template's name has 1 to 200 lower-case letters, digits and underscores.",
    );
  }
  if (!template.channels)
    refuse(`templates.${name}`, "is not a template yet. Wrap it: defineTemplate({ … }).");
  checkPolicy(`templates.${name}.policy`, template.policy ?? {});
  const unknown = Object.keys(template.channels).find((channel) => !known.includes(channel));
  if (unknown !== undefined) {
    refuse(`templates.${name}.${unknown}`, `no transport has this name. Known: ${known.join(", ")}.`);
  }
}

function checkConditions(conditions: Readonly<Record<string, unknown>>): void {
  for (const [name, condition] of Object.entries(conditions)) {
    const path = `conditions["${name}"]`;
    const problem = unusableName(name);
    if (problem !== null) refuse(path, `its name ${problem}`);
    if (typeof condition !== "function")
      refuse(path, "must be a function. Write (notification) => true or false, or a promise of it.");
  }
}

function refuse(path: string, problem: string): never {
  throw new InvalidOptionsError(`createCallboard({ ${path} })`, problem);
}
