/** What a provider says a message is charged as. Its words are the provider's own; `null`: it does not say. */
export interface Charge {
  /** For example `utility`. */
  readonly category: string;
  /** Whether, and by which rule: for example `regular`, or `free_customer_service`. */
  readonly type: string | null;
  /** ISO 3166 country of the recipient, by which prices differ. */
  readonly country: string | null;
}
