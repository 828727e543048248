import { createHash, randomBytes } from 'node:crypto';
import { chownSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

// `node make-passwords.ts FOLDER`, for compose.yaml: writes passwords to files that only one server can read.
const SERVICE = 10_001;
/** The user of Redis and of PostgreSQL in the official images. */
const SERVER = 999;

const folder = process.argv[2] ?? '.';
const redis = randomBytes(32).toString('base64url');
const postgres = randomBytes(32).toString('base64url');
const redisHash = createHash('sha256').update(redis).digest('hex');

// This file is written last. Its presence shows that the others exist.
const last = join(folder, 'service/database-url');
if (!existsSync(last)) {
  write('redis/users.acl', SERVER, `user default on #${redisHash} ~* &* +@all\n`);
  write('postgres/password', SERVER, postgres);
  write('service/redis', SERVICE, redis);
  write('service/database-url', SERVICE, `postgres://users:${postgres}@postgres:5432/users`);
}

function write(name: string, owner: number, content: string): void {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o755 });
  // An interrupted first start may have left a read-only file.
  rmSync(path, { force: true });
  writeFileSync(path, content, { mode: 0o400 });
  chownSync(path, owner, owner);
}
