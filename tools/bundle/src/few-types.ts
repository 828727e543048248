import type { Plugin } from 'rolldown';

/** Koa gives these to a body: an object, bytes, HTML or text. The service names its others in full. */
const TYPES = ['application/json', 'application/octet-stream', 'text/html', 'text/plain'];

/**
 * Koa's dependencies bring three lists of about 2,500 media types, and sort each of them when they load. This
 * keeps the types that the service sends.
 */
export const fewTypes = (): Plugin => ({
  name: 'few-types',
  transform: {
    filter: { id: /\/mime-db\/db\.json$/ },
    handler(code, id) {
      const all = JSON.parse(code) as Record<string, object>;
      const missing = TYPES.filter((type) => !(type in all));
      if (missing.length > 0) throw new Error(`${id} has no ${missing.join(', ')}.`);
      return JSON.stringify(Object.fromEntries(TYPES.map((type) => [type, all[type]])));
    },
  },
});
