// What a job is charged against the room of all jobs, in bytes. Even an empty picture takes a row or a file, an entry in
// a queue and a result, so nothing is free: otherwise the room would not bound how many jobs there are.

/** A job whatever is in it, for as long as it is kept: its row, or its folders and files at a block of a disk each. */
export const JOB_BYTES = 20_480;

/** A picture's result, from when the picture is taken for as long as the job is kept. */
export const RESULT_BYTES = 2_048;

/** The least for a picture that waits: a block of a disk. */
export const LEAST_PICTURE_BYTES = 4_096;

/** Bytes charged for a picture of this many bytes until it has its result. */
export function waitingCharge(size: number): number {
  return Math.max(size, LEAST_PICTURE_BYTES);
}
