import { run } from './action.ts';
import { exit } from './runner/exit.ts';

exit(await run());
