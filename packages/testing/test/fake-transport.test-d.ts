import { fakeTransport } from "../src/index.js";

fakeTransport("whatsapp").name satisfies "whatsapp";
// @ts-expect-error the name is the one that was given
fakeTransport("whatsapp").name satisfies "console";
// @ts-expect-error the engine quarantines, a provider cannot
fakeTransport("whatsapp").failNext({ failureClass: "quarantined", hint: "Read the logs." });
