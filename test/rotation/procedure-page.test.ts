import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { sameTable } from '../faults/crash-matrix.ts';
import { page, withProcedure } from './procedure-page.ts';

test('the tables of the procedure are those that the code makes', () => {
  const text = readFileSync(page, 'utf8');
  expect(sameTable(text, withProcedure(text)), 'run: node test/rotation/procedure-page.ts').toBe(true);
});
