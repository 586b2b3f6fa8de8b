import { startReceiver } from "./receiver.ts";

const receiver = await startReceiver();
process.on("message", () => process.send?.({ rss: process.memoryUsage().rss, rows: receiver.rows.length }));
process.on("disconnect", () => process.exit());
process.send?.({ port: receiver.port });
