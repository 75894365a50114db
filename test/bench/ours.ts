/** `node test/bench/ours.ts NAME FOLDER REPEAT`: our side of one benchmark in a process of its own; prints one line of JSON. */
import { BENCHES } from './benches.ts';

const [name = '', folder = '', repeat = '3'] = process.argv.slice(2);
const bench = BENCHES.find((one) => one.name === name);
if (!bench) throw new Error(`There is no benchmark "${name}".`);
const measured = await bench.ours(folder, Number(repeat));
const rssMb = Math.round(process.resourceUsage().maxRSS / 1024);
process.stdout.write(`\n${JSON.stringify({ rssMb, ...measured })}\n`, () => process.exit(0));
