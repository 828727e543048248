export { type Certificates, makeCertificates } from './certificates.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
export type { Server } from './program/server.ts';
export { startCluster, type TestCluster } from './redis/cluster.ts';
export { redisCli } from './redis/redis-cli.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis/redis.ts';
export { type SentinelSet, startSentinels } from './redis/sentinel.ts';
export { type Service, spawnService, startService } from './service.ts';
export { createPostgresDatabase, type PostgresDatabase, redisUrl } from './vitest/worker.ts';
