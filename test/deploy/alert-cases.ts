// What makes each alert fire and what leaves it silent, in the notation of `promtool test rules`: `0+5x10` begins at 0
// and grows by 5 in each of the next ten minutes.

/** Series by name, a value a minute. */
type Series = Readonly<Record<string, string>>;

export interface AlertCase {
  readonly series: Series;
  /** When Prometheus is asked, from the beginning of the series. */
  readonly at: string;
}

export interface FiringCase extends AlertCase {
  /** What the alert then says, with the labels beside its severity. */
  readonly says: readonly { readonly summary: string; readonly labels?: Readonly<Record<string, string>> }[];
}

const LABELS = 'job="tampinha",instance="a"';
const series = (metric: string, labels = '') => `${metric}{${LABELS}${labels && `,${labels}`}}`;
const pictures = (what: string, labels: string) =>
  series(`tampinha_http_request_seconds_${what}`, `method="POST",route="/v1/predictions",${labels}`);
const answers = (status: number) => pictures('count', `status="${status}"`);
const refusals = (code: string) => series('tampinha_refusals_total', `code="${code}"`);
const verdicts = (verdict: string) =>
  series('tampinha_predictions_total', `verdict="${verdict}",model="0123456789ab"`);
const up = (instance: string) => `up{job="tampinha",instance="${instance}"}`;
/** A histogram of which half lies below `lower` and the rest below `upper`. */
const halves = (name: (le: string) => string, lower: string, upper: string): Series => ({
  [name(lower)]: '0+300x40',
  [name(upper)]: '0+600x40',
  [name('+Inf')]: '0+600x40',
});
const slow = (le: string) => pictures('bucket', `status="200",le="${le}"`);
const logged = (le: string) => series('tampinha_stage_seconds_bucket', `stage="log",le="${le}"`);
/** Eighteen hours of one rate and six of another, a minute. */
const changing = (before: number, after: number) => `0+${before}x1080 ${before * 1080 + after}+${after}x359`;
const processes = (role: 'champion' | 'challenger') => series('tampinha_worker_processes', `role="${role}"`);
const HERE = { instance: 'a' };

