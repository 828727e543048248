export type { HttpObserver } from './server/answer-every-request.ts';
export { createApp } from './app.ts';
export { internalApi, publicApi } from './routes/index.ts';
export { trustedProxies } from './request/client-address.ts';
export { drain } from './server/drain.ts';
export { createServer } from './server/server.ts';
export type { FileState, Health, Services } from './api/services.ts';
