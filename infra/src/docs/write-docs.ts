import { writeFileSync } from 'node:fs';
import { generatedFiles } from './generated.ts';

// `npm run docs -w infra`.
for (const [path, text] of generatedFiles()) writeFileSync(path, text);
