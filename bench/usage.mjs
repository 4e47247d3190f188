// A preload that says at the end of a process how much memory it took at most, in the file that BENCH_USAGE names.
import { writeFileSync } from 'node:fs';

const file = process.env.BENCH_USAGE;
delete process.env.BENCH_USAGE;
if (file !== undefined) {
  process.on('exit', () => {
    writeFileSync(file, String(process.resourceUsage().maxRSS));
  });
}
