// Prints the pairs of photographs from different groups that look most alike, to choose from them where one
// scene ends and another begins. Run with `node bench/duplicates.ts DATA_FOLDER`.
import { identify, scanDataset } from '../src/dataset/index.ts';
import { fewestBits, highestCorrelation, isSameScene } from '../src/dataset/perceptual-hash.ts';

const MOST_BITS = 12;
const LEAST_CORRELATION = 0.9;

const [folder] = process.argv.slice(2);
if (folder === undefined) throw new Error('usage: node bench/duplicates.ts DATA_FOLDER');
const identities = await identify(await scanDataset(folder));
const pairs = identities.flatMap((one, i) =>
  identities.slice(0, i).flatMap((other) => {
    if (!one.print || !other.print || one.sample.group === other.sample.group) return [];
    const bits = fewestBits(one.print, other.print);
    if (bits > MOST_BITS) return [];
    const correlation = highestCorrelation(one.print, other.print);
    const same = isSameScene(one.print, other.print);
    return correlation < LEAST_CORRELATION ? [] : [{ bits, correlation, same, one, other }];
  }),
);
pairs.sort((one, other) => other.correlation - one.correlation);
console.log(`${identities.length} photographs, ${pairs.length} pairs from different groups look alike`);
for (const { bits, correlation, same, one, other } of pairs)
  console.log(
    `${same ? 'same ' : 'other'} ${String(bits).padStart(2)} bits  ${correlation.toFixed(3)}  ${other.sample.file}  ${one.sample.file}`,
  );
