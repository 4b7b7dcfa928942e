// What the audit found, in plain words, each with how serious it is.
import { describeFailure } from '../evaluate/failure.ts';
import { share, span } from '../evaluate/figures.ts';
import type { Audit, Pair } from './audit.ts';
import { FAMILIES, type Family } from './families.ts';
import type { Measured, Scope } from './scopes.ts';
import type { LeftOut, Shortcut } from './shortcuts.ts';

/**
 * `serious`: a model trained or measured on this would learn or report something else than the mouth.
 * `doubtful`: look before you train. `note`: good to know. `fine`: looked for and not found.
 */
export const SEVERITIES = ['serious', 'doubtful', 'note', 'fine'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const CHECKS = ['broken', 'duplicates', 'series', 'split', 'balance', 'shortcut', 'labels'] as const;
export type Check = (typeof CHECKS)[number];

export interface Finding {
  readonly check: Check;
  readonly severity: Severity;
  readonly message: string;
  /** The pictures that it is about, as far as they can be named. */
  readonly files: readonly string[];
}

const finding = (
  check: Check,
  severity: Severity,
  message: string,
  files: readonly string[] = [],
): Finding => ({
  check,
  severity,
  message,
  files,
});

/** Everything that was looked for, the most serious first. */
export function findingsOf(audit: Audit): Finding[] {
  const findings = [
    brokenFiles(audit),
    ...duplicates(audit),
    series(audit),
    ...split(audit),
    ...audit.scopes.flatMap(oneStateScenes),
    sources(audit),
    ...tooFew(audit),
    ...audit.scopes.flatMap(shortcutsIn),
    unmasked(audit),
    labels(audit),
  ];
  return findings.toSorted(
    (one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity),
  );
}

/** In a word, what to think of the folder: its most serious finding. */
export function verdictOf(findings: readonly Finding[]): 'confounded' | 'doubtful' | 'clean' {
  const worst = findings[0]?.severity;
  if (worst === 'serious') return 'confounded';
  return worst === 'doubtful' ? 'doubtful' : 'clean';
}

function brokenFiles({ broken }: Audit): Finding {
  if (broken.length === 0) return finding('broken', 'fine', 'Every file can be read.');
  const [first] = broken;
  const why = first ? `, ${first.file} because: ${describeFailure(first.error).message}` : '';
  return finding(
    'broken',
    'doubtful',
    `${counted(broken.length, 'file')} cannot be read${why}`,
    broken.map(({ file }) => file),
  );
}

function duplicates({ exact, near }: Audit): Finding[] {
  const kinds: [readonly Pair[], string, Severity][] = [
    [exact, 'byte for byte the same', 'serious'],
    [near, 'nearly the same', 'doubtful'],
  ];
  return kinds.flatMap(([pairs, what, ifLabelsDiffer]) => {
    if (pairs.length === 0) return [finding('duplicates', 'fine', `No two pictures are ${what}.`)];
    const otherLabel = pairs.filter(([one, other]) => one.label !== other.label);
    const otherGroup = pairs.filter(([one, other]) => one.group !== other.group);
    const found = [
      finding(
        'duplicates',
        'note',
        `${counted(pairs.length, 'pair')} of pictures are ${what}.`,
        filesOf(pairs),
      ),
    ];
    if (otherLabel.length > 0) {
      const message = `${counted(otherLabel.length, 'pair')} of pictures that are ${what} have different labels.`;
      found.push(finding('duplicates', ifLabelsDiffer, message, filesOf(otherLabel)));
    }
    if (otherGroup.length > 0) {
      const message = `${counted(otherGroup.length, 'pair')} of pictures that are ${what} lie in different groups: a split by group would put one into training and the other into the test. (Training joins such groups first.)`;
      found.push(finding('duplicates', 'doubtful', message, filesOf(otherGroup)));
    }
    return found;
  });
}

const filesOf = (pairs: readonly Pair[]) => [...new Set(pairs.flat().map(({ file }) => file))];

/** Series spread over groups are doubtful from this share of all pictures on. */
const MANY_SPREAD = 0.01;

function series({ series: all, samples }: Audit): Finding {
  if (all.length === 0)
    return finding('series', 'fine', 'No bursts or frames of recordings were recognised.');
  const spread = all.filter((members) => new Set(members.map(({ group }) => group)).size > 1);
  const pictures = all.flat().length;
  const message = `${counted(pictures, 'picture')} belong to ${all.length} bursts or recordings, by names and looks: they are worth about ${all.length} pictures. `;
  if (spread.length === 0) return finding('series', 'note', `${message}All lie within one group each.`);
  const severity = spread.flat().length >= MANY_SPREAD * samples.length ? 'doubtful' : 'note';
  return finding(
    'series',
    severity,
    `${message}${spread.length} of them reach over several groups: give them one group each.`,
    spread.flat().map(({ file }) => file),
  );
}

function split({ leaks, samples }: Audit): Finding[] {
  const { count, of } = leaks.atRandom;
  const random = finding(
    'split',
    'note',
    `A random split would put ${count} of ${of} test pictures (${share(count / of)}) beside a picture of the same moment in training.`,
  );
  const found = [asTrained(leaks), ...(count > 0 ? [random] : [])];
  if (leaks.parts.length === 0) return found;
  const names = leaks.parts.map(({ name, pictures }) => `${name} ${pictures}`).join(', ');
  if (leaks.pairs.length === 0 && leaks.groups.length === 0)
    return [
      finding('split', 'fine', `The manifest's split (${names}) keeps duplicates and groups apart.`),
      ...found,
    ];
  const message = `The manifest's split (${names}) leaks: ${counted(leaks.pairs.length, 'pair')} of duplicates and ${counted(leaks.groups.length, 'group')} lie in two parts.`;
  const files = leaks.pairs.flat().map((i) => samples[i].file);
  return [finding('split', 'serious', message, [...new Set(files)]), ...found];
}

function asTrained({ asTrained: { by, count, of } }: Audit['leaks']): Finding {
  const message = `Leaving out a quarter of the ${by}s, as training does, puts ${count} of ${of} test pictures beside one of the same moment in training.`;
  return finding('split', count === 0 ? 'fine' : 'doubtful', message);
}

/** With this many scenes of each state it is no accident any more which scenes show which. */
const ENOUGH_SCENES = 10;
const NEARLY_ALL = 0.9;
/** How well a feature must tell pictures of known scenes apart for the scenes to be what is learned. */
const TELLS_SCENES = 0.7;

/** Whether scenes show one state each, so few of them that what differs between scenes passes for the state. */
function isOneState({ asks, groups }: Scope): boolean {
  if (asks !== 'state' || groups.openParts === 0 || groups.closedParts === 0) return false;
  return (
    groups.oneState >= NEARLY_ALL * groups.bottles &&
    Math.min(groups.openParts, groups.closedParts) < ENOUGH_SCENES
  );
}

function oneStateScenes(scope: Scope): Finding[] {
  if (!isOneState(scope) || scope.groups.oneState < (scope.ones + scope.zeros) / 2) return [];
  const { openParts, closedParts, oneState, bottles } = scope.groups;
  const best = bestOf(scope.measured.find(({ leftOut }) => leftOut === 'picture')?.shortcuts ?? []);
  const tells = best && best.p <= SIGNIFICANT && best.auc.interval[0] >= TELLS_SCENES;
  const message = `${placeOf(scope)}confounded: ${oneState} of ${bottles} bottles were taken in groups that show one state only (${openParts} open, ${closedParts} closed), so whatever differs between these groups passes for the state.${tells ? ` Open or closed can be told from ${phraseOf(best)}: ${figures(best)}.` : ''}`;
  return [finding('balance', tells ? 'serious' : 'doubtful', message, tells ? best.surest.flat() : [])];
}

function bestOf(shortcuts: readonly Shortcut[]): Shortcut | undefined {
  return shortcuts.filter((shortcut) => familyOf(shortcut).visible).toSorted(byAuc)[0];
}

const byAuc = (one: Shortcut, other: Shortcut) => other.auc.value - one.auc.value;

function sources({ sources: { parts, tells, oneState, bottles } }: Audit): Finding {
  if (parts.length < 2)
    return finding(
      'balance',
      'note',
      'All bottles come from one source: nothing here shows how a model does elsewhere.',
    );
  if (tells === null)
    return finding(
      'balance',
      'note',
      `${parts.length} sources, too small or of one state only: they do not tell whether knowing the source gives the state away.`,
    );
  const message = `${parts.length} sources; ${oneState} of ${bottles} bottles are in sources that show one state only, and knowing the source takes a guess ${share(tells)} of the way from chance to certainty.`;
  return finding('balance', tells >= 0.5 ? 'doubtful' : 'note', message);
}

/** Where nothing could be measured, nothing was found either: that is not clean. */
function tooFew({ scopes, samples }: Audit): Finding[] {
  if (scopes.some(({ asks, source, measured }) => asks === 'state' && source === null && measured.length > 0))
    return [];
  const count = (state: string) => samples.filter(({ label }) => label === state).length;
  const message = `${count('open')} open and ${count('closed')} closed bottles are too few, or from too few groups, to tell whether anything gives the answer away.`;
  return [finding('shortcut', 'doubtful', message)];
}

/** Largest p that is no accident, over all features together. */
const SIGNIFICANT = 0.01;
/** Lower ends of the interval of the AUC from which on a shortcut is serious, or doubtful. */
const SERIOUS = 0.7;
const DOUBTFUL = 0.55;

/** Units of each class that make a result by sources or groups one to go by. */
const ENOUGH_UNITS = 4;

/** The strictest way of leaving out that has enough to leave out: by it a shortcut is judged. */
export function judgedBy({ measured }: Scope): Measured | undefined {
  return measured.find(({ units }) => Math.min(...units) >= ENOUGH_UNITS) ?? measured.at(-1);
}

export function severityOf(shortcut: Shortcut): Severity {
  if (shortcut.p > SIGNIFICANT) return 'fine';
  const [low] = shortcut.auc.interval;
  if (low >= SERIOUS) return familyOf(shortcut).visible ? 'serious' : 'doubtful';
  return low >= DOUBTFUL ? 'doubtful' : 'note';
}

function shortcutsIn(scope: Scope): Finding[] {
  const strict = judgedBy(scope);
  if (!strict) return [];
  const found = strict.shortcuts.map((shortcut) => ({ shortcut, severity: severityOf(shortcut) }));
  const told = found.filter(({ severity }) => severity !== 'fine');
  const findings = [...Map.groupBy(told, ({ severity }) => severity)].map(([severity, alike]) => {
    const shortcuts = alike.map(({ shortcut }) => shortcut).toSorted(byAuc);
    const from = shortcuts.map((shortcut) => `${phraseOf(shortcut)} (${brief(shortcut)})`).join(', ');
    const message = `${placeOf(scope)}${ASKS[scope.asks]} can be told in ${LEFT[strict.leftOut]} from ${from}.`;
    return finding('shortcut', severity, message, shortcuts[0]?.surest.flat() ?? []);
  });
  if (told.length === 0) {
    const best = bestOf(strict.shortcuts);
    const closest = best ? ` Nearest comes ${phraseOf(best)}: ${figures(best)}.` : '';
    findings.push(
      finding(
        'shortcut',
        'fine',
        `${placeOf(scope)}nothing but the mouth tells ${ASKS[scope.asks]} in ${LEFT[strict.leftOut]}.${closest}`,
      ),
    );
  }
  return [...findings, ...onlyAmongKnown(scope, strict)];
}

/** What tells labels of pictures from known sources or groups only: it flatters a random split. */
function onlyAmongKnown(scope: Scope, strict: Measured): Finding[] {
  const loose = scope.measured.find(({ leftOut }) => leftOut === 'picture');
  if (!loose || loose === strict) return [];
  const strictly = new Map(strict.shortcuts.map((shortcut) => [shortcut.family, severityOf(shortcut)]));
  const tempting = loose.shortcuts.filter(
    (shortcut) =>
      familyOf(shortcut).visible &&
      strictly.get(shortcut.family) === 'fine' &&
      ['serious', 'doubtful'].includes(severityOf(shortcut)),
  );
  const best = bestOf(tempting);
  if (!best) return [];
  const names = tempting.map(phraseOf).join(', ');
  const message = `${placeOf(scope)}among pictures of known ${strict.leftOut}s ${ASKS[scope.asks]} can be told from ${names} (best: ${phraseOf(best)}, ${figures(best)}), among those of unknown ones it cannot: measure with whole ${strict.leftOut}s left out, a random split would flatter.`;
  return [finding('shortcut', 'doubtful', message, best.surest.flat())];
}

const ASKS = { state: 'open or closed', bottle: 'bottle or none' } as const;
const LEFT: Readonly<Record<LeftOut, string>> = {
  source: 'sources left out',
  group: 'groups left out',
  picture: 'pictures left out',
};

/** "AUC 91.1 % (84.2–97.0), balanced accuracy 84.7 % (77.1–92.0), chance reaches 61.7 %" */
export function figures({ auc, balancedAccuracy, chance, p, pictures }: Shortcut): string {
  return `AUC ${share(auc.value)} (${span(auc.interval)}), balanced accuracy ${share(balancedAccuracy.value)} (${span(balancedAccuracy.interval)}) over ${pictures} pictures; chance stays below ${share(chance)}, p ${p <= 0.005 ? '≤ 0.005' : `= ${p.toFixed(3)}`}`;
}

/** "AUC 91.1 %, 84.2–97.0, chance below 61.7 %" */
function brief({ auc, chance }: Shortcut): string {
  return `AUC ${share(auc.value)}, ${span(auc.interval)}, chance below ${share(chance)}`;
}

export function familyOf({ family }: Pick<Shortcut, 'family'>): Family {
  const found = FAMILIES.find(({ name }) => name === family);
  if (!found) throw new Error(`there is no feature ${family}`);
  return found;
}

/** "colours alone" */
const phraseOf = (shortcut: Shortcut) => `${familyOf(shortcut).title.toLowerCase()} alone`;
const placeOf = ({ source }: Scope) => (source === null ? '' : `${source}: `);

function unmasked({ located, samples }: Audit): Finding {
  const bottles = samples.filter(({ label }) => label === 'open' || label === 'closed').length;
  if (located >= bottles / 2)
    return finding(
      'shortcut',
      'fine',
      `Mouths of ${located} pictures are known and were hidden for the background alone.`,
    );
  return finding(
    'shortcut',
    'note',
    `Mouths of only ${located} pictures are known, so the background alone could hardly be judged: give --annotations, or --model to find them.`,
  );
}

function labels({ judge, judged, agrees, doubts }: Audit): Finding {
  if (judge === null || judged === 0)
    return finding(
      'labels',
      'note',
      'Labels were not judged: too few bottles of a state, or nothing to judge them by.',
    );
  if (doubts.length === 0)
    return finding('labels', 'fine', `No label looks wrong to ${judge} (${judged} bottles).`);
  return finding(
    'labels',
    'note',
    `${doubts.length} of ${judged} labels deserve a second look, in the eyes of ${judge}; it agrees with ${share(agrees)} of all labels.`,
    doubts.map(({ file }) => file),
  );
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
