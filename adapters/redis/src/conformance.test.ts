import { redisUrl } from '@user-management/servers';
import { connect } from './testing/connect.ts';
import { describeOnRedis } from './testing/describe-redis.ts';

describeOnRedis('one Redis', async () => (await connect(redisUrl())).redis);