export const FIRING: Readonly<Record<string, readonly FiringCase[]>> = {
  TampinhaDown: [
    { series: { [up('a')]: '1 0x5', [up('b')]: '0x6' }, at: '3m', says: [{ summary: 'No server answers' }] },
    { series: {}, at: '3m', says: [{ summary: 'No server answers', labels: { job: 'tampinha' } }] },
  ],
  TampinhaInstanceDown: [
    {
      series: { [up('a')]: '1 0x10', [up('b')]: '1x11' },
      at: '7m',
      says: [{ summary: 'a does not answer', labels: { ...HERE, job: 'tampinha' } }],
    },
  ],
  TampinhaNoProcesses: [
    {
      // The challenger's are no help to anyone.
      series: { [processes('champion')]: '2 0x5', [processes('challenger')]: '1x6' },
      at: '3m',
      says: [
        {
          summary: 'a has no process to look at pictures',
          labels: { ...HERE, job: 'tampinha', role: 'champion' },
        },
      ],
    },
  ],
  TampinhaFailingFast: [
    {
      series: { [answers(200)]: '0+540x90', [answers(503)]: '0+60x90' },
      at: '70m',
      says: [{ summary: '10% of the last hour’s pictures were not answered' }],
    },
  ],
  TampinhaFailingSlowly: [
    {
      series: { [answers(200)]: '0+576x400', [answers(500)]: '0+24x400' },
      at: '390m',
      says: [{ summary: '4% of the last six hours’ pictures were not answered' }],
    },
  ],
  TampinhaInternalErrors: [
    {
      series: { [refusals('INTERNAL')]: '0x5 1x10' },
      at: '7m',
      says: [{ summary: 'a has answered with INTERNAL', labels: HERE }],
    },
  ],
  TampinhaSlow: [
    {
      // Half above 2.5 s: the 99th percentile lies 98 % of the way to 5 s.
      series: { ...halves(slow, '2.5', '5'), [answers(200)]: '0+600x40' },
      at: '20m',
      says: [{ summary: 'One picture in a hundred takes longer than 4.95s' }],
    },
  ],
  TampinhaRefusing: [
    {
      series: {
        [refusals('OVERLOADED')]: '0+20x20',
        [refusals('DEADLINE_EXCEEDED')]: '0+10x20',
        [answers(503)]: '0+30x20',
        [answers(200)]: '0+570x20',
      },
      at: '15m',
      says: [{ summary: '5% of the pictures are refused for lack of room' }],
    },
  ],
  TampinhaSaturated: [
    {
      // 108 seconds of work a minute on two processes.
      series: {
        [series('tampinha_stage_seconds_sum', 'stage="decode"')]: '0+12x30',
        [series('tampinha_stage_seconds_sum', 'stage="infer"')]: '0+96x30',
        [series('tampinha_stage_seconds_sum', 'stage="queue"')]: '0+900x30',
        [processes('champion')]: '2x30',
        [processes('challenger')]: '1x30',
      },
      at: '25m',
      says: [{ summary: 'The processes are busy 90% of the time' }],
    },
  ],
  TampinhaThreadHeldUp: [
    {
      series: { [series('nodejs_eventloop_lag_p99_seconds')]: '0.4x20' },
      at: '12m',
      says: [{ summary: 'HTTP at a waits 400ms for its thread', labels: { ...HERE, job: 'tampinha' } }],
    },
  ],
  TampinhaMemory: [
    {
      series: { [series('process_resident_memory_bytes')]: '2147483648x30' },
      at: '20m',
      says: [{ summary: 'The server process at a holds 2GiB', labels: { ...HERE, job: 'tampinha' } }],
    },
  ],
  TampinhaProcessesReplaced: [
    {
      series: { [series('tampinha_workers_replaced_total', 'reason="crash"')]: '0+1x20' },
      at: '16m',
      says: [{ summary: 'a keeps replacing processes, reason crash', labels: { ...HERE, reason: 'crash' } }],
    },
  ],
  TampinhaLogUnavailable: [
    {
      series: { [refusals('LOG_UNAVAILABLE')]: '0+2x10' },
      at: '8m',
      says: [{ summary: 'a cannot write or read its log', labels: HERE }],
    },
  ],
  TampinhaLogSlow: [
    {
      series: halves(logged, '0.5', '1'),
      at: '20m',
      says: [{ summary: 'One row of the log in a hundred takes 990ms' }],
    },
  ],
  TampinhaLogLost: [
    {
      series: {
        [series('tampinha_log_lost_total', 'outcome="answered",reason="unavailable"')]: '0x5 3x10',
        [series('tampinha_log_lost_total', 'outcome="refused",reason="unavailable"')]: '0x15',
      },
      at: '8m',
      says: [{ summary: 'a answers without its log', labels: HERE }],
    },
  ],
  TampinhaPicturesNotKept: [
    {
      series: { [series('tampinha_pictures_total', 'outcome="full"')]: '0+2x40' },
      at: '30m',
      says: [{ summary: 'a does not keep pictures, outcome full', labels: { ...HERE, outcome: 'full' } }],
    },
  ],
  TampinhaRedisDown: [
    {
      series: { [series('tampinha_redis_up')]: '1 0x10' },
      at: '8m',
      says: [{ summary: 'a does not reach Redis', labels: { ...HERE, job: 'tampinha' } }],
    },
  ],
  TampinhaKeysUnavailable: [
    {
      series: { [refusals('AUTH_UNAVAILABLE')]: '0+2x10' },
      at: '8m',
      says: [{ summary: 'a cannot check keys or tokens', labels: HERE }],
    },
  ],
  TampinhaDiskFilling: [
    {
      series: { [series('tampinha_disk_free_bytes')]: '500000000x30' },
      at: '20m',
      says: [{ summary: 'The disk of a is full soon', labels: { ...HERE, job: 'tampinha' } }],
    },
    {
      // 10 MB a minute of 10 GB: none is left in a day.
      series: { [series('tampinha_disk_free_bytes')]: '10000000000-10000000x60' },
      at: '40m',
      says: [{ summary: 'The disk of a is full soon', labels: { ...HERE, job: 'tampinha' } }],
    },
  ],
  TampinhaConfidenceDropped: [
    {
      // 0.95 for eighteen hours and 0.8 for six: 0.8 beside 0.9125.
      series: {
        [series('tampinha_confidence_sum')]: changing(9.5, 8),
        [series('tampinha_confidence_count')]: changing(10, 10),
      },
      at: '24h',
      says: [{ summary: 'Mean confidence is 11.25% below that of the week' }],
    },
  ],
  TampinhaVerdictsShifted: [
    {
      // Open: 20 % of six hours, 65 % of all.
      series: { [verdicts('open')]: changing(8, 2), [verdicts('closed')]: changing(2, 8) },
      at: '24h',
      says: ['open', 'closed'].map((verdict) => ({
        summary: `The share of "${verdict}" is 45% away from that of the week`,
        labels: { verdict },
      })),
    },
  ],
  TampinhaUndecided: [
    {
      series: { [verdicts('open')]: '0+5x500', [verdicts('uncertain')]: '0+5x500' },
      at: '8h',
      says: [{ summary: '50% of the answers are "uncertain"', labels: { verdict: 'uncertain' } }],
    },
  ],
  TampinhaPicturesChanged: [
    {
      // 0.5 for eighteen hours and 0.3 for six: 0.3 beside 0.45.
      series: {
        [series('tampinha_brightness_sum')]: changing(5, 3),
        [series('tampinha_brightness_count')]: changing(10, 10),
      },
      at: '24h',
      says: [{ summary: 'Pictures are 15% of full white brighter or darker than those of the week' }],
    },
  ],
  TampinhaSeveralModels: [
    {
      series: {
        'tampinha_model_info{job="tampinha",instance="a",model="1",folder="default",version="1"}': '1x40',
        'tampinha_model_info{job="tampinha",instance="b",model="2",folder="default",version="2"}': '1x40',
      },
      at: '35m',
      says: [{ summary: '2 models answer at the same time' }],
    },
  ],
  TampinhaSeveralVersions: [
    {
      series: {
        'tampinha_build_info{job="tampinha",instance="a",version="0.1.0",node="v24.0.0"}': '1x80',
        'tampinha_build_info{job="tampinha",instance="b",version="0.2.0",node="v24.0.0"}': '1x80',
      },
      at: '70m',
      says: [{ summary: '2 versions run at the same time' }],
    },
  ],
  TampinhaChallengerDisagrees: [
    {
      series: {
        [series('tampinha_shadow_total', 'agreed="true"')]: '0+8x450',
        [series('tampinha_shadow_total', 'agreed="false"')]: '0+2x450',
      },
      at: '7h',
      says: [{ summary: 'The challenger gives another verdict on 20% of the pictures' }],
    },
  ],
  TampinhaChallengerSilent: [
    {
      // No pictures come, or those that come fail: one alert all the same.
      series: {
        [processes('champion')]: '2x60',
        [processes('challenger')]: '1x5 0x55',
        [series('tampinha_shadow_failed_total')]: '0x20 0+1x40',
      },
      at: '22m',
      says: [{ summary: 'The challenger of a does not answer', labels: HERE }],
    },
    {
      // Each process that is started hangs on its first picture.
      series: {
        [processes('challenger')]: '1x90',
        [series('tampinha_shadow_failed_total')]: '0x10 0+1x80',
        [series('tampinha_shadow_total', 'agreed="true"')]: '0+1x10 10x80',
        [series('tampinha_shadow_total', 'agreed="false"')]: '0x90',
      },
      at: '70m',
      says: [{ summary: 'The challenger of a does not answer', labels: HERE }],
    },
  ],
  TampinhaJobsStuck: [
    {
      // None was ever looked at since the start, or none in the last half hour.
      series: { [series('tampinha_jobs_waiting_bytes')]: '1048576x60' },
      at: '20m',
      says: [{ summary: 'Jobs wait (1MiB) and none gets on' }],
    },
    {
      series: {
        [series('tampinha_jobs_waiting_bytes')]: '1048576x60',
        [series('tampinha_job_pictures_total', 'outcome="answered"')]: '5x60',
      },
      at: '50m',
      says: [{ summary: 'Jobs wait (1MiB) and none gets on' }],
    },
  ],
  TampinhaJobsFull: [
    {
      series: { [refusals('JOBS_FULL')]: '0+1x20' },
      at: '10m',
      says: [{ summary: 'New jobs are refused' }],
    },
  ],
  TampinhaWebhooksFailing: [
    {
      series: {
        [series('tampinha_webhooks_total', 'outcome="failed"')]: '0+3x60',
        [series('tampinha_webhooks_total', 'outcome="delivered"')]: '0+1x60',
      },
      at: '50m',
      says: [{ summary: '75% of the attempts to tell that a job is done fail' }],
    },
  ],
  TampinhaWrongKeys: [
    {
      series: { [refusals('INVALID_CREDENTIALS')]: '0+60x40' },
      at: '25m',
      says: [{ summary: '1 requests a second come with a wrong key' }],
    },
  ],
};

