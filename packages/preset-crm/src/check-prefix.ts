/** Refuses a prefix that would make a template's name invalid at Meta. */
export function checkPrefix(prefix: string): void {
  if (/^[a-z0-9_]*$/.test(prefix)) return;
  throw new TypeError(
    `The prefix ${JSON.stringify(prefix)} cannot begin a template's name. Use only a-z, 0-9 and _, for example "hanna_".`,
  );
}
