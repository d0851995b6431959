import type { Telemetry, TelemetrySpan } from "@callboard/core/adapter";
import type { MeterProvider, TracerProvider } from "@opentelemetry/api";
import { openTelemetry } from "../src/index.js";

declare const tracerProvider: TracerProvider;
declare const meterProvider: MeterProvider;
declare const span: TelemetrySpan;

openTelemetry() satisfies Telemetry;
openTelemetry({ tracerProvider, meterProvider }) satisfies Telemetry;
// @ts-expect-error a meter provider makes no spans
openTelemetry({ tracerProvider: meterProvider });
// @ts-expect-error no such option
openTelemetry({ serviceName: "shop" });

openTelemetry().count("sends", 1, { channel: "whatsapp" });
// @ts-expect-error no such counter
openTelemetry().count("errors", 1, {});
// @ts-expect-error numbers are not split by people
openTelemetry().count("sends", 1, { userId: "ada" });
// @ts-expect-error a span says nothing of a person
span.set({ userId: "ada" });
// @ts-expect-error nor of what was sent
span.set({ text: "Hello" });
