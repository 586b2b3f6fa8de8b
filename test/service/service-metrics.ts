import { z } from "zod";
import type { ServiceProcess } from "./service-process.ts";

/** Returns the sum over all labels of a metric that the service shows; 0 where it shows none of that name. */
export async function metric(service: Pick<ServiceProcess, "get">, name: string): Promise<number> {
  const text = z.string().parse((await service.get("/metrics")).body);
  const lines = text.split("\n").filter((line) => line.startsWith(`${name} `) || line.startsWith(`${name}{`));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
}
