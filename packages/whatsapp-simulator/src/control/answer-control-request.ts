import type { IncomingMessage } from "node:http";
import { GraphError } from "../graph/graph-error.js";
import { readJson } from "../graph/read-json.js";
import { type Answer, jsonAnswer } from "../http/answer.js";
import { isSameOrigin } from "../http/caller-check.js";
import { BodyTooLargeError } from "../http/read-body.js";
import type { Simulation } from "../simulation.js";
import { type Command, commands } from "./commands.js";
import { type Question, questions } from "./questions.js";

const prefix = "/_simulator/";

/** Answers `/_simulator/…`, by which other processes steer and inspect the simulator. */
export async function answerControlRequest(
  simulation: Simulation,
  request: IncomingMessage,
  path: string,
): Promise<Answer> {
  const name = path.slice(prefix.length);
  const question = questions.get(name);
  if (request.method === "GET" && question !== undefined) return answerQuestion(simulation, question);
  const command = commands.get(name);
  if (request.method === "POST" && command !== undefined) return runCommand(simulation, request, command);
  return jsonAnswer(404, { error: `There are ${known("GET", questions)}; ${known("POST", commands)}.` });
}

function answerQuestion(simulation: Simulation, question: Question): Answer {
  return jsonAnswer(200, question(simulation));
}

async function runCommand(
  simulation: Simulation,
  request: IncomingMessage,
  command: Command,
): Promise<Answer> {
  if (!isSameOrigin(request)) {
    return jsonAnswer(403, { error: "Another web site may not steer the simulator." });
  }
  try {
    const input = command.takesInput ? await readJson(request) : undefined;
    return jsonAnswer(200, { success: true, ...(await command.run(simulation, input)) });
  } catch (error) {
    if (error instanceof GraphError) {
      return jsonAnswer(400, { error: error.details.details ?? error.message });
    }
    if (error instanceof BodyTooLargeError) return jsonAnswer(413, { error: error.message });
    if (error instanceof TypeError) return jsonAnswer(400, { error: error.message });
    throw error;
  }
}

function known(method: string, names: ReadonlyMap<string, unknown>): string {
  return [...names.keys()].map((name) => `${method} ${prefix}${name}`).join(", ");
}
