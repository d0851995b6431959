import type {
  ChannelTemplate,
  RenderedContent,
  ReviewStep,
  TemplateReviewer,
  TemplateToReview,
  TemplateWords,
} from "@callboard/core/adapter";
import type { WhatsappTransportOptions } from "@callboard/transport-whatsapp";
import { onTestFinished } from "vitest";
import { settings, transportAt } from "./fixtures.js";
import { type GraphServer, json, openGraphServer } from "./graph-server.js";

export const businessAccountId = "102290129340398";
export const now = new Date("2026-11-24T12:00:00Z");

export interface ReviewStage {
  readonly server: GraphServer;
  readonly reviewer: TemplateReviewer;
  /** What Meta has from now on. */
  remote(templates: readonly object[]): void;
  plan(request: {
    templates?: readonly TemplateToReview[];
    known?: readonly ChannelTemplate[];
    at?: Date;
  }): Promise<readonly ReviewStep[]>;
  /** The only step of a plan. */
  planOne(template: TemplateToReview, known?: readonly ChannelTemplate[]): Promise<ReviewStep>;
}

/** A reviewer, and a server in Meta's place that has no template yet. */
export async function reviewStage(options: Partial<WhatsappTransportOptions> = {}): Promise<ReviewStage> {
  const server = await openGraphServer();
  const transport = transportAt(server.url, { businessAccountId, timeoutMs: 1_000, ...options });
  onTestFinished(async () => {
    await server.close();
    await transport.close?.();
  });
  const { reviewer } = transport;
  if (reviewer === undefined) throw new Error("The transport has no reviewer.");
  const remote = (templates: readonly object[]) =>
    server.replyWith(json(200, { data: templates, paging: {} }));
  remote([]);
  const plan: ReviewStage["plan"] = ({ templates = [], known = [], at = now }) =>
    reviewer.plan({ templates, known, now: at });
  const planOne = async (template: TemplateToReview, known: readonly ChannelTemplate[] = []) => {
    const [step, ...others] = await plan({ templates: [template], known });
    if (step === undefined || others.length > 0) throw new Error(`${others.length} other steps`);
    return step;
  };
  return { server, reviewer, remote, plan, planOne };
}

/** A template that Meta would take, in the given version. */
export function templateOf(
  words: Partial<TemplateWords> & { name?: string; version?: number } = {},
  sample: Partial<RenderedContent> = {},
): TemplateToReview {
  const { name = "order_created", version = 1, ...rest } = words;
  return {
    version: {
      name,
      version,
      contentHash: `hash-${version}`,
      createdAt: now,
      body: "A new order <%= it.order %> has arrived and awaits your review.",
      buttons: [],
      channels: { whatsapp: settings },
      ...rest,
    },
    sample: {
      text: "A new order SO-1 has arrived and awaits your review.",
      variables: ["SO-1"],
      buttons: [],
      channel: settings,
      ...sample,
    },
  };
}

export const otherWords = "Your colleague has created order <%= it.order %>, and it awaits your review.";

/** What Meta lists once it has been given the payload of a step. */
export function remoteOf({ payload, remoteName: name, language }: ReviewStep, changes: object = {}): object {
  const { category, components, parameter_format } = payload ?? {};
  return {
    id: "900001",
    name,
    language,
    status: "APPROVED",
    category,
    parameter_format,
    components,
    rejected_reason: "NONE",
    ...changes,
  };
}

/** What core keeps once a step has been applied. */
export function knownOf(step: ReviewStep, changes: Partial<ChannelTemplate> = {}): ChannelTemplate {
  return {
    channel: "whatsapp",
    remoteName: step.remoteName,
    language: step.language,
    remoteId: "900001",
    template: step.template ?? "",
    version: step.version ?? 0,
    fingerprint: step.fingerprint ?? "",
    expressions: step.expressions,
    status: "approved",
    category: "UTILITY",
    reason: null,
    submittedAt: daysAgo(40),
    editedAt: [],
    statusAt: daysAgo(40),
    ...changes,
  };
}

export function daysAgo(days: number): Date {
  return new Date(now.getTime() - days * 86_400_000);
}
