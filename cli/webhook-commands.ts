import type { Command } from "commander";

/** Adds `webhook …` to the command line. */
export function addWebhookCommands(program: Command): void {
  program.command("webhook").description("look at deliveries and send them again");
}
