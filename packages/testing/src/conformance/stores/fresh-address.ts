/** What is known of an address that was just saved. */
export const freshAddress = {
  alias: null,
  optedOutAt: null,
  marketingOptedOutAt: null,
  lastInboundAt: null,
  unreachableAt: null,
  unreachableReason: null,
} as const;
