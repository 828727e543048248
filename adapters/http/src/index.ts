export type { HttpObserver } from './answer-every-request.ts';
export { createApp } from './app.ts';
export { createServer } from './server.ts';
export type { Health, Services, UseCases } from './services.ts';
