import { run } from './action.ts';
import { exit } from './exit.ts';

exit(await run());
