// A Dockerfile as its parser sees it, reduced to what these tests can carry out. Anything else is refused, not skipped.
import {
  DockerfileParser,
  type Instruction,
  JSONInstruction,
  ModifiableInstruction,
  PropertyInstruction,
} from 'dockerfile-ast';

export type Step =
  | { readonly kind: 'run'; readonly script: string; readonly caches: readonly string[] }
  | {
      readonly kind: 'copy';
      readonly from?: string;
      readonly sources: readonly string[];
      readonly target: string;
    }
  | { readonly kind: 'workdir'; readonly path: string }
  | { readonly kind: 'arg' | 'env' | 'label'; readonly values: Readonly<Record<string, string>> }
  | { readonly kind: 'user' | 'stopsignal'; readonly value: string }
  | { readonly kind: 'volume' | 'expose'; readonly values: readonly string[] }
  | { readonly kind: 'entrypoint' | 'cmd'; readonly command: readonly string[] }
  | {
      readonly kind: 'healthcheck';
      readonly command: readonly string[];
      readonly options: readonly string[];
    };

export interface Stage {
  readonly name: string;
  /** Another stage's name or an image. */
  readonly from: string;
  readonly steps: readonly Step[];
}

/** @throws Error for an instruction, a form or a flag that the tests do not carry out. */
export function readDockerfile(text: string): Stage[] {
  const stages: { name: string; from: string; steps: Step[] }[] = [];
  for (const instruction of DockerfileParser.parse(text).getInstructions()) {
    const words = instruction.getExpandedArguments().map((word) => word.getValue());
    if (instruction.getKeyword() === 'FROM') {
      const [from = '', as = '', name = ''] = words;
      if (as.toUpperCase() !== 'AS') throw new Error(`The stage from ${from} has no name`);
      stages.push({ name, from, steps: [] });
    } else stages.at(-1)?.steps.push(readStep(instruction, words));
  }
  return stages;
}

function readStep(instruction: Instruction, words: readonly string[]): Step {
  const refuse = (why: string): never => {
    throw new Error(`Line ${instruction.getRange().start.line + 1}: ${why}`);
  };
  const [value = refuse('has no argument')] = words;
  switch (instruction.getKeyword()) {
    case 'RUN':
      return {
        kind: 'run',
        script: instruction.getArgumentsContent() ?? '',
        caches: flagsOf(instruction).map(
          (flag) => /^mount=type=cache,target=(\S+)$/.exec(flag)?.[1] ?? refuse(`--${flag}`),
        ),
      };
    case 'COPY': {
      const from = flagsOf(instruction).map(
        (flag) => /^from=(\S+)$/.exec(flag)?.[1] ?? refuse(`--${flag}`),
      )[0];
      if (words.some((word) => /[*?[]/.test(word))) refuse('patterns in COPY are not carried out here');
      return { kind: 'copy', ...(from && { from }), sources: words.slice(0, -1), target: words.at(-1) ?? '' };
    }
    case 'WORKDIR':
      return { kind: 'workdir', path: value };
    case 'ARG':
      return { kind: 'arg', values: propertiesOf(instruction) };
    case 'ENV':
      return { kind: 'env', values: propertiesOf(instruction) };
    case 'LABEL':
      return { kind: 'label', values: propertiesOf(instruction) };
    case 'USER':
      return { kind: 'user', value };
    case 'STOPSIGNAL':
      return { kind: 'stopsignal', value };
    case 'VOLUME':
      return { kind: 'volume', values: words };
    case 'EXPOSE':
      return { kind: 'expose', values: words };
    case 'ENTRYPOINT':
      return { kind: 'entrypoint', command: commandOf(instruction) };
    case 'CMD':
      return { kind: 'cmd', command: commandOf(instruction) };
    case 'HEALTHCHECK': {
      const content = instruction.getArgumentsContent() ?? '';
      const command: unknown = JSON.parse(/CMD\s+(\[.*\])$/.exec(content)?.[1] ?? refuse('no JSON form'));
      return { kind: 'healthcheck', command: asWords(command), options: flagsOf(instruction) };
    }
    default:
      return refuse(`${instruction.getKeyword()} is not carried out here`);
  }
}

/** `name=value` of each `--name=value`. */
function flagsOf(instruction: Instruction): string[] {
  if (!(instruction instanceof ModifiableInstruction)) return [];
  return instruction.getFlags().map((flag) => `${flag.getName()}=${flag.getValue()}`);
}

function propertiesOf(instruction: Instruction): Record<string, string> {
  if (!(instruction instanceof PropertyInstruction)) return {};
  return Object.fromEntries(
    instruction.getProperties().map((property) => [property.getName(), property.getValue() ?? '']),
  );
}

/** Only the JSON form: what a shell starts does not get the signals. */
function commandOf(instruction: Instruction): string[] {
  const words = instruction instanceof JSONInstruction ? instruction.getJSONStrings() : [];
  if (words.length === 0) throw new Error(`${instruction.getKeyword()} is not in its JSON form`);
  return words.map((word) => word.getJSONValue());
}

function asWords(value: unknown): string[] {
  if (!Array.isArray(value) || !value.every((word) => typeof word === 'string'))
    throw new Error(`${JSON.stringify(value)} is no command`);
  return value;
}
