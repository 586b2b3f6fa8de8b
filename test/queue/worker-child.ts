// A worker in a process of its own that takes a job and never finishes it.
import { openQueue } from "../../src/queue/queue.ts";
import { handleAll } from "./handlers.ts";

const [options = ""] = process.argv.slice(2);
const queue = await openQueue(JSON.parse(options));
const takeForEver = () => {
  process.stdout.write("taken\n");
  return new Promise<void>(() => undefined);
};
await queue.startWorker(
  handleAll(() => takeForEver),
  { concurrency: 1 },
);
