/** What cannot be done with a score, and the cure. */
export class ScoreError extends Error {
  override name = "ScoreError";
}
