export { HttpWebhooks, type HttpWebhooksOptions } from './http-webhooks.ts';
