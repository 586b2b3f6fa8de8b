-- Marking what is due reads this index alone, and nothing of scores that are off.
drop index record_scores_due;
create index record_scores_due on record_scores (portal_id, score_id, valid_until) include (record_id)
  where valid_until is not null;
