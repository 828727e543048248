import { readFileSync, writeFileSync } from 'node:fs';
import { withConfigurationTable } from './with-configuration-table.ts';

const page = new URL('../../../../docs/configuration.md', import.meta.url);
writeFileSync(page, withConfigurationTable(readFileSync(page, 'utf8')));
