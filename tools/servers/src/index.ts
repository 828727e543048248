export { type Certificates, makeCertificates } from './certificates.ts';
export { startCluster, type TestCluster } from './cluster.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis.ts';
export { redisCli } from './redis-cli.ts';
export { type SentinelSet, startSentinels } from './sentinel.ts';
export type { Server } from './server.ts';
export { type Service, spawnService, startService } from './service.ts';
export { createPostgresDatabase, type PostgresDatabase, redisUrl } from './worker.ts';
