import { type Audit, audit } from "./audit.ts";
import type { ExperimentDatabase } from "./databases.ts";
import { withFirm } from "./firm.ts";
import { type FirmSettings, scaledSettings } from "./firm-settings.ts";
import { tcpProxy } from "./tcp-proxy.ts";
import { until } from "./until.ts";

/** They wait long enough for a receipt to come after the link is back. */
const settings: FirmSettings = { ...scaledSettings, policy: { uncertainWaitMs: 5_000 } };

export interface SilentProviderCounts {
  /** Sends that ended by our own deadline, while the link was silent. */
  readonly givenUp: number;
  /** How the worker ended that was told to stop while the link was silent. */
  readonly exitCode: number | null | undefined;
  readonly audit: Audit;
}

/** R15: the link to the provider lets nothing through, and nobody is told. */
export function silentProvider(database: ExperimentDatabase): Promise<SilentProviderCounts> {
  return withFirm({ database, people: 5, settings }, async (firm) => {
    const proxy = await tcpProxy(firm.simulator.url);
    const worker = firm.hire({ providerUrl: proxy.url, drainMs: 1_000 });
    try {
      await worker.reported("started");
      // Opens the connections that fall silent.
      await firm.queue("before", 5);
      await firm.idle();
      proxy.silence();
      await firm.queue("meanwhile", 5);
      const uncertain = async () =>
        (await firm.notifications()).filter(({ status }) => status === "uncertain").length;
      await until("all are given up", async () => (await uncertain()) === 5);
      const givenUp = await uncertain();
      worker.signal("SIGTERM");
      await worker.ended();
      proxy.speak();
      firm.hire();
      await firm.idle();
      return { givenUp, exitCode: worker.ending?.code, audit: await audit(firm) };
    } finally {
      await worker.kill();
      await proxy.close();
    }
  });
}