export const SILENT: Readonly<Record<string, readonly AlertCase[]>> = {
  TampinhaDown: [{ series: { [up('a')]: '0x9', [up('b')]: '1x9' }, at: '5m' }],
  // A restart.
  TampinhaInstanceDown: [{ series: { [up('a')]: '1 0x3 1x9' }, at: '4m' }],
  TampinhaNoProcesses: [
    { series: { [processes('champion')]: '2x9', [processes('challenger')]: '0x9' }, at: '5m' },
  ],
  TampinhaFailingFast: [
    { series: { [answers(200)]: '0+594x90', [answers(503)]: '0+6x90' }, at: '70m' },
    // Over since twenty minutes.
    { series: { [answers(200)]: '0+540x90', [answers(503)]: '0+60x60 3600x29' }, at: '80m' },
    // Clients’ mistakes are theirs.
    { series: { [answers(200)]: '0+300x90', [answers(422)]: '0+300x90' }, at: '70m' },
  ],
  TampinhaFailingSlowly: [
    { series: { [answers(200)]: '0+588x400', [answers(503)]: '0+12x400' }, at: '390m' },
    { series: {}, at: '390m' },
  ],
  TampinhaInternalErrors: [
    { series: { [refusals('INTERNAL')]: '0x40' }, at: '20m' },
    { series: { [refusals('INTERNAL')]: '0x5 1x40' }, at: '20m' },
    { series: { [refusals('BROKEN_PICTURE')]: '0+5x40' }, at: '20m' },
  ],
  TampinhaSlow: [
    { series: { ...halves(slow, '0.5', '1'), [answers(200)]: '0+600x40' }, at: '20m' },
    // One slow picture in an idle hour.
    { series: { ...halves(slow, '2.5', '5'), [answers(200)]: '0x5 1x34' }, at: '20m' },
  ],
  TampinhaRefusing: [
    { series: { [refusals('OVERLOADED')]: '0+3x20', [answers(200)]: '0+597x20' }, at: '15m' },
    { series: { [refusals('RATE_LIMITED')]: '0+300x20', [answers(200)]: '0+300x20' }, at: '15m' },
  ],
  TampinhaSaturated: [
    {
      series: {
        [series('tampinha_stage_seconds_sum', 'stage="infer"')]: '0+90x30',
        [series('tampinha_stage_seconds_sum', 'stage="queue"')]: '0+900x30',
        [processes('champion')]: '2x30',
      },
      at: '25m',
    },
  ],
  TampinhaThreadHeldUp: [{ series: { [series('nodejs_eventloop_lag_p99_seconds')]: '0.05x20' }, at: '15m' }],
  TampinhaMemory: [{ series: { [series('process_resident_memory_bytes')]: '400000000x30' }, at: '20m' }],
  TampinhaProcessesReplaced: [
    { series: { [series('tampinha_workers_replaced_total', 'reason="crash"')]: '0x5 1x20' }, at: '16m' },
  ],
  TampinhaLogUnavailable: [{ series: { [refusals('LOG_UNAVAILABLE')]: '3x20' }, at: '8m' }],
  TampinhaLogSlow: [{ series: halves(logged, '0.01', '0.025'), at: '20m' }],
  TampinhaLogLost: [
    {
      series: { [series('tampinha_log_lost_total', 'outcome="answered",reason="unavailable"')]: '3x40' },
      at: '30m',
    },
  ],
  TampinhaPicturesNotKept: [
    { series: { [series('tampinha_pictures_total', 'outcome="kept"')]: '0+2x40' }, at: '30m' },
    { series: { [series('tampinha_pictures_total', 'outcome="full"')]: '0x5 1x40' }, at: '30m' },
  ],
  TampinhaRedisDown: [
    { series: { [series('tampinha_redis_up')]: '1 0x2 1x10' }, at: '8m' },
    // Without REDIS_URL there is no such series.
    { series: {}, at: '8m' },
  ],
  TampinhaKeysUnavailable: [{ series: { [refusals('INVALID_CREDENTIALS')]: '0+2x20' }, at: '8m' }],
  TampinhaDiskFilling: [
    { series: { [series('tampinha_disk_free_bytes')]: '50000000000-1000000x60' }, at: '40m' },
  ],
  TampinhaConfidenceDropped: [
    {
      series: {
        [series('tampinha_confidence_sum')]: changing(9.5, 9.4),
        [series('tampinha_confidence_count')]: changing(10, 10),
      },
      at: '24h',
    },
    // Too few to say.
    {
      series: {
        [series('tampinha_confidence_sum')]: changing(0.475, 0.4),
        [series('tampinha_confidence_count')]: changing(0.5, 0.5),
      },
      at: '24h',
    },
  ],
  TampinhaVerdictsShifted: [
    { series: { [verdicts('open')]: changing(5, 4), [verdicts('closed')]: changing(5, 6) }, at: '24h' },
    {
      series: { [verdicts('open')]: changing(0.4, 0.1), [verdicts('closed')]: changing(0.1, 0.4) },
      at: '24h',
    },
  ],
  TampinhaUndecided: [
    { series: { [verdicts('open')]: '0+8x500', [verdicts('uncertain')]: '0+2x500' }, at: '8h' },
    // A line on which nearly all are closed.
    { series: { [verdicts('closed')]: '0+9x500', [verdicts('open')]: '0+1x500' }, at: '8h' },
  ],
  TampinhaPicturesChanged: [
    {
      series: {
        [series('tampinha_brightness_sum')]: changing(5, 4.5),
        [series('tampinha_brightness_count')]: changing(10, 10),
      },
      at: '24h',
    },
  ],
  TampinhaSeveralModels: [
    {
      series: {
        'tampinha_model_info{job="tampinha",instance="a",model="1",folder="default",version="1"}': '1x40',
        'tampinha_model_info{job="tampinha",instance="b",model="1",folder="default",version="1"}': '1x40',
      },
      at: '35m',
    },
  ],
  TampinhaSeveralVersions: [
    {
      // A roll-out that took ten minutes.
      series: {
        'tampinha_build_info{job="tampinha",instance="a",version="0.1.0",node="v24.0.0"}': '1x10 _x80',
        'tampinha_build_info{job="tampinha",instance="b",version="0.2.0",node="v24.0.0"}': '1x90',
      },
      at: '70m',
    },
  ],
  TampinhaChallengerDisagrees: [
    {
      series: {
        [series('tampinha_shadow_total', 'agreed="true"')]: '0+19x450',
        [series('tampinha_shadow_total', 'agreed="false"')]: '0+1x450',
      },
      at: '7h',
    },
    // Without a challenger both stand still.
    {
      series: {
        [series('tampinha_shadow_total', 'agreed="true"')]: '0x450',
        [series('tampinha_shadow_total', 'agreed="false"')]: '0x450',
      },
      at: '7h',
    },
  ],
  TampinhaChallengerSilent: [
    // Without a challenger there are no processes of one, and nothing fails.
    {
      series: { [processes('champion')]: '2x60', [series('tampinha_shadow_failed_total')]: '0x60' },
      at: '50m',
    },
    // Nothing is shown to one that is there; the other has lost a picture, and answers.
    {
      series: {
        [processes('challenger')]: '1x60',
        [series('tampinha_shadow_failed_total')]: '0x60',
        'tampinha_shadow_failed_total{job="tampinha",instance="b"}': '0x20 1x40',
        'tampinha_shadow_total{job="tampinha",instance="b",agreed="true"}': '0+1x60',
      },
      at: '50m',
    },
    // A process that is replaced.
    { series: { [processes('challenger')]: '1x20 0x2 1x38' }, at: '40m' },
  ],
  TampinhaJobsStuck: [
    {
      series: {
        [series('tampinha_jobs_waiting_bytes')]: '1048576x60',
        [series('tampinha_job_pictures_total', 'outcome="answered"')]: '0+1x60',
      },
      at: '50m',
    },
    { series: { [series('tampinha_jobs_waiting_bytes')]: '0x60' }, at: '50m' },
  ],
  TampinhaJobsFull: [{ series: { [refusals('JOBS_FULL')]: '0x20' }, at: '10m' }],
  TampinhaWebhooksFailing: [
    {
      series: {
        [series('tampinha_webhooks_total', 'outcome="failed"')]: '0+1x60',
        [series('tampinha_webhooks_total', 'outcome="delivered"')]: '0+3x60',
      },
      at: '50m',
    },
  ],
  TampinhaWrongKeys: [{ series: { [refusals('INVALID_CREDENTIALS')]: '0+6x40' }, at: '25m' }],
};
