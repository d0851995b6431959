/** Real databases for tests: each test gets one of its own, empty, and dropped when it is closed. */
export { connect } from "./connect.ts";
export { mariadb } from "./mariadb.ts";
export { pglite } from "./pglite.ts";
export { postgres } from "./postgres.ts";
export { absence, type OpenDatabase, type OpenOptions, type TestDatabase } from "./test-database.ts";
