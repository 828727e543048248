import { redisUrl } from '@user-management/servers';
import { createRedis } from './topology/create-redis.ts';
import { optionsFor, PATIENT } from './testing/connect.ts';
import { describeOnRedis } from './testing/describe-redis.ts';

describeOnRedis('one Redis', () => createRedis({ ...optionsFor(redisUrl()), ...PATIENT }), { keeps: true });
