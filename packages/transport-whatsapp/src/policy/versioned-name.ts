/** A template's name at Meta: with the suffix `v2`, `order` is `order_v2`. */
export function versionedName(name: string, suffix: string | null): string {
  return suffix === null ? name : `${name}_${suffix}`;
}
