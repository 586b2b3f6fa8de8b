import type { Command } from "commander";

/** Adds `doctor` to the command line. */
export function addDoctorCommand(program: Command): void {
  program.command("doctor").description("check the installation");
}
