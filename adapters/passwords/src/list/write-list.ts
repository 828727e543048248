import { writeFileSync } from 'node:fs';
import { COMMON_PASSWORDS } from '../embedded-common-passwords.ts';
import { makeList } from './make-list.ts';

writeFileSync(COMMON_PASSWORDS, makeList());
