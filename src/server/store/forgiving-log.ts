import type { LogEntry } from '../../contract/prediction-list.ts';
import type { PredictionLog } from '../../store/prediction-log.ts';

/**
 * A log that lets an answer go although it could not be written, for those to whom answers matter more than the
 * record of them. `onLost` is told of every entry that is missing.
 */
export function forgivingLog(
  log: PredictionLog,
  onLost: (entry: LogEntry, error: unknown) => void,
): PredictionLog {
  return {
    append: (entry) => log.append(entry).catch((error: unknown) => onLost(entry, error)),
    // What cannot be recorded is answered all the same, so this process is ready.
    check: async () => {},
    find: (id) => log.find(id),
    list: (filter) => log.list(filter),
    saveFeedback: (feedback) => log.saveFeedback(feedback),
    findFeedback: (prediction) => log.findFeedback(prediction),
    removeFeedback: (prediction) => log.removeFeedback(prediction),
  };
}
