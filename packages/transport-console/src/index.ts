export { type ConsoleTransportOptions, consoleTransport } from "./console-transport.js";
