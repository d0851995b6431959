import type { Runner } from "../runner.js";
import { frozen, plainContent, template } from "./messages.js";
import { onTransport, type TransportUnderTest } from "./transport-under-test.js";

/** What a transport says before anything is sent. */
export function contentContract(runner: Runner, underTest: TransportUnderTest): void {
  const { test, equal, ok, rejects } = runner;
  const { open, validAddress, invalidAddress, content = plainContent } = underTest;

  test(
    "name can be a channel, and is the same each time",
    onTransport(open, async ({ name }) => {
      ok(/^[a-z][a-z0-9_-]{0,31}$/.test(name), "use lower-case letters, digits, - and _");
      const again = await open();
      equal(again.name, name);
      await again.close?.();
    }),
  );

  test(
    "normalizeAddress() gives the one form, and leaves that form as it is",
    onTransport(open, async (transport) => {
      const address = transport.normalizeAddress(validAddress);
      equal(transport.normalizeAddress(address), address);
    }),
  );

  test(
    "normalizeAddress() refuses what cannot be an address with an InvalidAddressError",
    onTransport(open, async (transport) => {
      await rejects(async () => transport.normalizeAddress(invalidAddress), { name: "InvalidAddressError" });
    }),
  );

  test(
    "checkContent() has nothing against content that can be sent",
    onTransport(open, async (transport) => {
      equal(transport.checkContent(frozen(structuredClone(content)), template), []);
    }),
  );

  test(
    "close() twice is harmless",
    onTransport(open, async (transport) => {
      await transport.close?.();
      await transport.close?.();
    }),
  );
}
