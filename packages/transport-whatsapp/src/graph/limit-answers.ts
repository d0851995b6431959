import type { Socket } from "node:net";
import { errors } from "undici";

/**
 * Breaks a connection off on which more than `largestAnswer` bytes come in for one request. undici counts bodies and the
 * words of headers; interim answers, white space and trailers would otherwise be read for as long as the call may take.
 */
export function limitAnswers(socket: Socket, largestAnswer: number): void {
  let written = 0;
  let readBefore = 0;
  let read = 0;
  socket.on("readable", () => {
    // One request at a time is on the connection, so whatever was written since belongs to the next one.
    if (socket.bytesWritten !== written) readBefore = read;
    written = socket.bytesWritten;
    read = socket.bytesRead;
    if (read - readBefore > largestAnswer) socket.destroy(new errors.ResponseExceededMaxSizeError());
  });
}
