/** Returns the JSON values of an answer that holds one a line. */
export async function readLines(url: string): Promise<unknown[]> {
  const text = await (await fetch(url)).text();
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
