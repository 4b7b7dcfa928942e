// What nobody will do unless it is handed out again: a process was killed, or the database was away, between two steps
// that no transaction joins. $1 is the age in seconds from which that is sure.

import { withoutClient } from './postgres-job-store.ts';

/** Of the form's table: whether pg-boss still has something to do for the job `j`. */
const inQueue = (queue: string) => `EXISTS (SELECT FROM pgboss.job w WHERE w.name = '${queue}'
  AND w.state IN ('created', 'retry', 'active') AND w.data ->> 'job' = j.id::text)`;

/** From its commitment on: an upload may have taken any time before. */
const OLD_AND_RUNNING = `j.finished IS NULL AND j.record IS NOT NULL
  AND (j.record ->> 'created')::timestamptz < now() - make_interval(secs => $1)`;

/** Committed and not handed out. */
export const lostPictures = (queue: string) => `
  SELECT j.id::text AS job, p.index
  FROM tampinha_jobs j JOIN tampinha_job_pictures p ON p.job = j.id AND p.result IS NULL
  WHERE ${OLD_AND_RUNNING} AND NOT ${inQueue(queue)}
  ORDER BY j.begun, j.id, p.index`;

/** Every picture has its result, and nobody has noted that the last one has. $2 is what its client becomes. */
export const FINISH_UNNOTED = `
  UPDATE tampinha_jobs j SET finished = now(), record = ${withoutClient('$2')}
  WHERE ${OLD_AND_RUNNING}
    AND NOT EXISTS (SELECT FROM tampinha_job_pictures p WHERE p.job = j.id AND p.result IS NULL)`;

/** Done, and whoever should be told is not and will not be. */
export const lostWebhooks = (queue: string) => `
  SELECT j.id::text AS job, j.record #>> '{webhook,url}' AS url,
    j.record #>> '{client,keyId}' AS caller
  FROM tampinha_jobs j
  WHERE j.finished < now() - make_interval(secs => $1) AND j.record #>> '{webhook,state}' = 'waiting'
    AND NOT ${inQueue(queue)}`;
