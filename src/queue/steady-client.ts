import pg from "pg";

/**
 * A connection whose loss never ends the process: whoever uses it learns of it from the query that fails. BullMQ listens
 * to idle connections alone, so one that broke while in use would be an uncaught error.
 */
export class SteadyClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on("error", () => undefined);
  }
}
