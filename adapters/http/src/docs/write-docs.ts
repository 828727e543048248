import { writeFileSync } from 'node:fs';
import { PAGES, pageUrl } from './pages.ts';

for (const [path, text] of Object.entries(PAGES)) writeFileSync(pageUrl(path), text());
