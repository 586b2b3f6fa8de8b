/** How many records of the run `b` have been marked and not scored yet; those that failed are put off, and no longer its own. */
export const MARKS_LEFT = `(select count(*) from dirty_marks d where d.portal_id = b.portal_id and d.object = b.object and d.priority = 1
  and d.due_at < 'infinity' and d.due_at <= coalesce(b.marked_at, clock_timestamp()))`;

/** How many records the run `b` has scored, where it scores; else what is noted of it: records read, or scored when it ended. */
export const SCORED = `case when b.state = 'scoring' or (b.state = 'paused' and b.paused_from = 'scoring')
  then greatest(0, b.done - ${MARKS_LEFT}) else b.done end`;
