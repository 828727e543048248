export { type Certificates, makeCertificates } from './certificates.ts';
export { type PostgresOptions, type PostgresServer, startPostgres } from './postgres.ts';
export { type RedisOptions, type RedisServer, startRedis } from './redis.ts';
export type { Server } from './server.ts';
export { type Service, spawnService, startService } from './service.ts';
export { createPostgresDatabase, type PostgresDatabase, redisUrl } from './worker.ts';
